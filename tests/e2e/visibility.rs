//! Who may do what where: the table of the rules, asked of a running server.

use portus_tests::world::{REGISTRY, SERVICE};
use portus_tests::{Place, Settings, TokenRequest, World, until};

/// `L` pull, `U` push (with pull), `D` delete, as granted when all three are asked for.
const EVERYONE: [&str; 6] = ["", "mallory", "carol", "bob", "alice", "olivia"];

/// What each of [`EVERYONE`] may do, by the default switches: anonymous, a stranger, a viewer, a
/// contributor, an admin, an owner. `hugo` is somebody else's personal namespace.
const BY_DEFAULT: [(&str, [&str; 6]); 9] = [
    ("crew/app", ["", "", "L", "LU", "LUD", "LUD"]),
    ("shared/app", ["", "L", "L", "LU", "LUD", "LUD"]),
    ("open/app", ["L", "L", "L", "LU", "LUD", "LUD"]),
    ("bob/app", ["", "", "", "LUD", "LUD", ""]),
    ("hugo/app", ["", "", "", "", "LUD", ""]),
    ("app", ["", "", "", "", "LUD", ""]),
    ("nobodys/app", ["", "", "", "", "L", ""]),
    ("crew/deep/er/app", ["", "", "L", "LU", "LUD", "LUD"]),
    ("crewx/app", ["", "", "", "", "L", ""]),
];

on_both_databases! {
    /// SR7 SR23
    fn everyone_is_granted_what_the_table_says_and_nothing_else(database) {
        let world = populated(Place::on(database), |_| {});
        assert_table(&world, &BY_DEFAULT);
        strangers_cannot_tell_a_private_name_from_an_unused_one(&world);
        only_what_was_asked_for_is_granted(&world);
        a_credential_narrows_what_its_owner_may(&world);
        explanations_agree_with_grants(&world);
        the_catalog_is_for_admins(&world);
    }
}

/// SR7
#[test]
fn the_switches_of_the_operator_change_the_table() {
    let world = populated(Place::SMALL, |settings| {
        settings.set("delete.contributors", "true");
    });
    assert_table(
        &world,
        &[
            ("crew/app", ["", "", "L", "LUD", "LUD", "LUD"]),
            ("bob/app", ["", "", "", "LUD", "LUD", ""]),
        ],
    );
    restart_with(&world, "push.policy", "\"personal\"");
    assert_table(
        &world,
        &[
            ("crew/app", ["", "", "L", "L", "LUD", "LD"]),
            ("bob/app", ["", "", "", "LUD", "LUD", ""]),
            ("open/app", ["L", "L", "L", "L", "LUD", "LD"]),
        ],
    );
    restart_with(&world, "push.policy", "\"admins\"");
    assert_table(
        &world,
        &[
            ("crew/app", ["", "", "L", "L", "LUD", "LD"]),
            ("bob/app", ["", "", "", "LD", "LUD", ""]),
        ],
    );
    restart_with(&world, "delete.enabled", "false");
    assert_table(
        &world,
        &[("crew/app", ["", "", "L", "L", "LU", "L"]), ("bob/app", ["", "", "", "L", "LU", ""])],
    );
    restart_with(&world, "registry.catalog", "\"signed-in\"");
    let catalog = |name: &str| {
        let token = world.asks(name).scope("registry:catalog:*").token();
        token.granted().get("registry:catalog").cloned().unwrap_or_default()
    };
    assert_eq!((catalog("carol"), catalog("ci"), catalog("")), ("*".into(), "*".into(), "".into()));
}

/// SR23
#[test]
fn visibility_is_private_unless_somebody_says_otherwise() {
    let world = World::start(Place::SMALL);
    for row in world.portus.rows(&["namespace", "list"]) {
        let name = row["name"].as_str().unwrap();
        let expected = match name {
            "open" => "public",
            "shared" => "protected",
            _ => "private",
        };
        assert_eq!(row["visibility"], expected, "{row}");
    }
    let public = ["registry", "add", "other", "http://127.0.0.1:1", "--global", "public"];
    world.portus.ctl(&[&public[..], &["--service", "other.test"]].concat()).ok();
    let rows = world.portus.rows(&["namespace", "list", "--registry", "other"]);
    let global = rows.iter().find(|row| row["name"] == "").expect("a global namespace");
    assert_eq!((&global["kind"], &global["visibility"]), (&"global".into(), &"public".into()));
}

/// An unread registry may hold images of a name that someone could then take.
#[test]
fn until_its_catalog_was_listed_a_registry_is_for_admins() {
    let mut world = World::install(Place::SMALL, |settings| {
        settings.set_text("registry.sync", "off");
    });
    world.run();
    world.settle();
    until("the people are there", || world.asks("bob").get().status == 200);
    for name in ["", "mallory", "carol", "bob", "ci"] {
        assert_eq!(world.granted(name, "open/app", "pull,push"), "", "{name}");
    }
    assert_eq!(world.granted("alice", "open/app", "pull,push"), "pull,push");
    world.open_registry();
    until("the registry is open to others", || world.granted("bob", "crew/app", "pull") == "pull");
    assert_eq!(world.granted("", "open/app", "pull,push"), "pull");
    let row = world.portus.row(&["registry", "list"], "name", REGISTRY).unwrap();
    assert!(row["read_at"].is_string(), "{row}");
}

/// A push to a name that nobody uses, by the switch that lets it in.
#[test]
fn names_nobody_uses_are_made_by_a_push_only_where_the_operator_says_so() {
    let world = populated(Place::SMALL, |settings| {
        settings.set_text("namespaces.create_on_push", "members");
    });
    world.portus.ctl(&["team", "create", "newcomers", "--owner", "bob"]).ok();
    until("bob owns a team of that name", || {
        world.granted("bob", "newcomers/app", "pull,push") == "pull,push"
    });
    assert_eq!(world.granted("carol", "newcomers/app", "pull,push"), "");
    assert_eq!(world.granted("ci", "newcomers/app", "pull,push"), "", "never a bot");
    assert_eq!(world.granted("bob", "nobodys/app", "pull,push"), "");
    // A question makes nothing.
    assert_eq!(namespace(&world, "newcomers"), None);
    let image = portus_tests::Image::small("newcomer");
    world.client("bob").push(&image, "newcomers/app", "1");
    until("the push made the namespace", || namespace(&world, "newcomers").is_some());
    let row = namespace(&world, "newcomers").unwrap();
    assert_eq!(
        (&row["kind"], &row["owner"], &row["visibility"]),
        (&"team".into(), &"newcomers".into(), &"private".into())
    );
    world.client("alice").push(&image, "adopted/app", "1");
    until("an admin's push makes an orphan", || {
        namespace(&world, "adopted").is_some_and(|row| row["kind"] == "orphan")
    });
    assert_eq!(world.granted("bob", "adopted/app", "pull"), "");
}

fn namespace(world: &World, name: &str) -> Option<serde_json::Value> {
    world.portus.row(&["namespace", "list"], "name", name)
}

/// The usual world, with an owner who is no admin and a person with a namespace of his own.
fn populated(place: Place, change: impl FnOnce(&mut Settings)) -> World {
    let world = World::start_with(place, change);
    world.create_person("olivia");
    world.create_person("hugo");
    world.portus.ctl(&["team", "member", "add", "crew", "olivia", "--role", "owner"]).ok();
    until("olivia owns the team", || world.granted("olivia", "crew/app", "delete") == "delete");
    world
}

fn restart_with(world: &World, key: &str, value: &str) {
    world.portus.configure(|settings| {
        settings.set(key, value);
    });
    world.portus.stop_server();
    world.portus.start_server();
}

#[track_caller]
fn assert_table(world: &World, table: &[(&str, [&str; 6])]) {
    for (repository, row) in table {
        for (name, expected) in EVERYONE.iter().zip(row) {
            let granted = letters(&world.granted(name, repository, "pull,push,delete"));
            assert_eq!(granted, *expected, "{name:?} on {repository}");
        }
    }
}

fn letters(actions: &str) -> String {
    let has = |action: &str| actions.split(',').any(|one| one == action);
    [("pull", 'L'), ("push", 'U'), ("delete", 'D')]
        .into_iter()
        .filter_map(|(action, letter)| has(action).then_some(letter))
        .collect()
}

/// SR23
fn strangers_cannot_tell_a_private_name_from_an_unused_one(world: &World) {
    for name in ["", "mallory"] {
        let ask = |repository: &str| {
            let scope = format!("repository:{repository}:pull,push,delete,*");
            world.asks(name).scope(&scope).token().claims["access"].clone()
        };
        assert_eq!(ask("crew/app"), ask("unused-name/app"));
        assert_eq!(ask("crew/app"), serde_json::json!([]));
    }
    // The operator is told the truth.
    let why = |repository: &str| {
        let outcome = world.portus.ctl(&["explain", "mallory", "pull", repository]);
        assert_eq!(outcome.code, Some(3), "{outcome:?}");
        outcome.stdout
    };
    assert!(why("crew/app").contains("member-pull is for others"), "{}", why("crew/app"));
    assert!(why("unused-name/app").contains("member-pull is for other namespaces"));
}

fn only_what_was_asked_for_is_granted(world: &World) {
    let on = |name: &str, actions: &str| world.granted(name, "crew/app", actions);
    assert_eq!(on("alice", "pull"), "pull");
    assert_eq!(on("alice", "delete"), "delete");
    assert_eq!(on("alice", "*"), "*", "all three are allowed and `*` was asked for");
    assert_eq!(on("bob", "*"), "pull,push");
    assert_eq!(on("carol", "*,push"), "pull");
    assert_eq!(on("bob", "latest,admin,pull"), "pull", "unknown actions are dropped");
    assert_eq!(on("bob", "latest"), "");
    // One request, several scopes, in one value and in several.
    let token = world
        .asks("bob")
        .scope("repository:crew/app:pull repository:open/app:pull,push")
        .scope("repository:crew/app:push")
        .scope("repository(plugin):shared/app:pull")
        .scope("repository:hugo/app:pull")
        .token();
    assert_eq!(token.on("crew/app"), "pull,push", "the same name twice is one entry");
    assert_eq!(token.on("open/app"), "pull,push");
    assert_eq!(token.on("shared/app"), "pull", "a plugin is a repository");
    assert_eq!(token.claims["access"].as_array().unwrap().len(), 3, "{}", token.claims);
}

/// SR8
fn a_credential_narrows_what_its_owner_may(world: &World) {
    let reads = world.create_token(&["bob", "--label", "reads", "--actions", "pull"]);
    let limited = ["alice", "--label", "one", "--actions", "pull,push", "--namespace", "crew"];
    let one = world.create_token(&limited);
    let granted = |name: &str, secret: &str, repository: &str| {
        let scope = format!("repository:{repository}:pull,push,delete");
        let request = TokenRequest::to(&world.portus.url).service(SERVICE).by(name, secret);
        letters(&request.scope(&scope).token().on(repository))
    };
    assert_eq!(granted("bob", &reads, "crew/app"), "L");
    assert_eq!(granted("bob", &reads, "bob/app"), "L");
    assert_eq!(granted("alice", &one, "crew/app"), "LU");
    assert_eq!(granted("alice", &one, "open/app"), "", "not even what is public");
    assert_eq!(granted("alice", &one, "app"), "");
}

fn explanations_agree_with_grants(world: &World) {
    for (repository, row) in &BY_DEFAULT {
        for (name, expected) in EVERYONE.iter().zip(row).filter(|(name, _)| **name != "olivia") {
            let user = if name.is_empty() { "anonymous" } else { name };
            let action = "push";
            let outcome = world.portus.ctl(&["explain", user, action, repository, "--json"]);
            let is_allowed = expected.contains('U');
            assert_eq!(outcome.code, Some(if is_allowed { 0 } else { 3 }), "{outcome:?}");
            let answer: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
            assert_eq!(answer["allowed"], is_allowed, "{user} on {repository}: {answer}");
            assert!(!answer["sentence"].as_str().unwrap().is_empty());
        }
    }
}

fn the_catalog_is_for_admins(world: &World) {
    for (name, expected) in [("alice", "*"), ("olivia", ""), ("mallory", ""), ("ci", ""), ("", "")]
    {
        let token = world.asks(name).scope("registry:catalog:*").token();
        let granted = token.granted().get("registry:catalog").cloned().unwrap_or_default();
        assert_eq!(granted, expected, "{name}");
    }
    world.client("alice").ask("GET", "/v2/_catalog").expect(200);
    world.client("bob").ask("GET", "/v2/_catalog").expect(401);
}
