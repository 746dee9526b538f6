//! Who may manage what.

use std::sync::Arc;

use portus_core::activity::{Actor, Who};
use portus_core::credential::{AccountStanding, Caller, Identity, Limits};
use portus_core::id::{AccountId, NamespaceId};
use portus_core::policy::{
    CreateNamespaces, Deed, DeedFacts, Keepers, Manager, Policy, Standing, Switches,
};
use portus_core::team::Role;

use super::expected;

#[test]
fn deeds_are_for_whom_the_reviewed_table_says() {
    let settings = [
        ("defaults", Switches::default()),
        (
            "namespaces.create=contributors",
            Switches { create_namespaces: CreateNamespaces::Contributors, ..Switches::default() },
        ),
        (
            "everything for admins",
            Switches {
                create_namespaces: CreateNamespaces::Admins,
                change_visibility: Keepers::Admins,
                transfer: Keepers::Admins,
                people_create_teams: false,
                ..Switches::default()
            },
        ),
    ];
    let mut text = String::from("who may, besides admins and operators\n");
    for (name, switches) in settings {
        text += &format!("\n{name}\n");
        for deed in Deed::ALL {
            text += &format!("{:<34}{}\n", deed.as_str(), keepers(&Policy::new(switches), deed));
        }
    }
    expected::assert_is("crates/portus-core/tests/policy/manage.txt", &text);
}

#[test]
fn neither_strangers_nor_bots_manage_anything() {
    let policy = Policy::new(Switches::default());
    let facts = DeedFacts { role: Some(Role::Owner), own: true, registry_unread: false };
    for deed in Deed::ALL {
        for standing in [Standing::Anonymous, Standing::Bot] {
            // What a bot began it may end.
            let ends = standing == Standing::Bot && deed == Deed::CancelDeletion;
            let ruling = policy.rule(Manager::Account(standing), deed, &facts);
            assert_eq!(ruling.allowed, ends, "{deed:?}");
        }
        for manager in [Manager::Operator, Manager::Account(Standing::Admin)] {
            let ruling = policy.rule(manager, deed, &DeedFacts::default());
            // What an admin makes in another's name would be hers in all but name.
            let hers = matches!(deed, Deed::CreateOwnTokens | Deed::EditComment);
            let alone = manager != Manager::Operator && hers;
            assert_eq!(ruling.allowed, !alone, "{deed:?}");
        }
    }
}

/// SR8: what is managed is not in one namespace, so that a token for some manages nothing.
#[test]
fn sr8_a_credential_for_some_namespaces_manages_nothing() {
    let identity = Identity {
        id: AccountId(1),
        name: "root".parse().unwrap(),
        standing: AccountStanding::Admin,
    };
    let of = |limits| {
        let caller = Caller { limits, ..Caller::unlimited(identity.clone()) };
        Manager::of(&Actor { who: Who::Caller(caller), address: None, request: None })
    };
    let some = Limits { namespaces: Some(Arc::new([NamespaceId(1)].into())), ..Limits::NONE };
    let images = Limits { actions: "pull,push,delete".parse().unwrap(), ..Limits::NONE };
    assert_eq!(of(Limits::NONE), Manager::Account(Standing::Admin));
    for limits in [some, images] {
        assert_eq!(of(limits), Manager::Account(Standing::Anonymous));
    }
}

#[test]
fn strangers_sign_up_only_where_the_operator_says_so() {
    for sign_up in [false, true] {
        let policy = Policy::new(Switches { sign_up, ..Switches::default() });
        let stranger = Manager::Account(Standing::Anonymous);
        let ruling = policy.rule(stranger, Deed::SignUp, &DeedFacts::default());
        assert_eq!(ruling.allowed, sign_up);
    }
}

#[test]
fn the_push_policy_does_not_gate_managing() {
    for push in portus_core::policy::PushPolicy::ALL {
        let policy = Policy::new(Switches { push: *push, ..Switches::default() });
        let facts = DeedFacts { role: Some(Role::Owner), ..DeedFacts::default() };
        let person = Manager::Account(Standing::Person);
        assert!(policy.rule(person, Deed::CreateNamespace, &facts).allowed);
        assert!(policy.rule(person, Deed::ChangeVisibility, &facts).allowed);
    }
}

fn keepers(policy: &Policy, deed: Deed) -> String {
    let person = Manager::Account(Standing::Person);
    let may = |facts: DeedFacts| policy.rule(person, deed, &facts).allowed;
    let mut who: Vec<&str> = Vec::new();
    if may(DeedFacts::default()) {
        return "every person".into();
    }
    if may(DeedFacts { own: true, ..DeedFacts::default() }) {
        who.push("oneself");
    }
    for role in Role::ALL {
        if may(DeedFacts { role: Some(role), ..DeedFacts::default() }) {
            who.push(role.as_str());
        }
    }
    if who.is_empty() { "–".into() } else { who.join(", ") }
}
