use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::AccountId;
use portus_core::port::{Answers, KnownRequest, RequestKey, StoreError};

use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::answers;
use crate::values::{PRUNED_AT_ONCE, micros, time};

#[async_trait]
impl Answers for SqlUnitOfWork {
    async fn begin(
        &mut self,
        account: AccountId,
        key: &RequestKey,
        request: &str,
        at: SystemTime,
    ) -> Result<Option<KnownRequest>, StoreError> {
        let added = diesel::insert_into(answers::table)
            .values((
                answers::account_id.eq(account.0),
                answers::key.eq(key.as_str()),
                answers::request.eq(request),
                answers::begun_at.eq(micros(at)),
            ))
            .on_conflict_do_nothing()
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        if added > 0 {
            return Ok(None);
        }
        let known: Option<(String, Option<Vec<u8>>, i64)> = answers::table
            .find((account.0, key.as_str()))
            .select((answers::request, answers::answer, answers::begun_at))
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        // Let go of at this very moment: the one who did may have been refused.
        let known = known.unwrap_or_else(|| (request.to_owned(), None, micros(at)));
        let (request, answer, begun_at) = known;
        Ok(Some(KnownRequest { request, answer, begun_at: time(begun_at) }))
    }

    async fn keep(
        &mut self,
        account: AccountId,
        key: &RequestKey,
        answer: &[u8],
    ) -> Result<(), StoreError> {
        diesel::update(answers::table.find((account.0, key.as_str())))
            .set(answers::answer.eq(answer))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn let_go(&mut self, account: AccountId, key: &RequestKey) -> Result<(), StoreError> {
        diesel::delete(answers::table.find((account.0, key.as_str())))
            .filter(answers::answer.is_null())
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn prune(&mut self, before: SystemTime) -> Result<u64, StoreError> {
        // In the order of time, so that what is removed at once is what is oldest.
        let bound: Option<i64> = answers::table
            .filter(answers::begun_at.lt(micros(before)))
            .order(answers::begun_at)
            .select(answers::begun_at)
            .limit(PRUNED_AT_ONCE)
            .load::<i64>(self.conn())
            .await
            .map_err(store_error)?
            .pop();
        let Some(bound) = bound else { return Ok(0) };
        let removed = diesel::delete(answers::table)
            .filter(answers::begun_at.le(bound))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed as u64)
    }
}
