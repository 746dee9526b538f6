use std::time::SystemTime;

use async_trait::async_trait;

use super::{JobKind, StoreError, SyncRun};
use crate::id::{JobId, RegistryId};
use crate::page::{Page, Slice};
use crate::registry::RegistryName;

/// How the work goes, for those who look after Portus: read-only, one query each.
#[async_trait]
pub trait Oversight: Send + Sync {
    /// Jobs in the order they were made; only those that failed before, where that is asked.
    async fn jobs(&self, failing: bool, slice: &Slice) -> Result<Page<JobRow>, StoreError>;

    /// How every registry fares, by name.
    async fn registries(&self) -> Result<Vec<RegistryState>, StoreError>;

    /// A registry's walks, newest first.
    async fn syncs(&self, registry: RegistryId, slice: &Slice)
    -> Result<Page<SyncRun>, StoreError>;
}

/// A job in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JobRow {
    /// The store's number.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// Where.
    pub registry: RegistryName,
    /// How often it failed.
    pub tries: u32,
    /// Why it failed last.
    pub error: Option<String>,
    /// When it is tried next; the end of the lease where a worker has it.
    pub run_at: SystemTime,
    /// Whether a worker took it. One that died keeps it until `run_at`.
    pub claimed: bool,
}

/// How a registry fares.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegistryState {
    /// The store's number.
    pub id: RegistryId,
    /// What it is called here.
    pub name: RegistryName,
    /// When it last told of anything.
    pub last_received: Option<SystemTime>,
    /// The newest walk through its catalog, finished or not.
    pub sync: Option<SyncRun>,
}
