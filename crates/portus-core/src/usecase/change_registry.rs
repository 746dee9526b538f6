use std::sync::Arc;
use std::time::Duration;

use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, JobKind, Store, StoreError, Tx};
use crate::registry::{Registry, RegistryHost, RegistryName, RegistryUrl};

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
    /// Another registry has the address.
    #[error("another registry has the address `{0}`")]
    Taken(RegistryUrl),
    /// There is no such registry.
    #[error("there is no registry `{0}`")]
    Unknown(RegistryName),
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RegistryEdit {
    /// Where Portus calls it.
    pub url: Option<RegistryUrl>,
    /// The hosts that its events may name besides the one of `url`.
    pub hosts: Option<Vec<RegistryHost>>,
    /// How long its tokens are good for; the inner `None` is as long as the others'.
    pub token_lifetime: Option<Option<Duration>>,
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

    /// Changes where it is called, the hosts that its events may name, and how long its tokens are
    /// good for; what is not said stays.
    pub async fn edit(
        &self,
        actor: &Actor,
        name: &RegistryName,
        edit: &RegistryEdit,
    ) -> Result<(), ChangeRegistryError> {
        self.on(actor, name, async |tx, registry| {
            let mut said = Vec::new();
            let url = edit.url.clone().unwrap_or_else(|| registry.url.clone());
            let lifetime = edit.token_lifetime.unwrap_or(registry.token_lifetime);
            if url != registry.url || lifetime != registry.token_lifetime {
                let set = tx.registries().set_address(registry.id, &url, lifetime).await;
                set.map_err(|error| match error {
                    StoreError::Taken => ChangeRegistryError::Taken(url.clone()),
                    error => error.into(),
                })?;
            }
            if url != registry.url {
                said.push(format!("{} → {url}", registry.url));
            }
            if lifetime != registry.token_lifetime {
                said.push(format!("tokens live {}", shown(lifetime)));
            }
            if let Some(hosts) = edit.hosts.as_ref().filter(|hosts| **hosts != registry.hosts) {
                tx.registries().set_hosts(registry.id, hosts).await?;
                let names: Vec<_> = hosts.iter().map(RegistryHost::as_str).collect();
                said.push(format!("hosts: {}", names.join(" ")));
            }
            Ok((!said.is_empty()).then(|| (kind::REGISTRY_CHANGE, said.join("; "))))
        })
        .await
    }

    /// Has its notifications need another secret: the one before is refused from now on.
    pub async fn renew_secret(
        &self,
        actor: &Actor,
        name: &RegistryName,
    ) -> Result<(), ChangeRegistryError> {
        self.on(actor, name, async |tx, registry| {
            let generation = tx.registries().renew_secret(registry.id).await?;
            Ok(Some((kind::REGISTRY_RENEW_SECRET, format!("number {generation}"))))
        })
        .await
    }

    /// Has its catalog listed as soon as a worker can; while one lists it, once more after that:
    /// what was pushed to a part that is listed already would be missed.
    pub async fn request_sync(
        &self,
        actor: &Actor,
        name: &RegistryName,
    ) -> Result<(), ChangeRegistryError> {
        let now = self.clock.now();
        self.on(actor, name, async |tx, registry| {
            let registry = registry.id;
            tx.jobs().enqueue_anew(&JobKind::Sync { registry }, now).await?;
            Ok(Some((kind::REGISTRY_REQUEST_SYNC, String::new())))
        })
        .await
    }

    async fn on(
        &self,
        actor: &Actor,
        name: &RegistryName,
        work: impl AsyncFnOnce(&mut Tx, &Registry) -> Result<Option<Done>, ChangeRegistryError>,
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
                if let Some((what, detail)) = work(tx, &registry).await? {
                    let row = NewActivity::done(what, actor, now, name.as_str());
                    tx.audit().append(&[row.detail(detail)]).await?;
                }
                Ok(())
            })
            .await
    }

    async fn change(
        &self,
        actor: &Actor,
        name: &RegistryName,
        detail: String,
        change: impl FnOnce(&mut Vec<RegistryHost>) + Send,
    ) -> Result<(), ChangeRegistryError> {
        self.on(actor, name, async |tx, registry| {
            let mut hosts = registry.hosts.clone();
            change(&mut hosts);
            if hosts == registry.hosts {
                return Ok(None);
            }
            tx.registries().set_hosts(registry.id, &hosts).await?;
            Ok(Some((kind::REGISTRY_CHANGE, detail)))
        })
        .await
    }
}

/// What the audit says of it: its kind, and the rest in words.
type Done = (&'static str, String);

fn shown(lifetime: Option<Duration>) -> String {
    lifetime.map_or_else(|| "as long as others'".into(), |life| format!("{} s", life.as_secs()))
}
