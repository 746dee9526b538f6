use std::time::SystemTime;

use async_trait::async_trait;

use super::{Fingerprint, StoreError};
use crate::account::UsernameKey;
use crate::credential::{
    ApplicationToken, NewApplicationToken, NewRefreshToken, RefreshToken, TokenLabel,
};
use crate::id::{AccountId, ApplicationTokenId, RefreshTokenId};

/// Application tokens, refresh tokens, wrong passwords.
#[async_trait]
pub trait Tokens: Send {
    /// Adds an application token.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where the account has one of that label; the unit of work stays
    /// usable.
    async fn add_application(
        &mut self,
        token: &NewApplicationToken,
    ) -> Result<ApplicationTokenId, StoreError>;

    /// Revokes an application token by label; says whether there was one.
    async fn revoke_application(
        &mut self,
        account: AccountId,
        label: &TokenLabel,
    ) -> Result<bool, StoreError>;

    /// An account's application tokens, newest first.
    async fn applications(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<ApplicationToken>, StoreError>;

    /// Adds a refresh token, and revokes the account's oldest beyond `limit`.
    async fn add_refresh(
        &mut self,
        token: &NewRefreshToken,
        limit: u32,
    ) -> Result<RefreshTokenId, StoreError>;

    /// How many refresh tokens an account has.
    async fn count_refresh(&mut self, account: AccountId) -> Result<u64, StoreError>;

    /// An account's refresh tokens, the last used first.
    async fn refreshes(&mut self, account: AccountId) -> Result<Vec<RefreshToken>, StoreError>;

    /// Revokes one refresh token of an account; says whether there was one.
    async fn revoke_one_refresh(
        &mut self,
        account: AccountId,
        token: RefreshTokenId,
    ) -> Result<bool, StoreError>;

    /// Revokes every refresh token of an account; says how many there were.
    async fn revoke_refresh(&mut self, account: AccountId) -> Result<u64, StoreError>;

    /// The token was good for something at this time.
    async fn application_used(
        &mut self,
        token: ApplicationTokenId,
        at: SystemTime,
    ) -> Result<(), StoreError>;

    /// The token was good for something at this time.
    async fn refresh_used(
        &mut self,
        token: RefreshTokenId,
        at: SystemTime,
    ) -> Result<(), StoreError>;

    /// Removes refresh tokens that were not used since a time, at most some thousand of them a
    /// call; says how many, and 0 only where none is left.
    async fn prune_refresh(&mut self, unused_since: SystemTime) -> Result<u64, StoreError>;

    /// A wrong password was tried for a name from an address; the same one again only moves its
    /// time.
    async fn add_failure(
        &mut self,
        name: &UsernameKey,
        address: &str,
        password: Fingerprint,
        at: SystemTime,
    ) -> Result<(), StoreError>;

    /// Forgets wrong passwords from before a time, at most some thousand of them a call; says how
    /// many, and 0 only where none is left.
    async fn prune_failures(&mut self, before: SystemTime) -> Result<u64, StoreError>;
}
