//! The `scope` of a registry token request.

use std::fmt;
use std::str::FromStr;

use crate::repository::RepositoryPath;

/// Something a registry client does to a repository, named as on the wire.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Action {
    /// Remove a tag, a manifest or a blob.
    Delete,
    /// Read.
    Pull,
    /// Write.
    Push,
}

impl Action {
    /// Every action, as a token lists them.
    pub const ALL: [Self; 3] = [Self::Delete, Self::Pull, Self::Push];

    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Pull => "pull",
            Self::Push => "push",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = InvalidAction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|action| action.as_str() == text);
        known.ok_or_else(|| InvalidAction(text.into()))
    }
}

/// A text that is not an [`Action`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not an action: `pull`, `push` or `delete`")]
pub struct InvalidAction(Box<str>);

/// The actions that a scope asks for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AskedActions {
    /// Known actions in order, once each; `*` is all of them.
    pub actions: Vec<Action>,
    /// Whether `*` itself was among them.
    pub star: bool,
}

/// What a client asks for: `repository:qa/app:pull,push` or `registry:catalog:*`.
///
/// A scope for anything else, or for a name that cannot be, parses as [`Scope::Unknown`], since
/// the token for it is granted with no actions rather than refused.
///
/// Source: `distribution`, `docs/content/spec/auth/scope.md`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Scope {
    /// The list of everything in the registry.
    Catalog,
    /// One repository.
    Repository {
        /// Which.
        path: RepositoryPath,
        /// What to do to it.
        asked: AskedActions,
    },
    /// Something no grant speaks of.
    Unknown,
}

impl FromStr for Scope {
    type Err = MalformedScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.chars().any(char::is_control) {
            return Err(MalformedScope::Control);
        }
        let malformed = || MalformedScope::Parts(text.chars().take(80).collect::<String>().into());
        let (kind, rest) = text.split_once(':').ok_or_else(malformed)?;
        // A name may hold a colon of its own (`registry.local:5000/app`); actions never do.
        let (name, actions) = rest.rsplit_once(':').ok_or_else(malformed)?;
        Ok(match kind {
            "registry" if name == "catalog" && actions == "*" => Self::Catalog,
            "repository" | "repository(plugin)" => match name.parse() {
                Ok(path) => Self::Repository { path, asked: parse_actions(actions) },
                Err(_) => Self::Unknown,
            },
            _ => Self::Unknown,
        })
    }
}

/// Why a text is not a scope at all.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MalformedScope {
    /// It holds a control character.
    #[error("a scope has no control characters")]
    Control,
    /// It does not have three parts.
    #[error("`{0}` is not of the form type:name:actions")]
    Parts(Box<str>),
}

fn parse_actions(text: &str) -> AskedActions {
    let asks = |word: &str| text.split(',').any(|asked| asked == word);
    let star = asks("*");
    let asked = |action: &Action| star || asks(action.as_str());
    AskedActions { actions: Action::ALL.into_iter().filter(asked).collect(), star }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(path: &str, actions: &[Action], star: bool) -> Scope {
        let asked = AskedActions { actions: actions.to_vec(), star };
        Scope::Repository { path: path.parse().unwrap(), asked }
    }

    #[test]
    fn scopes_as_clients_send_them() {
        use Action::*;
        for (text, scope) in [
            ("repository:qa/app:pull,push", repository("qa/app", &[Pull, Push], false)),
            ("repository:qa/app:push,pull", repository("qa/app", &[Pull, Push], false)),
            ("repository:busybox:pull", repository("busybox", &[Pull], false)),
            ("repository:qa/app:*", repository("qa/app", &[Delete, Pull, Push], true)),
            ("repository:qa/app:*,push,pull", repository("qa/app", &[Delete, Pull, Push], true)),
            ("repository(plugin):qa/app:pull", repository("qa/app", &[Pull], false)),
            ("repository:qa/app:frobnicate", repository("qa/app", &[], false)),
            ("repository:qa/app:", repository("qa/app", &[], false)),
            ("registry:catalog:*", Scope::Catalog),
            ("registry:catalog:pull", Scope::Unknown),
            ("registry:catalog:x,*", Scope::Unknown),
            ("repository:QA/app:pull", Scope::Unknown),
            ("repository:host:5000/app:pull", Scope::Unknown),
            ("artifact:thing:read", Scope::Unknown),
        ] {
            assert_eq!(text.parse(), Ok(scope), "{text}");
        }
        for malformed in ["", "repository", "repository:qa/app", "repository:a\0b:pull"] {
            assert!(malformed.parse::<Scope>().is_err(), "{malformed:?} was taken");
        }
    }
}
