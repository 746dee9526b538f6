use async_trait::async_trait;

use super::StoreError;
use crate::activity::Activity;
use crate::id::{AccountId, NamespaceId, RepositoryId, TeamId};
use crate::page::{Page, RepositoryRow, Slice};
use crate::policy::NamespaceFilter;
use crate::registry::RegistryName;
use crate::words::{Comment, Traffic};

/// What people look at on the way to images: read-only, one query each, filtered by what the asker
/// may see.
#[async_trait]
pub trait Explore: Send + Sync {
    /// Repositories with something in them, in the order that was asked for.
    async fn repositories_by(
        &self,
        query: &RepositoryQuery,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError>;

    /// The repositories that an account starred and may see, the last starred first.
    async fn starred(
        &self,
        account: AccountId,
        readable: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError>;

    /// Whether an account starred a repository.
    async fn is_starred(
        &self,
        account: AccountId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError>;

    /// What was said of something; empty where nothing was. Whether the asker may see it was
    /// decided before.
    async fn description(&self, of: SaidOf) -> Result<String, StoreError>;

    /// The comments on a repository, newest first. Whether the asker may see it was decided before.
    async fn comments(
        &self,
        repository: RepositoryId,
        slice: &Slice,
    ) -> Result<Page<Comment>, StoreError>;

    /// What was done in a namespace, to a repository or in a team, newest first: rows of the audit
    /// of [`SPOKEN_OF`] kinds. Whether the asker may see it was decided before.
    async fn activities_of(&self, of: SaidOf, slice: &Slice)
    -> Result<Page<Happening>, StoreError>;

    /// What was done lately in what the asker may see, and in the teams she is in, newest first:
    /// of the last ten thousand things that were done in any namespace or team.
    async fn recent_activities(
        &self,
        readable: &NamespaceFilter,
        limit: u32,
    ) -> Result<Vec<Happening>, StoreError>;

    /// Pushes and pulls by day since `day`, oldest first, without the days that had none.
    async fn traffic(
        &self,
        readable: &NamespaceFilter,
        day: u64,
    ) -> Result<Vec<Traffic>, StoreError>;

    /// How much there is to see. Counting ends beyond [`EXTENT`].
    async fn extent(&self, readable: &NamespaceFilter) -> Result<Extent, StoreError>;
}

/// Which repositories are wanted, and in which order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RepositoryQuery {
    /// What the asker may see.
    pub readable: NamespaceFilter,
    /// Only of this namespace.
    pub namespace: Option<NamespaceId>,
    /// Only those with this text in their path, whatever its case.
    pub name: Option<String>,
    /// In which order.
    pub sort: RepositorySort,
}

/// What repositories are sorted by.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum RepositorySort {
    /// By registry and path.
    #[default]
    Name,
    /// The most pulled first.
    Pulls,
    /// The last pushed first.
    Pushed,
}

/// What can be described.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SaidOf {
    /// A namespace.
    Namespace(NamespaceId),
    /// A repository.
    Repository(RepositoryId),
    /// A team.
    Team(TeamId),
}

/// A row of the audit, as it is shown to whoever sees what it speaks of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Happening {
    /// What was done.
    pub activity: Activity,
    /// The registry of the namespace it was done in, while that is there.
    pub registry: Option<RegistryName>,
}

/// How much there is; one more than [`EXTENT`] stands for anything beyond.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Extent {
    /// Repositories with something in them.
    pub repositories: u64,
    /// Their tags.
    pub tags: u64,
}

/// How far repositories and tags are counted.
pub const EXTENT: u64 = 5_000;

/// The kinds of activity that are shown to whoever sees what they speak of.
pub const SPOKEN_OF: [&str; 12] = {
    use crate::activity::kind::{
        COMMENT_CREATE, NAMESPACE_CHANGE_VISIBILITY, NAMESPACE_CREATE, NAMESPACE_DESCRIBE,
        NAMESPACE_GIVE, REPOSITORY_DELETE, REPOSITORY_DESCRIBE, REPOSITORY_PUSH, TEAM_ADD_MEMBER,
        TEAM_CHANGE_MEMBER_ROLE, TEAM_DESCRIBE, TEAM_REMOVE_MEMBER,
    };
    [
        COMMENT_CREATE,
        NAMESPACE_CHANGE_VISIBILITY,
        NAMESPACE_CREATE,
        NAMESPACE_DESCRIBE,
        NAMESPACE_GIVE,
        REPOSITORY_DELETE,
        REPOSITORY_DESCRIBE,
        REPOSITORY_PUSH,
        TEAM_ADD_MEMBER,
        TEAM_CHANGE_MEMBER_ROLE,
        TEAM_DESCRIBE,
        TEAM_REMOVE_MEMBER,
    ]
};
