//! Repositories and their names.

use std::fmt;
use std::str::FromStr;

use crate::namespace::{InvalidNamespaceName, NamespaceName, is_path_component};

/// The full path of a repository as a registry client writes it: `qa/team/app`, `busybox`.
///
/// One to 255 bytes; components separated by `/`. The first component names a namespace when there
/// is more than one; a bare name lives in the global namespace.
///
/// Source: `distribution/reference`, "Grammar" and `RepositoryNameTotalLengthMax`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RepositoryPath {
    namespace: Option<NamespaceName>,
    name: Box<str>,
}

impl RepositoryPath {
    /// A repository of a namespace, from what comes after the namespace's name.
    ///
    /// # Errors
    ///
    /// Where the two do not make a path.
    pub fn within(
        namespace: Option<&NamespaceName>,
        name: &str,
    ) -> Result<Self, InvalidRepositoryPath> {
        match namespace {
            Some(namespace) => format!("{namespace}/{name}").parse(),
            None => name.parse(),
        }
    }

    /// The namespace, or `None` for the global one.
    pub fn namespace(&self) -> Option<&NamespaceName> {
        self.namespace.as_ref()
    }

    /// What comes after the namespace: `team/app` of `qa/team/app`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for RepositoryPath {
    type Err = InvalidRepositoryPath;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        if path.len() > MAX_PATH_BYTES {
            return Err(InvalidRepositoryPath::TooLong { bytes: path.len() });
        }
        let (namespace, name) = match path.split_once('/') {
            Some((namespace, name)) => (Some(namespace.parse()?), name),
            None => (None, path),
        };
        match name.split('/').find(|part| !is_path_component(part)) {
            Some(bad) => Err(InvalidRepositoryPath::Component(bad.into())),
            None => Ok(Self { namespace, name: name.into() }),
        }
    }
}

impl fmt::Display for RepositoryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}/{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Why a text is not a [`RepositoryPath`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRepositoryPath {
    /// A part after the first is not one of a path.
    #[error("`{0}` is not a repository path component")]
    Component(Box<str>),
    /// The first part is not a namespace name.
    #[error(transparent)]
    Namespace(#[from] InvalidNamespaceName),
    /// More bytes than a registry takes.
    #[error("a repository path has at most {MAX_PATH_BYTES} bytes, this one has {bytes}")]
    TooLong {
        /// How long the text is.
        bytes: usize,
    },
}

const MAX_PATH_BYTES: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_back_as_it_was_written() {
        for path in ["busybox", "qa/app", "qa/team/a.b_c__d---e/f0"] {
            assert_eq!(path.parse::<RepositoryPath>().unwrap().to_string(), path);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "qa/", "/app", "QA/app", "qa/-app", "qa/app_", "qa/a..b", "qa/a___b", "qa:app"]
        {
            assert!(text.parse::<RepositoryPath>().is_err(), "{text:?} was taken");
        }
        assert_eq!(
            "a".repeat(256).parse::<RepositoryPath>(),
            Err(InvalidRepositoryPath::TooLong { bytes: 256 })
        );
    }

    #[test]
    fn a_bare_name_is_in_the_global_namespace() {
        let bare: RepositoryPath = "busybox".parse().unwrap();
        let nested: RepositoryPath = "qa/team/app".parse().unwrap();

        assert_eq!(bare.namespace(), None);
        assert_eq!(nested.namespace().unwrap().as_str(), "qa");
        assert_eq!(nested.name(), "team/app");
    }
}
