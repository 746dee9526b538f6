use async_trait::async_trait;

use super::state::{State, exists};
use super::unit_of_work::Work;
use crate::id::{AccountId, NamespaceId, RegistryId};
use crate::namespace::{Namespace, NamespaceKind, NamespaceName, NewNamespace};
use crate::port::{Holder, Namespaces, StoreError};

#[async_trait]
impl Namespaces for Work {
    async fn add(&mut self, namespace: &NewNamespace) -> Result<NamespaceId, StoreError> {
        let state = self.change()?;
        exists(&state.registries, &namespace.registry)?;
        owner_exists(state, namespace.kind)?;
        if state.namespace(namespace.registry, namespace.name.as_ref()).is_some() {
            return Err(StoreError::Taken);
        }
        let id = NamespaceId(state.next_id());
        state.namespaces.insert(id, stored(id, namespace));
        Ok(id)
    }

    async fn set_kind(
        &mut self,
        namespace: NamespaceId,
        kind: NamespaceKind,
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        owner_exists(state, kind)?;
        if let Some(stored) = state.namespaces.get_mut(&namespace) {
            stored.kind = kind;
        }
        Ok(())
    }

    async fn by_name(
        &mut self,
        registry: RegistryId,
        name: Option<&NamespaceName>,
    ) -> Result<Option<Namespace>, StoreError> {
        Ok(self.seen().namespace(registry, name).cloned())
    }

    async fn by_id(&mut self, namespace: NamespaceId) -> Result<Option<Namespace>, StoreError> {
        Ok(self.seen().namespaces.get(&namespace).cloned())
    }

    async fn held_by(&mut self, holder: Holder) -> Result<Vec<Namespace>, StoreError> {
        let all = self.seen().namespaces.values();
        Ok(all.filter(|one| is_held(one, holder)).cloned().collect())
    }

    async fn is_reserved(
        &mut self,
        name: &NamespaceName,
        other_than: Option<AccountId>,
    ) -> Result<bool, StoreError> {
        Ok(self.seen().is_reserved(name, other_than))
    }
}

fn owner_exists(state: &State, kind: NamespaceKind) -> Result<(), StoreError> {
    match kind {
        NamespaceKind::Global { .. } | NamespaceKind::Orphan => Ok(()),
        NamespaceKind::Personal { account, .. } => exists(&state.accounts, &account),
        NamespaceKind::Team { team, .. } => exists(&state.teams, &team),
    }
}

/// Whether a namespace is this team's or person's.
pub(super) fn is_held(namespace: &Namespace, holder: Holder) -> bool {
    match (namespace.kind, holder) {
        (NamespaceKind::Personal { account, .. }, Holder::Account(holder)) => account == holder,
        (NamespaceKind::Team { team, .. }, Holder::Team(holder)) => team == holder,
        _ => false,
    }
}

fn stored(id: NamespaceId, new: &NewNamespace) -> Namespace {
    Namespace {
        id,
        registry: new.registry,
        name: new.name.clone(),
        kind: new.kind,
        description: String::new(),
        created_at: new.created_at,
    }
}
