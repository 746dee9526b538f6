use async_trait::async_trait;

use super::{Holder, StoreError};
use crate::id::{AccountId, NamespaceId, RegistryId};
use crate::namespace::{Namespace, NamespaceKind, NamespaceName, NewNamespace};

/// Namespaces.
#[async_trait]
pub trait Namespaces: Send {
    /// Adds a namespace.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where the registry has one of that name; the unit of work stays
    /// usable.
    async fn add(&mut self, namespace: &NewNamespace) -> Result<NamespaceId, StoreError>;

    /// Changes whose a namespace is, or how open.
    async fn set_kind(
        &mut self,
        namespace: NamespaceId,
        kind: NamespaceKind,
    ) -> Result<(), StoreError>;

    /// The namespace of a registry by name; `None` asks for the global one.
    async fn by_name(
        &mut self,
        registry: RegistryId,
        name: Option<&NamespaceName>,
    ) -> Result<Option<Namespace>, StoreError>;

    /// The namespace of this number.
    async fn by_id(&mut self, namespace: NamespaceId) -> Result<Option<Namespace>, StoreError>;

    /// Every namespace of a team or person, by number.
    async fn held_by(&mut self, holder: Holder) -> Result<Vec<Namespace>, StoreError>;

    /// Whether an account has this name for its own namespaces, and is not `other_than`.
    async fn is_reserved(
        &mut self,
        name: &NamespaceName,
        other_than: Option<AccountId>,
    ) -> Result<bool, StoreError>;
}
