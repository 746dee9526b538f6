use std::sync::Arc;

use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError, Tx};
use crate::registry::{HELD_FOR, Holdings, Registry, RegistryName};

/// Removes a registry, and what is known of it. Its images stay where they are.
pub struct RemoveRegistry {
    /// Where registries are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why a registry is not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveRegistryError {
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such registry.
    #[error("there is no registry `{0}`")]
    Unknown(RegistryName),
}

use RemoveRegistryError as Error;

impl RemoveRegistry {
    /// What would go. Changes nothing.
    pub async fn preview(&self, actor: &Actor, name: &RegistryName) -> Result<Holdings, Error> {
        permit(&self.policy, actor, Deed::ManageRegistries, &DeedFacts::default())?;
        self.store
            .read(async |tx| {
                let registry = find(tx, name).await?;
                Ok(tx.registries().holdings(registry.id).await?)
            })
            .await
    }

    /// Removes it. From the first moment on nobody gets tokens for it, and what it tells is refused;
    /// the rest goes in parts. Cut off in the middle, it is removed on by asking again.
    pub async fn remove(&self, actor: &Actor, name: &RegistryName) -> Result<Holdings, Error> {
        permit(&self.policy, actor, Deed::ManageRegistries, &DeedFacts::default())?;
        let (registry, holdings) = self.silence(actor, name).await?;
        let id = registry.id;
        loop {
            let part = self
                .store
                .write::<_, StoreError>(async |tx| {
                    tx.raise_epoch().await?;
                    tx.registries().clear(id, PART).await
                })
                .await?;
            if part == 0 {
                break;
            }
        }
        while self.forget_namespaces(actor, &registry).await? > 0 {}
        self.store
            .write::<_, StoreError>(async |tx| {
                tx.raise_epoch().await?;
                tx.registries().remove(id).await
            })
            .await?;
        Ok(holdings)
    }

    /// A part of them, each with its row: rows that speak of it have its number, not its name.
    async fn forget_namespaces(
        &self,
        actor: &Actor,
        registry: &Registry,
    ) -> Result<usize, StoreError> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let gone = tx.registries().forget_namespaces(registry.id, PART).await?;
                let rows: Vec<_> = gone
                    .iter()
                    .map(|(id, name)| {
                        let name = name.as_ref().map_or("(global)", |name| name.as_str());
                        NewActivity::done(kind::NAMESPACE_DELETE, actor, now, name)
                            .detail(format!("with the registry {}", registry.name))
                            .in_namespace(*id)
                    })
                    .collect();
                tx.audit().append(&rows).await?;
                Ok(rows.len())
            })
            .await
    }

    async fn silence(
        &self,
        actor: &Actor,
        name: &RegistryName,
    ) -> Result<(Registry, Holdings), Error> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let registry = find(tx, name).await?;
                let holdings = tx.registries().holdings(registry.id).await?;
                // Tokens for its services are out, and would be good at another registry.
                tx.registries().silence(registry.id, now + HELD_FOR).await?;
                tx.registries().renew_secret(registry.id).await?;
                let Holdings { namespaces, repositories } = holdings;
                let row = NewActivity::done(kind::REGISTRY_REMOVE, actor, now, name.as_str());
                let detail = format!(
                    "{}, with {namespaces} namespaces and {repositories} repositories",
                    registry.url
                );
                tx.audit().append(&[row.detail(detail)]).await?;
                Ok((registry, holdings))
            })
            .await
    }
}

async fn find(tx: &mut Tx, name: &RegistryName) -> Result<Registry, Error> {
    let found = tx.registries().by_name(name).await?;
    found.ok_or_else(|| Error::Unknown(name.clone()))
}

/// Repositories, or namespaces, in one unit of work: with their manifests and tags well within a statement's time.
const PART: u32 = 200;
