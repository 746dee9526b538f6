use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::id::AccountId;
use crate::secret::SecretDigest;

/// Links by which people set a password, at most one for each account. Any new password ends it.
#[async_trait]
pub trait PasswordLinks: Send {
    /// Replaces an account's link.
    async fn set(
        &mut self,
        account: AccountId,
        digest: &SecretDigest,
        ends: SystemTime,
    ) -> Result<(), StoreError>;

    /// Whose link it is, where it is good still.
    async fn whose(
        &mut self,
        digest: &SecretDigest,
        now: SystemTime,
    ) -> Result<Option<AccountId>, StoreError>;

    /// Uses a link up where it is good still, and says whose it was: of many at once one gets it.
    async fn take(
        &mut self,
        digest: &SecretDigest,
        now: SystemTime,
    ) -> Result<Option<AccountId>, StoreError>;

    /// Ends an account's link.
    async fn end(&mut self, account: AccountId) -> Result<(), StoreError>;
}
