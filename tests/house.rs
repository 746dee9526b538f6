//! The rules of the house that no lint knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "helper", "helpers", "common", "manager", "service", "misc"];

/// The requirements that have something to hold by now.
const HELD: [u32; 23] =
    [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25];

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    // Written apart, so that this file holds none of them.
    let places = [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/Us", "ers/"].concat()];
    for (path, text) in texts() {
        for place in &places {
            // Where a path begins: `/users/root/` is an address.
            let begins = |(at, _)| !text[..at].ends_with(|one: char| one.is_alphanumeric());
            let named = text.match_indices(place.as_str()).any(begins);
            assert!(!named, "{} names {place}", path.display());
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
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    for number in HELD {
        let id = format!("SR{number}");
        let rows = page.lines().filter(|line| words(line).any(|word| word == id));
        assert!(rows.flat_map(tests_named).count() > 0, "{id} names no test");
    }
    for (file, name) in page.lines().flat_map(tests_named) {
        assert!(heading(file, name).is_some(), "there is no test `{name}` in `{file}`");
    }
}

/// Whoever changes a test sees which requirement it holds.
#[test]
fn each_test_of_a_security_requirement_says_which_it_is() {
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| SR"));
    let mut looked_at = 0;
    for row in rows {
        let id = words(row).next().unwrap();
        for (file, name) in tests_named(row) {
            let Some(heading) = heading(file, name) else { continue };
            let is_said = words(&heading).any(|word| word == id)
                || name.split('_').any(|word| word == id.to_lowercase());
            assert!(is_said, "neither name nor comment of `{name}` in `{file}` says {id}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 50, "{looked_at} tests were found");
}

/// The tests that a line names, in backticks, each with the file named before it.
fn tests_named(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut file = "";
    line.split('`').skip(1).step_by(2).filter_map(move |quoted| {
        if quoted.ends_with(".rs") {
            file = quoted;
        }
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let is_test = quoted.matches('_').count() >= 3 && quoted.chars().all(is_name);
        is_test.then_some((file, quoted))
    })
}

/// The comments and attributes right above a function of a file, where there is one of that name.
fn heading(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(root().join(file)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_it = |line: &str| line.contains(&format!("fn {name}("));
    let place = lines.iter().position(|line| is_it(line))?;
    let above = lines[..place].iter().rev();
    let heading = above.take_while(|line| line.starts_with("//") || line.starts_with("#["));
    Some(heading.copied().collect::<Vec<_>>().join("\n"))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
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
                // Of a work tree it is a file, which says where the repository is.
                false if name == ".git" => {}
                false => found.push(path),
            }
        }
    }
    found.into_iter().filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().into()
}
