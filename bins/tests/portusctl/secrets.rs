use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::place::{PASSWORD, Place};

#[test]
fn a_tokens_secret_is_alone_on_its_line() {
    let place = Place::settled();
    let ended = place.ctl(&["token", "create", "ci", "--label", "a", "--actions", "pull,push"]);
    assert!(ended.err.contains("not shown again"), "{ended:?}");
    let out = ended.ok();
    let secret = out.strip_suffix('\n').unwrap();
    assert!(secret.starts_with("portus_t_") && !secret.contains(char::is_whitespace), "{out:?}");

    let made = place.json(&[
        "token",
        "create",
        "ci",
        "--label",
        "b",
        "--namespace",
        "crew",
        "--expires",
        "90d",
    ]);
    assert!(made["secret"].as_str().unwrap().starts_with("portus_t_"));
    assert_eq!(made["label"], "b");
    assert_eq!(made["actions"], serde_json::json!(["pull"]));
    assert_eq!(made["namespaces"], serde_json::json!(["crew"]));
    assert!(made["expires_at"].is_string() && made["last_used_at"].is_null(), "{made}");

    let rows = place.rows(&["token", "list", "ci"]);
    let mut labels: Vec<&str> = rows.iter().map(|row| row["label"].as_str().unwrap()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["a", "b"]);
    assert!(rows.iter().all(|row| row.get("secret").is_none()));
    place.ctl(&["token", "revoke", "ci", "a"]).ok();
    assert_eq!(place.rows(&["token", "list", "ci"]).len(), 1);
}

#[test]
fn a_password_comes_from_a_file_too() {
    let place = Place::settled();
    let file = place.path().join("password");
    fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let file = file.to_str().unwrap();
    place.ctl(&["user", "create", "carol", "--admin", "--password-file", file]).ok();
    place.ctl(&["user", "password", "carol", "--password-file", file]).ok();
}

#[test]
fn a_link_lets_somebody_without_a_password_set_one() {
    let place = Place::settled();
    place.ctl(&["user", "create", "dora", "--without-password"]).ok();
    let ended = place.ctl(&["user", "password-link", "dora"]);
    assert!(ended.err.contains("works once"), "{ended:?}");
    let out = ended.ok();
    let link = out.strip_suffix('\n').unwrap();
    assert!(link.contains("/password/portus_p_") && !link.contains(char::is_whitespace), "{out:?}");
    let other = place.json(&["user", "password-link", "dora"]);
    assert_ne!(other["url"], link);
    assert!(other["expires_at"].is_string(), "{other}");
    assert_eq!(place.ctl(&["user", "password-link", "ci"]).code, Some(1));
    assert_eq!(place.ctl(&["user", "password-link", "nobody"]).code, Some(1));
    let words = ["user", "create", "eve", "--without-password", "--password-stdin"];
    assert_eq!(place.ctl_with(&words, PASSWORD).code, Some(2));
}

/// SR3
#[test]
fn no_secret_is_in_the_database() {
    let place = Place::settled();
    let link = place.ctl(&["user", "password-link", "bob"]).ok();
    let link = word(&link, "portus_p_");
    let secret = place.ctl(&["token", "create", "bob", "--label", "x"]).ok();
    let yaml = place.ctl(&["registry", "config", "hub"]).ok();
    let notification = word(&yaml, "portus_n_");
    for (path, _) in place.files() {
        let Ok(bytes) = fs::read(&path) else { continue };
        for secret in [secret.trim(), PASSWORD, &*notification, &*link] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret is in {}", path.display());
        }
    }
    let activities = place.ctl(&["activity", "list", "--json"]).ok();
    let secrets = [secret.trim(), PASSWORD, &*link];
    assert!(!secrets.iter().any(|secret| activities.contains(secret)));
}

fn word(text: &str, prefix: &str) -> String {
    let start = &text[text.find(prefix).unwrap()..];
    start.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

#[test]
fn a_registry_is_told_all_that_it_needs() {
    let place = Place::settled();
    let yaml = place.ctl(&["registry", "config", "hub"]).ok();
    let lines: Vec<&str> = yaml.lines().collect();
    for line in [
        "    realm: \"http://localhost:8080/v2/token\"",
        "    service: \"hub.example.org\"",
        "    issuer: \"portus\"",
        "    rootcertbundle: \"/etc/docker/registry/portus-ca.pem\"",
        "      url: \"http://localhost:8080/v2/webhooks/events\"",
        "      timeout: 5s",
        "        mediatypes: [application/octet-stream]",
        "    enabled: true",
        "# -----BEGIN CERTIFICATE-----",
    ] {
        assert!(lines.contains(&line), "{line:?} is not in {yaml}");
    }
    assert!(yaml.contains("Authorization: [\"Bearer portus_n_"), "{yaml}");

    let bundle = place.ctl(&["registry", "config", "hub", "--part", "bundle"]).ok();
    assert!(bundle.starts_with("-----BEGIN CERTIFICATE-----"), "{bundle}");
    let file = place.path().join("ca.pem");
    let yaml = place.ctl(&["registry", "config", "hub", "--bundle-out", "ca.pem"]).ok();
    assert_eq!(fs::read_to_string(&file).unwrap(), bundle);
    let whole = file.canonicalize().unwrap();
    assert!(yaml.contains(&format!("rootcertbundle: \"{}\"", whole.display())), "{yaml}");
}

#[test]
fn a_registry_that_knows_keys_by_name_is_told_the_keys() {
    let place = Place::settled();
    let words = ["registry", "add", "lab", "http://127.0.0.1:2", "--trust", "jwks"];
    place.ctl(&words).ok();
    let yaml = place.ctl(&["registry", "config", "lab", "--jwks-out", "keys.json"]).ok();
    assert!(yaml.contains("    jwks: \"/") && !yaml.contains("rootcertbundle"), "{yaml}");
    let keys: Value =
        serde_json::from_slice(&fs::read(place.path().join("keys.json")).unwrap()).unwrap();
    let listed = place.rows(&["key", "list"]);
    assert_eq!(keys["keys"][0]["kid"], listed[0]["id"]);
    assert!(keys["keys"][0].get("d").is_none(), "a private key is shown");
    let line = place.ctl(&["registry", "config", "lab", "--bundle-out", "x"]).line(2);
    assert!(line.contains("jwks"), "{line}");
}

#[test]
fn a_new_key_waits_where_a_registry_knows_keys_by_name() {
    let place = Place::settled();
    let first = place.json(&["key", "rotate"]);
    assert_eq!(first["state"], "active");
    let states = |place: &Place| -> Vec<String> {
        let rows = place.rows(&["key", "list"]);
        rows.iter().map(|row| row["state"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(states(&place), ["active", "retired"]);

    place.ctl(&["registry", "add", "lab", "http://127.0.0.1:2", "--trust", "jwks"]).ok();
    assert_eq!(place.json(&["key", "rotate"])["state"], "next");
    let line = place.ctl(&["key", "rotate"]).line(1);
    assert!(line.contains("waits to be activated"), "{line}");
    assert_eq!(place.json(&["key", "rotate", "--activate"])["state"], "active");
    assert_eq!(states(&place), ["active", "retired", "retired"]);
}

#[test]
fn another_master_key_opens_nothing_and_is_never_made() {
    let place = Place::settled();
    let key = place.path().join("data/master.key");
    let kept = fs::read(&key).unwrap();
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    fs::remove_file(&key).unwrap();
    let line = place.ctl(&["user", "list"]).line(1);
    assert!(line.contains("master key"), "{line}");
    assert!(!key.exists(), "a new master key was made");

    let other = Place::settled();
    fs::copy(other.path().join("data/master.key"), &key).unwrap();
    let line = place.ctl(&["user", "disable", "bob"]).line(1);
    assert!(line.contains("another master key"), "{line}");

    fs::write(&key, kept).unwrap();
    assert_eq!(place.rows(&["user", "list"]).len(), 3);
}
