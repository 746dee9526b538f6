use std::time::SystemTime;

use async_trait::async_trait;

use super::state::exists;
use super::unit_of_work::Work;
use crate::id::{RegistryId, SyncId};
use crate::port::{StoreError, SyncRun, Syncs};

#[async_trait]
impl Syncs for Work {
    async fn begin(
        &mut self,
        registry: RegistryId,
        as_of: SystemTime,
    ) -> Result<SyncId, StoreError> {
        let state = self.change()?;
        exists(&state.registries, &registry)?;
        let id = SyncId(state.next_id());
        let run =
            SyncRun { id, as_of, cursor: None, repositories: 0, changes: 0, finished_at: None };
        state.syncs.insert(id, (registry, run));
        Ok(id)
    }

    async fn latest(&mut self, registry: RegistryId) -> Result<Option<SyncRun>, StoreError> {
        let mut newest_first = self.seen().syncs.values().rev();
        Ok(newest_first.find(|(of, _)| *of == registry).map(|(_, run)| run.clone()))
    }

    async fn advance(
        &mut self,
        sync: SyncId,
        cursor: Option<&str>,
        repositories: u64,
        changes: u64,
    ) -> Result<(), StoreError> {
        if let Some((_, run)) = self.change()?.syncs.get_mut(&sync) {
            run.cursor = cursor.map(str::to_owned);
            run.repositories = repositories;
            run.changes = changes;
        }
        Ok(())
    }

    async fn finish(&mut self, sync: SyncId, at: SystemTime) -> Result<(), StoreError> {
        if let Some((_, run)) = self.change()?.syncs.get_mut(&sync) {
            run.finished_at = Some(at);
        }
        Ok(())
    }
}
