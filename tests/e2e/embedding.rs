//! Other people's services with Portus' crates inside.

use std::fs;
use std::path::Path;

use portus_tests::process::{self, Program};
use portus_tests::wire::{self, Ask};
use portus_tests::world::Folder;
use portus_tests::{Client, Image, Registry, TokenRequest, eventually, programs};
use serde_json::Value;

#[test]
fn a_foreign_service_decides_with_the_core_alone() {
    let folder = Folder::new();
    let (_service, url) = started("embed-policy", folder.path());
    let ask = |query: &str| wire::get(&format!("{url}/?{query}")).ask();
    let allowed = ask("visibility=public&action=pull").expect(200).text();
    assert!(allowed.starts_with("allowed by "), "{allowed}");
    let denied = ask("who=member&role=viewer&visibility=private&action=push").expect(403).text();
    assert!(denied.starts_with("denied: "), "{denied}");
    for wrong in ["", "visibility=secret&action=pull", "visibility=public&action=fly"] {
        ask(wrong).expect(400);
    }
    let asked = agrees_with_the_published_vectors(ask);
    assert!(asked >= 60, "only {asked} questions were asked");
}

/// The published answers, for the namespaces of teams and the default switches.
fn agrees_with_the_published_vectors(ask: impl Fn(&str) -> wire::Reply) -> u32 {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/policy-vectors.jsonl");
    let mut asked = 0;
    for line in fs::read_to_string(path).unwrap().lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let namespace = &vector["namespace"];
        let is_default = vector["push.policy"] == "teams"
            && vector["delete.enabled"] == true
            && vector["delete.contributors"] == false
            && vector["namespaces.create_on_push"] == "never";
        if !is_default || namespace["kind"] != "team" || vector["actor"] == "bot" {
            continue;
        }
        for action in ["pull", "push", "delete"] {
            let mut query = vec![("action", action)];
            query.push(("who", vector["actor"].as_str().unwrap()));
            query.push(("visibility", namespace["visibility"].as_str().unwrap()));
            query.extend(namespace["role"].as_str().map(|role| ("role", role)));
            let expected = vector["allowed"].as_array().unwrap().contains(&action.into());
            let status = ask(&wire::encoded(query)).status;
            assert_eq!(status == 200, expected, "{action}: {line}");
            asked += 1;
        }
    }
    asked
}

#[test]
fn a_foreign_token_server_guards_a_real_registry() {
    let folder = Folder::new();
    let (_service, url) = started("embed-token-server", folder.path());
    let authority = wire::get(&format!("{url}/ca.pem")).ask().expect(200).text();
    let commented: String = authority.lines().map(|line| format!("# {line}\n")).collect();
    let yaml = format!(
        "{commented}auth:\n  token:\n    realm: {url}/token\n    service: registry.embedded\n    issuer: embedded\n    rootcertbundle: /replaced\n"
    );
    let mut registry = Registry::reserve(folder.path(), "registry");
    registry.start(&yaml);

    let ada = Client::new(&registry.url, "ada", "ada-loves-engines");
    let image = Image::small("embedded");
    ada.push(&image, "engines/difference", "1");
    ada.push(&image, "papers/notes", "1");
    assert!(ada.can_pull("engines/difference", "1"));
    let nobody = Client::anonymous(&registry.url);
    assert!(nobody.can_pull("papers/notes", "1"), "public");
    assert!(!nobody.can_pull("engines/difference", "1"), "private");
    assert_eq!(nobody.try_push(&image, "papers/notes", "2").status, 401);
    let wrong = Client::new(&registry.url, "ada", "charles-loves-engines");
    assert_eq!(wrong.manifest("engines/difference", "1").status, 401);

    let token = TokenRequest::at(&format!("{url}/token"))
        .service("registry.embedded")
        .scope("repository:engines/difference:pull,push,delete")
        .by("ada", "ada-loves-engines")
        .token();
    token.verify_by_certificate(&authority);
    assert_eq!((token.subject(), token.on("engines/difference").as_str()), ("ada", "pull,push"));
}

/// A program of `examples/`, and where it listens.
fn started(name: &str, folder: &Path) -> (Program, String) {
    let log = folder.join(format!("{name}.log"));
    let mut command = process::command(programs::ours(name));
    command.arg("127.0.0.1:0");
    let program = Program::start(name, command, &log);
    let url = eventually(&format!("{name} listens"), || {
        let said = program.log();
        let line = said.lines().find_map(|line| line.strip_prefix("listening on "))?;
        said.contains('\n').then(|| line.trim().to_owned())
    });
    (program, url)
}
