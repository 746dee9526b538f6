//! The pages, held against the programs, the settings and the tests that they speak of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use portus_tests::{Outcome, process, programs};

#[test]
fn every_link_leads_somewhere() {
    let mut seen = 0;
    for page in pages() {
        for link in page.links() {
            seen += 1;
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = page.resolve(path);
            assert!(target.exists(), "{} links to {link}, which is not there", page.name());
            if !heading.is_empty() {
                let headings = Page::read(target).headings();
                assert!(
                    headings.contains(heading),
                    "{}: {link} is none of {headings:?}",
                    page.name()
                );
            }
        }
    }
    assert!(seen > 50, "only {seen} links were found");
}

#[test]
fn every_page_is_in_its_index() {
    for folder in ["docs", "docs/decisions"] {
        let index = Page::read(root().join(folder).join("README.md"));
        let linked: BTreeSet<_> =
            index.links().into_iter().map(|link| index.resolve(link)).collect();
        for path in markdown_in(&root().join(folder)).filter(|path| *path != index.path) {
            assert!(linked.contains(&path), "{} does not link to {}", index.name(), path.display());
        }
    }
}

#[test]
fn the_page_of_settings_has_each_setting_with_its_default() {
    let settings = settings();
    let described = described_settings();
    assert_eq!(names(&described), names(&settings), "docs/configure.md and the server's settings");
    for (key, default) in &described {
        let (real, plain) = (&settings[key], default.trim_matches('`'));
        match default.as_str() {
            "none" => assert_eq!(real, "", "the default of {key}"),
            // Said in words, since the machine or another setting decides.
            _ if plain == default || default.contains(' ') => {
                assert!(VARYING.contains(&key.as_str()), "the default of {key} is {real}");
            }
            _ => assert_eq!(real, plain, "the default of {key}"),
        }
    }
}

#[test]
fn the_example_has_each_setting_and_is_sound() {
    let example = root().join("examples/portus.toml");
    let text = fs::read_to_string(&example).unwrap();
    assert_eq!(keys_in_toml(&text, true), names(&settings()), "examples/portus.toml");
    let folder = tempfile::tempdir().unwrap();
    let checked =
        run("portus-server", &["--check", "--config", &example.to_string_lossy()], folder.path());
    assert_eq!(checked.ok().trim(), "configuration is sound");
}

#[test]
fn every_setting_that_is_named_is_one() {
    let known = names(&settings());
    let sections: BTreeSet<&str> =
        known.iter().filter_map(|key| Some(key.split_once('.')?.0)).collect();
    let is_setting = |word: &&str| {
        let parts = word.split_once('.');
        parts.is_some_and(|(section, key)| sections.contains(section) && is_word(key))
    };
    for page in pages() {
        let spans = page.spans();
        let mut named: BTreeSet<String> =
            spans.iter().map(String::as_str).filter(is_setting).map(str::to_owned).collect();
        named.extend(page.blocks("toml").iter().flat_map(|block| keys_in_toml(block, false)));
        named.extend(variables(&page.text));
        named.remove("section.key");
        for key in named {
            assert!(known.contains(&key), "{}: there is no setting {key}", page.name());
        }
    }
    for example in ["compose.yaml", "portus-server.service"] {
        let text = fs::read_to_string(root().join("examples").join(example)).unwrap();
        for key in variables(&text) {
            assert!(known.contains(&key), "{example}: there is no setting {key}");
        }
    }
}

#[test]
fn every_command_line_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = BTreeSet::new();
    for page in pages() {
        for line in page.command_lines() {
            let words = words_of(&line);
            if !seen.insert(words.clone()) {
                continue;
            }
            let (program, arguments) = words.split_first().unwrap();
            let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            // Nothing is done, but what comes before it has to be understood.
            arguments.push("--help");
            let outcome = run(program, &arguments, folder.path());
            assert!(outcome.is_ok(), "{}: `{line}`: {}", page.name(), outcome.stderr);
        }
    }
    assert!(seen.len() > 40, "only {} command lines were found", seen.len());
}

#[test]
fn every_metric_is_described_and_there_is_no_other() {
    let page = Page::read(root().join("docs/operate.md"));
    let (_, after) = page.text.split_once("\n| metric |").unwrap();
    let rows = after.lines().skip(2).take_while(|line| line.starts_with('|'));
    let described: BTreeSet<String> =
        rows.filter_map(|row| Some(row.split('`').nth(1)?.to_owned())).collect();
    let mut counted = BTreeSet::new();
    for path in ["crates", "bins"].iter().flat_map(|folder| files_below(&root().join(folder), "rs"))
    {
        if path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let texts =
            text.split('"').skip(1).filter(|text| text.starts_with("portus_") && is_word(text));
        counted.extend(texts.filter(|text| is_metric(text)).map(str::to_owned));
    }
    assert_eq!(described, counted);
}

#[test]
fn each_security_requirement_has_a_row_whose_tests_are_where_it_says() {
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    for number in 1..=25 {
        let start = format!("| SR{number} |");
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with(&start)).collect();
        let [row] = rows.as_slice() else { panic!("SR{number} has {} rows", rows.len()) };
        let tests = tests_named_in(row);
        assert!(
            !tests.is_empty() || row.contains("Not applicable yet"),
            "SR{number} names no test"
        );
        for (file, name) in tests {
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            assert!(
                text.contains(&format!("fn {name}(")),
                "SR{number}: {file} has no test `{name}`"
            );
        }
    }
}

/// Settings whose default the machine or another setting decides.
const VARYING: [&str; 5] = [
    "database.migrate_on_start",
    "database.url",
    "keys.master_key_file",
    "passwords.parallel",
    "server.url",
];

/// A page, as it is written.
struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self { path, text }
    }

    fn name(&self) -> String {
        self.path.strip_prefix(root()).unwrap_or(&self.path).display().to_string()
    }

    /// The lines outside of blocks of code.
    fn prose(&self) -> impl Iterator<Item = &str> {
        let mut inside = false;
        self.text.lines().filter(move |line| {
            let fence = line.trim_start().starts_with("```");
            inside ^= fence;
            !inside && !fence
        })
    }

    /// Blocks of code in this language.
    fn blocks(&self, language: &str) -> Vec<String> {
        let (mut blocks, mut open) = (Vec::new(), None);
        for line in self.text.lines() {
            match (line.trim_start().strip_prefix("```"), &mut open) {
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(name), None) => open = Some((name.to_owned(), String::new())),
                (None, Some((_, block))) => block.push_str(&format!("{line}\n")),
                (None, None) => {}
            }
        }
        let ours = blocks.into_iter().filter(|(name, _)| name == language);
        ours.map(|(_, block)| block).collect()
    }

    /// What stands in backticks within a sentence.
    fn spans(&self) -> Vec<String> {
        let spans = self.prose().flat_map(|line| line.split('`').skip(1).step_by(2));
        spans.map(str::to_owned).collect()
    }

    /// Links to other files and headings of the project.
    fn links(&self) -> Vec<&str> {
        let targets = self.prose().flat_map(|line| line.split("](").skip(1));
        let links = targets.filter_map(|rest| Some(rest.split_once(')')?.0));
        links.filter(|link| !link.contains("://") && !link.starts_with("mailto:")).collect()
    }

    /// The file that a link on this page means.
    fn resolve(&self, link: &str) -> PathBuf {
        let bare = link.split('#').next().unwrap_or_default();
        if bare.is_empty() {
            return self.path.clone();
        }
        let mut target = self.path.parent().unwrap().to_owned();
        for part in Path::new(bare).components() {
            match part {
                Component::ParentDir => assert!(target.pop()),
                part => target.push(part),
            }
        }
        target
    }

    /// The headings, as links name them.
    fn headings(&self) -> BTreeSet<String> {
        let headings = self.prose().filter(|line| line.starts_with('#'));
        let slug = |line: &str| -> String {
            let text = line.trim_start_matches('#').trim().to_lowercase();
            let kept = text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        };
        headings.map(slug).collect()
    }

    /// What people are told to type at our programs.
    fn command_lines(&self) -> Vec<String> {
        let blocks = ["sh", "console"].into_iter().flat_map(|language| self.blocks(language));
        let typed = blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>());
        let lines = typed.chain(self.spans()).map(|line| {
            let line = line.trim().trim_start_matches("$ ").trim_start_matches("sudo ");
            line.trim_start_matches("target/release/").to_owned()
        });
        lines.filter(|line| OURS.contains(&line.split(' ').next().unwrap_or_default())).collect()
    }
}

const OURS: [&str; 3] = ["portus-server", "portus-sync", "portusctl"];

/// The words of a command line up to where the shell takes over; what stands for something else
/// is something.
fn words_of(line: &str) -> Vec<String> {
    let words = line.split_whitespace().take_while(|word| !"|>#&;".contains(&word[..1]));
    let filled = words.map(|word| match word {
        "URL" => "http://registry",
        word if word.chars().all(|c| c.is_ascii_uppercase()) => "x",
        word => word,
    });
    filled.map(str::to_owned).collect()
}

/// Every setting with its default, as the server prints them.
fn settings() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.toml"), "").unwrap();
    let printed =
        run("portus-server", &["--print-config", "--config", "empty.toml"], folder.path()).ok();
    let rows = printed.lines().map(|line| {
        let (key, rest) = line.split_once(" = \"").unwrap();
        let (value, _) = rest.rsplit_once("\"  # ").unwrap();
        (key.to_owned(), value.to_owned())
    });
    // Only one of the two is ever printed.
    rows.chain([("database.url_file".to_owned(), String::new())]).collect()
}

/// The settings of docs/configure.md with the cell that says their default.
fn described_settings() -> BTreeMap<String, String> {
    let page = Page::read(root().join("docs/configure.md"));
    let rows = page.text.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row.split(" | ").collect::<Vec<_>>());
    let rows = cells.filter_map(|cells| {
        let key = cells.first()?.trim_start_matches("| ").trim_matches('`');
        key.split_once('.').filter(|(section, name)| is_word(section) && is_word(name))?;
        Some((key.to_owned(), cells.get(1)?.trim().to_owned()))
    });
    rows.collect()
}

fn names(settings: &BTreeMap<String, String>) -> BTreeSet<String> {
    settings.keys().cloned().collect()
}

/// The keys in a file of settings, and where wanted those that are switched off by a `#`.
fn keys_in_toml(text: &str, with_comments: bool) -> BTreeSet<String> {
    let (mut keys, mut section) = (BTreeSet::new(), String::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = format!("{name}.");
            continue;
        }
        let line = if with_comments { line.trim_start_matches('#') } else { line };
        let name = line.split_once(" = ").map(|(name, _)| name);
        keys.extend(name.filter(|name| is_word(name)).map(|name| format!("{section}{name}")));
    }
    keys
}

/// The settings that variables of the environment in a text mean.
fn variables(text: &str) -> BTreeSet<String> {
    let names = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
    let ours = names.filter_map(|name| name.strip_prefix("PORTUS_"));
    let keys = ours.filter_map(|name| name.split_once("__"));
    keys.map(|(section, key)| format!("{section}.{key}").to_lowercase()).collect()
}

/// Pairs of a file and a test in it, in the order they are written: `file`: `test`, `test`.
fn tests_named_in(row: &str) -> Vec<(&str, &str)> {
    let (mut file, mut tests) = ("", Vec::new());
    for span in row.split('`').skip(1).step_by(2) {
        if span.contains('/') && span.ends_with(".rs") {
            file = span;
        } else if span.matches('_').count() >= 3 && is_word(span) {
            tests.push((file, span));
        }
    }
    tests
}

/// Not what secrets begin with: those have one letter there.
fn is_metric(name: &str) -> bool {
    let parts: Vec<&str> = name.split('_').collect();
    parts.len() > 2 && parts[1].len() > 1
}

fn is_word(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !text.is_empty() && text.chars().all(is_plain)
}

/// Runs one of our programs without what the environment of the test sets.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Outcome {
    let mut command = process::command(programs::ours(program));
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().contains("PORTUS_"))
    {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(folder);
    process::run(command)
}

/// Every page that people read.
fn pages() -> Vec<Page> {
    let folders = ["", "docs", "docs/decisions"].map(|folder| root().join(folder));
    let pages: Vec<_> = folders.iter().flat_map(|folder| markdown_in(folder)).collect();
    assert!(pages.len() > 10, "only {} pages were found", pages.len());
    pages.into_iter().map(Page::read).collect()
}

fn markdown_in(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "md"))
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let (mut waiting, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = waiting.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|one| one == extension) {
                found.push(path);
            }
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().into()
}
