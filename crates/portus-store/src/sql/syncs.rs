use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::{RegistryId, SyncId};
use portus_core::port::{StoreError, SyncRun, Syncs};

use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::sync_runs;
use crate::values::{count, micros, number, time};

#[async_trait]
impl Syncs for SqlUnitOfWork {
    async fn begin(
        &mut self,
        registry: RegistryId,
        as_of: SystemTime,
    ) -> Result<SyncId, StoreError> {
        let id: i64 = diesel::insert_into(sync_runs::table)
            .values((
                sync_runs::registry_id.eq(registry.0),
                sync_runs::as_of.eq(micros(as_of)),
                sync_runs::repositories.eq(0),
                sync_runs::changes.eq(0),
            ))
            .returning(sync_runs::id)
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        Ok(SyncId(id))
    }

    async fn latest(&mut self, registry: RegistryId) -> Result<Option<SyncRun>, StoreError> {
        let row: Option<SyncRow> = sync_runs::table
            .filter(sync_runs::registry_id.eq(registry.0))
            .order(sync_runs::id.desc())
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        row.map(sync_run).transpose()
    }

    async fn advance(
        &mut self,
        sync: SyncId,
        cursor: Option<&str>,
        repositories: u64,
        changes: u64,
    ) -> Result<(), StoreError> {
        diesel::update(sync_runs::table.find(sync.0))
            .set((
                sync_runs::cursor.eq(cursor),
                sync_runs::repositories.eq(number(repositories)),
                sync_runs::changes.eq(number(changes)),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn finish(&mut self, sync: SyncId, at: SystemTime) -> Result<(), StoreError> {
        diesel::update(sync_runs::table.find(sync.0))
            .set(sync_runs::finished_at.eq(micros(at)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

pub(super) type SyncRow = (i64, i64, i64, Option<String>, i64, i64, Option<i64>);

pub(super) fn sync_run(row: SyncRow) -> Result<SyncRun, StoreError> {
    let (id, _, as_of, cursor, repositories, changes, finished_at) = row;
    Ok(SyncRun {
        id: SyncId(id),
        as_of: time(as_of),
        cursor,
        repositories: count("sync_runs.repositories", repositories)?,
        changes: count("sync_runs.changes", changes)?,
        finished_at: finished_at.map(time),
    })
}
