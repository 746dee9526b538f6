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
            let (kind, tries) = (job.clone(), 0);
            let (leased_until, again_at) = (None, None);
            let job = StoredJob { kind, tries, error: None, run_at, leased_until, again_at };
            state.jobs.insert(id, job);
        }
        Ok(())
    }

    async fn enqueue_anew(&mut self, job: &JobKind, now: SystemTime) -> Result<(), StoreError> {
        self.enqueue(job, now).await?;
        let mut jobs = self.change()?.jobs.values_mut();
        if let Some(stored) = jobs.find(|other| other.kind == *job) {
            match stored.leased_until > Some(now) {
                true => stored.again_at = Some(now),
                false => stored.run_at = stored.run_at.min(now),
            }
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
            (job.leased_until, job.again_at) = (Some(lease), None);
            Job { id: *id, kind: job.kind.clone(), tries: job.tries }
        });
        Ok(claimed.collect())
    }

    async fn finish(&mut self, job: JobId) -> Result<(), StoreError> {
        let jobs = &mut self.change()?.jobs;
        let Some(stored) = jobs.get_mut(&job) else { return Ok(()) };
        match stored.again_at.take() {
            None => {
                jobs.remove(&job);
            }
            Some(again_at) => {
                (stored.run_at, stored.leased_until) = (again_at, None);
                (stored.tries, stored.error) = (0, None);
            }
        }
        Ok(())
    }

    async fn postpone(
        &mut self,
        job: JobId,
        error: &str,
        next: SystemTime,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.jobs.get_mut(&job) {
            stored.tries += 1;
            stored.error = Some(error.to_owned());
            stored.run_at = next;
            (stored.leased_until, stored.again_at) = (None, None);
        }
        Ok(())
    }

    async fn hold(&mut self, job: JobId, lease: SystemTime) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.jobs.get_mut(&job) {
            stored.leased_until = Some(lease);
        }
        Ok(())
    }

    async fn hasten(&mut self, job: JobId, now: SystemTime) -> Result<bool, StoreError> {
        let stored = self.change()?.jobs.get_mut(&job);
        let Some(stored) = stored.filter(|one| one.leased_until <= Some(now)) else {
            return Ok(false);
        };
        stored.run_at = stored.run_at.min(now);
        Ok(true)
    }

    async fn waiting(&mut self) -> Result<u64, StoreError> {
        Ok(self.seen().jobs.len() as u64)
    }
}
