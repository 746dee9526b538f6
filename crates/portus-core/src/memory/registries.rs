use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use super::state::{State, missing};
use super::unit_of_work::Work;
use crate::id::{NamespaceId, RegistryId};
use crate::namespace::Namespace;
use crate::port::{NamespaceKey, Registries, StoreError};
use crate::registry::{
    Holdings, NewRegistry, Registry, RegistryHost, RegistryName, RegistryUrl, ServiceName,
};

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

    async fn set_address(
        &mut self,
        registry: RegistryId,
        url: &RegistryUrl,
        token_lifetime: Option<Duration>,
    ) -> Result<(), StoreError> {
        let registries = &mut self.change()?.registries;
        if registries.values().any(|other| other.id != registry && other.url == *url) {
            return Err(StoreError::Taken);
        }
        if let Some(stored) = registries.get_mut(&registry) {
            (stored.url, stored.token_lifetime) = (url.clone(), token_lifetime);
        }
        Ok(())
    }

    async fn renew_secret(&mut self, registry: RegistryId) -> Result<u32, StoreError> {
        let stored = self.change()?.registries.get_mut(&registry).ok_or_else(missing)?;
        stored.secret_generation += 1;
        Ok(stored.secret_generation)
    }

    async fn holdings(&mut self, registry: RegistryId) -> Result<Holdings, StoreError> {
        let state = self.seen();
        let of = |one: RegistryId| one == registry;
        Ok(Holdings {
            namespaces: state.namespaces.values().filter(|one| of(one.registry)).count() as u64,
            repositories: state.repositories.values().filter(|one| of(one.registry)).count() as u64,
        })
    }

    async fn silence(
        &mut self,
        registry: RegistryId,
        held_until: SystemTime,
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        let Some(stored) = state.registries.get_mut(&registry) else { return Ok(()) };
        for service in std::mem::take(&mut stored.services) {
            state.held_services.insert(service, held_until);
        }
        Ok(())
    }

    async fn held(&mut self, service: &ServiceName) -> Result<Option<SystemTime>, StoreError> {
        Ok(self.seen().held_services.get(service).copied())
    }

    async fn forget_namespaces(
        &mut self,
        registry: RegistryId,
        limit: u32,
    ) -> Result<Vec<(NamespaceId, NamespaceKey)>, StoreError> {
        let state = self.change()?;
        let of_it = state.namespaces.values().filter(|one| one.registry == registry);
        let gone: Vec<_> =
            of_it.take(limit as usize).map(|one| (one.id, one.name.clone())).collect();
        let ids: Vec<_> = gone.iter().map(|(id, _)| *id).collect();
        state.namespaces.retain(|id, _| !ids.contains(id));
        forget_places(state, &ids);
        Ok(gone)
    }

    async fn clear(&mut self, registry: RegistryId, limit: u32) -> Result<u64, StoreError> {
        let state = self.change()?;
        let repositories = state.repositories.iter().filter(|(_, one)| one.registry == registry);
        let ids: Vec<_> = repositories.map(|(id, _)| *id).take(limit as usize).collect();
        for id in &ids {
            state.repositories.remove(id);
        }
        if !ids.is_empty() {
            return Ok(ids.len() as u64);
        }
        let events = state.inbox.iter().filter(|(_, one)| one.registry == registry);
        let events: Vec<_> = events.map(|(id, _)| *id).take(limit as usize).collect();
        let jobs = state.jobs.iter().filter(|(_, job)| job.kind.registry() == registry);
        let jobs: Vec<_> = jobs.map(|(id, _)| *id).take(limit as usize).collect();
        for id in &events {
            state.inbox.remove(id);
        }
        for id in &jobs {
            state.jobs.remove(id);
        }
        Ok((events.len() + jobs.len()) as u64)
    }

    async fn remove(&mut self, registry: RegistryId) -> Result<(), StoreError> {
        let state = self.change()?;
        state.repositories.retain(|_, one| one.registry != registry);
        state.inbox.retain(|_, one| one.registry != registry);
        state.jobs.retain(|_, job| job.kind.registry() != registry);
        state.syncs.retain(|_, (of, _)| *of != registry);
        state.refresh_tokens.retain(|_, one| one.token.registry != registry);
        state.last_received.remove(&registry);
        state.registries.remove(&registry);
        let of_it = |one: &Namespace| one.registry == registry;
        let gone: Vec<_> = state.namespaces.values().filter(|one| of_it(one)).collect();
        let gone: Vec<_> = gone.into_iter().map(|one| one.id).collect();
        state.namespaces.retain(|_, one| !of_it(one));
        forget_places(state, &gone);
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

/// A token that was good for some namespaces is good for those that are left.
fn forget_places(state: &mut State, gone: &[NamespaceId]) {
    for stored in state.application_tokens.values_mut() {
        if let Some(within) = &stored.token.limits.namespaces {
            let left = within.iter().filter(|one| !gone.contains(one)).copied().collect();
            stored.token.limits.namespaces = Some(Arc::new(left));
        }
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
