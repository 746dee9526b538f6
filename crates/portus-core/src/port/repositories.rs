use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::catalog::KnownTags;
use crate::digest::Digest;
use crate::id::{AccountId, NamespaceId, RegistryId, RepositoryId};
use crate::image::{ManifestDetails, SeenManifest};
use crate::repository::RepositoryPath;
use crate::tag::{AsOf, TagName};

/// Repositories, with their tags and manifests. Older knowledge never changes newer: every change
/// says how new it is, and removals are remembered.
#[async_trait]
pub trait Repositories: Send {
    /// The repository of a namespace, made where it is new. `path` is the full path.
    async fn ensure(
        &mut self,
        namespace: NamespaceId,
        path: &RepositoryPath,
        at: SystemTime,
    ) -> Result<RepositoryId, StoreError>;

    /// The repository of a path.
    async fn by_path(
        &mut self,
        registry: RegistryId,
        path: &RepositoryPath,
    ) -> Result<Option<RepositoryId>, StoreError>;

    /// A manifest is there. Says whether it is to be read: it is new, or came back.
    async fn add_manifest(
        &mut self,
        repository: RepositoryId,
        manifest: &SeenManifest,
        as_of: &AsOf,
    ) -> Result<bool, StoreError>;

    /// A tag points at a manifest, which `add_manifest` was told of. Keeps who pushed it first,
    /// and each digest it pointed at.
    async fn set_tag(
        &mut self,
        repository: RepositoryId,
        tag: &TagName,
        digest: &Digest,
        as_of: &AsOf,
        by: Option<(Option<AccountId>, &str)>,
    ) -> Result<TagChange, StoreError>;

    /// A manifest, or a blob, is gone, and with a manifest the tags on it that are not newer. Says
    /// whether something went.
    async fn remove_manifest(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        as_of: &AsOf,
    ) -> Result<bool, StoreError>;

    /// A tag is gone. Says whether it went.
    async fn remove_tag(
        &mut self,
        repository: RepositoryId,
        tag: &TagName,
        as_of: &AsOf,
    ) -> Result<bool, StoreError>;

    /// A manifest was read `count` times, last at `at`.
    async fn count_pulls(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        at: SystemTime,
        count: u32,
    ) -> Result<(), StoreError>;

    /// Keeps what reading a manifest told: replaces what was known of its parts.
    async fn describe(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        described: &Described,
    ) -> Result<(), StoreError>;

    /// The tags of a repository, removed ones among them.
    async fn known_tags(&mut self, repository: RepositoryId) -> Result<KnownTags, StoreError>;

    /// Of these digests, the ones of manifests that are known here.
    async fn known_manifests(
        &mut self,
        repository: RepositoryId,
        digests: &[Digest],
    ) -> Result<Vec<Digest>, StoreError>;
}

/// What setting a tag did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TagChange {
    /// Something newer is known.
    Older,
    /// It points at the same manifest as before, as of later.
    Same,
    /// It is new, or points elsewhere now.
    Set,
}

/// How reading a manifest ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Described {
    /// It cannot be read.
    Failed,
    /// It was read.
    Read(Box<ManifestDetails>),
}
