//! What is wrong with a configuration.

use std::fmt;

use super::source::Source;

/// One thing that is wrong, in a line that reads alone. Never holds a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The setting, such as `server.listen`; empty where it is the whole file.
    pub key: String,
    /// Where it was given.
    pub source: Source,
    /// What was given, where it may be shown.
    pub value: Option<String>,
    /// What is wrong with it, or what is allowed.
    pub message: String,
}

impl Problem {
    pub(super) fn whole(source: Source, message: impl Into<String>) -> Self {
        Self { key: String::new(), source, value: None, message: message.into() }
    }

    pub(super) fn unreadable(key: &str, source: Source, message: impl Into<String>) -> Self {
        Self { key: key.to_owned(), source, value: None, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, source, value, message } = self;
        if key.is_empty() {
            return write!(f, "{source}: {message}");
        }
        match value {
            Some(value) => write!(f, "`{key}` ({source}) is `{value}`: {message}"),
            None => write!(f, "`{key}` ({source}): {message}"),
        }
    }
}

/// Everything that is wrong with a configuration; at least one thing.
#[derive(Clone, Debug)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.0.len() == 1 { "problem" } else { "problems" };
        write!(f, "the configuration has {} {noun}", self.0.len())?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}
