use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::event::{Claimed, Incoming};
use crate::id::{InboxId, RegistryId};

/// Notifications, stored first and applied after.
#[async_trait]
pub trait Inbox: Send {
    /// Stores notifications; what cannot be read is parked at once. Those whose id the registry
    /// sent before are left out.
    async fn accept(
        &mut self,
        registry: RegistryId,
        incoming: &[Incoming],
        received_at: SystemTime,
    ) -> Result<Accepted, StoreError>;

    /// Takes the waiting events of one repository, at most `limit`, that no other worker holds
    /// until the end of this unit of work; `None` where nothing is ready.
    async fn claim(&mut self, now: SystemTime, limit: u32) -> Result<Option<Claimed>, StoreError>;

    /// The events were applied.
    async fn finish(&mut self, events: &[InboxId], at: SystemTime) -> Result<(), StoreError>;

    /// Applying the event failed; it is tried again at `next`. Nothing where it does not wait.
    async fn postpone(
        &mut self,
        event: InboxId,
        error: &str,
        next: SystemTime,
    ) -> Result<(), StoreError>;

    /// The event cannot be applied; an admin decides. Nothing where it does not wait.
    async fn park(&mut self, event: InboxId, error: &str) -> Result<(), StoreError>;

    /// Puts parked events that could be read back, one or all; says how many.
    async fn retry(&mut self, which: Retry, now: SystemTime) -> Result<u64, StoreError>;

    /// Throws a parked event away; whether there was one.
    async fn discard(&mut self, event: InboxId) -> Result<bool, StoreError>;

    /// Puts events back that came at `since` or later and were parked because of an unknown
    /// namespace of this name.
    async fn retry_namespace(
        &mut self,
        registry: RegistryId,
        namespace: &crate::namespace::NamespaceName,
        since: SystemTime,
        now: SystemTime,
    ) -> Result<u64, StoreError>;

    /// Removes events that were applied before a time, at most some thousand of them a call; says
    /// how many, and 0 only where none is left.
    async fn prune(&mut self, before: SystemTime) -> Result<u64, StoreError>;

    /// What waits.
    async fn lag(&mut self) -> Result<InboxLag, StoreError>;

    /// When a registry last sent anything.
    async fn last_received(
        &mut self,
        registry: RegistryId,
    ) -> Result<Option<SystemTime>, StoreError>;
}

/// How many notifications were stored.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Accepted {
    /// New ones.
    pub fresh: u64,
    /// Of those, the ones that could not be read.
    pub parked: u64,
    /// Ones the registry sent before.
    pub repeated: u64,
}

/// Which parked events to put back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Retry {
    /// Every one.
    All,
    /// One.
    One(InboxId),
}

/// What waits in the inbox.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct InboxLag {
    /// How many events wait to be applied.
    pub waiting: u64,
    /// When the oldest of them came.
    pub oldest: Option<SystemTime>,
    /// How many are parked.
    pub parked: u64,
}
