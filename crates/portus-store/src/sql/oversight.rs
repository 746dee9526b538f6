//! How the work goes.

use async_trait::async_trait;
use diesel::dsl::{max, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use portus_core::id::RegistryId;
use portus_core::page::{Page, Slice};
use portus_core::port::{JobRow, Oversight, RegistryState, StoreError, SyncRun};

use super::browse::{SqlBrowse, one_more, page};
use super::jobs::{self as queue, job};
use super::syncs::{SyncRow, sync_run};
use crate::schema::{jobs, registries, sync_runs};
use crate::values::{parsed, time};

#[async_trait]
impl Oversight for SqlBrowse {
    async fn jobs(&self, failing: bool, slice: &Slice) -> Result<Page<JobRow>, StoreError> {
        let mut query = jobs::table
            .inner_join(registries::table)
            .filter(jobs::id.gt(number(slice).unwrap_or_default()))
            .select((
                (
                    jobs::id,
                    jobs::kind,
                    jobs::registry_id,
                    jobs::repository,
                    jobs::digest,
                    jobs::tries,
                ),
                registries::name,
                (jobs::error, jobs::run_at, jobs::claimed),
            ))
            .order(jobs::id)
            .limit(one_more(slice))
            .into_boxed();
        if failing {
            // In words, so that the index of failing jobs is used.
            query = query.filter(sql::<Bool>("jobs.tries > 0"));
        }
        let rows: Vec<JobColumns> = self.load(query).await?;
        page(rows, slice, listed, |row| row.id.to_string())
    }

    async fn registries(&self) -> Result<Vec<RegistryState>, StoreError> {
        let newest = diesel::alias!(sync_runs as newest);
        let of_it = newest.field(sync_runs::registry_id).eq(registries::id);
        let newest = newest.filter(of_it).select(max(newest.field(sync_runs::id))).single_value();
        let query = registries::table
            .left_join(sync_runs::table.on(sync_runs::id.nullable().eq(newest)))
            .order(registries::name)
            .select((
                registries::id,
                registries::name,
                registries::last_received_at,
                sync_runs::all_columns.nullable(),
            ));
        let rows: Vec<StateColumns> = self.load(query).await?;
        rows.into_iter().map(state).collect()
    }

    async fn syncs(
        &self,
        registry: RegistryId,
        slice: &Slice,
    ) -> Result<Page<SyncRun>, StoreError> {
        let mut query = sync_runs::table
            .filter(sync_runs::registry_id.eq(registry.0))
            .order(sync_runs::id.desc())
            .limit(one_more(slice))
            .into_boxed();
        if let Some(before) = last(slice) {
            query = query.filter(sync_runs::id.lt(before));
        }
        let rows: Vec<SyncRow> = self.load(query).await?;
        page(rows, slice, sync_run, |run| format!("0.{}", run.id))
    }
}

/// The job; its registry's name; why it failed, when it is tried, whether a worker has it.
type JobColumns = (queue::JobRow, String, (Option<String>, i64, bool));

fn listed((row, registry, (error, run_at, claimed)): JobColumns) -> Result<JobRow, StoreError> {
    let job = job(row)?;
    Ok(JobRow {
        id: job.id,
        kind: job.kind,
        registry: parsed("registries.name", &registry)?,
        tries: job.tries,
        error,
        run_at: time(run_at),
        claimed,
    })
}

type StateColumns = (i64, String, Option<i64>, Option<SyncRow>);

fn state((id, name, last_received, sync): StateColumns) -> Result<RegistryState, StoreError> {
    Ok(RegistryState {
        id: RegistryId(id),
        name: parsed("registries.name", &name)?,
        last_received: last_received.map(time),
        sync: sync.map(sync_run).transpose()?,
    })
}

fn number(slice: &Slice) -> Option<i64> {
    slice.after.as_deref()?.parse().ok()
}

/// The walk that the page before ended with.
fn last(slice: &Slice) -> Option<i64> {
    slice.after.as_deref()?.strip_prefix("0.")?.parse().ok()
}
