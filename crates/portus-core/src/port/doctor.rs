use std::fmt;
use std::time::SystemTime;

use async_trait::async_trait;

use crate::registry::{NewRegistry, RegistryName};

/// Looks whether Portus, its server and its registries agree.
#[async_trait]
pub trait Doctor: Send + Sync {
    /// What was found the last time; looks again where that is a while ago, and does not wait for
    /// it longer than a page may take.
    async fn findings(&self) -> Examination;

    /// Looks again now, reading a manifest of each registry to see whether it tells of that, and
    /// waits for it as long as a form may take.
    async fn look_again(&self) -> Examination;

    /// Looks at a registry that is not known yet.
    async fn try_out(&self, registry: &NewRegistry) -> Trial;
}

/// What was found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Examination {
    /// When it was asked; `None` where nothing was found out yet.
    pub at: Option<SystemTime>,
    /// In the order they were looked at.
    pub findings: Vec<Finding>,
    /// Whether it is being looked at.
    pub under_way: bool,
}

/// What a registry that is not known yet showed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Trial {
    /// Whether it answers as a registry does.
    pub is_registry: bool,
    /// Where it sends its clients for tokens.
    pub realm: Option<String>,
    /// What it calls itself.
    pub service: Option<String>,
    /// What is right and wrong with it.
    pub findings: Vec<Finding>,
}

/// What one check found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Which registry; `None` for Portus itself.
    pub registry: Option<RegistryName>,
    /// What was checked.
    pub check: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// In words.
    pub found: String,
    /// What to change, and where, in one line.
    pub change: Option<String>,
    /// The lines to change.
    pub patches: Vec<Patch>,
}

/// How something is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Something does not work.
    Fail,
    /// As it should be.
    Ok,
    /// It works, but not for everybody, or could not be checked.
    Warn,
}

/// Lines to change in a file, to type into a shell, or to set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Patch {
    /// Such as `/etc/portus/portus.toml, line 12`.
    pub place: String,
    /// From the first to the last.
    pub lines: Vec<PatchLine>,
}

/// A line of a [`Patch`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PatchLine {
    /// To be there.
    Add(String),
    /// Around it.
    Keep(String),
    /// To go.
    Remove(String),
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

    /// The same, and the lines to change.
    pub fn patch(mut self, patch: Patch) -> Self {
        self.patches.push(patch);
        self
    }

    /// The same, of a registry.
    pub fn of(self, registry: &RegistryName) -> Self {
        Self { registry: Some(registry.clone()), ..self }
    }

    /// Whether it is as it should be.
    pub fn is_ok(&self) -> bool {
        self.verdict == Verdict::Ok
    }

    fn new(check: &'static str, verdict: Verdict, found: String) -> Self {
        Self { registry: None, check, verdict, found, change: None, patches: Vec::new() }
    }
}

impl Verdict {
    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Ok => "ok",
            Self::Warn => "warn",
        }
    }
}

impl PatchLine {
    /// Its text.
    pub fn text(&self) -> &str {
        match self {
            Self::Add(text) | Self::Keep(text) | Self::Remove(text) => text,
        }
    }

    /// As a patch marks it: `+`, a space, `-`.
    pub const fn sign(&self) -> char {
        match self {
            Self::Add(_) => '+',
            Self::Keep(_) => ' ',
            Self::Remove(_) => '-',
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, check, verdict, found, change, .. } = self;
        let whose = registry.as_ref().map_or("portus", RegistryName::as_str);
        write!(f, "{:<4}  {whose}: {check}: {found}", verdict.as_str())?;
        match change {
            Some(change) => write!(f, " → {change}"),
            None => Ok(()),
        }
    }
}
