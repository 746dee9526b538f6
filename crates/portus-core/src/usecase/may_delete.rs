//! Who may delete what, asked when it is asked for and again when it is done.

use std::fmt;

use super::permit::membership;
use crate::activity::{Actor, Who};
use crate::deletion::DeletionScope;
use crate::id::NamespaceId;
use crate::namespace::NamespaceKind;
use crate::policy::{
    Decision, Deed, DeedFacts, Facts, Manager, Miss, NamespaceFacts, Policy, Ruling,
};
use crate::port::{StoreError, Tx};
use crate::registry::Registry;
use crate::scope::Action;
use crate::team::Role;

/// Why someone may not delete, or not call a deletion off.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DeletionRefusal {
    /// The rules for images say so.
    Decided(Decision),
    /// What is in no namespace of its own stays.
    Global,
    /// A person's namespace goes with the account.
    Personal,
    /// The rules for what is managed say so.
    Ruled(Ruling),
}

impl fmt::Display for DeletionRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decided(decision) => decision.fmt(f),
            Self::Global => f.write_str("denied: a global namespace is never deleted"),
            Self::Personal => f.write_str("denied: a person's own namespace goes with the account"),
            Self::Ruled(ruling) => ruling.fmt(f),
        }
    }
}

/// The credential is not for deleting, if it is not.
pub(super) fn of_credential(actor: &Actor) -> Option<DeletionRefusal> {
    let Who::Caller(caller) = &actor.who else { return None };
    let why = || DeletionRefusal::Decided(Decision::Limited(Miss::CredentialAction));
    (!caller.limits.admit(Action::Delete)).then(why)
}

/// Why not; `None` where she may. `kind` is whose the namespace is, or was before all
/// rights were taken from it.
pub(super) async fn refusal(
    tx: &mut Tx,
    policy: &Policy,
    actor: &Actor,
    scope: DeletionScope,
    (registry, namespace, kind): (&Registry, NamespaceId, NamespaceKind),
) -> Result<Option<DeletionRefusal>, StoreError> {
    if !policy.switches().delete {
        let off = Decision::Deny { missed: Vec::new() };
        return Ok(Some(DeletionRefusal::Decided(off)));
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
) -> Option<DeletionRefusal> {
    if let Some(refusal) = of_credential(actor) {
        return Some(refusal);
    }
    let facts = DeedFacts { role, ..DeedFacts::default() };
    let ruling = policy.rule(Manager::of(actor), Deed::DeleteNamespace, &facts);
    match kind {
        NamespaceKind::Global { .. } => Some(DeletionRefusal::Global),
        NamespaceKind::Personal { .. } => Some(DeletionRefusal::Personal),
        NamespaceKind::Orphan | NamespaceKind::Team { .. } => {
            (!ruling.allowed).then_some(DeletionRefusal::Ruled(ruling))
        }
    }
}

fn of_images(
    policy: &Policy,
    actor: &Actor,
    (registry, namespace, kind): (&Registry, NamespaceId, NamespaceKind),
    role: Option<Role>,
) -> Option<DeletionRefusal> {
    let Who::Caller(caller) = &actor.who else { return None };
    let asker = caller.identity.as_ref().map(|identity| (identity.id, identity.standing));
    let facts = Facts {
        namespace: NamespaceFacts::of(kind, asker, role),
        id: Some(namespace),
        registry_read: registry.read_at.is_some(),
    };
    let decision = policy.explain(caller, Action::Delete, &facts);
    (!decision.is_allowed()).then_some(DeletionRefusal::Decided(decision))
}
