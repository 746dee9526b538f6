//! Sessions: what a browser stays signed in with.

use std::time::SystemTime;

use crate::account::Account;
use crate::id::{AccountId, SessionId};
use crate::secret::SecretDigest;

/// A session that is about to begin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewSession {
    /// Whose.
    pub account: AccountId,
    /// One-way.
    pub digest: SecretDigest,
    /// What the browser calls itself; at most 200 characters are kept.
    pub agent: String,
    /// Where it came from.
    pub address: String,
    /// Now.
    pub created_at: SystemTime,
}

/// A session, as its owner sees it: all but the secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// The store's number.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it came from at sign-in.
    pub address: String,
    /// When it began.
    pub created_at: SystemTime,
    /// When it was last used; kept to the minute or so.
    pub last_used_at: SystemTime,
}

/// A session that was found, and whose it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionOwner {
    /// Who.
    pub account: Account,
    /// With what.
    pub session: Session,
}
