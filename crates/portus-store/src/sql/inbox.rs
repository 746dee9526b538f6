use std::collections::BTreeSet;
use std::time::SystemTime;

use async_trait::async_trait;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use portus_core::event::{Claimed, Incoming, WaitingEvent};
use portus_core::id::{InboxId, RegistryId};
use portus_core::namespace::NamespaceName;
use portus_core::port::{Accepted, Inbox, InboxLag, Retry, StoreError};

use super::super::dialect;
use super::events::{DONE, EventRow, NewRow, PARKED, WAITING, waiting_event};
use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::{inbox, registries};
use crate::values::{PRUNED_AT_ONCE, count, micros, parsed, storable, time};

#[async_trait]
impl Inbox for SqlUnitOfWork {
    async fn accept(
        &mut self,
        registry: RegistryId,
        incoming: &[Incoming],
        received_at: SystemTime,
    ) -> Result<Accepted, StoreError> {
        let mut accepted = Accepted::default();
        for parked in [false, true] {
            let meant = |one: &&Incoming| matches!(one, Incoming::Unreadable { .. }) == parked;
            let rows: Vec<NewRow> = incoming
                .iter()
                .filter(meant)
                .map(|one| NewRow::of(registry, one, received_at))
                .collect();
            let sent = rows.len() as u64;
            let fresh = self.insert(rows).await.map_err(store_error)?;
            accepted.fresh += fresh;
            accepted.parked += if parked { fresh } else { 0 };
            accepted.repeated += sent - fresh;
        }
        let at = micros(received_at);
        let earlier = registries::last_received_at.lt(at).assume_not_null();
        diesel::update(registries::table.find(registry.0))
            .filter(registries::last_received_at.is_null().or(earlier))
            .set(registries::last_received_at.eq(at))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(accepted)
    }

    async fn claim(&mut self, now: SystemTime, limit: u32) -> Result<Option<Claimed>, StoreError> {
        // Nearly always nobody holds the oldest, and the others need not be looked for.
        let mut asked = BTreeSet::new();
        for oldest in [true, false] {
            let ready = if oldest { self.oldest_ready(now).await } else { self.ready(now).await };
            for (registry, repository) in ready.map_err(store_error)? {
                if !asked.insert((registry, repository.clone())) {
                    continue;
                }
                let key = lock_key(registry, &repository);
                if !dialect::try_lock(self.conn(), key).await.map_err(store_error)? {
                    continue;
                }
                // Read again under the lock: who had it before may just have applied them.
                let events = self.waiting(registry, &repository, now, limit).await?;
                if !events.is_empty() {
                    let registry = RegistryId(registry);
                    let repository = parsed("inbox.repository", &repository)?;
                    return Ok(Some(Claimed { registry, repository, events }));
                }
            }
        }
        Ok(None)
    }

    async fn finish(&mut self, events: &[InboxId], at: SystemTime) -> Result<(), StoreError> {
        for events in events.chunks(ROWS) {
            let ids: Vec<i64> = events.iter().map(|event| event.0).collect();
            diesel::update(inbox::table)
                .filter(inbox::id.eq_any(ids))
                .set((inbox::state.eq(DONE), inbox::finished_at.eq(micros(at))))
                .execute(self.conn())
                .await
                .map_err(store_error)?;
        }
        Ok(())
    }

    async fn postpone(
        &mut self,
        event: InboxId,
        error: &str,
        next: SystemTime,
    ) -> Result<(), StoreError> {
        // One that was applied meanwhile stays applied.
        diesel::update(inbox::table.find(event.0))
            .filter(is(WAITING))
            .set((
                inbox::state.eq(WAITING),
                inbox::tries.eq(inbox::tries + 1),
                inbox::error.eq(storable(error)),
                inbox::next_try_at.eq(micros(next)),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn park(&mut self, event: InboxId, error: &str) -> Result<(), StoreError> {
        diesel::update(inbox::table.find(event.0))
            .filter(is(WAITING))
            .set((
                inbox::state.eq(PARKED),
                inbox::tries.eq(inbox::tries + 1),
                inbox::error.eq(storable(error)),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn retry(&mut self, which: Retry, now: SystemTime) -> Result<u64, StoreError> {
        let parked = diesel::update(inbox::table).filter(is(PARKED).and(inbox::raw.is_null()));
        let parked = match which {
            Retry::All => parked.into_boxed(),
            Retry::One(event) => parked.into_boxed().filter(inbox::id.eq(event.0)),
        };
        let put_back = parked.set(put_back(now)).execute(self.conn()).await.map_err(store_error)?;
        Ok(put_back as u64)
    }

    async fn discard(&mut self, event: InboxId) -> Result<bool, StoreError> {
        let gone = diesel::delete(inbox::table)
            .filter(inbox::id.eq(event.0).and(is(PARKED)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(gone > 0)
    }

    async fn retry_namespace(
        &mut self,
        registry: RegistryId,
        namespace: &NamespaceName,
        since: SystemTime,
        now: SystemTime,
    ) -> Result<u64, StoreError> {
        // `0` is what comes after `/`: the range of every path that starts with the name.
        let put_back = diesel::update(inbox::table)
            .filter(is(PARKED).and(inbox::raw.is_null()))
            .filter(inbox::registry_id.eq(registry.0).and(inbox::received_at.ge(micros(since))))
            .filter(inbox::repository.ge(format!("{namespace}/")))
            .filter(inbox::repository.lt(format!("{namespace}0")))
            .set(put_back(now))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(put_back as u64)
    }

    async fn prune(&mut self, before: SystemTime) -> Result<u64, StoreError> {
        let old = inbox::table
            .filter(is(DONE).and(inbox::finished_at.lt(micros(before)).assume_not_null()))
            .select(inbox::id)
            .limit(PRUNED_AT_ONCE)
            .load::<i64>(self.conn())
            .await
            .map_err(store_error)?;
        let removed = diesel::delete(inbox::table)
            .filter(inbox::id.eq_any(old))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed as u64)
    }

    async fn lag(&mut self) -> Result<InboxLag, StoreError> {
        let (waiting, oldest): (i64, Option<i64>) = inbox::table
            .filter(is(WAITING))
            .select((diesel::dsl::count_star(), diesel::dsl::min(inbox::received_at)))
            .first(self.conn())
            .await
            .map_err(store_error)?;
        let parked: i64 = inbox::table
            .filter(is(PARKED))
            .count()
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        Ok(InboxLag {
            waiting: count("inbox", waiting)?,
            oldest: oldest.map(time),
            parked: count("inbox", parked)?,
        })
    }

    async fn last_received(
        &mut self,
        registry: RegistryId,
    ) -> Result<Option<SystemTime>, StoreError> {
        let at: Option<Option<i64>> = registries::table
            .find(registry.0)
            .select(registries::last_received_at)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(at.flatten().map(time))
    }
}

impl SqlUnitOfWork {
    /// Says how many were new.
    async fn insert(&mut self, mut rows: Vec<NewRow>) -> QueryResult<u64> {
        let mut fresh = 0;
        while !rows.is_empty() {
            let later = rows.split_off(rows.len().min(ROWS));
            let unique = (inbox::registry_id, inbox::event_id);
            fresh += dialect::insert_all!(self.conn(), inbox::table, rows, unless unique)?;
            rows = later;
        }
        Ok(fresh as u64)
    }

    /// Registry and repository of the oldest event that may be applied.
    async fn oldest_ready(&mut self, now: SystemTime) -> QueryResult<Vec<(i64, String)>> {
        inbox::table
            .filter(is(WAITING).and(inbox::next_try_at.le(micros(now))))
            .order(inbox::id)
            .limit(1)
            .select((inbox::registry_id, inbox::repository.assume_not_null()))
            .load(self.conn())
            .await
    }

    /// Registries and repositories with events that may be applied, each once however many there
    /// are, those that wait longest first.
    async fn ready(&mut self, now: SystemTime) -> QueryResult<Vec<(i64, String)>> {
        let rows: Vec<(i64, Option<String>)> = inbox::table
            .filter(is(WAITING).and(inbox::next_try_at.le(micros(now))))
            .group_by((inbox::registry_id, inbox::repository))
            .order(diesel::dsl::min(inbox::id))
            .limit(CANDIDATES)
            .select((inbox::registry_id, inbox::repository))
            .load(self.conn())
            .await?;
        Ok(rows.into_iter().filter_map(|(of, repository)| Some((of, repository?))).collect())
    }

    /// The oldest events of a repository that may be applied. What cannot be read any more is
    /// parked: it would be in the way of all others for ever.
    async fn waiting(
        &mut self,
        registry: i64,
        repository: &str,
        now: SystemTime,
        limit: u32,
    ) -> Result<Vec<WaitingEvent>, StoreError> {
        loop {
            let rows: Vec<EventRow> = inbox::table
                .filter(is(WAITING).and(inbox::next_try_at.le(micros(now))))
                .filter(inbox::registry_id.eq(registry).and(inbox::repository.eq(repository)))
                .order(inbox::id)
                .limit(limit.into())
                .select(EventRow::as_select())
                .load(self.conn())
                .await
                .map_err(store_error)?;
            let (is_last, mut events) = (rows.is_empty(), Vec::with_capacity(rows.len()));
            for row in rows {
                let id = row.id();
                match waiting_event(row) {
                    Ok(event) => events.push(event),
                    Err(error) => self.park(id, &error.to_string()).await?,
                }
            }
            if is_last || !events.is_empty() {
                return Ok(events);
            }
        }
    }
}

/// At most so many rows a statement: both databases have a limit of values.
const ROWS: usize = 500;
/// More repositories than there are workers that could hold them.
const CANDIDATES: i64 = 32;

/// Written into the statement, since an index of some rows is used only where the statement itself
/// says that it is about those.
fn is(state: &'static str) -> diesel::dsl::Eq<inbox::state, SqlLiteral<Text>> {
    inbox::state.eq(diesel::dsl::sql::<Text>(match state {
        DONE => "'done'",
        PARKED => "'parked'",
        _ => "'waiting'",
    }))
}

type PutBack = (
    diesel::dsl::Eq<inbox::state, &'static str>,
    diesel::dsl::Eq<inbox::tries, i64>,
    diesel::dsl::Eq<inbox::next_try_at, i64>,
);

fn put_back(now: SystemTime) -> PutBack {
    (inbox::state.eq(WAITING), inbox::tries.eq(0), inbox::next_try_at.eq(micros(now)))
}

/// FNV-1a. Another repository with the same number waits for this one, and no more.
fn lock_key(registry: i64, repository: &str) -> i64 {
    let bytes = registry.to_be_bytes().into_iter().chain(repository.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_repository_is_the_same_in_every_process() {
        assert_eq!(lock_key(1, "qa/app"), lock_key(1, "qa/app"));
        assert_ne!(lock_key(1, "qa/app"), lock_key(2, "qa/app"));
        assert_ne!(lock_key(1, "qa/app"), lock_key(1, "qa/apq"));
    }
}
