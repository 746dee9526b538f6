use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::place::{PASSWORD, Place};

#[test]
fn help_and_completions_need_no_database() {
    let place = Place::empty();
    let before = place.files();
    for words in [
        &["--help"][..],
        &["--version"],
        &["user", "--help"],
        &["team", "member", "add", "-h"],
        &["completions", "bash"],
        &["completions", "zsh"],
        &["completions", "fish"],
    ] {
        assert!(place.ctl(words).ok().contains("portusctl"), "{words:?}");
    }
    assert_eq!(place.files(), before);
}

#[test]
fn the_first_admin_is_made_once() {
    let place = Place::empty();
    let words = ["setup", "--admin", "alice", "--email", "alice@example.org", "--password-stdin"];
    place.ctl_with(&words, PASSWORD).ok();
    let alice = &place.rows(&["user", "list"])[0];
    assert_eq!(alice["name"], "alice");
    assert_eq!(alice["email"], "alice@example.org");
    assert_eq!((&alice["admin"], &alice["enabled"]), (&json!(true), &json!(true)));

    let line = place.ctl_with(&["setup", "--admin", "eve", "--password-stdin"], PASSWORD).line(1);
    assert!(line.contains("set up already"), "{line}");
    assert_eq!(place.rows(&["user", "list"]).len(), 1);
}

#[test]
fn asking_about_a_portus_that_is_not_there_makes_none() {
    let place = Place::empty();
    let before = place.files();
    for words in [
        &["user", "list"][..],
        &["user", "disable", "bob"],
        &["registry", "config", "hub"],
        &["sync"],
    ] {
        let line = place.ctl(words).line(1);
        assert!(line.contains("portusctl setup"), "{line}");
    }
    assert_eq!(place.files(), before);
}

#[test]
fn a_portus_can_be_begun_with_migrate() {
    let place = Place::empty();
    assert!(place.ctl(&["migrate", "--dry-run"]).ok().contains("missing"));
    assert!(place.ctl(&["migrate"]).ok().contains("applied"));
    assert_eq!(place.json(&["migrate"]), json!({ "steps": [], "applied": true }));
    assert_eq!(place.rows(&["user", "list"]), Vec::<Value>::new());
}

#[test]
fn accounts_are_changed() {
    let place = Place::settled();
    let bob = |field: &str| {
        let rows = place.rows(&["user", "list"]);
        rows.into_iter().find(|row| row["name"] == "bob").unwrap()[field].clone()
    };
    place.ctl(&["user", "disable", "bob"]).ok();
    assert_eq!(bob("enabled"), false);
    place.ctl(&["user", "enable", "BOB"]).ok();
    assert_eq!(bob("enabled"), true);
    place.ctl(&["user", "promote", "bob"]).ok();
    assert_eq!(bob("admin"), true);
    place.ctl(&["user", "demote", "bob"]).ok();
    assert_eq!(bob("admin"), false);
    place.ctl_with(&["user", "password", "bob", "--password-stdin"], PASSWORD).ok();

    let line = place.ctl(&["user", "demote", "alice"]).line(1);
    assert!(line.contains("last enabled admin"), "{line}");
    place.ctl(&["user", "disable", "alice"]).ok();
}

#[test]
fn what_is_not_there_or_taken_fails_with_a_line_and_1() {
    let place = Place::settled();
    let before = place.state();
    for (words, complaint) in [
        (&["user", "disable", "mallory"][..], "no account `mallory`"),
        (&["user", "promote", "ci"], "is a bot"),
        (&["team", "create", "CREW"], "already"),
        (&["team", "create", "new", "--owner", "mallory"], "no account"),
        (&["team", "show", "nobody"], "no team"),
        (&["team", "member", "add", "crew", "bob", "--role", "owner"], "already"),
        (&["team", "member", "remove", "crew", "alice"], "last owner"),
        (&["team", "member", "role", "crew", "ci", "owner"], "bot"),
        (&["bot", "create", "bob", "--team", "crew", "--role", "viewer"], "taken"),
        (&["bot", "create", "cd", "--team", "none", "--role", "viewer"], "no team"),
        (&["namespace", "create", "crew", "--team", "crew"], "already"),
        (&["namespace", "create", "bob", "--team", "crew"], "person"),
        (&["namespace", "create", "x", "--team", "crew", "--registry", "lab"], "no registry"),
        (&["namespace", "visibility", "none", "public"], "no namespace"),
        (&["namespace", "give", "crew", "--user", "ci"], "bot"),
        (&["registry", "add", "hub", "http://other"], "another registry"),
        (&["registry", "add", "lab", "http://127.0.0.1:1"], "another registry"),
        (&["registry", "config", "lab"], "no registry"),
        (&["token", "create", "mallory", "--label", "x"], "no account"),
        (&["token", "create", "ci", "--label", "x", "--namespace", "none"], "no namespace"),
        (&["token", "list", "mallory"], "no account"),
        (&["token", "revoke", "ci", "none"], "no token"),
        (&["tag", "list", "crew/app"], "no repository"),
        (&["explain", "mallory", "pull", "crew/app"], "no account"),
        (&["events", "retry", "7"], "no parked event"),
        (&["deletion", "cancel", "7"], "no such deletion"),
        (&["key", "rotate", "--activate"], "no new key"),
        (&["sync", "hub"], "cannot be reached"),
    ] {
        let line = place.ctl(words).line(1);
        assert!(line.contains(complaint), "{words:?}: {line}");
    }
    let words = ["user", "create", "Bob", "--password-stdin"];
    assert!(place.ctl_with(&words, PASSWORD).line(1).contains("taken"));
    assert_eq!(place.state(), before);
}

#[test]
fn teams_and_bots_are_listed_as_they_are() {
    let place = Place::settled();
    let crew = &place.rows(&["team", "list"])[0];
    assert_eq!(crew["name"], "crew");
    assert_eq!((&crew["members"], &crew["owners"]), (&json!(3), &json!(1)));
    assert_eq!(crew["namespaces"], 1);

    place.ctl(&["team", "member", "role", "crew", "bob", "contributor"]).ok();
    let members = place.rows(&["team", "show", "crew"]);
    let is = |name: &str, role: &str, bot: bool| {
        let member = json!({ "name": name, "role": role, "bot": bot, "enabled": true });
        assert!(members.contains(&member), "{member} is not in {members:?}");
    };
    is("alice", "owner", false);
    is("bob", "contributor", false);
    is("ci", "contributor", true);
    place.ctl(&["team", "member", "remove", "crew", "bob"]).ok();
    assert_eq!(place.rows(&["team", "show", "crew"]).len(), 2);

    let ci = &place.rows(&["bot", "list"])[0];
    assert_eq!(
        (&ci["name"], &ci["team"], &ci["role"]),
        (&json!("ci"), &json!("crew"), &json!("contributor"))
    );
}

#[test]
fn namespaces_are_opened_and_given_away() {
    let place = Place::settled();
    let named = |name: &str| {
        let rows = place.rows(&["namespace", "list"]);
        rows.into_iter().find(|row| row["name"] == name).unwrap()
    };
    assert_eq!(named("crew")["visibility"], "private");
    let shown = place.json(&["namespace", "visibility", "crew", "public"]);
    assert_eq!(shown, named("crew"));
    assert_eq!(shown["visibility"], "public");
    place.ctl(&["namespace", "visibility", "--global", "protected"]).ok();
    assert_eq!(
        (&named("")["kind"], &named("")["visibility"]),
        (&json!("global"), &json!("protected"))
    );
    place.ctl(&["team", "create", "other"]).ok();
    let given = place.json(&["namespace", "give", "crew", "--team", "other"]);
    assert_eq!((&given["owner"], &given["kind"]), (&json!("other"), &json!("team")));
    assert_eq!(place.rows(&["namespace", "list", "--registry", "hub"]).len(), 2);
}

#[test]
fn explain_tells_a_script_by_how_it_ends() {
    let place = Place::settled();
    let ended = place.ctl(&["explain", "alice", "push", "crew/app"]);
    assert!(ended.out.starts_with("allowed by "), "{ended:?}");
    assert_eq!(ended.code, Some(0));
    for words in [
        ["explain", "bob", "push", "crew/app"],
        ["explain", "anonymous", "pull", "crew/app"],
        ["explain", "bob", "pull", "crew/app"],
    ] {
        // Nobody but admins gets anything while the registry is unread.
        let ended = place.ctl(&words);
        assert_eq!((ended.code, ended.err.as_str()), (Some(3), ""), "{ended:?}");
        assert!(ended.out.starts_with("denied: "), "{ended:?}");
    }
    let answer = place.ctl(&["explain", "alice", "pull", "crew/app", "--json"]).ok();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["allowed"], true);
    assert!(answer["by"].is_string() && answer["sentence"].is_string(), "{answer}");
}

#[test]
fn pages_follow_one_another() {
    let place = Place::settled();
    let first = place.json(&["user", "list", "--limit", "2"]);
    let next = first["next"].as_str().unwrap();
    let second = place.json(&["user", "list", "--limit", "2", "--after", next]);
    let names = |page: &Value| -> Vec<String> {
        let rows = page["rows"].as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!([names(&first), names(&second)].concat(), ["alice", "bob", "ci"]);
    assert_eq!(second["next"], Value::Null);
    let ended = place.ctl(&["user", "list", "--limit", "2"]);
    assert!(ended.err.contains(&format!("--after '{next}'")), "{ended:?}");
}

#[test]
fn every_change_is_in_the_audit_by_the_user_of_this_machine() {
    let place = Place::settled();
    let actor = format!("operator:{}", whoami());
    let rows = place.rows(&["activity", "list", "--actor", &actor]);
    let kinds: Vec<&str> = rows.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    let newest_first = [
        "namespace.create",
        "registry.create",
        "bot.create",
        "team.add_member",
        "team.create",
        "account.create",
        "account.create",
    ];
    assert_eq!(kinds, newest_first);
    assert_eq!(place.rows(&["activity", "list", "--kind", "account"]).len(), 2);
    assert_eq!(place.rows(&["activity", "list", "--kind", "bot.create"]).len(), 1);
    assert_eq!(place.rows(&["activity", "list", "--since", "1h", "--kind", "bot"]).len(), 1);
}

fn whoami() -> String {
    let output = std::process::Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().into()
}

#[test]
fn someone_who_stops_reading_has_read_enough() {
    let place = Place::settled();
    for words in [&["completions", "bash"][..], &["activity", "list"], &["--help"]] {
        let mut command = place.command(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(child.wait().unwrap().success(), "{words:?}: {said}");
        assert_eq!(said, "", "{words:?}");
    }
}

#[test]
fn tables_have_headings_and_no_borders() {
    let place = Place::settled();
    let out = place.ctl(&["user", "list"]).ok();
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("NAME "), "{out}");
    assert!(lines[1].starts_with("alice ") && lines.len() == 4, "{out}");
    assert!(!out.contains(['|', '+', '─', '\u{1b}']), "{out}");
}

#[test]
fn deletions_are_listed() {
    let place = Place::settled();
    assert_eq!(place.rows(&["deletion", "list"]), Vec::<Value>::new());
    let line = place.ctl(&["deletion", "cancel", "none"]).line(2);
    assert!(line.contains("by its number"), "{line}");
}
