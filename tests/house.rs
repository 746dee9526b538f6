//! The rules of the house that no lint knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "helper", "helpers", "common", "manager", "service", "misc"];

/// The requirements that have something to hold by now.
const HELD: [u32; 19] = [1, 2, 3, 4, 6, 7, 8, 10, 11, 12, 13, 14, 15, 18, 19, 21, 23, 24, 25];

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    // Written apart, so that this file holds none of them.
    let places = [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/Us", "ers/"].concat()];
    for (path, text) in texts() {
        for place in &places {
            assert!(!text.contains(place.as_str()), "{} names {place}", path.display());
        }
    }
}

#[test]
fn files_say_what_they_are_and_stay_readable() {
    for (path, text) in texts().filter(|(path, _)| is_rust(path)) {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!EMPTY_NAMES.contains(&stem.as_str()), "{} says nothing", path.display());
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        let (lines, limit) = (product.lines().count(), if is_test { 800 } else { 400 });
        assert!(lines <= limit, "{} has {lines} lines", path.display());
        for (number, line) in text.lines().enumerate() {
            let todo = line.contains(&["TO", "DO"].concat()) && !line.contains('#');
            assert!(!todo, "{}:{}: without a number", path.display(), number + 1);
        }
    }
}

#[test]
fn what_people_type_is_there() {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    for target in ["run", "test", "test-docker", "check", "bench"] {
        assert!(
            makefile.lines().any(|line| line.starts_with(&format!("{target}:"))),
            "make {target}"
        );
    }
    for file in ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"] {
        assert!(root().join(file).is_file(), "{file} is missing");
    }
    for database in ["postgres", "sqlite"] {
        assert!(!steps(database).is_empty());
    }
    assert_eq!(steps("postgres"), steps("sqlite"), "the same step names in both");
}

/// `SECURITY.md` is a list of tests, not of wishes.
#[test]
fn each_security_requirement_names_tests_that_exist() {
    let tests = tests();
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    for number in HELD {
        let id = format!("SR{number}");
        let rows = page
            .lines()
            .filter(|line| line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == id));
        let named: BTreeSet<_> = rows.flat_map(sentences).collect();
        assert!(!named.is_empty(), "{id} names no test");
    }
    for name in page.lines().flat_map(sentences) {
        assert!(tests.contains(name), "there is no test `{name}`");
    }
}

/// The names of tests in a line, in backticks.
fn sentences(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    let names = quoted.map(|name| name.rsplit("::").next().unwrap_or(name));
    names.filter(|name| {
        name.matches('_').count() >= 3
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    })
}

/// Every function of every test, by name.
fn tests() -> BTreeSet<String> {
    let names = texts().filter(|(path, _)| is_rust(path)).flat_map(|(_, text)| {
        let functions = text.split("fn ").skip(1).map(|rest| {
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>()
        });
        functions.collect::<Vec<_>>()
    });
    names.collect()
}

fn steps(database: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("migrations").join(database)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// Every text file of the project.
fn texts() -> impl Iterator<Item = (PathBuf, String)> {
    let mut waiting = vec![root()];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match path.is_dir() {
                true if ["target", ".git", "data"].contains(&name.as_str()) => {}
                true => waiting.push(path),
                false => found.push(path),
            }
        }
    }
    found.into_iter().filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().into()
}
