//! People and bots.

use std::str::FromStr;
use std::time::SystemTime;

use crate::id::{AccountId, TeamId};
use crate::namespace::{MAX_NAMESPACE_BYTES, NamespaceName};
use crate::text::{checked_text, is_deceptive};

/// The name someone signs in with: one to 255 bytes without spaces, colons, control characters or
/// characters that turn the direction of text, so that it fits the user part of basic credentials.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Username(Box<str>);

checked_text!(Username);

impl Username {
    /// What makes a name unique: two names with one key are the same name.
    pub fn key(&self) -> UsernameKey {
        UsernameKey(self.0.to_lowercase().into())
    }

    /// The namespace that is this person's own unless the name is taken.
    ///
    /// Lower case; what is before the first and after the last letter or digit is cut, every
    /// character a path may not hold becomes `_`, and so does every run of separators. `None`
    /// where nothing is left.
    ///
    /// Source: SUSE Portus, `User#namespace_name`.
    pub fn personal_namespace(&self) -> Option<NamespaceName> {
        let lower = self.0.to_lowercase();
        let in_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let trimmed = lower.trim_matches(|c: char| !in_word(c));
        let mut name = String::with_capacity(trimmed.len());
        let mut separators = String::new();
        for c in trimmed.chars() {
            if !in_word(c) {
                separators.push(if matches!(c, '.' | '-') { c } else { '_' });
                continue;
            }
            name.push_str(if separators.len() > 1 { "_" } else { &separators });
            separators.clear();
            name.push(c);
        }
        name.truncate(MAX_NAMESPACE_BYTES);
        name.trim_end_matches(|c: char| !in_word(c)).parse().ok()
    }
}

impl FromStr for Username {
    type Err = InvalidUsername;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if !(1..=255).contains(&name.len()) {
            return Err(InvalidUsername::Length { bytes: name.len() });
        }
        match name.chars().find(|c| *c == ':' || c.is_whitespace() || is_deceptive(*c)) {
            Some(bad) => Err(InvalidUsername::Character(bad)),
            None => Ok(Self(name.into())),
        }
    }
}

/// Why a text is not a [`Username`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidUsername {
    /// A character no name holds.
    #[error("a username has no {0:?}")]
    Character(char),
    /// Empty or too long.
    #[error("a username has 1 to 255 bytes, this one has {bytes}")]
    Length {
        /// How long the text is.
        bytes: usize,
    },
}

/// A username without its case, to look one up by.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UsernameKey(Box<str>);

checked_text!(UsernameKey);

/// A mail address as someone typed it: one `@` with something on both sides, at most 254 bytes.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Email(Box<str>);

checked_text!(Email);

impl Email {
    /// What makes an address unique.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(address: &str) -> Result<Self, Self::Err> {
        let plain = !address.contains(|c: char| c.is_whitespace() || is_deceptive(c));
        let shaped = matches!(address.split_once('@'), Some((local, domain))
            if !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
        if plain && shaped && address.len() <= 254 {
            Ok(Self(address.into()))
        } else {
            Err(InvalidEmail)
        }
    }
}

/// A text that is not a mail address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a mail address looks like `name@example.org`")]
pub struct InvalidEmail;

/// A person or a bot, as the store knows them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// The store's number.
    pub id: AccountId,
    /// As it was written when the account was made.
    pub name: Username,
    /// Where mail goes.
    pub email: Option<Email>,
    /// What the account is.
    pub kind: AccountKind,
    /// Whether it may do anything at all.
    pub enabled: bool,
    /// When it was made.
    pub created_at: SystemTime,
}

/// What an account is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AccountKind {
    /// A program's account: tokens only, and rights in one team only.
    Bot {
        /// The team it belongs to.
        team: TeamId,
    },
    /// Somebody.
    Person {
        /// Whether this person administers Portus.
        admin: bool,
        /// The name of her own namespace in every registry.
        personal: NamespaceName,
    },
}

impl Account {
    /// Whether this person administers Portus.
    pub fn is_admin(&self) -> bool {
        matches!(self.kind, AccountKind::Person { admin: true, .. })
    }

    /// Whether this is a program's account.
    pub fn is_bot(&self) -> bool {
        matches!(self.kind, AccountKind::Bot { .. })
    }
}

/// An account that is about to be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewAccount {
    /// Unique without regard to case.
    pub name: Username,
    /// Unique without regard to case.
    pub email: Option<Email>,
    /// What it will be.
    pub kind: AccountKind,
    /// One-way; bots have none.
    pub password: Option<PasswordHash>,
    /// Now.
    pub created_at: SystemTime,
}

/// A bcrypt hash in its usual text form; prints as `***`.
#[derive(Clone, Eq, PartialEq)]
pub struct PasswordHash(pub Box<str>);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SR12
    #[test]
    fn names_that_would_break_or_deceive_are_refused() {
        for bad in ["", "a b", "a:b", "a\0b", "ad\u{202e}nim", "a\u{200b}b", "a\n"] {
            assert!(bad.parse::<Username>().is_err(), "{bad:?} was taken");
        }
        assert!("Flávio".parse::<Username>().is_ok());
    }

    #[test]
    fn a_personal_namespace_follows_from_the_username() {
        for (name, namespace) in [
            ("Miquel.Sabate.", Some("miquel.sabate")),
            ("!lol!name", Some("lol_name")),
            ("_ma._.n", Some("ma_n")),
            ("Flávio", Some("fl_vio")),
            ("joe", Some("joe")),
            ("a--b", Some("a_b")),
            ("!!!!", None),
        ] {
            let derived = name.parse::<Username>().unwrap().personal_namespace();
            assert_eq!(derived.as_ref().map(NamespaceName::as_str), namespace, "{name}");
        }
        let long = "a".repeat(255).parse::<Username>().unwrap();
        assert_eq!(long.personal_namespace().unwrap().as_str().len(), 255);
    }

    #[test]
    fn names_are_the_same_in_any_case() {
        let (one, other): (Username, Username) =
            ("Alice".parse().unwrap(), "aLICE".parse().unwrap());
        assert_eq!(one.key(), other.key());
    }
}
