use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::id::AccountId;

/// What was answered to requests that may come twice.
#[async_trait]
pub trait Answers: Send {
    /// Takes a key in hand for a request. What is known where the key was taken before.
    async fn begin(
        &mut self,
        account: AccountId,
        key: &RequestKey,
        request: &str,
        at: SystemTime,
    ) -> Result<Option<KnownRequest>, StoreError>;

    /// Keeps what was answered, for a key in hand.
    async fn keep(
        &mut self,
        account: AccountId,
        key: &RequestKey,
        answer: &[u8],
    ) -> Result<(), StoreError>;

    /// Lets a key go: nothing was done.
    async fn let_go(&mut self, account: AccountId, key: &RequestKey) -> Result<(), StoreError>;

    /// Forgets requests that began before, a bounded number; says how many.
    async fn prune(&mut self, before: SystemTime) -> Result<u64, StoreError>;
}

/// What a client calls a request of its own: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequestKey(String);

/// The text names no request.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a key has 1 to 255 visible ASCII characters")]
pub struct InvalidRequestKey;

impl RequestKey {
    /// As it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for RequestKey {
    type Err = InvalidRequestKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_key = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        is_key.then(|| Self(text.to_owned())).ok_or(InvalidRequestKey)
    }
}

/// A request that came before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownRequest {
    /// What tells it from others.
    pub request: String,
    /// What was answered; nothing yet, or nothing ever.
    pub answer: Option<Vec<u8>>,
    /// When it came.
    pub begun_at: SystemTime,
}
