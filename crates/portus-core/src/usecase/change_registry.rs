use std::sync::Arc;

use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError};
use crate::registry::{RegistryHost, RegistryName};

/// Changes what a registry is known by.
pub struct ChangeRegistry {
    /// Where registries are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why a registry was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRegistryError {
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

impl ChangeRegistry {
    /// Lets a registry's events name another host.
    pub async fn add_host(
        &self,
        actor: &Actor,
        name: &RegistryName,
        host: &RegistryHost,
    ) -> Result<(), ChangeRegistryError> {
        self.change(actor, name, format!("+ {host}"), |hosts| {
            if !hosts.contains(host) {
                hosts.push(host.clone());
            }
        })
        .await
    }

    /// Lets a registry's events name a host no more.
    pub async fn remove_host(
        &self,
        actor: &Actor,
        name: &RegistryName,
        host: &RegistryHost,
    ) -> Result<(), ChangeRegistryError> {
        self.change(actor, name, format!("- {host}"), |hosts| hosts.retain(|one| one != host)).await
    }

    async fn change(
        &self,
        actor: &Actor,
        name: &RegistryName,
        detail: String,
        change: impl FnOnce(&mut Vec<RegistryHost>) + Send,
    ) -> Result<(), ChangeRegistryError> {
        permit(&self.policy, actor, Deed::ManageRegistries, &DeedFacts::default())?;
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                // What is known of registries is remembered under the epoch.
                tx.raise_epoch().await?;
                let registry = tx.registries().by_name(name).await?;
                let registry =
                    registry.ok_or_else(|| ChangeRegistryError::Unknown(name.clone()))?;
                let mut hosts = registry.hosts.clone();
                change(&mut hosts);
                if hosts == registry.hosts {
                    return Ok(());
                }
                tx.registries().set_hosts(registry.id, &hosts).await?;
                let row = NewActivity::done(kind::REGISTRY_CHANGE, actor, now, name.as_str());
                tx.audit().append(&[row.detail(detail)]).await?;
                Ok(())
            })
            .await
    }
}
