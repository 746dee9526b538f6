use async_trait::async_trait;

use super::StoreError;
use crate::id::{DeletionId, TeamId};

/// Deletions that are under way.
#[async_trait]
pub trait Going: Send {
    /// Whether a deletion is under way. Where it is, nobody else ends it before this unit of work
    /// does.
    async fn hold(&mut self, deletion: DeletionId) -> Result<bool, StoreError>;

    /// Which namespace of a team is being deleted as a whole, in words: one of them.
    async fn namespace_of(&mut self, team: TeamId) -> Result<Option<String>, StoreError>;
}
