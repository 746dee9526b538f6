//! What someone sees of a repository, within a unit of work that changes something about it.

use super::permit::role_in;
use super::standing::stand;
use crate::activity::{Actor, Who};
use crate::id::RepositoryId;
use crate::namespace::{Namespace, NamespaceKind};
use crate::policy::{DeedFacts, Policy};
use crate::port::{KnownNamespace, StoreError, Tx};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::scope::Action;

/// A repository that an actor may see, and how she stands to it.
pub(super) struct Sighted {
    pub(super) id: RepositoryId,
    pub(super) namespace: Namespace,
    pub(super) facts: DeedFacts,
}

/// The repository of a path with something in it; `None` for what the actor may not see, the same
/// as for what is not there.
pub(super) async fn sighted(
    tx: &mut Tx,
    policy: &Policy,
    actor: &Actor,
    (registry, path): (&RegistryName, &RepositoryPath),
) -> Result<Option<Sighted>, StoreError> {
    let Some(place) = tx.registries().by_name(registry).await? else { return Ok(None) };
    let found = tx.namespaces().by_name(place.id, path.namespace()).await?;
    let Some(namespace) = found else { return Ok(None) };
    let mut facts = DeedFacts::default();
    match namespace.kind {
        NamespaceKind::Team { team, .. } => facts.role = role_in(tx, actor, team).await?,
        NamespaceKind::Personal { account, .. } => facts.own = actor.account() == Some(account),
        NamespaceKind::Global { .. } | NamespaceKind::Orphan => {}
    }
    if let Who::Caller(caller) = &actor.who {
        let known = KnownNamespace {
            id: namespace.id,
            name: namespace.name.clone(),
            kind: namespace.kind,
            role: facts.role,
        };
        let stands = stand(&place, caller, &known);
        if !policy.decide(caller, Action::Pull, &stands).is_allowed() {
            return Ok(None);
        }
    }
    let id = tx.words().repository(place.id, path).await?;
    Ok(id.map(|id| Sighted { id, namespace, facts }))
}
