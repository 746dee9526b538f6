use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::{AccountId, SessionId};
use portus_core::port::{Sessions, StoreError};
use portus_core::session::{NewSession, Session};

use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::sessions;
use crate::values::{PRUNED_AT_ONCE, count, micros, storable, time};

#[async_trait]
impl Sessions for SqlUnitOfWork {
    async fn add(&mut self, session: &NewSession, limit: u32) -> Result<SessionId, StoreError> {
        let agent: String = storable(&session.agent).chars().take(200).collect();
        let id: i64 = diesel::insert_into(sessions::table)
            .values((
                sessions::account_id.eq(session.account.0),
                sessions::digest.eq(&session.digest.0[..]),
                sessions::agent.eq(agent),
                sessions::address.eq(&session.address),
                sessions::created_at.eq(micros(session.created_at)),
                sessions::last_used_at.eq(micros(session.created_at)),
            ))
            .returning(sessions::id)
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        let others = sessions::account_id.eq(session.account.0).and(sessions::id.ne(id));
        let newest = sessions::table
            .filter(others)
            .order((sessions::last_used_at.desc(), sessions::id.desc()))
            .select(sessions::id)
            .limit(i64::from(limit.saturating_sub(1)))
            .load::<i64>(self.conn())
            .await
            .map_err(store_error)?;
        diesel::delete(sessions::table)
            .filter(others)
            .filter(sessions::id.ne_all(newest))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(SessionId(id))
    }

    async fn count(&mut self, account: AccountId) -> Result<u64, StoreError> {
        let hers = sessions::table.filter(sessions::account_id.eq(account.0));
        let number: i64 = hers.count().get_result(self.conn()).await.map_err(store_error)?;
        count("sessions", number)
    }

    async fn end(&mut self, account: AccountId, session: SessionId) -> Result<bool, StoreError> {
        let ended = diesel::delete(sessions::table.find(session.0))
            .filter(sessions::account_id.eq(account.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(ended > 0)
    }

    async fn end_all(
        &mut self,
        account: AccountId,
        but: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        let ended = diesel::delete(sessions::table)
            .filter(sessions::account_id.eq(account.0))
            // No row has the number 0.
            .filter(sessions::id.ne(but.map_or(0, |session| session.0)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(ended as u64)
    }

    async fn of(&mut self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        let rows: Vec<SessionRow> = sessions::table
            .filter(sessions::account_id.eq(account.0))
            .order((sessions::last_used_at.desc(), sessions::id.desc()))
            .select(SESSION)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(session).collect())
    }

    async fn prune(
        &mut self,
        began_before: SystemTime,
        unused_since: SystemTime,
    ) -> Result<u64, StoreError> {
        let over = sessions::created_at
            .lt(micros(began_before))
            .or(sessions::last_used_at.lt(micros(unused_since)));
        let old = sessions::table
            .filter(over)
            .select(sessions::id)
            .limit(PRUNED_AT_ONCE)
            .load::<i64>(self.conn())
            .await
            .map_err(store_error)?;
        let removed = diesel::delete(sessions::table)
            .filter(sessions::id.eq_any(old))
            // One that was used meanwhile stays.
            .filter(over)
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed as u64)
    }

    async fn used(&mut self, session: SessionId, at: SystemTime) -> Result<(), StoreError> {
        let at = micros(at);
        diesel::update(sessions::table)
            .filter(sessions::id.eq(session.0).and(sessions::last_used_at.lt(at)))
            .set(sessions::last_used_at.eq(at))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

pub(super) type SessionRow = (i64, i64, String, String, i64, i64);

pub(super) const SESSION: (
    sessions::id,
    sessions::account_id,
    sessions::agent,
    sessions::address,
    sessions::created_at,
    sessions::last_used_at,
) = (
    sessions::id,
    sessions::account_id,
    sessions::agent,
    sessions::address,
    sessions::created_at,
    sessions::last_used_at,
);

pub(super) fn session(
    (id, account, agent, address, created_at, last_used_at): SessionRow,
) -> Session {
    Session {
        id: SessionId(id),
        account: AccountId(account),
        agent,
        address,
        created_at: time(created_at),
        last_used_at: time(last_used_at),
    }
}
