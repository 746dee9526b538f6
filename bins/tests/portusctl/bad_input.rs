use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::place::Place;

/// What nobody needs a database for to see that it is wrong, with a word of the complaint.
const WRONG: &[(&[&str], &str)] = &[
    (&[], "subcommand"),
    (&["frobnicate"], "frobnicate"),
    (&["usr"], "user"),
    (&["--fast", "user", "list"], "--fast"),
    (&["setup"], "--admin"),
    (&["setup", "--admin", "a b", "--password-stdin"], "username"),
    (&["setup", "--admin", "alice"], "--password-stdin"),
    (&["setup", "--admin", "alice", "--password", "secret"], "--password"),
    (&["setup", "--admin", "alice", "--email", "nowhere", "--password-stdin"], "mail"),
    (&["setup", "--admin", "alice", "--password-file", "/nowhere/at/all"], "/nowhere/at/all"),
    (&["setup", "--admin", "alice", "--password-file", "/"], "cannot be read"),
    (&["setup", "--admin", "alice", "--password-stdin", "--password-file", "x"], "cannot be used"),
    (&["user"], "subcommand"),
    (&["user", "create"], "<NAME>"),
    (&["user", "create", ""], "username"),
    (&["user", "create", "a:b", "--password-stdin"], "username"),
    (&["user", "create", "a\u{202e}b", "--password-stdin"], "username"),
    (&["user", "create", "a\nb", "--password-stdin"], "username"),
    (&["user", "create", "carol"], "--password-stdin"),
    (&["user", "create", "carol", "--email", "@", "--password-stdin"], "mail"),
    (&["user", "create", "carol", "dave", "--password-stdin"], "dave"),
    (&["user", "list", "--limit", "0"], "--limit"),
    (&["user", "list", "--limit", "1001"], "--limit"),
    (&["user", "list", "--limit", "many"], "--limit"),
    (&["user", "list", "--limit", "-1"], "-1"),
    (&["user", "disable"], "<NAME>"),
    (&["user", "disable", "a b"], "username"),
    (&["user", "enable", "a b"], "username"),
    (&["user", "promote", "a b"], "username"),
    (&["user", "demote", "a b"], "username"),
    (&["user", "password", "bob"], "--password-stdin"),
    (&["user", "password", "b ob", "--password-stdin"], "username"),
    (&["team", "create", " crew"], "team"),
    (&["team", "create", "crew", "--owner", "a b"], "username"),
    (&["team", "show"], "<NAME>"),
    (&["team", "show", "cr\u{200b}ew"], "team"),
    (&["team", "list", "--after"], "--after"),
    (&["team", "member"], "subcommand"),
    (&["team", "member", "add", "crew", "bob"], "--role"),
    (&["team", "member", "add", "crew", "bob", "--role", "boss"], "role"),
    (&["team", "member", "role", "crew", "bob", "Owner"], "role"),
    (&["team", "member", "remove", "crew"], "<USER>"),
    (&["bot", "create", "ci", "--team", "crew", "--role", "owner"], "never an owner"),
    (&["bot", "create", "ci", "--role", "viewer"], "--team"),
    (&["bot", "create", "c i", "--team", "crew", "--role", "viewer"], "username"),
    (&["bot", "list", "extra"], "extra"),
    (&["namespace", "create", "Crew", "--team", "crew"], "namespace"),
    (&["namespace", "create", "a/b", "--team", "crew"], "namespace"),
    (&["namespace", "create", "crew"], "--team"),
    (&["namespace", "create", "crew", "--team", "crew", "--visibility", "open"], "visibility"),
    (&["namespace", "create", "crew", "--team", "crew", "--registry", "h b"], "registry"),
    (&["namespace", "list", "--registry", ""], "registry"),
    (&["namespace", "visibility", "crew"], "visibility"),
    (&["namespace", "visibility", "public"], "<NAME>"),
    (&["namespace", "visibility", "crew", "secret"], "visibility"),
    (&["namespace", "visibility", "--global", "secret"], "visibility"),
    (&["namespace", "visibility", "--global", "crew", "public"], "--global"),
    (&["namespace", "give", "crew"], "<--team <TEAM>|--user <USER>>"),
    (&["namespace", "give", "crew", "--team", "crew", "--user", "bob"], "cannot be used"),
    (&["namespace", "give", "Crew", "--team", "crew"], "namespace"),
    (&["registry", "add", "hub"], "<URL>"),
    (&["registry", "add", "h/b", "http://hub"], "registry"),
    (&["registry", "add", "hub", "hub:5000"], "address"),
    (&["registry", "add", "hub", "ftp://hub"], "address"),
    (&["registry", "add", "hub", "http://hub/v2"], "address"),
    (&["registry", "add", "hub", "http://u:p@hub"], "address"),
    (&["registry", "add", "hub", "http://hub", "--service", "a\"b"], "service"),
    (&["registry", "add", "hub", "http://hub", "--host", "a b"], "host"),
    (&["registry", "add", "hub", "http://hub", "--trust", "me"], "bundle"),
    (&["registry", "add", "hub", "http://hub", "--token-lifetime", "5s"], "1m to 1h"),
    (&["registry", "add", "hub", "http://hub", "--token-lifetime", "long"], "15m"),
    (&["registry", "add", "hub", "http://hub", "--global", "open"], "visibility"),
    (&["registry", "config"], "<NAME>"),
    (&["registry", "config", "h b"], "registry"),
    (&["registry", "config", "hub", "--part", "all"], "--part"),
    (&["registry", "list", "hub"], "hub"),
    (&["token", "create", "ci"], "--label"),
    (&["token", "create", "c i", "--label", "x"], "username"),
    (&["token", "create", "ci", "--label", ""], "label"),
    (&["token", "create", "ci", "--label", "x", "--actions", "fly"], "fly"),
    (&["token", "create", "ci", "--label", "x", "--actions", ""], "action"),
    (&["token", "create", "ci", "--label", "x", "--namespace", "A"], "namespace"),
    (&["token", "create", "ci", "--label", "x", "--expires", "yesterday"], "90d"),
    (&["token", "create", "ci", "--label", "x", "--expires", "0s"], "90d"),
    (&["token", "create", "ci", "--label", "x", "--expires", "-1d"], "-1"),
    (&["token", "list"], "<USER>"),
    (&["token", "revoke", "ci"], "<LABEL>"),
    (&["token", "revoke", "ci", " x"], "label"),
    (&["repo", "list", "--namespace", "A"], "namespace"),
    (&["repo", "list", "--namespace", "a", "--global"], "cannot be used"),
    (&["tag", "list"], "<REPOSITORY>"),
    (&["tag", "list", "crew/App"], "path"),
    (&["tag", "list", "crew/app:1.0"], "path"),
    (&["activity", "list", "--kind", "Push!"], "kind"),
    (&["activity", "list", "--since", "noon"], "90d"),
    (&["explain", "bob", "push"], "<REPOSITORY>"),
    (&["explain", "bob", "fly", "crew/app"], "action"),
    (&["explain", "b ob", "push", "crew/app"], "username"),
    (&["explain", "bob", "push", "crew//app"], "path"),
    (&["events", "parked", "--limit", "x"], "--limit"),
    (&["events", "retry"], "<ID|--all>"),
    (&["events", "retry", "zero"], "zero"),
    (&["events", "retry", "0"], "0"),
    (&["events", "retry", "1", "--all"], "cannot be used"),
    (&["sync", "h b"], "registry"),
    (&["sync", "--dry"], "--dry-run"),
    (&["key"], "subcommand"),
    (&["key", "list", "x"], "x"),
    (&["key", "rotate", "now"], "now"),
    (&["migrate", "--force"], "--force"),
    (&["doctor", "h b"], "registry"),
    (&["completions"], "<SHELL>"),
    (&["completions", "cmd.exe"], "bash"),
    (&["--database", "mysql://x", "user", "list"], "database.url"),
    (&["--config", "/nowhere.toml", "user", "list"], "/nowhere.toml"),
];

#[test]
fn bad_input_gives_one_line_and_2_and_leaves_nothing_behind() {
    let place = Place::empty();
    let before = place.files();
    for (words, complaint) in WRONG {
        let line = place.ctl(words).line(2);
        assert!(line.contains(complaint), "{words:?}: {line}");
        assert_eq!(place.files(), before, "{words:?}");
    }
}

#[test]
fn bad_input_changes_nothing_that_is_there() {
    let place = Place::settled();
    let before = place.state();
    for (words, _) in WRONG {
        place.ctl(words).line(2);
    }
    assert_eq!(place.state(), before);
}

#[test]
fn words_that_are_no_text_are_refused() {
    let place = Place::empty();
    let mut command = place.command(&["user", "disable"]);
    let output = command.arg(OsStr::from_bytes(b"b\xffb")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stderr.iter().filter(|byte| **byte == b'\n').count(), 1);
}

#[test]
fn passwords_that_are_too_weak_are_refused_before_anything_happens() {
    let place = Place::settled();
    let before = place.state();
    let long = "x".repeat(73);
    for (password, complaint) in [
        ("", "no password"),
        ("\n", "no password"),
        ("short", "8 characters"),
        ("iloveyou", "commonest"),
        (&long, "72 bytes"),
        ("two lines\nof text", "more than one line"),
    ] {
        for words in [
            &["user", "create", "carol", "--password-stdin"][..],
            &["user", "password", "bob", "--password-stdin"],
            &["setup", "--admin", "carol", "--password-stdin"],
        ] {
            let line = place.ctl_with(words, password).line(2);
            assert!(line.contains(complaint), "{password:?}: {line}");
            assert!(
                password.len() < 8 || !line.contains(password),
                "the password is shown: {line}"
            );
        }
    }
    // A name that no namespace can be named after is as bad as a wrong one.
    let words = ["user", "create", "!!!", "--password-stdin"];
    let line = place.ctl_with(&words, "seven-herons-at-dusk").line(2);
    assert!(line.contains("!!!"), "{line}");
    assert_eq!(place.state(), before);
}

/// SR17
#[test]
fn what_steers_a_terminal_is_not_repeated_to_it() {
    let place = Place::empty();
    let line = place.ctl(&["user", "disable", "a\u{1b}[31m b"]).line(2);
    assert!(!line.contains('\u{1b}'), "{line:?}");
}

#[test]
fn a_wrong_configuration_is_told_whole() {
    let place = Place::empty();
    let file = place.path().join("portus.toml");
    std::fs::write(&file, "[push]\npolicy = \"nobody\"\n").unwrap();
    let line = place.ctl(&["user", "list"]).line(2);
    assert!(line.contains("push.policy") && line.contains("`teams`"), "{line}");

    std::fs::write(&file, "[push]\npolicy = \"nobody\"\n[tokn]\nlifetime = \"5m\"\n").unwrap();
    let ended = place.ctl(&["user", "list"]);
    assert_eq!(ended.code, Some(2));
    for part in ["push.policy", "tokn.lifetime", "token.lifetime"] {
        assert!(ended.err.contains(part), "{part}: {ended:?}");
    }
}

#[test]
fn which_of_several_registries_is_meant_has_to_be_said() {
    let place = Place::settled();
    place.ctl(&["registry", "add", "lab", "http://127.0.0.1:2"]).ok();
    let before = place.state();
    for words in [
        &["namespace", "create", "tools", "--team", "crew"][..],
        &["namespace", "visibility", "crew", "public"],
        &["namespace", "give", "crew", "--user", "bob"],
        &["tag", "list", "crew/app"],
        &["explain", "bob", "pull", "crew/app"],
        &["sync"],
    ] {
        let line = place.ctl(words).line(2);
        assert!(line.contains("hub, lab"), "{words:?}: {line}");
    }
    assert_eq!(place.state(), before);
}
