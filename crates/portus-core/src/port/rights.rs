use async_trait::async_trait;

use super::StoreError;
use crate::account::Account;
use crate::id::{AccountId, NamespaceId, TeamId};
use crate::namespace::{NamespaceKind, NamespaceName};
use crate::page::{Page, Slice};
use crate::registry::RegistryName;
use crate::team::Role;

/// Whom rights come to, a page at a time: for answers to who can do what.
#[async_trait]
pub trait Rights: Send + Sync {
    /// Enabled people who administer Portus, by name.
    async fn admins(&self, slice: &Slice) -> Result<Page<Account>, StoreError>;

    /// Enabled members of a team by name, and what they are there.
    async fn members(
        &self,
        team: TeamId,
        slice: &Slice,
    ) -> Result<Page<(Account, Role)>, StoreError>;

    /// The teams that an account is in, by number, and what it is there.
    async fn roles(&self, account: AccountId) -> Result<Vec<(TeamId, Role)>, StoreError>;

    /// The namespaces of a team by registry and name.
    async fn namespaces(&self, team: TeamId, slice: &Slice) -> Result<Page<TeamPlace>, StoreError>;
}

/// A namespace of a team.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TeamPlace {
    /// The store's number.
    pub id: NamespaceId,
    /// Where it is.
    pub registry: RegistryName,
    /// Its name.
    pub name: NamespaceName,
    /// Whose and how open.
    pub kind: NamespaceKind,
    /// Whether the registry's catalog was read.
    pub registry_read: bool,
}
