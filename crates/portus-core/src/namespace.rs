//! Namespaces: the owned, named groups that repositories live in.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use crate::id::{AccountId, NamespaceId, RegistryId, TeamId};
use crate::text::checked_text;

pub(crate) const MAX_NAMESPACE_BYTES: usize = 255;

/// The name of a namespace: the first component of its repositories' paths, one to 255 bytes.
///
/// Source: `distribution/reference`, `path-component`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NamespaceName(Box<str>);

checked_text!(NamespaceName);

impl NamespaceName {
    /// The same name with a number behind it, for when it is taken: `joe0`, `joe1`.
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = number.to_string();
        let mut name = self.0.to_string();
        name.truncate(MAX_NAMESPACE_BYTES - suffix.len());
        let kept = name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        Self(format!("{kept}{suffix}").into())
    }
}

impl FromStr for NamespaceName {
    type Err = InvalidNamespaceName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name.len() <= MAX_NAMESPACE_BYTES && is_path_component(name) {
            Ok(Self(name.into()))
        } else {
            Err(InvalidNamespaceName(name.into()))
        }
    }
}

/// A text that is not a [`NamespaceName`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "`{0}` is not a namespace name: lower-case letters and digits, joined by `.`, `_`, `__` or dashes"
)]
pub struct InvalidNamespaceName(pub Box<str>);

/// Who can see what is in a namespace without being one of its team.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Visibility {
    /// Nobody.
    Private,
    /// Any signed-in account pulls.
    Protected,
    /// Anyone pulls, signed in or not.
    Public,
}

impl Visibility {
    /// Every visibility, the most closed first.
    pub const ALL: [Self; 3] = [Self::Private, Self::Protected, Self::Public];

    /// As it is written in commands and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Protected => "protected",
            Self::Public => "public",
        }
    }
}

impl fmt::Display for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Visibility {
    type Err = InvalidVisibility;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|one| one.as_str() == text)
            .ok_or_else(|| InvalidVisibility(text.into()))
    }
}

/// A text that is not a [`Visibility`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a visibility: `private`, `protected` or `public`")]
pub struct InvalidVisibility(pub Box<str>);

/// A namespace, as the store knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Namespace {
    /// The store's number; never used again for another namespace.
    pub id: NamespaceId,
    /// Where it is.
    pub registry: RegistryId,
    /// `None` for the registry's global namespace.
    pub name: Option<NamespaceName>,
    /// Whose it is and how open.
    pub kind: NamespaceKind,
    /// Markdown; may be empty.
    pub description: String,
    /// When it was made.
    pub created_at: SystemTime,
}

/// Whose a namespace is, and how open it is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum NamespaceKind {
    /// The registry's own: repositories without a slash.
    Global {
        /// How open it is.
        visibility: Visibility,
    },
    /// Found in the registry; nobody's until an admin gives it away, and only admins see it.
    Orphan,
    /// One person's.
    Personal {
        /// Whose.
        account: AccountId,
        /// How open it is.
        visibility: Visibility,
    },
    /// A team's.
    Team {
        /// Whose.
        team: TeamId,
        /// How open it is.
        visibility: Visibility,
    },
}

impl NamespaceKind {
    /// How open it is; an orphan is not open at all.
    pub const fn visibility(&self) -> Option<Visibility> {
        match self {
            Self::Orphan => None,
            Self::Global { visibility }
            | Self::Personal { visibility, .. }
            | Self::Team { visibility, .. } => Some(*visibility),
        }
    }

    /// The same kind, as open as `visibility` says; `None` for an orphan, which has none.
    pub const fn with_visibility(self, visibility: Visibility) -> Option<Self> {
        match self {
            Self::Orphan => None,
            Self::Global { .. } => Some(Self::Global { visibility }),
            Self::Personal { account, .. } => Some(Self::Personal { account, visibility }),
            Self::Team { team, .. } => Some(Self::Team { team, visibility }),
        }
    }

    /// `global`, `orphan`, `personal` or `team`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Global { .. } => "global",
            Self::Orphan => "orphan",
            Self::Personal { .. } => "personal",
            Self::Team { .. } => "team",
        }
    }
}

/// A namespace that is about to be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewNamespace {
    /// Where.
    pub registry: RegistryId,
    /// `None` for the global one.
    pub name: Option<NamespaceName>,
    /// Whose, and how open.
    pub kind: NamespaceKind,
    /// Now.
    pub created_at: SystemTime,
}

/// Whether a text is one component of a path: lower-case alphanumerics joined by `.`, `_`, `__` or
/// dashes.
pub(crate) fn is_path_component(text: &str) -> bool {
    let in_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(in_word)
        && text.ends_with(in_word)
        && text
            .split(in_word)
            .all(|run| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|byte| byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_grammar_of_one_path_component() {
        for good in ["qa", "a.b_c__d---e", "0"] {
            assert!(good.parse::<NamespaceName>().is_ok(), "{good}");
        }
        for bad in ["", "Foo", "-a", "a-", "a___b", "a..b", "a\\b", "a/b", "a b"] {
            assert!(bad.parse::<NamespaceName>().is_err(), "{bad:?} was taken");
        }
        assert!("a".repeat(256).parse::<NamespaceName>().is_err());
    }

    #[test]
    fn a_numbered_name_never_exceeds_the_limit() {
        let long: NamespaceName = "a".repeat(255).parse().unwrap();
        let numbered = long.numbered(17);
        assert!(numbered.as_str().ends_with("17"));
        assert!(numbered.as_str().parse::<NamespaceName>().is_ok());
    }
}
