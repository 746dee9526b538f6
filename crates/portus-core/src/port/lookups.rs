use std::time::SystemTime;

use async_trait::async_trait;

use super::{Fingerprint, StoreError};
use crate::account::{Account, PasswordHash, UsernameKey};
use crate::credential::{ApplicationToken, RefreshTokenOwner};
use crate::id::{AccountId, RegistryId};
use crate::namespace::{NamespaceKind, NamespaceName};
use crate::secret::SecretDigest;
use crate::team::Role;

/// The look-ups of the token endpoint: one statement each, outside any transaction.
#[async_trait]
pub trait Lookups: Send + Sync {
    /// Someone who signs in with a password; bots and unknown names are `None`.
    async fn person(&self, name: &UsernameKey) -> Result<Option<Login>, StoreError>;

    /// Whose an application token is.
    async fn application_token(
        &self,
        digest: &SecretDigest,
    ) -> Result<Option<TokenOwner>, StoreError>;

    /// Whose a refresh token is.
    async fn refresh_token(
        &self,
        digest: &SecretDigest,
    ) -> Result<Option<RefreshTokenOwner>, StoreError>;

    /// The namespaces of these names (`None` is the global one) that there are in a registry, and
    /// how the asker stands to each.
    async fn namespaces(
        &self,
        registry: RegistryId,
        names: &[NamespaceKey],
        asker: Option<AccountId>,
    ) -> Result<Vec<KnownNamespace>, StoreError>;

    /// Of these names, those of which the asker could make a namespace for a team of the same name
    /// that she owns: no account has the name for its own namespaces, and no registry has it.
    async fn claimable(
        &self,
        names: &[NamespaceName],
        asker: AccountId,
    ) -> Result<Vec<NamespaceName>, StoreError>;

    /// The distinct wrong passwords for a name from an address since a time, at most 50.
    async fn failures(
        &self,
        name: &UsernameKey,
        address: &str,
        since: SystemTime,
    ) -> Result<Vec<Fingerprint>, StoreError>;
}

/// The name of a namespace; `None` is the global one.
pub type NamespaceKey = Option<NamespaceName>;

/// A namespace, and how the asker stands to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownNamespace {
    /// The store's number.
    pub id: crate::id::NamespaceId,
    /// Its name; `None` is the global one.
    pub name: NamespaceKey,
    /// Whose and how open.
    pub kind: NamespaceKind,
    /// The asker's role in its team.
    pub role: Option<Role>,
}

/// A person, and what her password is checked against.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Login {
    /// Who.
    pub account: Account,
    /// `None` for someone who has no password here.
    pub password: Option<PasswordHash>,
}

/// An application token, and whose it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenOwner {
    /// Who.
    pub account: Account,
    /// What it narrows.
    pub token: ApplicationToken,
}
