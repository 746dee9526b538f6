//! Why a deletion, or a part of it, waits or ended as it did.

use std::fmt;

use crate::digest::Digest;
use crate::tag::TagName;
use crate::usecase::SWITCH_ON;

/// Why a deletion, or a part of it, waits or ended as it did. The sentences are the English ones.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DeletionReason {
    /// Somebody of this name called it off.
    CalledOff(String),
    /// The namespace was given to someone while it was to go.
    Given,
    /// Who asked for it has no account any more, or a disabled one.
    NoAsker,
    /// The namespace is gone.
    NoNamespace,
    /// Who asked for it may not delete there any more; the decision in words.
    NotAllowed(String),
    /// It points at this digest now.
    PushedAgain(Digest),
    /// It was pushed again after the deletion was asked for.
    PushedLater,
    /// What the registry said, or an earlier release wrote.
    Said(String),
    /// The registry deletes only whole digests, and these tags are on this one.
    Siblings(Vec<TagName>),
    /// Something of the namespace is still there.
    SomethingLeft,
    /// The registry's configuration keeps everything.
    SwitchedOff,
    /// The application token that asked for it has ended.
    TokenEnded,
    /// The application token that asked for it was revoked.
    TokenRevoked,
    /// This index still names it.
    Wanted(Digest),
}

impl fmt::Display for DeletionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CalledOff(name) => write!(f, "called off by {name}"),
            Self::Given => f.write_str("the namespace was given to someone meanwhile"),
            Self::NoAsker => {
                f.write_str("who asked for it has no account any more, or a disabled one")
            }
            Self::NoNamespace => f.write_str("the namespace is gone"),
            Self::NotAllowed(why) => {
                write!(f, "who asked for it may not delete there any more ({why})")
            }
            Self::PushedAgain(digest) => {
                write!(f, "pushed again since: it points at `{digest}` now")
            }
            Self::PushedLater => f.write_str("pushed again after the deletion was asked for"),
            Self::Said(text) => f.write_str(text),
            Self::Siblings(tags) => {
                let named = named(tags);
                write!(f, "the registry deletes only whole digests, and {named} is on this one")
            }
            Self::SomethingLeft => f.write_str("something is still there, so the namespace stays"),
            Self::SwitchedOff => write!(f, "the registry deletes nothing: {SWITCH_ON}"),
            Self::TokenEnded => f.write_str("the application token that asked for it has ended"),
            Self::TokenRevoked => {
                f.write_str("the application token that asked for it was revoked")
            }
            Self::Wanted(index) => write!(f, "the index `{index}` still names it"),
        }
    }
}

/// Each in backticks, with commas between.
pub fn named<T: fmt::Display>(names: &[T]) -> String {
    let named: Vec<String> = names.iter().map(|one| format!("`{one}`")).collect();
    named.join(", ")
}
