use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::deletion::{Deletion, DeletionItem, DeletionState, ItemState, NewDeletion};
use crate::deletion_reason::DeletionReason;
use crate::digest::Digest;
use crate::id::{AccountId, DeletionId, DeletionItemId, NamespaceId, RegistryId, RepositoryId};
use crate::namespace::NamespaceName;
use crate::page::{Page, Slice};
use crate::repository::RepositoryPath;
use crate::tag::TagName;

/// Deletions, what each of them takes away, and names that were deleted.
#[async_trait]
pub trait Deletions: Send {
    /// Adds a deletion with nothing in it yet.
    async fn add(&mut self, new: &NewDeletion) -> Result<DeletionId, StoreError>;

    /// Adds items, to be done after those there are.
    async fn add_items(
        &mut self,
        deletion: DeletionId,
        repository: &RepositoryPath,
        items: &[(Option<TagName>, Digest)],
    ) -> Result<(), StoreError>;

    /// Adds every manifest of a repository, indexes before what they name. Says how many.
    async fn add_manifests(
        &mut self,
        deletion: DeletionId,
        repository: RepositoryId,
        path: &RepositoryPath,
    ) -> Result<u64, StoreError>;

    /// A namespace is listed up to this repository.
    async fn set_listed(&mut self, deletion: DeletionId, to: &str) -> Result<(), StoreError>;

    /// An item came to its end; one that has one already keeps it, but for what was under way when
    /// the deletion was called off and is gone all the same.
    async fn settle(
        &mut self,
        deletion: DeletionId,
        item: DeletionItemId,
        state: ItemState,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError>;

    /// Every item that waits comes to the same end.
    async fn settle_rest(
        &mut self,
        deletion: DeletionId,
        state: ItemState,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError>;

    /// Why it waits; `None` where it does not.
    async fn set_reason(
        &mut self,
        deletion: DeletionId,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError>;

    /// The deletion came to its end.
    async fn finish(
        &mut self,
        deletion: DeletionId,
        state: DeletionState,
        reason: Option<&DeletionReason>,
        at: SystemTime,
    ) -> Result<(), StoreError>;

    /// The deletion of this number.
    async fn by_id(&mut self, deletion: DeletionId) -> Result<Option<Deletion>, StoreError>;

    /// Deletions, newest first: those that an account asked for, or that are of a namespace of its
    /// own or of a team it owns; `None` for all. Perhaps only those in one state.
    async fn list(
        &mut self,
        viewer: Option<AccountId>,
        state: Option<DeletionState>,
        slice: &Slice,
    ) -> Result<Page<Deletion>, StoreError>;

    /// The items of a deletion, in order.
    async fn items(
        &mut self,
        deletion: DeletionId,
        slice: &Slice,
    ) -> Result<Page<DeletionItem>, StoreError>;

    /// The first items that wait.
    async fn waiting(
        &mut self,
        deletion: DeletionId,
        limit: u32,
    ) -> Result<Vec<DeletionItem>, StoreError>;

    /// Whether a deletion of the whole namespace is under way.
    async fn is_going(&mut self, namespace: NamespaceId) -> Result<bool, StoreError>;

    /// The indexes of a repository that name a manifest, by digest; at most a hundred.
    async fn indexes_of(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
    ) -> Result<Vec<Digest>, StoreError>;

    /// The tags on a manifest that are not among the items of a deletion; at most a hundred.
    async fn other_tags(
        &mut self,
        deletion: DeletionId,
        repository: RepositoryId,
        manifest: &Digest,
    ) -> Result<Vec<TagName>, StoreError>;

    /// How new the newest word is that a tag points at a manifest; without a tag, that the manifest
    /// or anything on it is there.
    async fn last_word(
        &mut self,
        repository: RepositoryId,
        tag: Option<&TagName>,
        manifest: &Digest,
    ) -> Result<Option<SystemTime>, StoreError>;

    /// The next repository of a namespace that has something in it, by path.
    async fn next_repository(
        &mut self,
        namespace: NamespaceId,
        after: Option<&str>,
    ) -> Result<Option<(RepositoryId, RepositoryPath)>, StoreError>;

    /// What a repository holds.
    async fn sums_of_repository(&mut self, repository: RepositoryId) -> Result<Sums, StoreError>;

    /// What a namespace holds.
    async fn sums_of_namespace(&mut self, namespace: NamespaceId) -> Result<Sums, StoreError>;

    /// Forgets at most `limit` empty repositories of a namespace, with their history. Says how
    /// many.
    async fn forget_repositories(
        &mut self,
        namespace: NamespaceId,
        limit: u32,
    ) -> Result<u64, StoreError>;

    /// Removes a namespace, and holds its name until a time.
    async fn remove_namespace(
        &mut self,
        namespace: NamespaceId,
        held_until: SystemTime,
    ) -> Result<(), StoreError>;

    /// Whether a name was deleted from a registry and not made again.
    async fn held(
        &mut self,
        registry: RegistryId,
        name: &NamespaceName,
    ) -> Result<Option<Held>, StoreError>;

    /// A name that was deleted is made again.
    async fn release(
        &mut self,
        registry: RegistryId,
        name: &NamespaceName,
    ) -> Result<(), StoreError>;
}

/// A name that was deleted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Held {
    /// Until then nobody makes it again: tokens from before may still be good.
    pub until: SystemTime,
}

/// What something holds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sums {
    /// Repositories with something in them.
    pub repositories: u64,
    /// Tags.
    pub tags: u64,
    /// Manifests.
    pub manifests: u64,
    /// Repositories with a description.
    pub descriptions: u64,
    /// Comments on repositories.
    pub comments: u64,
    /// Stars of repositories.
    pub stars: u64,
    /// When something of it was last pulled.
    pub pulled_at: Option<SystemTime>,
}
