//! The truth table, in the form of the documentation: `L` pull and see, `U` push, `D` delete.

use portus_core::policy::{NamespaceFacts, Policy, Switches};
use portus_core::scope::Action;

use super::actors::{callers, can_be, facts, namespaces, place, switches};
use super::expected;

#[test]
fn the_policy_answers_as_the_reviewed_table_says() {
    let mut text = String::from("L pull and see, U push, D delete, – nothing, . cannot be\n");
    for switches in switches() {
        text += &block(switches);
    }
    expected::assert_is("crates/portus-core/tests/policy/table.txt", &text);
}

#[test]
fn sr23_a_registry_that_was_not_read_is_for_admins_only() {
    for switches in switches() {
        let policy = Policy::new(switches);
        for (name, caller) in callers() {
            for namespace in namespaces() {
                let facts = facts(namespace, false);
                let allowed = |action| policy.decide(&caller, action, &facts).is_allowed();
                let any = Action::ALL.into_iter().any(allowed);
                assert!(!any || name == "admin", "{name} on {}", place(namespace));
            }
        }
    }
}

#[test]
fn whoever_pushes_somewhere_pulls_there() {
    for switches in switches() {
        let policy = Policy::new(switches);
        for (name, caller) in callers() {
            for namespace in namespaces() {
                let facts = facts(namespace, true);
                let allowed = |action| policy.decide(&caller, action, &facts).is_allowed();
                let pulls = allowed(Action::Pull);
                assert!(pulls || !allowed(Action::Push), "{name} on {}", place(namespace));
                assert!(pulls || !allowed(Action::Delete), "{name} on {}", place(namespace));
            }
        }
    }
}

fn block(switches: Switches) -> String {
    let policy = Policy::new(switches);
    let mut text = format!(
        "\npush.policy={} delete.enabled={} delete.contributors={} namespaces.create_on_push={}\n",
        switches.push, switches.delete, switches.contributors_delete, switches.create_on_push
    );
    text += &format!("{:<28}", "");
    for (name, _) in callers() {
        text += &format!("{name:<11}");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    for namespace in namespaces() {
        text += &row(&policy, namespace);
    }
    text
}

fn row(policy: &Policy, namespace: NamespaceFacts) -> String {
    let mut row = format!("{:<28}", place(namespace));
    for (_, caller) in callers() {
        let cell: String = if can_be(&caller, namespace) {
            [(Action::Pull, 'L'), (Action::Push, 'U'), (Action::Delete, 'D')]
                .into_iter()
                .filter(|(action, _)| {
                    policy.decide(&caller, *action, &facts(namespace, true)).is_allowed()
                })
                .map(|(_, letter)| letter)
                .collect()
        } else {
            ".".into()
        };
        row += &format!("{:<11}", if cell.is_empty() { "–" } else { &cell });
    }
    format!("{}\n", row.trim_end())
}
