//! Tags, and the order in which what is known of them holds.

use std::str::FromStr;
use std::time::SystemTime;

use crate::text::checked_text;

/// The name of a tag: one to 128 of letters, digits, `_`, `.` and `-`, not starting with `.` or
/// `-`.
///
/// Source: OCI distribution specification 1.1, "Pulling manifests".
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TagName(Box<str>);

checked_text!(TagName);

impl FromStr for TagName {
    type Err = InvalidTagName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let plain = text.chars().all(|c| in_word(c) || c == '.' || c == '-');
        if text.starts_with(in_word) && plain && text.len() <= 128 {
            Ok(Self(text.into()))
        } else {
            Err(InvalidTagName(text.chars().take(130).collect::<String>().into()))
        }
    }
}

/// A text that is not a [`TagName`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a tag")]
pub struct InvalidTagName(Box<str>);

/// How new a piece of knowledge is: of two about one thing the greater holds, whatever the order
/// they came in.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct AsOf {
    /// The registry's own time.
    pub at: SystemTime,
    /// The id of the event that said so; empty for a crawl, so that an event of the same moment
    /// wins.
    pub event: Box<str>,
}
