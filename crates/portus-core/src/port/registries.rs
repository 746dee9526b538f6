use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::id::RegistryId;
use crate::registry::{NewRegistry, Registry, RegistryHost, RegistryName};

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

    /// Every registry, by name.
    async fn all(&mut self) -> Result<Vec<Registry>, StoreError>;

    /// The registry of this name.
    async fn by_name(&mut self, name: &RegistryName) -> Result<Option<Registry>, StoreError>;

    /// The registry of this number.
    async fn by_id(&mut self, registry: RegistryId) -> Result<Option<Registry>, StoreError>;
}
