use serde_json::Value;

use crate::place::{Ended, Place};

fn findings(ended: &Ended) -> Vec<Value> {
    let listing: Value = serde_json::from_str(&ended.out).unwrap();
    listing["rows"].as_array().unwrap().clone()
}

fn verdict<'a>(findings: &'a [Value], check: &str) -> &'a str {
    let found = findings.iter().find(|finding| finding["check"] == check);
    found.and_then(|finding| finding["verdict"].as_str()).unwrap_or("not checked")
}

#[test]
fn where_nothing_is_the_doctor_says_so_and_makes_nothing() {
    let place = Place::empty();
    let before = place.files();
    let ended = place.ctl(&["doctor"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.starts_with("fail  portus: database: "), "{ended:?}");
    assert!(ended.out.contains("portusctl setup"), "{ended:?}");
    assert_eq!(ended.out.lines().count(), 1, "{ended:?}");
    assert_eq!(place.files(), before);
}

#[test]
fn tables_that_are_behind_are_named() {
    let place = Place::empty();
    std::fs::create_dir(place.path().join("data")).unwrap();
    std::fs::write(place.path().join("data/portus.db"), "").unwrap();
    let ended = place.ctl(&["doctor"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains("portusctl migrate"), "{ended:?}");
}

#[test]
fn what_does_not_answer_is_named_with_what_to_do() {
    let place = Place::settled();
    // A port that nobody listens on.
    std::fs::write(
        place.path().join("portus.toml"),
        "[server]\nurl = \"http://127.0.0.1:1\"\n[passwords]\ncost = 4\n",
    )
    .unwrap();
    let before = place.state();
    let ended = place.ctl(&["doctor", "hub", "--json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let found = findings(&ended);
    for check in ["database", "master key", "signing keys", "inbox"] {
        assert_eq!(verdict(&found, check), "ok", "{check}: {found:?}");
    }
    for check in ["server", "reachable"] {
        assert_eq!(verdict(&found, check), "fail", "{check}: {found:?}");
    }
    let server = found.iter().find(|finding| finding["check"] == "server").unwrap();
    let change = server["change"].as_str().unwrap();
    assert!(change.contains("server.url") && change.contains("portus.toml"), "{change}");
    assert_eq!(place.state(), before);

    let lines = place.ctl(&["doctor"]).out;
    assert!(
        lines.lines().all(|line| line.starts_with("ok  ")
            || line.starts_with("fail")
            || line.starts_with("warn")),
        "{lines}"
    );
}

#[test]
fn a_master_key_that_is_gone_is_named() {
    let place = Place::settled();
    std::fs::remove_file(place.path().join("data/master.key")).unwrap();
    let ended = place.ctl(&["doctor", "--json"]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(verdict(&findings(&ended), "master key"), "fail", "{ended:?}");
    assert!(!place.path().join("data/master.key").exists());
}

#[test]
fn a_registry_that_nobody_knows_cannot_be_examined() {
    let place = Place::settled();
    let line = place.ctl(&["doctor", "lab"]).line(1);
    assert!(line.contains("no registry `lab`"), "{line}");
}
