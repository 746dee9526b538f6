//! portusctl: what it says to mistakes, what its listings hold.

use portus_tests::{Image, Outcome, Place, World, until};
use serde_json::Value;

/// Mistakes that can be seen without looking anything up.
const BAD_INPUT: &[&[&str]] = &[
    &[],
    &["bogus"],
    &["--config", "/nowhere/portus.toml", "user", "list"],
    &["--database", "mysql://somewhere", "user", "list"],
    &["activity"],
    &["activity", "list", "--limit", "0"],
    &["activity", "list", "--limit", "1001"],
    &["bot", "create"],
    &["bot", "create", "robot", "--team", "crew", "--role", "owner"],
    &["bot", "create", "ro bot", "--team", "crew", "--role", "viewer"],
    &["bot", "create", "robot", "--role", "viewer"],
    &["bot", "list", "--nonsense"],
    &["completions", "cobol"],
    &["doctor", "main", "extra"],
    &["events", "retry"],
    &["events", "retry", "abc"],
    &["events", "parked", "--limit", "-1"],
    &["explain", "bob"],
    &["explain", "bob", "fly", "crew/app"],
    &["explain", "bob", "pull", "Crew//App"],
    &["explain", "b ob", "pull", "crew/app"],
    &["key", "rotate", "--now"],
    &["key", "destroy"],
    &["migrate", "extra"],
    &["namespace", "create", "UPPER", "--team", "crew"],
    &["namespace", "create", "a/b", "--team", "crew"],
    &["namespace", "create", "-", "--team", "crew"],
    &["namespace", "create", "fresh"],
    &["namespace", "create", "fresh", "--team", "crew", "--visibility", "secret"],
    &["namespace", "give", "crew"],
    &["namespace", "give", "crew", "--team", "crew", "--user", "bob"],
    &["namespace", "visibility", "crew", "open"],
    &["namespace", "visibility", "crew"],
    &["registry", "add", "fresh"],
    &["registry", "add", "fresh", "registry:5000"],
    &["registry", "add", "fresh", "ftp://registry"],
    &["registry", "add", "fresh", "http://registry/path"],
    &["registry", "add", "fresh", "http://user:pw@registry"],
    &["registry", "add", "a b", "http://registry:5000"],
    &["registry", "add", "fresh", "http://registry:5000", "--trust", "magic"],
    &["registry", "add", "fresh", "http://registry:5000", "--token-lifetime", "99d"],
    &["registry", "add", "fresh", "http://registry:5000", "--token-lifetime", "soon"],
    &["registry", "add", "fresh", "http://registry:5000", "--global", "open"],
    &["registry", "add", "fresh", "http://registry:5000", "--service", "quo\"te"],
    &["registry", "add", "fresh", "http://registry:5000", "--host", "not a host"],
    &["registry", "config"],
    &["repo", "list", "extra"],
    &["setup", "--admin", "b ob", "--password-stdin"],
    &["sync", "main", "--dryrun"],
    &["tag", "list"],
    &["tag", "list", "Bad//Name"],
    &["team", "create"],
    &["team", "create", ""],
    &["team", "create", "a\nb"],
    &["team", "member", "add", "crew", "mallory"],
    &["team", "member", "add", "crew", "mallory", "--role", "boss"],
    &["team", "member", "role", "crew", "bob", "boss"],
    &["team", "member", "role", "crew", "bob"],
    &["team", "member", "remove", "crew"],
    &["token", "create", "bob"],
    &["token", "create", "bob", "--label", "fresh", "--actions", "fly"],
    &["token", "create", "bob", "--label", "fresh", "--actions", ""],
    &["token", "create", "bob", "--label", "", "--actions", "pull"],
    &["token", "create", "bob", "--label", "fresh", "--actions", "pull", "--expires", "yesterday"],
    &["token", "create", "bob", "--label", "fresh", "--actions", "pull", "--namespace", "UP"],
    &["token", "revoke", "bob"],
    &["user", "create"],
    &["user", "create", "b ob", "--password-stdin"],
    &["user", "create", "b\u{202e}ob", "--password-stdin"],
    &["user", "create", "dan", "--password", "typed-where-all-see-it"],
    &["user", "create", "dan"],
    &["user", "create", "dan", "--email", "not-an-address", "--password-stdin"],
    &["user", "create", "dan", "--password-file", "/nowhere/at/all"],
    &["user", "disable"],
    &["user", "list", "--limit", "many"],
    &["user", "password", "bob"],
    &["user", "promote"],
];

/// What has to be looked up to be refused.
const NOT_FOUND: &[&[&str]] = &[
    &["bot", "create", "bob", "--team", "crew", "--role", "viewer"],
    &["bot", "create", "robot", "--team", "nobodys", "--role", "viewer"],
    &["doctor", "nowhere"],
    &["events", "retry", "987654321"],
    &["explain", "ghost", "pull", "crew/app"],
    &["namespace", "create", "crew", "--team", "crew"],
    &["namespace", "create", "bob", "--team", "crew"],
    &["namespace", "create", "fresh", "--team", "nobodys"],
    &["namespace", "give", "nobodys", "--team", "crew"],
    &["namespace", "give", "crew", "--user", "ci"],
    &["namespace", "visibility", "nobodys", "public"],
    &["registry", "add", "main", "http://registry:5000", "--service", "fresh.test"],
    &["registry", "add", "fresh", "http://registry:5000", "--service", "registry.test"],
    &["registry", "config", "nowhere"],
    &["sync", "nowhere"],
    &["tag", "list", "crew/nothing"],
    &["team", "create", "crew"],
    &["team", "create", "fresh", "--owner", "ghost"],
    &["team", "create", "fresh", "--owner", "ci"],
    &["team", "member", "add", "crew", "bob", "--role", "viewer"],
    &["team", "member", "add", "crew", "ghost", "--role", "viewer"],
    &["team", "member", "remove", "crew", "mallory"],
    &["team", "member", "role", "crew", "ci", "owner"],
    &["team", "show", "nobodys"],
    &["token", "create", "ghost", "--label", "fresh", "--actions", "pull"],
    &["token", "create", "bob", "--label", "fresh", "--actions", "pull", "--namespace", "nobodys"],
    &["token", "revoke", "bob", "nothing"],
    &["user", "demote", "ghost"],
    &["user", "disable", "ghost"],
    &["user", "promote", "ci"],
];

/// SR12
#[test]
fn bad_input_gets_one_clear_line_and_changes_nothing() {
    let world = World::start(Place::SMALL);
    let before = everything(&world);
    for arguments in BAD_INPUT {
        assert_refused(&world.portus.ctl(arguments), 2, arguments);
    }
    for arguments in NOT_FOUND {
        assert_refused(&world.portus.ctl(arguments), 1, arguments);
    }
    let long = "x".repeat(73);
    for weak in ["", "short", "password", "12345678", &long, "nul\0in-the-middle"] {
        for arguments in [&["user", "create", "dan"][..], &["user", "password", "bob"]] {
            let arguments = [arguments, &["--password-stdin"]].concat();
            let outcome = world.portus.ctl_with_input(&arguments, weak);
            assert_refused(&outcome, 2, &[&arguments[..], &[weak]].concat());
        }
    }
    let taken = ["user", "create", "BOB", "--password-stdin"];
    assert_refused(&world.portus.ctl_with_input(&taken, "a-good-enough-phrase"), 1, &taken);
    let again = ["setup", "--admin", "eve", "--email", "eve@example.org", "--password-stdin"];
    assert_refused(&world.portus.ctl_with_input(&again, "a-good-enough-phrase"), 1, &again);
    let password = ["user", "password", "ci", "--password-stdin"];
    assert_refused(&world.portus.ctl_with_input(&password, "bots-have-none"), 1, &password);
    assert_eq!(everything(&world), before);
}

#[track_caller]
fn assert_refused(outcome: &Outcome, code: i32, arguments: &[&str]) {
    assert_eq!(outcome.code, Some(code), "{arguments:?}: {outcome:?}");
    let lines = outcome.stderr.trim_end().lines().count();
    assert_eq!(lines, 1, "{arguments:?}: {outcome:?}");
    assert!(outcome.stdout.is_empty(), "{arguments:?}: {outcome:?}");
    assert!(outcome.stderr.trim().len() > 10, "{arguments:?}: {outcome:?}");
    for internal in ["Error(", "Some(", "diesel", "SqliteFailure", "panicked", "\u{1b}"] {
        assert!(!outcome.stderr.contains(internal), "{arguments:?}: {outcome:?}");
    }
}

fn everything(world: &World) -> Vec<Vec<Value>> {
    let listings: &[&[&str]] = &[
        &["activity", "list", "--limit", "1000"],
        &["bot", "list"],
        &["events", "parked"],
        &["key", "list"],
        &["namespace", "list"],
        &["registry", "list"],
        &["repo", "list"],
        &["team", "list"],
        &["team", "show", "crew"],
        &["token", "list", "bob"],
        &["token", "list", "ci"],
        &["user", "list"],
    ];
    let rows = |listing: &&[&str]| {
        let mut rows = world.portus.rows(listing);
        // What the server notes meanwhile of those who ask for tokens is none of portusctl's doing.
        rows.retain(|row| row["actor"].as_str().is_none_or(|actor| actor.starts_with("operator:")));
        rows
    };
    listings.iter().map(rows).collect()
}

#[test]
fn listings_are_tables_for_people_and_json_for_programs() {
    let world = World::start(Place::SMALL);
    world.client("bob").push(&Image::small("listed"), "crew/listed", "1");
    until("the push is known", || world.tags("crew/listed") == ["1"]);
    for (arguments, fields) in [
        (&["user", "list"][..], "name email admin bot enabled created_at"),
        (&["team", "list"], "name members owners namespaces created_at"),
        (&["team", "show", "crew"], "name role bot enabled"),
        (&["bot", "list"], "name team role enabled tokens created_at"),
        (&["namespace", "list"], "registry name kind visibility owner repositories"),
        (&["registry", "list"], "name url services hosts trust token_lifetime read_at created_at"),
        (&["token", "list", "ci"], "label actions namespaces expires_at created_at last_used_at"),
        (&["repo", "list"], "registry path tags pushed_at pulls"),
        (
            &["tag", "list", "crew/listed"],
            "name digest media_type artifact_type size platforms details author first_author pushed_at pulls pulled_at",
        ),
        (&["activity", "list"], "at kind actor address request object detail outcome count"),
        (&["key", "list"], "id algorithm state certificate_ends created_at"),
    ] {
        let listing = world.portus.json(arguments);
        assert!(listing.get("next").is_some(), "{arguments:?}: {listing}");
        let row = &listing["rows"][0];
        for field in fields.split(' ') {
            assert!(row.get(field).is_some(), "{arguments:?} has no {field}: {row}");
        }
        let table = world.portus.ctl(arguments).ok();
        assert!(table.lines().count() >= 2 && !table.contains("\u{1b}"), "{table}");
        for time in fields.split(' ').filter(|field| field.ends_with("_at") || *field == "at") {
            let text = row[time].as_str().unwrap_or("T00Z");
            assert!(text.ends_with('Z') && text.contains('T'), "{time}: {row}");
        }
    }
    secrets_are_shown_once(&world);
    pages_follow_each_other(&world);
    help_and_completions_are_there(&world);
    the_audit_names_the_operator(&world);
}

/// SR3
fn secrets_are_shown_once(world: &World) {
    let secret = world.create_token(&["bob", "--label", "shown", "--actions", "pull"]);
    assert!(secret.starts_with("portus_t_"));
    for listing in everything(world) {
        let text = Value::Array(listing).to_string();
        for part in ["portus_t_", "portus_n_", "portus_r_", "$2b$", "PRIVATE"] {
            assert!(!text.contains(part), "{part} in {text}");
        }
    }
    let config = world.portus.ctl(&["registry", "config", "main"]).ok();
    assert!(!config.contains("PRIVATE") && config.contains("portus_n_"));
}

fn pages_follow_each_other(world: &World) {
    let first = world.portus.json(&["user", "list", "--limit", "2"]);
    let next = first["next"].as_str().expect("a cursor");
    let second = world.portus.json(&["user", "list", "--limit", "100", "--after", next]);
    assert_eq!(second["next"], Value::Null);
    let names = |page: &Value| -> Vec<String> {
        page["rows"].as_array().unwrap().iter().map(|row| row["name"].to_string()).collect()
    };
    let all = names(&world.portus.json(&["user", "list"]));
    assert_eq!([names(&first), names(&second)].concat(), all);
    assert!(all.len() >= 4, "{all:?}");
}

fn help_and_completions_are_there(world: &World) {
    for arguments in [
        &["--help"][..],
        &["user", "create", "--help"],
        &["sync", "--help"],
        &["explain", "--help"],
    ] {
        let help = world.portus.ctl(arguments).ok();
        assert!(help.contains("xample") && help.contains("portusctl "), "{help}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = world.portus.ctl(&["completions", shell]).ok();
        assert!(script.contains("portusctl") && script.contains("registry"), "{shell}");
    }
    assert!(world.portus.ctl(&["--version"]).ok().starts_with("portusctl "));
}

/// SR12
fn the_audit_names_the_operator(world: &World) {
    let rows = world.portus.rows(&["activity", "list", "--kind", "team.create"]);
    assert!(rows[0]["actor"].as_str().unwrap().starts_with("operator:"), "{rows:?}");
    let rows = world.portus.rows(&["activity", "list", "--actor", "bob"]);
    assert!(rows.iter().any(|row| row["kind"] == "repository.push"), "{rows:?}");
    let kinds =
        ["account.create", "namespace.create", "registry.create", "bot.create", "team.add_member"];
    for kind in kinds {
        assert!(!world.portus.rows(&["activity", "list", "--kind", kind]).is_empty(), "{kind}");
    }
}
