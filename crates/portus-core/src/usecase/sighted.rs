//! What someone sees of a repository, within a unit of work that changes something about it.

use super::permit::membership;
use super::standing::stand;
use crate::activity::{Actor, Who};
use crate::id::RepositoryId;
use crate::namespace::{Namespace, NamespaceKind};
use crate::policy::{DeedFacts, Policy};
use crate::port::{KnownNamespace, StoreError, Tx};
use crate::registry::{Registry, RegistryName};
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
        NamespaceKind::Team { team, .. } => facts.role = membership(tx, actor, team).await?,
        NamespaceKind::Personal { account, .. } => facts.own = actor.account() == Some(account),
        NamespaceKind::Global { .. } | NamespaceKind::Orphan => {}
    }
    if !sees(tx, policy, actor, (&place, &namespace)).await? {
        return Ok(None);
    }
    let id = tx.words().repository(place.id, path).await?;
    Ok(id.map(|id| Sighted { id, namespace, facts }))
}

/// Whether an actor may see a namespace.
pub(super) async fn sees(
    tx: &mut Tx,
    policy: &Policy,
    actor: &Actor,
    (place, namespace): (&Registry, &Namespace),
) -> Result<bool, StoreError> {
    let Who::Caller(caller) = &actor.who else { return Ok(true) };
    let role = match namespace.kind {
        NamespaceKind::Team { team, .. } => membership(tx, actor, team).await?,
        _ => None,
    };
    let known = KnownNamespace {
        id: namespace.id,
        name: namespace.name.clone(),
        kind: namespace.kind,
        role,
    };
    Ok(policy.decide(caller, Action::Pull, &stand(place, caller, &known)).is_allowed())
}
