//! Who is asking, and what the credential she came with allows.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::SystemTime;

use crate::account::{Account, AccountKind, Username};
use crate::id::{AccountId, ApplicationTokenId, NamespaceId, RefreshTokenId, RegistryId, TeamId};
use crate::registry::RegistryName;
use crate::scope::Action;
use crate::secret::SecretDigest;
use crate::text::{checked_text, is_deceptive};

/// Who is asking, once that is known; or nobody in particular.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Caller {
    /// `None` for someone who showed no credential.
    pub identity: Option<Identity>,
    /// What the credential narrows.
    pub limits: Limits,
    /// The application token that she came with, where it is one.
    pub token: Option<ApplicationTokenId>,
}

impl Caller {
    /// Someone who showed no credential.
    pub const ANONYMOUS: Self = Self { identity: None, limits: Limits::NONE, token: None };

    /// Someone who showed a credential without limits, such as a password.
    pub const fn unlimited(identity: Identity) -> Self {
        Self { identity: Some(identity), limits: Limits::NONE, token: None }
    }

    /// The account, where there is one.
    pub fn account(&self) -> Option<AccountId> {
        self.identity.as_ref().map(|identity| identity.id)
    }

    /// The name, where there is one.
    pub fn name(&self) -> Option<&Username> {
        self.identity.as_ref().map(|identity| &identity.name)
    }
}

/// A known, enabled account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identity {
    /// The store's number.
    pub id: AccountId,
    /// As it was written when the account was made.
    pub name: Username,
    /// What the account is.
    pub standing: AccountStanding,
}

/// What is known about an account before any namespace is looked at.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AccountStanding {
    /// Administers Portus.
    Admin,
    /// A program, with rights in one team.
    Bot {
        /// Its team.
        team: TeamId,
    },
    /// Anybody else.
    Person,
}

impl From<&Account> for Identity {
    fn from(account: &Account) -> Self {
        let standing = match account.kind {
            AccountKind::Bot { team } => AccountStanding::Bot { team },
            AccountKind::Person { admin: true, .. } => AccountStanding::Admin,
            AccountKind::Person { admin: false, .. } => AccountStanding::Person,
        };
        Self { id: account.id, name: account.name.clone(), standing }
    }
}

/// What a credential narrows; every field only ever takes away.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Limits {
    /// What it may be used for.
    pub actions: TokenActions,
    /// Where; `None` is everywhere.
    pub namespaces: Option<Arc<BTreeSet<NamespaceId>>>,
    /// When it ends.
    pub expires_at: Option<SystemTime>,
}

impl Limits {
    /// No limits at all.
    pub const NONE: Self = Self { actions: TokenActions::ALL, namespaces: None, expires_at: None };

    /// Whether the credential may be used for `action`.
    pub fn admit(&self, action: Action) -> bool {
        let TokenActions { pull, push, delete, .. } = self.actions;
        match action {
            // Uploads and deletions read before they write.
            Action::Pull => pull || push || delete,
            Action::Push => push,
            Action::Delete => delete,
        }
    }

    /// Whether a credential with these limits may make one with `others`: nobody gets further by
    /// making a token.
    pub fn cover(&self, others: &Self) -> bool {
        let TokenActions { pull, push, delete, api } = others.actions;
        let actions = (!pull || self.admit(Action::Pull))
            && (!push || self.admit(Action::Push))
            && (!delete || self.admit(Action::Delete))
            && (!api || self.actions.api);
        let lasts = match (self.expires_at, others.expires_at) {
            (None, _) => true,
            (Some(end), Some(other)) => other <= end,
            (Some(_), None) => false,
        };
        let places = match (&self.namespaces, &others.namespaces) {
            (None, _) => true,
            (Some(own), Some(others)) => others.is_subset(own),
            (Some(_), None) => false,
        };
        actions && lasts && places
    }

    /// Whether the credential may be used in a namespace; one that does not exist is in no list.
    pub fn reach(&self, namespace: Option<NamespaceId>) -> bool {
        match &self.namespaces {
            None => true,
            Some(listed) => namespace.is_some_and(|id| listed.contains(&id)),
        }
    }
}

/// What an application token may be used for.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct TokenActions {
    /// Reading images.
    pub pull: bool,
    /// Writing images.
    pub push: bool,
    /// Removing images.
    pub delete: bool,
    /// The REST interface.
    pub api: bool,
}

impl TokenActions {
    /// Every action.
    pub const ALL: Self = Self { pull: true, push: true, delete: true, api: true };

    /// The words for what is allowed, in order.
    pub fn words(self) -> Vec<&'static str> {
        [(self.pull, "pull"), (self.push, "push"), (self.delete, "delete"), (self.api, "api")]
            .into_iter()
            .filter_map(|(allowed, word)| allowed.then_some(word))
            .collect()
    }
}

impl FromStr for TokenActions {
    type Err = InvalidTokenActions;

    /// Reads `pull,push`: one or more of `pull`, `push`, `delete`, `api`, separated by commas.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut actions = Self::default();
        for word in text.split(',') {
            match word.trim() {
                "pull" => actions.pull = true,
                "push" => actions.push = true,
                "delete" => actions.delete = true,
                "api" => actions.api = true,
                other => return Err(InvalidTokenActions(other.into())),
            }
        }
        Ok(actions)
    }
}

impl fmt::Display for TokenActions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(","))
    }
}

/// A word that is not an action of a token.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not an action of a token: `pull`, `push`, `delete` or `api`")]
pub struct InvalidTokenActions(pub Box<str>);

/// What its owner calls an application token: one to 100 characters.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TokenLabel(Box<str>);

checked_text!(TokenLabel);

impl FromStr for TokenLabel {
    type Err = InvalidTokenLabel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=100).contains(&text.chars().count());
        if fits && text.trim() == text && !text.contains(is_deceptive) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidTokenLabel)
        }
    }
}

/// A text that is not a [`TokenLabel`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a label has 1 to 100 characters, no control characters and no space at either end")]
pub struct InvalidTokenLabel;

/// An application token, as its owner sees it: all but the secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApplicationToken {
    /// The store's number.
    pub id: ApplicationTokenId,
    /// Whose.
    pub account: AccountId,
    /// Unique for its owner.
    pub label: TokenLabel,
    /// What it narrows.
    pub limits: Limits,
    /// When it was made.
    pub created_at: SystemTime,
    /// When it was last good for something.
    pub last_used_at: Option<SystemTime>,
}

/// An application token that is about to be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewApplicationToken {
    /// Whose.
    pub account: AccountId,
    /// Unique for its owner.
    pub label: TokenLabel,
    /// What it narrows.
    pub limits: Limits,
    /// One-way.
    pub digest: SecretDigest,
    /// Now.
    pub created_at: SystemTime,
}

/// A refresh token that is about to be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewRefreshToken {
    /// Whose.
    pub account: AccountId,
    /// The one registry it is good for.
    pub registry: RegistryId,
    /// One-way.
    pub digest: SecretDigest,
    /// What the client calls itself; at most 100 characters are kept.
    pub client: String,
    /// Where it came from.
    pub address: String,
    /// Now.
    pub created_at: SystemTime,
}

/// A refresh token, as its owner sees it: all but the secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefreshToken {
    /// The store's number.
    pub id: RefreshTokenId,
    /// The one registry it is good for.
    pub registry: RegistryName,
    /// What the client calls itself.
    pub client: String,
    /// Where it came from when it was made.
    pub address: String,
    /// When it was made.
    pub created_at: SystemTime,
    /// When it was last good for something.
    pub last_used_at: SystemTime,
}

/// The owner of a refresh token that was found good.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefreshTokenOwner {
    /// The store's number.
    pub id: RefreshTokenId,
    /// Whose.
    pub account: Account,
    /// The one registry it is good for.
    pub registry: RegistryId,
    /// When it was last good for something.
    pub last_used_at: SystemTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn push_and_delete_include_pull() {
        let push: TokenActions = "push".parse().unwrap();
        let limits = Limits { actions: push, ..Limits::NONE };
        assert!(limits.admit(Action::Pull) && limits.admit(Action::Push));
        assert!(!limits.admit(Action::Delete));
        let api = Limits { actions: "api".parse().unwrap(), ..Limits::NONE };
        assert!(!api.admit(Action::Pull));
        assert!("pull,fly".parse::<TokenActions>().is_err());
    }

    /// SR8
    #[test]
    fn a_credential_covers_none_that_is_good_for_more() {
        let at = |second| Some(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second));
        let limits = |actions: &str, expires_at, places: Option<&[i64]>| Limits {
            actions: actions.parse().unwrap(),
            namespaces: places.map(|ids| Arc::new(ids.iter().copied().map(NamespaceId).collect())),
            expires_at,
        };
        let own = limits("push,api", at(5), Some(&[1, 2]));
        assert!(Limits::NONE.cover(&Limits::NONE) && Limits::NONE.cover(&own));
        assert!(own.cover(&own) && own.cover(&limits("pull", at(4), Some(&[2]))));
        for wider in [
            limits("delete", at(5), Some(&[1])),
            limits("push", at(6), Some(&[1])),
            limits("push", None, Some(&[1])),
            limits("push", at(5), Some(&[1, 3])),
            limits("push", at(5), None),
        ] {
            assert!(!own.cover(&wider), "{wider:?}");
        }
        assert!(!limits("push", None, None).cover(&limits("api", None, None)));
    }

    /// SR6
    #[test]
    fn a_list_of_namespaces_does_not_reach_what_does_not_exist() {
        let listed = Arc::new(BTreeSet::from([NamespaceId(3)]));
        let limits = Limits { namespaces: Some(listed), ..Limits::NONE };
        assert!(limits.reach(Some(NamespaceId(3))));
        assert!(!limits.reach(Some(NamespaceId(4))) && !limits.reach(None));
        assert!(Limits::NONE.reach(None));
    }
}
