use async_trait::async_trait;

use super::StoreError;
use crate::digest::Digest;
use crate::id::RepositoryId;

/// What goes along with what is deleted, and what is left of it.
#[async_trait]
pub trait Remains: Send {
    /// The manifests that an index names and that are there, in its order, where no tag is on them
    /// and no other index names them.
    async fn only_of(
        &mut self,
        repository: RepositoryId,
        index: &Digest,
    ) -> Result<Vec<Digest>, StoreError>;

    /// Whether nothing is in a repository. Where it is so, nobody adds anything before this unit of
    /// work ends.
    async fn is_empty(&mut self, repository: RepositoryId) -> Result<bool, StoreError>;

    /// Forgets tags, what they were set to, manifests and pulls of a repository that is empty, about
    /// `limit` rows of them; says how many. That they went stays known, so that a late word of them
    /// brings nothing back.
    async fn forget_past(
        &mut self,
        repository: RepositoryId,
        limit: u32,
    ) -> Result<u64, StoreError>;

    /// Forgets what people said of a repository: its description, comments and stars.
    async fn forget_said(&mut self, repository: RepositoryId) -> Result<(), StoreError>;
}
