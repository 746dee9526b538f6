//! The page of the documentation that lists the rules.

use portus_core::policy::{CreateNamespaces, CreateOnPush, Policy, PushPolicy, Switches};

use super::expected;

#[test]
fn the_documentation_lists_the_grants_in_force() {
    expected::assert_is("docs/policy.md", &document());
}

fn document() -> String {
    let widest = Switches {
        push: PushPolicy::Teams,
        delete: true,
        contributors_delete: true,
        create_on_push: CreateOnPush::Members,
        ..Switches::default()
    };
    let mut text = String::from(INTRODUCTION);
    text += "| grant | action | to | on | in force |\n| --- | --- | --- | --- | --- |\n";
    for grant in Policy::new(widest).grants() {
        text += &format!(
            "| `{}` | {} | {} | {} | {} |\n",
            grant.id,
            grant.action,
            grant.to,
            grant.on,
            when(grant.id)
        );
    }
    text + CLOSING
}

/// The switches under which a grant is in force, found by trying them all.
fn when(id: &str) -> String {
    let holds = |switches: Switches| Policy::new(switches).grants().iter().any(|g| g.id == id);
    let every: Vec<Switches> = super::actors::switches()
        .into_iter()
        .flat_map(|switches| {
            CreateNamespaces::ALL
                .iter()
                .map(move |create| Switches { create_namespaces: *create, ..switches })
        })
        .collect();
    if every.iter().all(|switches| holds(*switches)) {
        return "always".into();
    }
    let mut words: Vec<String> = Vec::new();
    let mut say = |name: &str, values: Vec<&'static str>, count: usize| {
        if values.len() < count {
            words.push(format!("`{name}` = {}", values.join(" or ")));
        }
    };
    let seen = |pick: fn(&Switches) -> &'static str| {
        let mut values: Vec<_> = every.iter().filter(|s| holds(**s)).map(pick).collect();
        values.sort_unstable();
        values.dedup();
        values
    };
    say("push.policy", seen(|s| s.push.as_str()), 3);
    say("delete.enabled", seen(|s| if s.delete { "true" } else { "false" }), 2);
    say("delete.contributors", seen(|s| if s.contributors_delete { "true" } else { "false" }), 2);
    say("namespaces.create", seen(|s| s.create_namespaces.as_str()), 3);
    say("namespaces.create_on_push", seen(|s| s.create_on_push.as_str()), 3);
    words.join(", ")
}

const INTRODUCTION: &str = "\
<!-- Generated from the policy itself; a test fails when it is stale. -->
# Who may do what

Everything that nobody is granted is denied. Each grant below is one reason to allow something; the
operator's switches choose which of them are in force. A denial names every grant for the action and
what kept it from applying, in the same words in the log, in `portusctl explain` and in the audit.

The credential comes first: an application token that is not for an action, or not for a namespace,
is denied whatever its owner may do. `push` and `delete` include `pull`.

A registry whose catalog was never listed whole is for admins only: it may hold images of a name that
someone could otherwise take.

";

const CLOSING: &str = "
The same rules as data: [`policy-vectors.jsonl`](policy-vectors.jsonl) has a line for every setting of
the switches, every kind of caller and every kind of namespace, with the actions that are allowed.
";
