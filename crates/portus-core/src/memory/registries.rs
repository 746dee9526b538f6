use std::time::SystemTime;

use async_trait::async_trait;

use super::state::State;
use super::unit_of_work::Work;
use crate::id::RegistryId;
use crate::port::{Registries, StoreError};
use crate::registry::{NewRegistry, Registry, RegistryHost, RegistryName};

#[async_trait]
impl Registries for Work {
    async fn add(&mut self, registry: &NewRegistry) -> Result<RegistryId, StoreError> {
        let state = self.change()?;
        if state.registries.values().any(|other| collides(registry, other)) {
            return Err(StoreError::Taken);
        }
        let id = RegistryId(state.next_id());
        state.registries.insert(id, stored(id, registry));
        Ok(id)
    }

    async fn set_read(&mut self, registry: RegistryId, at: SystemTime) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.registries.get_mut(&registry) {
            stored.read_at.get_or_insert(at);
        }
        Ok(())
    }

    async fn set_hosts(
        &mut self,
        registry: RegistryId,
        hosts: &[RegistryHost],
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.registries.get_mut(&registry) {
            stored.hosts = hosts.to_vec();
        }
        Ok(())
    }

    async fn all(&mut self) -> Result<Vec<Registry>, StoreError> {
        Ok(by_name(self.seen()))
    }

    async fn by_name(&mut self, name: &RegistryName) -> Result<Option<Registry>, StoreError> {
        Ok(self.seen().registries.values().find(|one| one.name == *name).cloned())
    }

    async fn by_id(&mut self, registry: RegistryId) -> Result<Option<Registry>, StoreError> {
        Ok(self.seen().registries.get(&registry).cloned())
    }
}

/// Every registry, in the order of their names.
pub(super) fn by_name(state: &State) -> Vec<Registry> {
    let mut registries: Vec<Registry> = state.registries.values().cloned().collect();
    registries.sort_by(|one, other| one.name.cmp(&other.name));
    registries
}

fn collides(new: &NewRegistry, other: &Registry) -> bool {
    new.name == other.name
        || new.url == other.url
        || new.services.iter().any(|service| other.services.contains(service))
}

fn stored(id: RegistryId, new: &NewRegistry) -> Registry {
    Registry {
        id,
        name: new.name.clone(),
        url: new.url.clone(),
        services: new.services.clone(),
        hosts: new.hosts.clone(),
        trust: new.trust,
        token_lifetime: new.token_lifetime,
        read_at: None,
        secret_generation: 0,
        created_at: new.created_at,
    }
}
