use std::cmp::Reverse;
use std::time::SystemTime;

use async_trait::async_trait;

use super::MemoryStore;
use super::listing::page;
use super::registries::by_name;
use super::state::{State, StoredJob};
use crate::id::{JobId, RegistryId};
use crate::page::{Page, Slice};
use crate::port::{JobRow, Oversight, RegistryState, StoreError, SyncRun};

#[async_trait]
impl Oversight for MemoryStore {
    async fn jobs(&self, failing: bool, slice: &Slice) -> Result<Page<JobRow>, StoreError> {
        let state = self.now()?;
        let wanted = state.jobs.iter().filter(|(_, job)| !failing || job.tries > 0);
        let rows = wanted.filter_map(|(id, job)| Some((id.0, row(&state, *id, job)?)));
        Ok(page(rows, slice))
    }

    async fn registries(&self) -> Result<Vec<RegistryState>, StoreError> {
        let state = self.now()?;
        let states = by_name(&state).into_iter().map(|registry| RegistryState {
            last_received: state.last_received.get(&registry.id).copied(),
            sync: newest(&state, registry.id),
            id: registry.id,
            name: registry.name,
        });
        Ok(states.collect())
    }

    async fn syncs(
        &self,
        registry: RegistryId,
        slice: &Slice,
    ) -> Result<Page<SyncRun>, StoreError> {
        let state = self.now()?;
        let own = state.syncs.values().filter(|(of, _)| *of == registry);
        // All of one moment: the number alone says which is newer.
        let keyed = own.map(|(_, run)| (Reverse((SystemTime::UNIX_EPOCH, run.id.0)), run.clone()));
        Ok(page(keyed, slice))
    }
}

fn newest(state: &State, registry: RegistryId) -> Option<SyncRun> {
    let mut newest_first = state.syncs.values().rev();
    newest_first.find(|(of, _)| *of == registry).map(|(_, run)| run.clone())
}

fn row(state: &State, id: JobId, job: &StoredJob) -> Option<JobRow> {
    Some(JobRow {
        id,
        kind: job.kind.clone(),
        registry: state.registries.get(&job.kind.registry())?.name.clone(),
        tries: job.tries,
        error: job.error.clone(),
        run_at: job.leased_until.unwrap_or(job.run_at),
        claimed: job.leased_until.is_some(),
    })
}
