use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::id::{AccountId, SessionId};
use crate::session::{NewSession, Session};

/// Who is signed in with which browsers.
#[async_trait]
pub trait Sessions: Send {
    /// Begins a session, and ends the account's least recently used beyond `limit`.
    async fn add(&mut self, session: &NewSession, limit: u32) -> Result<SessionId, StoreError>;

    /// How many sessions an account has.
    async fn count(&mut self, account: AccountId) -> Result<u64, StoreError>;

    /// Ends a session of an account; says whether there was one.
    async fn end(&mut self, account: AccountId, session: SessionId) -> Result<bool, StoreError>;

    /// Ends all sessions of an account but perhaps one; says how many there were.
    async fn end_all(
        &mut self,
        account: AccountId,
        but: Option<SessionId>,
    ) -> Result<u64, StoreError>;

    /// An account's sessions, the last used first.
    async fn of(&mut self, account: AccountId) -> Result<Vec<Session>, StoreError>;

    /// Ends sessions that began or were last used before these times, at most some thousand of them
    /// a call; says how many, and 0 only where none is left.
    async fn prune(
        &mut self,
        began_before: SystemTime,
        unused_since: SystemTime,
    ) -> Result<u64, StoreError>;

    /// The session was good for something at this time.
    async fn used(&mut self, session: SessionId, at: SystemTime) -> Result<(), StoreError>;
}
