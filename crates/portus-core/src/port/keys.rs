use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::id::KeyId;
use crate::key::{Installation, KeyState, NewKey, StoredKey};

/// Signing keys, and what an installation has once.
#[async_trait]
pub trait Keys: Send {
    /// Keeps what an installation has once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where there is one already.
    async fn install(&mut self, installation: &Installation) -> Result<(), StoreError>;

    /// What an installation has once; `None` before the first start.
    async fn installation(&mut self) -> Result<Option<Installation>, StoreError>;

    /// Keeps a key.
    async fn add(&mut self, key: &NewKey) -> Result<KeyId, StoreError>;

    /// Every key, newest first.
    async fn all(&mut self) -> Result<Vec<StoredKey>, StoreError>;

    /// Changes what a key is used for; `retired_at` where it stopped signing.
    async fn set_state(
        &mut self,
        key: KeyId,
        state: KeyState,
        retired_at: Option<SystemTime>,
    ) -> Result<(), StoreError>;

    /// Replaces a key's certificate.
    async fn set_certificate(
        &mut self,
        key: KeyId,
        certificate: &str,
        ends: SystemTime,
    ) -> Result<(), StoreError>;

    /// Forgets keys that were retired before a time; says how many.
    async fn prune(&mut self, retired_before: SystemTime) -> Result<u64, StoreError>;
}
