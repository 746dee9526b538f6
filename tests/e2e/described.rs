//! The REST interface is what its document says, whatever is sent to it.

use std::fs;
use std::path::PathBuf;

use portus_tests::{Image, Place, World, process, programs, until};

/// Schemathesis makes requests of the document, right ones and wrong ones, and holds the answers
/// against it. It runs as an admin, so that nothing is out of its reach.
#[test]
fn answers_are_as_the_document_says_whatever_is_asked() {
    let world = World::start_with(Place::SMALL, |settings| {
        settings.set("api.requests", "1000000");
        settings.set("pages.requests", "1000000");
    });
    world.client("alice").push(&Image::small("described"), "crew/app", "1");
    until("the push is known", || world.tag("crew/app", "1").is_some());
    let token = world.create_token(&["alice", "--label", "fuzz", "--actions", "api,pull"]);

    let mut command = process::command(schemathesis());
    command.arg("run").arg(format!("{}/api/openapi.json", world.portus.url));
    command.args(["--header", &format!("Authorization: Bearer {token}")]);
    // Every shape is tried; how deep is a matter of time.
    command.args(["--phases", "coverage,fuzzing", "--max-examples", "25"]);
    // Several workers trip over Python's own parser ("recursion depth mismatch").
    command.args(["--seed", "1", "--workers", "1", "--no-color", "--warnings", "off"]);
    command.args(["--generation-database", "none", "--continue-on-failure"]);
    command.args(["--checks", CHECKS]);
    command.current_dir(world.folder("schemathesis"));
    let said = process::run(command).ok();
    assert!(said.contains("No issues found"), "{said}");
}

/// What is held against the document. Not `positive_data_acceptance`: names that nobody uses are
/// well formed, and answered with 404.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,unsupported_method,ignored_auth";

/// Where scripts/install-tools keeps it.
fn schemathesis() -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir(programs::cache())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("done").is_file() && path.join("bin/schemathesis").is_file())
        .collect();
    found.sort();
    found
        .pop()
        .expect("schemathesis is missing: run scripts/install-tools test")
        .join("bin/schemathesis")
}
