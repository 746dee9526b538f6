use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::account::Account;
use crate::activity::{Activity, Outcome, Place};
use crate::digest::Digest;
use crate::id::{RegistryId, RepositoryId};
use crate::namespace::NamespaceName;
use crate::page::{
    BotRow, ManifestView, NamespaceRow, Page, ParkedRow, RepositoryRow, Slice, TagRow, TeamRow,
};
use crate::policy::NamespaceFilter;
use crate::secret::SecretDigest;
use crate::session::SessionOwner;
use crate::tag::TagName;

/// Lists for people to look at: read-only, one query each, filtered by what the asker may see.
#[async_trait]
pub trait Browse: Send + Sync {
    /// Accounts by name.
    async fn accounts(
        &self,
        filter: AccountFilter,
        slice: &Slice,
    ) -> Result<Page<Account>, StoreError>;

    /// The audit, newest first.
    async fn activities(
        &self,
        filter: &ActivityFilter,
        slice: &Slice,
    ) -> Result<Page<Activity>, StoreError>;

    /// Bots by name.
    async fn bots(&self, slice: &Slice) -> Result<Page<BotRow>, StoreError>;

    /// Namespaces by registry and name.
    async fn namespaces(
        &self,
        filter: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError>;

    /// Parked notifications, oldest first.
    async fn parked(&self, slice: &Slice) -> Result<Page<ParkedRow>, StoreError>;

    /// Repositories with something in them, by registry and path.
    async fn repositories(
        &self,
        filter: &RepositoryFilter,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError>;

    /// A repository, if something is in it. Whether the asker may see it was decided before.
    async fn repository(
        &self,
        repository: RepositoryId,
    ) -> Result<Option<RepositoryRow>, StoreError>;

    /// A manifest of a repository that is there.
    async fn manifest(
        &self,
        repository: RepositoryId,
        digest: &Digest,
    ) -> Result<Option<ManifestView>, StoreError>;

    /// One tag of a repository.
    async fn tag(
        &self,
        repository: RepositoryId,
        tag: &TagName,
    ) -> Result<Option<TagRow>, StoreError>;

    /// Whose a session is.
    async fn session(&self, digest: &SecretDigest) -> Result<Option<SessionOwner>, StoreError>;

    /// A repository's tags by name. Whether the asker may see the repository was decided before.
    async fn tags(
        &self,
        repository: RepositoryId,
        slice: &Slice,
    ) -> Result<Page<TagRow>, StoreError>;

    /// Teams by name.
    async fn teams(&self, slice: &Slice) -> Result<Page<TeamRow>, StoreError>;
}

/// Which accounts are wanted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct AccountFilter {
    /// Only people, or only bots.
    pub bots: Option<bool>,
}

/// Which activities are wanted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ActivityFilter {
    /// Only of this kind, or, where it has no dot, of the kinds that start with it and a dot.
    pub kind: Option<String>,
    /// Only by this name; A to Z are like a to z.
    pub actor: Option<String>,
    /// Only done to this, by name as it was then.
    pub object: Option<String>,
    /// Only from this address.
    pub address: Option<String>,
    /// Only part of this request.
    pub request: Option<String>,
    /// Only what ended so.
    pub outcome: Option<Outcome>,
    /// Only what belongs to each of these.
    pub place: Place,
    /// Only since then.
    pub since: Option<SystemTime>,
    /// Only before then.
    pub until: Option<SystemTime>,
}

/// Which repositories are wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RepositoryFilter {
    /// What the asker may see.
    pub readable: NamespaceFilter,
    /// Only of this registry.
    pub registry: Option<RegistryId>,
    /// Only of this namespace; the inner `None` is the global one.
    pub namespace: Option<Option<NamespaceName>>,
}
