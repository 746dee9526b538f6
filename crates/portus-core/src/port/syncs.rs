use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::id::{RegistryId, SyncId};

/// Walks through registries' catalogs, so that one that was interrupted goes on.
#[async_trait]
pub trait Syncs: Send {
    /// Begins a walk.
    async fn begin(
        &mut self,
        registry: RegistryId,
        as_of: SystemTime,
    ) -> Result<SyncId, StoreError>;

    /// The newest walk of a registry, finished or not.
    async fn latest(&mut self, registry: RegistryId) -> Result<Option<SyncRun>, StoreError>;

    /// The catalog was read up to here; everything before is done.
    async fn advance(
        &mut self,
        sync: SyncId,
        cursor: Option<&str>,
        repositories: u64,
        changes: u64,
    ) -> Result<(), StoreError>;

    /// The walk came to the end of the catalog.
    async fn finish(&mut self, sync: SyncId, at: SystemTime) -> Result<(), StoreError>;
}

/// One walk through a catalog.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SyncRun {
    /// The store's number.
    pub id: SyncId,
    /// The registry's clock when it began.
    pub as_of: SystemTime,
    /// Where the catalog is to be read on.
    pub cursor: Option<String>,
    /// Repositories seen so far.
    pub repositories: u64,
    /// Tags set so far.
    pub changes: u64,
    /// When it came to the end.
    pub finished_at: Option<SystemTime>,
}
