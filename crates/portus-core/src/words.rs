//! What people say of images: descriptions, comments; and what is counted for them to look at.

use std::str::FromStr;
use std::time::SystemTime;

use crate::id::{AccountId, CommentId, RepositoryId};

/// What a namespace, a repository or a team is for, in Markdown: at most 20,000 characters, empty
/// where nobody said anything.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Description(Box<str>);

impl Description {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many characters it has at most.
    pub const LIMIT: usize = 20_000;
}

impl FromStr for Description {
    type Err = InvalidDescription;

    /// Lines end as on any system, and space around the whole says nothing.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim_end();
        if text.chars().count() > Self::LIMIT {
            return Err(InvalidDescription);
        }
        Ok(Self(text.into()))
    }
}

/// A text that is no [`Description`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a description has at most 20000 characters")]
pub struct InvalidDescription;

/// What someone writes about a repository, as plain text: one to 4,000 characters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CommentText(Box<str>);

impl CommentText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many characters it has at most.
    pub const LIMIT: usize = 4_000;
}

impl FromStr for CommentText {
    type Err = InvalidComment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if (1..=Self::LIMIT).contains(&text.chars().count()) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidComment)
        }
    }
}

/// A text that is no [`CommentText`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a comment has 1 to 4000 characters")]
pub struct InvalidComment;

/// A comment that is about to be kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewComment {
    /// About what.
    pub repository: RepositoryId,
    /// Who wrote it; `None` for someone on the machine itself.
    pub account: Option<AccountId>,
    /// Her name, as it was then.
    pub author: String,
    /// What she wrote.
    pub text: CommentText,
    /// When.
    pub created_at: SystemTime,
}

/// A comment, as the store knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Comment {
    /// The store's number.
    pub id: CommentId,
    /// Who wrote it, while the account is there.
    pub account: Option<AccountId>,
    /// Her name, as it was then.
    pub author: String,
    /// What she wrote.
    pub text: String,
    /// When.
    pub created_at: SystemTime,
}

/// Pushes of tags, and pulls, of one day.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Traffic {
    /// Days since 1970, in UTC.
    pub day: u64,
    /// How many tags were pushed.
    pub pushes: u64,
    /// How many manifests were pulled.
    pub pulls: u64,
}

/// The day of a moment: days since 1970, in UTC; zero before that.
pub fn day(at: SystemTime) -> u64 {
    at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / 86_400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_as_long_as_it_may_be() {
        let long = "ü".repeat(Description::LIMIT);
        assert_eq!(long.parse::<Description>().unwrap().as_str(), long);
        assert_eq!(format!("{long}x").parse::<Description>(), Err(InvalidDescription));
        assert_eq!("a\r\nb \n".parse::<Description>().unwrap().as_str(), "a\nb");
        assert_eq!("".parse(), Ok(Description::default()));
    }

    #[test]
    fn a_comment_says_something() {
        let long = "ü".repeat(CommentText::LIMIT);
        assert_eq!(format!(" {long}\n").parse::<CommentText>().unwrap().as_str(), long);
        for odd in ["", " \r\n ", &format!("{long}x")] {
            assert_eq!(odd.parse::<CommentText>(), Err(InvalidComment));
        }
    }
}
