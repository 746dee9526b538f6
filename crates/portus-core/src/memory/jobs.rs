use std::time::SystemTime;

use async_trait::async_trait;

use super::state::StoredJob;
use super::unit_of_work::Work;
use crate::id::JobId;
use crate::port::{Job, JobKind, Jobs, StoreError};

#[async_trait]
impl Jobs for Work {
    async fn enqueue(&mut self, job: &JobKind, run_at: SystemTime) -> Result<(), StoreError> {
        let state = self.change()?;
        if !state.jobs.values().any(|other| other.kind == *job) {
            let id = JobId(state.next_id());
            let job = StoredJob { kind: job.clone(), tries: 0, run_at, leased_until: None };
            state.jobs.insert(id, job);
        }
        Ok(())
    }

    async fn claim(
        &mut self,
        now: SystemTime,
        lease: SystemTime,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let jobs = &mut self.change()?.jobs;
        let is_due = |job: &StoredJob| job.run_at <= now && job.leased_until <= Some(now);
        let mut due: Vec<_> = jobs.iter_mut().filter(|(_, job)| is_due(job)).collect();
        due.sort_by_key(|(id, job)| (job.run_at, **id));
        let claimed = due.into_iter().take(limit as usize).map(|(id, job)| {
            job.leased_until = Some(lease);
            Job { id: *id, kind: job.kind.clone(), tries: job.tries }
        });
        Ok(claimed.collect())
    }

    async fn finish(&mut self, job: JobId) -> Result<(), StoreError> {
        self.change()?.jobs.remove(&job);
        Ok(())
    }

    async fn postpone(
        &mut self,
        job: JobId,
        _error: &str,
        next: SystemTime,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.jobs.get_mut(&job) {
            stored.tries += 1;
            stored.run_at = next;
            stored.leased_until = None;
        }
        Ok(())
    }

    async fn waiting(&mut self) -> Result<u64, StoreError> {
        Ok(self.seen().jobs.len() as u64)
    }
}
