//! The same answers as JSON, a line each, for other languages to run.

use portus_core::policy::{NamespaceFacts, Policy};
use portus_core::scope::Action;
use serde_json::{Value, json};

use super::actors::{callers, can_be, facts, namespaces, switches};
use super::expected;

#[test]
fn the_published_vectors_are_what_the_policy_answers() {
    let mut lines = Vec::new();
    for switches in switches() {
        let policy = Policy::new(switches);
        for (name, caller) in callers() {
            for namespace in namespaces().into_iter().filter(|place| can_be(&caller, *place)) {
                let facts = facts(namespace, true);
                let allowed: Vec<&str> = Action::ALL
                    .into_iter()
                    .filter(|action| policy.decide(&caller, *action, &facts).is_allowed())
                    .map(Action::as_str)
                    .collect();
                // In the order of the alphabet, which every build of the JSON library keeps.
                lines.push(json!({
                    "actor": name,
                    "allowed": allowed,
                    "delete.contributors": switches.contributors_delete,
                    "delete.enabled": switches.delete,
                    "namespace": described(namespace),
                    "namespaces.create_on_push": switches.create_on_push.as_str(),
                    "push.policy": switches.push.as_str(),
                }));
            }
        }
    }
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    expected::assert_is("docs/policy-vectors.jsonl", &format!("{}\n", lines.join("\n")));
}

fn described(namespace: NamespaceFacts) -> Value {
    match namespace {
        NamespaceFacts::Global(visibility) => {
            json!({ "kind": "global", "visibility": visibility.as_str() })
        }
        NamespaceFacts::Orphan => json!({ "kind": "orphan" }),
        NamespaceFacts::Personal { visibility, own } => {
            json!({ "kind": "personal", "own": own, "visibility": visibility.as_str() })
        }
        NamespaceFacts::Team { visibility, role } => json!({
            "kind": "team",
            "role": role.map(|role| role.as_str()),
            "visibility": visibility.as_str(),
        }),
        NamespaceFacts::Unknown { claimable } => {
            json!({ "claimable": claimable, "kind": "unknown" })
        }
    }
}
