use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::{DeletionId, JobId, RegistryId};
use portus_core::port::{Job, JobKind, Jobs, StoreError};

use super::super::dialect;
use super::unit_of_work::SqlUnitOfWork;
use crate::error::{corrupt, store_error};
use crate::schema::jobs;
use crate::values::{count, micros, parsed, storable, time};

#[async_trait]
impl Jobs for SqlUnitOfWork {
    async fn enqueue(&mut self, job: &JobKind, run_at: SystemTime) -> Result<(), StoreError> {
        let (kind, registry, repository, digest) = stored(job);
        diesel::insert_into(jobs::table)
            .values((
                jobs::kind.eq(kind),
                jobs::registry_id.eq(registry.0),
                jobs::repository.eq(repository),
                jobs::digest.eq(digest),
                jobs::run_at.eq(micros(run_at)),
                jobs::tries.eq(0),
            ))
            .on_conflict_do_nothing()
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn enqueue_anew(&mut self, job: &JobKind, now: SystemTime) -> Result<(), StoreError> {
        let (kind, registry, repository, digest) = stored(job);
        let now = micros(now);
        // One statement, so that a worker that finishes at this moment neither loses nor keeps it.
        let id: i64 = diesel::insert_into(jobs::table)
            .values((
                jobs::kind.eq(kind),
                jobs::registry_id.eq(registry.0),
                jobs::repository.eq(repository),
                jobs::digest.eq(digest),
                jobs::run_at.eq(now),
                jobs::tries.eq(0),
            ))
            .on_conflict((jobs::registry_id, jobs::kind, jobs::repository, jobs::digest))
            .do_update()
            .set(jobs::again_at.eq(now))
            .returning(jobs::id)
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        // That row is this unit's own from here on.
        let waits = jobs::claimed.eq(false).or(jobs::run_at.le(now));
        diesel::update(jobs::table)
            .filter(jobs::id.eq(id).and(waits))
            .set(jobs::again_at.eq(None::<i64>))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        self.hasten(JobId(id), time(now)).await?;
        Ok(())
    }

    async fn claim(
        &mut self,
        now: SystemTime,
        lease: SystemTime,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let due = dialect::due_jobs(self.conn(), micros(now), limit.into()).await;
        let due = due.map_err(store_error)?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        diesel::update(jobs::table)
            .filter(jobs::id.eq_any(&due))
            .set((
                jobs::run_at.eq(micros(lease)),
                jobs::claimed.eq(true),
                jobs::again_at.eq(None::<i64>),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        let rows: Vec<JobRow> = jobs::table
            .filter(jobs::id.eq_any(&due))
            .select((
                jobs::id,
                jobs::kind,
                jobs::registry_id,
                jobs::repository,
                jobs::digest,
                jobs::tries,
            ))
            .load(self.conn())
            .await
            .map_err(store_error)?;
        let mut claimed = rows.into_iter().map(job).collect::<Result<Vec<_>, _>>()?;
        claimed.sort_by_key(|job| due.iter().position(|id| *id == job.id.0));
        Ok(claimed)
    }

    async fn finish(&mut self, job: JobId) -> Result<(), StoreError> {
        let once = jobs::table.filter(jobs::id.eq(job.0).and(jobs::again_at.is_null()));
        let gone = diesel::delete(once).execute(self.conn()).await.map_err(store_error)?;
        if gone > 0 {
            return Ok(());
        }
        diesel::update(jobs::table.filter(jobs::id.eq(job.0).and(jobs::again_at.is_not_null())))
            .set((
                jobs::run_at.eq(jobs::again_at.assume_not_null()),
                jobs::again_at.eq(None::<i64>),
                jobs::tries.eq(0),
                jobs::error.eq(None::<String>),
                jobs::claimed.eq(false),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn postpone(
        &mut self,
        job: JobId,
        error: &str,
        next: SystemTime,
    ) -> Result<(), StoreError> {
        diesel::update(jobs::table.find(job.0))
            .set((
                jobs::tries.eq(jobs::tries + 1),
                jobs::error.eq(storable(error)),
                jobs::run_at.eq(micros(next)),
                jobs::claimed.eq(false),
                jobs::again_at.eq(None::<i64>),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn hold(&mut self, job: JobId, lease: SystemTime) -> Result<(), StoreError> {
        diesel::update(jobs::table.find(job.0))
            .set((jobs::run_at.eq(micros(lease)), jobs::claimed.eq(true)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn hasten(&mut self, job: JobId, now: SystemTime) -> Result<bool, StoreError> {
        let now = micros(now);
        let waits = jobs::claimed.eq(false).or(jobs::run_at.le(now));
        let late = jobs::run_at.gt(now);
        let found: Option<i64> = jobs::table
            .filter(jobs::id.eq(job.0).and(waits))
            .select(jobs::id)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        diesel::update(jobs::table)
            .filter(jobs::id.eq(job.0).and(waits).and(late))
            .set(jobs::run_at.eq(now))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(found.is_some())
    }

    async fn waiting(&mut self) -> Result<u64, StoreError> {
        let all: i64 = jobs::table.count().get_result(self.conn()).await.map_err(store_error)?;
        count("jobs", all)
    }
}

const ADOPT: &str = "adopt";
const DELETE: &str = "delete";
const DESCRIBE: &str = "describe";
const FIRST_SYNC: &str = "first-sync";
/// In place of a digest: the catalog is listed though it was before. To the release before this one
/// such a job is done, and not one that it cannot read.
const AGAIN: &str = "again";

fn stored(job: &JobKind) -> (&'static str, RegistryId, String, String) {
    match job {
        JobKind::Adopt { registry, repository } => {
            (ADOPT, *registry, repository.to_string(), String::new())
        }
        JobKind::Delete { registry, deletion } => {
            (DELETE, *registry, String::new(), deletion.to_string())
        }
        JobKind::Describe { registry, repository, digest } => {
            (DESCRIBE, *registry, repository.to_string(), digest.to_string())
        }
        JobKind::FirstSync { registry } => (FIRST_SYNC, *registry, String::new(), String::new()),
        JobKind::Sync { registry } => (FIRST_SYNC, *registry, String::new(), AGAIN.to_owned()),
    }
}

pub(super) type JobRow = (i64, String, i64, String, String, i64);

pub(super) fn job(
    (id, kind, registry, repository, digest, tries): JobRow,
) -> Result<Job, StoreError> {
    let registry = RegistryId(registry);
    let kind = match kind.as_str() {
        ADOPT => JobKind::Adopt { registry, repository: parsed("jobs.repository", &repository)? },
        DELETE => {
            JobKind::Delete { registry, deletion: DeletionId(parsed("jobs.digest", &digest)?) }
        }
        DESCRIBE => JobKind::Describe {
            registry,
            repository: parsed("jobs.repository", &repository)?,
            digest: parsed("jobs.digest", &digest)?,
        },
        FIRST_SYNC if digest == AGAIN => JobKind::Sync { registry },
        FIRST_SYNC => JobKind::FirstSync { registry },
        other => return Err(corrupt("jobs.kind", other)),
    };
    Ok(Job { id: JobId(id), kind, tries: count("jobs.tries", tries)? })
}
