use std::sync::Arc;

use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::RegistryId;
use crate::namespace::{NamespaceKind, NewNamespace, Visibility};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, JobKind, Store, StoreError};
use crate::registry::{NewRegistry, RegistryName, ServiceName};

/// Adds a registry. Its catalog is listed at once; until that is done only admins get tokens for
/// it, since it may hold images of a name that someone could take.
pub struct AddRegistry {
    /// Where registries are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why there is no new registry.
#[derive(Debug, thiserror::Error)]
pub enum AddRegistryError {
    /// A registry that was removed had the service, and tokens for it may still be good.
    #[error(
        "the service `{0}` was that of a registry that was removed: tokens for it may be good \
         for {1} seconds more; add it again after that"
    )]
    Held(ServiceName, u64),
    /// A registry announces itself as something.
    #[error("a registry needs a service name")]
    NoService,
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another registry has it.
    #[error("another registry has the name `{0}`, its address or one of its services")]
    Taken(RegistryName),
}

impl AddRegistry {
    /// Whether there is no registry yet.
    pub async fn is_first(&self) -> Result<bool, StoreError> {
        let known = self.store.read::<_, StoreError>(async |tx| tx.registries().all().await);
        Ok(known.await?.is_empty())
    }

    /// Adds a registry with its global namespace.
    pub async fn add(
        &self,
        actor: &Actor,
        registry: &NewRegistry,
        global: Visibility,
    ) -> Result<RegistryId, AddRegistryError> {
        permit(&self.policy, actor, Deed::ManageRegistries, &DeedFacts::default())?;
        if registry.services.is_empty() {
            return Err(AddRegistryError::NoService);
        }
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                for service in &registry.services {
                    let until = tx.registries().held(service).await?;
                    if let Some(left) = until.and_then(|until| until.duration_since(now).ok())
                        && !left.is_zero()
                    {
                        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
                        return Err(AddRegistryError::Held(service.clone(), seconds));
                    }
                }
                let id = tx.registries().add(registry).await.map_err(|error| match error {
                    StoreError::Taken => AddRegistryError::Taken(registry.name.clone()),
                    error => error.into(),
                })?;
                let kind = NamespaceKind::Global { visibility: global };
                let new = NewNamespace { registry: id, name: None, kind, created_at: now };
                tx.namespaces().add(&new).await?;
                tx.jobs().enqueue(&JobKind::FirstSync { registry: id }, now).await?;
                let row =
                    NewActivity::done(kind::REGISTRY_CREATE, actor, now, registry.name.as_str());
                tx.audit().append(&[row.detail(registry.url.as_str())]).await?;
                Ok(id)
            })
            .await
    }
}
