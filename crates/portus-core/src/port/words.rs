use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::id::{AccountId, CommentId, NamespaceId, RegistryId, RepositoryId, TeamId};
use crate::repository::RepositoryPath;
use crate::words::{Comment, CommentText, Description, NewComment};

/// What people say of images: descriptions, stars, comments.
#[async_trait]
pub trait Words: Send {
    /// Says what a namespace is for.
    async fn describe_namespace(
        &mut self,
        namespace: NamespaceId,
        description: &Description,
    ) -> Result<(), StoreError>;

    /// Says what a repository is for.
    async fn describe_repository(
        &mut self,
        repository: RepositoryId,
        description: &Description,
    ) -> Result<(), StoreError>;

    /// Says what a team is for.
    async fn describe_team(
        &mut self,
        team: TeamId,
        description: &Description,
    ) -> Result<(), StoreError>;

    /// The repository of a path, if something is in it.
    async fn repository(
        &mut self,
        registry: RegistryId,
        path: &RepositoryPath,
    ) -> Result<Option<RepositoryId>, StoreError>;

    /// Keeps a star; says whether it is a new one.
    async fn star(
        &mut self,
        account: AccountId,
        repository: RepositoryId,
        at: SystemTime,
    ) -> Result<bool, StoreError>;

    /// Takes a star back; says whether there was one.
    async fn unstar(
        &mut self,
        account: AccountId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError>;

    /// Keeps a comment.
    async fn add_comment(&mut self, comment: &NewComment) -> Result<CommentId, StoreError>;

    /// The newest comment on this repository; nobody else adds one before this is over.
    async fn last_comment(
        &mut self,
        repository: RepositoryId,
    ) -> Result<Option<Comment>, StoreError>;

    /// A comment on this repository.
    async fn comment(
        &mut self,
        repository: RepositoryId,
        comment: CommentId,
    ) -> Result<Option<Comment>, StoreError>;

    /// Gives a comment on this repository other words; says whether there was one.
    async fn edit_comment(
        &mut self,
        repository: RepositoryId,
        comment: CommentId,
        text: &CommentText,
    ) -> Result<bool, StoreError>;

    /// Takes a comment on this repository away; says whether there was one.
    async fn remove_comment(
        &mut self,
        repository: RepositoryId,
        comment: CommentId,
    ) -> Result<bool, StoreError>;
}
