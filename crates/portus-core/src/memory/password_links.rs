use std::time::SystemTime;

use async_trait::async_trait;

use super::state::exists;
use super::unit_of_work::Work;
use crate::id::AccountId;
use crate::port::{PasswordLinks, StoreError};
use crate::secret::SecretDigest;

#[async_trait]
impl PasswordLinks for Work {
    async fn set(
        &mut self,
        account: AccountId,
        digest: &SecretDigest,
        ends: SystemTime,
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        exists(&state.accounts, &account)?;
        state.password_links.insert(account, (*digest, ends));
        Ok(())
    }

    async fn whose(
        &mut self,
        digest: &SecretDigest,
        now: SystemTime,
    ) -> Result<Option<AccountId>, StoreError> {
        let mut links = self.seen().password_links.iter();
        let found = links.find(|(_, (known, ends))| known == digest && *ends > now);
        Ok(found.map(|(account, _)| *account))
    }

    async fn take(
        &mut self,
        digest: &SecretDigest,
        now: SystemTime,
    ) -> Result<Option<AccountId>, StoreError> {
        let found = self.whose(digest, now).await?;
        if let Some(account) = found {
            self.change()?.password_links.remove(&account);
        }
        Ok(found)
    }

    async fn end(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.change()?.password_links.remove(&account);
        Ok(())
    }
}
