use std::fmt;

use portus::settings::{Settings, Source};
use portus_core::registry::Registry;
use serde::Serialize;

use crate::listing::Row;

/// What one check found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Which registry; `None` for Portus itself.
    pub registry: Option<String>,
    /// What was checked.
    pub check: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// In words.
    pub found: String,
    /// What to change, and where.
    pub change: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Something does not work.
    Fail,
    /// As it should be.
    Ok,
    /// It works, but not for everybody, or could not be checked.
    Warn,
}

impl Finding {
    /// As it should be.
    pub fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, found.into())
    }

    /// It works, but not for everybody, or could not be checked.
    pub fn warn(check: &'static str, found: impl Into<String>) -> Self {
        Self::new(check, Verdict::Warn, found.into())
    }

    /// Something does not work.
    pub fn fail(check: &'static str, found: impl Into<String>) -> Self {
        Self::new(check, Verdict::Fail, found.into())
    }

    /// The same, and what to change.
    pub fn change(self, change: impl AsRef<str>) -> Self {
        Self { change: Some(change.as_ref().to_owned()), ..self }
    }

    /// The same, of a registry.
    pub fn of(self, registry: &Registry) -> Self {
        Self { registry: Some(registry.name.to_string()), ..self }
    }

    /// Whether it is as it should be.
    pub fn is_ok(&self) -> bool {
        self.verdict == Verdict::Ok
    }

    fn new(check: &'static str, verdict: Verdict, found: String) -> Self {
        Self { registry: None, check, verdict, found, change: None }
    }
}

impl Verdict {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Ok => "ok",
            Self::Warn => "warn",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, check, verdict, found, change } = self;
        let whose = registry.as_deref().unwrap_or("portus");
        write!(f, "{:<4}  {whose}: {check}: {found}", verdict.as_str())?;
        match change {
            Some(change) => write!(f, " → {change}"),
            None => Ok(()),
        }
    }
}

impl Row for Finding {
    const HEADINGS: &'static [&'static str] = &["VERDICT", "WHERE", "CHECK", "FOUND", "CHANGE"];

    fn cells(&self) -> Vec<String> {
        let whose = self.registry.clone().unwrap_or_else(|| "portus".into());
        let change = self.change.clone().unwrap_or_default();
        vec![self.verdict.as_str().into(), whose, self.check.into(), self.found.clone(), change]
    }
}

/// A setting of Portus, and where it is set.
pub fn setting(settings: &Settings, key: &str) -> String {
    let found = settings.all.iter().find(|setting| setting.key == key);
    match found.map(|setting| &setting.source) {
        None | Some(Source::Default) => format!("`{key}` in portus.toml"),
        Some(Source::File(path)) => format!("`{key}` in {}", path.display()),
        Some(Source::Environment(name)) => format!("the environment variable {name}"),
        Some(Source::Flag(name)) => format!("the option {name}"),
    }
}
