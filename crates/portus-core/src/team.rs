//! Teams: people and bots who own namespaces together.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use crate::account::Username;
use crate::id::{AccountId, TeamId};
use crate::text::{checked_text, is_deceptive};

/// The name of a team: one to 255 bytes, no control characters, no space at either end.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TeamName(Box<str>);

checked_text!(TeamName);

impl TeamName {
    /// What makes a team's name unique.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for TeamName {
    type Err = InvalidTeamName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let fits = (1..=255).contains(&name.len());
        if fits && name.trim() == name && !name.contains(is_deceptive) {
            Ok(Self(name.into()))
        } else {
            Err(InvalidTeamName)
        }
    }
}

/// A text that is not a [`TeamName`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a team's name has 1 to 255 bytes, no control characters and no space at either end")]
pub struct InvalidTeamName;

/// What a member may do, weakest first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// Pulls.
    Viewer,
    /// Pushes too.
    Contributor,
    /// Deletes and manages too.
    Owner,
}

impl Role {
    /// Every role, weakest first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Contributor, Self::Owner];

    /// As it is written in commands and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = InvalidRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|role| role.as_str() == text);
        known.ok_or_else(|| InvalidRole(text.into()))
    }
}

/// A text that is not a [`Role`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a role: `viewer`, `contributor` or `owner`")]
pub struct InvalidRole(pub Box<str>);

/// A team, as the store knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Team {
    /// The store's number.
    pub id: TeamId,
    /// Unique without regard to case.
    pub name: TeamName,
    /// When it was made.
    pub created_at: SystemTime,
}

/// One account in one team.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// Who.
    pub account: AccountId,
    /// Her name.
    pub name: Username,
    /// What she may do.
    pub role: Role,
    /// Whether it is a program's account.
    pub bot: bool,
    /// Whether the account may do anything at all.
    pub enabled: bool,
}
