//! Where a setting's value comes from, and reading those places.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use config::{FileFormat, Map, Source as _, Value, ValueKind};

use super::problem::Problem;

/// Where a value comes from; a later one wins over an earlier one.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Source {
    /// Nobody said otherwise.
    Default,
    /// A line of the configuration file.
    File(PathBuf),
    /// The environment variable of this name.
    Environment(String),
    /// This option of the command line.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// An option of the command line that sets something.
#[derive(Clone, Debug)]
pub struct Flag {
    /// As it is typed, such as `--listen`.
    pub name: &'static str,
    /// What it sets, such as `server.listen`.
    pub key: &'static str,
    /// What it was given.
    pub value: String,
}

/// What was given besides the defaults.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The configuration file, where one was named.
    pub file: Option<PathBuf>,
    /// Where to look when none was named; the first that is there is taken.
    pub usual_files: Vec<PathBuf>,
    /// The environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The command line.
    pub flags: Vec<Flag>,
}

impl Given {
    /// What this process was given.
    pub fn to_this_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Self {
        let usual_files = vec!["portus.toml".into(), "/etc/portus/portus.toml".into()];
        Self { file, usual_files, environment: std::env::vars_os().collect(), flags }
    }

    /// A variable of the environment that is not a setting, such as `PATH`.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let found = self.environment.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_os_str())
    }
}

/// A value as it was written.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    pub(super) value: RawValue,
    pub(super) source: Source,
}

#[derive(Clone, Debug)]
pub(super) enum RawValue {
    List(Vec<String>),
    /// A table or list of tables where a value belongs.
    Section,
    Text(String),
}

/// Every value that was given, by key, the winning one each; what could not be read at all is a
/// problem.
pub(super) fn collect(given: &Given) -> (BTreeMap<String, Raw>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut values = BTreeMap::new();
    if let Some(path) = chosen_file(given) {
        match read_file(&path) {
            Ok(table) => flatten("", table, &Source::File(path), &mut values),
            Err(problem) => problems.push(problem),
        }
    }
    for (name, value) in &given.environment {
        let Some((name, key)) = name.to_str().and_then(|name| Some((name, key_of(name)?))) else {
            continue;
        };
        let source = Source::Environment(name.to_owned());
        match value.to_str() {
            Some(text) => {
                values.insert(key, Raw { value: RawValue::Text(text.to_owned()), source });
            }
            None => problems.push(Problem::unreadable(&key, source, "it is not UTF-8")),
        }
    }
    for Flag { name, key, value } in &given.flags {
        let raw = Raw { value: RawValue::Text(value.clone()), source: Source::Flag(name) };
        values.insert((*key).to_owned(), raw);
    }
    (values, problems)
}

fn chosen_file(given: &Given) -> Option<PathBuf> {
    given.file.clone().or_else(|| given.usual_files.iter().find(|path| path.exists()).cloned())
}

/// `PORTUS_SERVER__TLS_KEY` is `server.tls_key`. Names without `__` are not ours: Kubernetes sets
/// `PORTUS_PORT` for every service called `portus`.
fn key_of(variable: &str) -> Option<String> {
    let rest = variable.strip_prefix("PORTUS_")?;
    rest.contains("__").then(|| rest.replace("__", ".").to_lowercase())
}

fn read_file(path: &Path) -> Result<Map<String, Value>, Problem> {
    let source = || Source::File(path.to_owned());
    let text = std::fs::read_to_string(path)
        .map_err(|error| Problem::whole(source(), format!("it cannot be read: {error}")))?;
    config::File::from_str(&text, FileFormat::Toml)
        .collect()
        .map_err(|error| Problem::whole(source(), without_excerpt(&error.to_string())))
}

/// A parser's message without the lines of the file that it shows: they may hold a secret.
fn without_excerpt(message: &str) -> String {
    let is_excerpt = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        rest.starts_with('|')
    };
    let kept: Vec<&str> = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !is_excerpt(line))
        .collect();
    kept.join("; ")
}

fn flatten(
    prefix: &str,
    table: Map<String, Value>,
    source: &Source,
    values: &mut BTreeMap<String, Raw>,
) {
    if table.is_empty() && !prefix.is_empty() {
        let raw = Raw { value: RawValue::Section, source: source.clone() };
        values.insert(prefix.to_owned(), raw);
    }
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        let value = match value.kind {
            ValueKind::Table(inner) => {
                flatten(&key, inner, source, values);
                continue;
            }
            ValueKind::Array(elements) => list(elements),
            _ => value.into_string().map_or(RawValue::Section, RawValue::Text),
        };
        values.insert(key, Raw { value, source: source.clone() });
    }
}

fn list(elements: Vec<Value>) -> RawValue {
    let texts: Result<Vec<_>, _> = elements.into_iter().map(Value::into_string).collect();
    texts.map_or(RawValue::Section, RawValue::List)
}
