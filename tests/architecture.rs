//! Who may import whom: the table of the design, held against what cargo says.

mod house;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each crate, and the crates of Portus that it may import.
const MAY_IMPORT: [(&str, &[&str]); 10] = [
    ("embed-policy", &["portus-core"]),
    ("embed-token-server", &["portus-auth", "portus-core", "portus-http"]),
    ("portus", &["portus-auth", "portus-core", "portus-http", "portus-registry", "portus-store"]),
    ("portus-auth", &["portus-core"]),
    (
        "portus-bench",
        &["portus-auth", "portus-core", "portus-http", "portus-store", "portus-tests"],
    ),
    ("portus-core", &[]),
    ("portus-http", &["portus-core"]),
    ("portus-registry", &["portus-core"]),
    ("portus-store", &["portus-core"]),
    ("portus-tests", &[]),
];

/// What the domain may take from outside: nothing that does I/O or knows a runtime.
const CORE_MAY_USE: [&str; 4] = ["async-trait", "crc32fast", "futures-util", "thiserror"];

/// SR8
#[test]
fn crates_import_only_what_the_table_allows() {
    let packages = packages();
    let allowed: BTreeMap<_, BTreeSet<_>> =
        MAY_IMPORT.iter().map(|(name, others)| (*name, others.iter().copied().collect())).collect();
    let names: BTreeSet<_> = packages.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        allowed.keys().copied().collect(),
        "the table names every crate of the workspace"
    );
    for (name, dependencies) in &packages {
        let imports = dependencies.iter().filter(|other| names.contains(other.name.as_str()));
        // A crate may name itself, to switch on its own features for its tests.
        for other in imports.filter(|other| other.name != *name) {
            assert!(
                allowed[name.as_str()].contains(other.name.as_str()),
                "{name} may not import {}",
                other.name
            );
        }
    }
}

#[test]
fn the_core_takes_nothing_from_outside_that_does_io() {
    for dependency in packages()["portus-core"].iter().filter(|dependency| !dependency.for_tests) {
        assert!(
            CORE_MAY_USE.contains(&dependency.name.as_str()),
            "portus-core may not use {}",
            dependency.name
        );
    }
}

struct Dependency {
    name: String,
    for_tests: bool,
}

fn packages() -> BTreeMap<String, Vec<Dependency>> {
    let cargo = std::env::var("CARGO").unwrap_or("cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version=1",
            "--no-deps",
            "--offline",
            "--manifest-path",
            manifest,
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|package| (text(&package["name"]), dependencies(package))).collect()
}

fn dependencies(package: &Value) -> Vec<Dependency> {
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    dependencies
        .map(|dependency| Dependency {
            name: text(&dependency["name"]),
            for_tests: dependency["kind"] == "dev",
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().into()
}
