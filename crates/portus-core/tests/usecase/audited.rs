//! What the audit tells of, and who writes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use portus_core::activity::kind;

#[path = "../policy/expected.rs"]
mod expected;

/// Each kind and the use cases that write it; the table is reviewed like code. A kind that nobody
/// writes, or that [`kind::ALL`] lacks, fails.
#[test]
fn every_kind_is_written_by_the_use_case_that_the_reviewed_table_names() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let known = kinds(&fs::read_to_string(source.join("activity.rs")).unwrap());
    let listed: Vec<&str> = known.keys().map(String::as_str).collect();
    let mut all = kind::ALL.to_vec();
    assert!(all.is_sorted(), "{all:?}");
    all.sort_unstable();
    assert_eq!(all, listed, "`kind::ALL` has every kind");

    let mut files: Vec<_> =
        fs::read_dir(source.join("usecase")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let texts: Vec<(String, String)> = files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    let mut table = String::new();
    for (kind, name) in &known {
        let uses = |text: &str| {
            text.match_indices(&format!("kind::{name}")).any(|(at, found)| {
                let rest = text[at + found.len()..].chars().next();
                !rest.is_some_and(|next| next == '_' || next.is_ascii_alphanumeric())
            })
        };
        let writers: Vec<&str> = texts
            .iter()
            .filter(|(_, text)| uses(text))
            .map(|(usecase, _)| usecase.as_str())
            .collect();
        assert!(!writers.is_empty(), "nobody writes `{kind}`");
        table += &format!("{kind:<32}{}\n", writers.join(" "));
    }
    expected::assert_is("crates/portus-core/tests/usecase/audited.txt", &table);
}

/// Each kind with the name of its constant.
fn kinds(source: &str) -> BTreeMap<String, String> {
    let lines = source.lines().map(str::trim);
    let consts = lines.filter_map(|line| line.strip_prefix("pub const "));
    let pairs = consts.filter_map(|line| line.split_once(": &str = \""));
    pairs.filter_map(|(name, rest)| Some((rest.split('"').next()?.into(), name.into()))).collect()
}
