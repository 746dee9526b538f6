//! Who may delete what, asked when it is asked for and again when it is done.

use super::permit::membership;
use crate::activity::{Actor, Who};
use crate::deletion::DeletionScope;
use crate::id::NamespaceId;
use crate::namespace::NamespaceKind;
use crate::policy::{Decision, Deed, DeedFacts, Facts, Manager, Miss, NamespaceFacts, Policy};
use crate::port::{StoreError, Tx};
use crate::registry::Registry;
use crate::scope::Action;
use crate::team::Role;

/// Why not, in words; `None` where she may. `kind` is whose the namespace is, or was before all
/// rights were taken from it.
pub(super) async fn refusal(
    tx: &mut Tx,
    policy: &Policy,
    actor: &Actor,
    scope: DeletionScope,
    (registry, namespace, kind): (&Registry, NamespaceId, NamespaceKind),
) -> Result<Option<String>, StoreError> {
    if !policy.switches().delete {
        return Ok(Some("denied: switched off".into()));
    }
    let role = match kind {
        NamespaceKind::Team { team, .. } => membership(tx, actor, team).await?,
        _ => None,
    };
    let refused = match scope {
        DeletionScope::Namespace => of_namespace(policy, actor, kind, role),
        DeletionScope::Images | DeletionScope::Repository => {
            of_images(policy, actor, (registry, namespace, kind), role)
        }
    };
    Ok(refused)
}

fn of_namespace(
    policy: &Policy,
    actor: &Actor,
    kind: NamespaceKind,
    role: Option<Role>,
) -> Option<String> {
    if let Who::Caller(caller) = &actor.who
        && !caller.limits.admit(Action::Delete)
    {
        return Some(Decision::Limited(Miss::CredentialAction).to_string());
    }
    let facts = DeedFacts { role, ..DeedFacts::default() };
    let ruling = policy.rule(Manager::of(actor), Deed::DeleteNamespace, &facts);
    match kind {
        NamespaceKind::Global { .. } => Some("denied: a global namespace is never deleted".into()),
        NamespaceKind::Personal { .. } => {
            Some("denied: a person's own namespace goes with the account".into())
        }
        NamespaceKind::Orphan | NamespaceKind::Team { .. } => {
            (!ruling.allowed).then(|| ruling.to_string())
        }
    }
}

fn of_images(
    policy: &Policy,
    actor: &Actor,
    (registry, namespace, kind): (&Registry, NamespaceId, NamespaceKind),
    role: Option<Role>,
) -> Option<String> {
    let Who::Caller(caller) = &actor.who else { return None };
    let asker = caller.identity.as_ref().map(|identity| (identity.id, identity.standing));
    let facts = Facts {
        namespace: NamespaceFacts::of(kind, asker, role),
        id: Some(namespace),
        registry_read: registry.read_at.is_some(),
    };
    let decision = policy.explain(caller, Action::Delete, &facts);
    (!decision.is_allowed()).then(|| decision.to_string())
}
