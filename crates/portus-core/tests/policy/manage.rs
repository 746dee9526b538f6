//! Who may manage what.

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
            assert!(!policy.rule(Manager::Account(standing), deed, &facts).allowed, "{deed:?}");
        }
        for manager in [Manager::Operator, Manager::Account(Standing::Admin)] {
            assert!(policy.rule(manager, deed, &DeedFacts::default()).allowed, "{deed:?}");
        }
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
