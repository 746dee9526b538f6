use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::AccountId;
use portus_core::port::{PasswordLinks, StoreError};
use portus_core::secret::SecretDigest;

use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::password_links;
use crate::values::micros;

#[async_trait]
impl PasswordLinks for SqlUnitOfWork {
    async fn set(
        &mut self,
        account: AccountId,
        digest: &SecretDigest,
        ends: SystemTime,
    ) -> Result<(), StoreError> {
        let link =
            (password_links::digest.eq(&digest.0[..]), password_links::ends_at.eq(micros(ends)));
        diesel::insert_into(password_links::table)
            .values((password_links::account_id.eq(account.0), link))
            .on_conflict(password_links::account_id)
            .do_update()
            .set(link)
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn whose(
        &mut self,
        digest: &SecretDigest,
        now: SystemTime,
    ) -> Result<Option<AccountId>, StoreError> {
        let found: Option<i64> = password_links::table
            .filter(password_links::digest.eq(&digest.0[..]))
            .filter(password_links::ends_at.gt(micros(now)))
            .select(password_links::account_id)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(found.map(AccountId))
    }

    async fn take(
        &mut self,
        digest: &SecretDigest,
        now: SystemTime,
    ) -> Result<Option<AccountId>, StoreError> {
        let taken: Option<i64> = diesel::delete(password_links::table)
            .filter(password_links::digest.eq(&digest.0[..]))
            .filter(password_links::ends_at.gt(micros(now)))
            .returning(password_links::account_id)
            .get_result(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(taken.map(AccountId))
    }

    async fn end(&mut self, account: AccountId) -> Result<(), StoreError> {
        diesel::delete(password_links::table.find(account.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
