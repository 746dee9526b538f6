use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use super::{NamespaceKey, StoreError};
use crate::id::{NamespaceId, RegistryId};
use crate::registry::{
    Holdings, NewRegistry, Registry, RegistryHost, RegistryName, RegistryUrl, ServiceName,
};

/// Registries.
#[async_trait]
pub trait Registries: Send {
    /// Adds a registry.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where the name, the address or a service is in use; the unit of work
    /// stays usable.
    async fn add(&mut self, registry: &NewRegistry) -> Result<RegistryId, StoreError>;

    /// The registry's catalog was listed whole; the first time stays.
    async fn set_read(&mut self, registry: RegistryId, at: SystemTime) -> Result<(), StoreError>;

    /// The hosts that its events may name, all at once.
    async fn set_hosts(
        &mut self,
        registry: RegistryId,
        hosts: &[RegistryHost],
    ) -> Result<(), StoreError>;

    /// Where it is called, and how long its tokens are good for.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where another registry has the address; the unit of work stays usable.
    async fn set_address(
        &mut self,
        registry: RegistryId,
        url: &RegistryUrl,
        token_lifetime: Option<Duration>,
    ) -> Result<(), StoreError>;

    /// Its notifications need the next secret from now on; the number of that.
    async fn renew_secret(&mut self, registry: RegistryId) -> Result<u32, StoreError>;

    /// What would go with it.
    async fn holdings(&mut self, registry: RegistryId) -> Result<Holdings, StoreError>;

    /// Takes its services away, so that nobody gets tokens for it any more, and holds them until a
    /// time.
    async fn silence(
        &mut self,
        registry: RegistryId,
        held_until: SystemTime,
    ) -> Result<(), StoreError>;

    /// Until when no registry may have a service, where it was held.
    async fn held(&mut self, service: &ServiceName) -> Result<Option<SystemTime>, StoreError>;

    /// Forgets at most `limit` of its namespaces, in the order of their numbers. Says which.
    async fn forget_namespaces(
        &mut self,
        registry: RegistryId,
        limit: u32,
    ) -> Result<Vec<(NamespaceId, NamespaceKey)>, StoreError>;

    /// Forgets part of what is known of it: at most `limit` repositories, or as many notifications
    /// and jobs; 0 only where nothing of these is left.
    async fn clear(&mut self, registry: RegistryId, limit: u32) -> Result<u64, StoreError>;

    /// Forgets it, with its namespaces and what is left of the rest.
    async fn remove(&mut self, registry: RegistryId) -> Result<(), StoreError>;

    /// Every registry, by name.
    async fn all(&mut self) -> Result<Vec<Registry>, StoreError>;

    /// The registry of this name.
    async fn by_name(&mut self, name: &RegistryName) -> Result<Option<Registry>, StoreError>;

    /// The registry of this number.
    async fn by_id(&mut self, registry: RegistryId) -> Result<Option<Registry>, StoreError>;
}
