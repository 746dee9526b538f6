//! What people look for, and what they find.

use std::str::FromStr;
use std::time::SystemTime;

use crate::digest::Digest;
use crate::namespace::{NamespaceKind, NamespaceName};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::tag::TagName;
use crate::team::TeamName;

/// What someone looks for: 2 to 255 characters, without spaces at either end. No character of it
/// stands for others.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SearchText(Box<str>);

impl SearchText {
    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same in small letters, as paths and the names of namespaces and teams are compared.
    pub fn lowered(&self) -> String {
        self.0.to_lowercase()
    }

    /// The label that it can be: its whole name, letter by letter, and how its value begins, as in
    /// `org.opencontainers.image.vendor=Acme`; without an equals sign any value will do.
    pub fn label(&self) -> Option<(&str, &str)> {
        let (name, value) = self.0.split_once('=').unwrap_or((&self.0, ""));
        let (name, value) = (name.trim(), value.trim());
        (!name.is_empty()).then_some((name, value))
    }

    /// The first digits of a digest, where it can be that: `sha256:` and one digit or more, or six
    /// digits or more of a SHA-256 alone.
    pub fn digest(&self) -> Option<String> {
        let text = self.lowered();
        let (algorithm, digits, least) = match text.split_once(':') {
            Some((algorithm, digits)) => (algorithm, digits, 1),
            None => ("sha256", &*text, 6),
        };
        let most = match algorithm {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => return None,
        };
        let fits = (least..=most).contains(&digits.len());
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        (fits && hex).then(|| format!("{algorithm}:{digits}"))
    }
}

impl FromStr for SearchText {
    type Err = InvalidSearchText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        match text.chars().take(256).count() {
            0 | 1 => Err(InvalidSearchText::TooShort),
            2..=255 => Ok(Self(text.into())),
            _ => Err(InvalidSearchText::TooLong),
        }
    }
}

/// Why a text is not a [`SearchText`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidSearchText {
    /// More than any name has.
    #[error("a search has at most 255 characters")]
    TooLong,
    /// Too much would be found.
    #[error("a search has at least 2 characters")]
    TooShort,
}

/// The texts that a repository is found by: its whole path, and what is left of it from each word
/// on. Words are parted by `/`, `-`, `_` and `.`; of a path with very many, the first 32 count.
pub fn tails(path: &RepositoryPath) -> Vec<String> {
    let path = path.to_string();
    let mut before = '/';
    let starts = path.char_indices().filter(|(_, c)| {
        let begins = PARTS.contains(&before) && !PARTS.contains(c);
        before = *c;
        begins
    });
    starts.take(MAX_TAILS).filter_map(|(at, _)| path.get(at..).map(str::to_owned)).collect()
}

const PARTS: [char; 4] = ['/', '-', '_', '.'];
const MAX_TAILS: usize = 32;

/// A repository that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundRepository {
    /// Where it is.
    pub registry: RegistryName,
    /// Its full path.
    pub path: RepositoryPath,
}

/// A tag that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundTag {
    /// Where its repository is.
    pub registry: RegistryName,
    /// Its repository.
    pub path: RepositoryPath,
    /// Itself.
    pub name: TagName,
    /// What it points at.
    pub digest: Digest,
    /// When it was last pushed.
    pub pushed_at: SystemTime,
}

/// A manifest that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundManifest {
    /// Where its repository is.
    pub registry: RegistryName,
    /// Its repository.
    pub path: RepositoryPath,
    /// What it is called by.
    pub digest: Digest,
    /// When it was last pushed.
    pub pushed_at: SystemTime,
}

/// An image that was found by a label.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundLabel {
    /// Where its repository is.
    pub registry: RegistryName,
    /// Its repository.
    pub path: RepositoryPath,
    /// What it is called by.
    pub digest: Digest,
    /// The label's name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A namespace that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundNamespace {
    /// Where it is.
    pub registry: RegistryName,
    /// Its name; the global one, which has none, is not found by it.
    pub name: NamespaceName,
    /// Whose and how open.
    pub kind: NamespaceKind,
}

/// A team that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundTeam {
    /// Its name.
    pub name: TeamName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_has_two_to_255_characters() {
        for (text, outcome) in [
            ("", Err(InvalidSearchText::TooShort)),
            (" a ", Err(InvalidSearchText::TooShort)),
            ("é", Err(InvalidSearchText::TooShort)),
            (" ab ", Ok("ab")),
            ("%_", Ok("%_")),
        ] {
            let read = text.parse::<SearchText>();
            assert_eq!(read.as_ref().map(SearchText::as_str).map_err(|error| *error), outcome);
        }
        assert!("é".repeat(255).parse::<SearchText>().is_ok());
        assert_eq!("é".repeat(256).parse::<SearchText>(), Err(InvalidSearchText::TooLong));
    }

    #[test]
    fn digits_are_those_of_a_digest_from_six_on() {
        for (text, digits) in [
            ("abcde", None),
            ("abcdef", Some("sha256:abcdef")),
            ("ABCDEF", Some("sha256:abcdef")),
            ("sha256:a", Some("sha256:a")),
            ("sha512:a", Some("sha512:a")),
            ("sha256:", None),
            ("sha256:x", None),
            ("md5:abcdef", None),
            ("latest", None),
        ] {
            let read: SearchText = text.parse().unwrap();
            assert_eq!(read.digest().as_deref(), digits, "{text}");
        }
        let long: SearchText = "a".repeat(65).parse().unwrap();
        assert_eq!(long.digest(), None);
    }

    #[test]
    fn a_label_is_its_name_and_how_its_value_begins() {
        for (text, label) in [
            ("vendor=Acme Inc", Some(("vendor", "Acme Inc"))),
            (" a.b = x=y ", Some(("a.b", "x=y"))),
            ("vendor", Some(("vendor", ""))),
            ("=x", None),
        ] {
            assert_eq!(text.parse::<SearchText>().unwrap().label(), label, "{text}");
        }
    }

    #[test]
    fn a_path_is_found_from_each_word_on() {
        let found = |path: &str| tails(&path.parse().unwrap());
        assert_eq!(found("app"), ["app"]);
        assert_eq!(
            found("qa/my-app__v1.2/x"),
            ["qa/my-app__v1.2/x", "my-app__v1.2/x", "app__v1.2/x", "v1.2/x", "2/x", "x"]
        );
        assert_eq!(found(&["a"; 100].join("-")).len(), 32);
    }
}
