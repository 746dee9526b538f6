//! Everyone who can ask, and everywhere something can be asked about.

use std::collections::BTreeSet;
use std::sync::Arc;

use portus_core::credential::{AccountStanding, Caller, Identity, Limits};
use portus_core::id::{AccountId, NamespaceId, TeamId};
use portus_core::namespace::Visibility::{self, Private, Protected, Public};
use portus_core::policy::{CreateOnPush, Facts, NamespaceFacts, PushPolicy, Switches};
use portus_core::team::Role;

/// The namespace that facts with a number speak of.
pub const HERE: NamespaceId = NamespaceId(7);

/// Who asks, by name.
pub fn callers() -> Vec<(&'static str, Caller)> {
    let someone = |standing| {
        let name = "someone".parse().unwrap();
        Caller::unlimited(Identity { id: AccountId(1), name, standing })
    };
    vec![
        ("anonymous", Caller::ANONYMOUS),
        ("bot", someone(AccountStanding::Bot { team: TeamId(1) })),
        ("person", someone(AccountStanding::Person)),
        ("admin", someone(AccountStanding::Admin)),
    ]
}

/// The credentials one can come with: without limits, for one action, for here or elsewhere.
pub fn limits() -> Vec<Limits> {
    let of = |actions: &str| Limits { actions: actions.parse().unwrap(), ..Limits::NONE };
    let within = |id| Limits { namespaces: Some(Arc::new(BTreeSet::from([id]))), ..Limits::NONE };
    let mut all = vec![Limits::NONE, within(HERE), within(NamespaceId(8))];
    all.extend(["pull", "push", "delete", "api", "pull,push"].map(of));
    all
}

/// Every namespace, by its kind.
pub fn namespaces() -> Vec<NamespaceFacts> {
    let roles = [None, Some(Role::Viewer), Some(Role::Contributor), Some(Role::Owner)];
    let mut all = Vec::new();
    for visibility in [Private, Protected, Public] {
        all.extend(roles.map(|role| NamespaceFacts::Team { visibility, role }));
        all.extend([true, false].map(|own| NamespaceFacts::Personal { visibility, own }));
        all.push(NamespaceFacts::Global(visibility));
    }
    all.push(NamespaceFacts::Orphan);
    all.extend([false, true].map(|claimable| NamespaceFacts::Unknown { claimable }));
    all
}

/// The facts of a namespace in a registry that was read, or not.
pub fn facts(namespace: NamespaceFacts, registry_read: bool) -> Facts {
    let id = (!matches!(namespace, NamespaceFacts::Unknown { .. })).then_some(HERE);
    Facts { namespace, id, registry_read }
}

/// Whether these facts can be those of this caller.
pub fn can_be(caller: &Caller, namespace: NamespaceFacts) -> bool {
    let standing = caller.identity.as_ref().map(|identity| identity.standing);
    let is_person = matches!(standing, Some(AccountStanding::Person | AccountStanding::Admin));
    match namespace {
        NamespaceFacts::Team { role: Some(Role::Owner), .. } => is_person,
        NamespaceFacts::Team { role: Some(_), .. } => standing.is_some(),
        NamespaceFacts::Personal { own: true, .. } => is_person,
        NamespaceFacts::Unknown { claimable: true } => standing == Some(AccountStanding::Person),
        _ => true,
    }
}

/// Every setting of the switches that decisions about images look at.
pub fn switches() -> Vec<Switches> {
    let mut all = Vec::new();
    for push in PushPolicy::ALL {
        for (delete, contributors_delete) in
            [(false, false), (false, true), (true, false), (true, true)]
        {
            for create_on_push in CreateOnPush::ALL {
                all.push(Switches {
                    push: *push,
                    delete,
                    contributors_delete,
                    create_on_push: *create_on_push,
                    ..Switches::default()
                });
            }
        }
    }
    all
}

/// A namespace in words: `team private, viewer`.
pub fn place(namespace: NamespaceFacts) -> String {
    let of = |kind: &str, visibility: Visibility| format!("{kind} {visibility}");
    match namespace {
        NamespaceFacts::Global(visibility) => of("global", visibility),
        NamespaceFacts::Orphan => "orphan".into(),
        NamespaceFacts::Personal { visibility, own: true } => of("own personal", visibility),
        NamespaceFacts::Personal { visibility, own: false } => of("other's personal", visibility),
        NamespaceFacts::Team { visibility, role: None } => of("team", visibility),
        NamespaceFacts::Team { visibility, role: Some(role) } => {
            format!("{}, {role}", of("team", visibility))
        }
        NamespaceFacts::Unknown { claimable: false } => "unknown name".into(),
        NamespaceFacts::Unknown { claimable: true } => "unknown name, claimable".into(),
    }
}
