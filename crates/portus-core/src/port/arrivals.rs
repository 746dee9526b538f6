use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::digest::Digest;
use crate::id::RepositoryId;
use crate::tag::TagName;

/// When Portus heard of pushes, by its own clock: a registry's may be off, so that its times do not
/// say what came before something that was done here.
#[async_trait]
pub trait Arrivals: Send {
    /// Portus heard at a time that a manifest was pushed, or set under a tag. Nothing where that is
    /// not what is known; what was heard later stays.
    async fn note(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
        tag: Option<&TagName>,
        at: SystemTime,
    ) -> Result<(), StoreError>;

    /// Whether a manifest, or a tag on it, was pushed after a time as far as Portus heard: what
    /// waits in the inbox counts, what a walk found unchanged does not.
    async fn is_after(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
        tag: Option<&TagName>,
        time: SystemTime,
    ) -> Result<bool, StoreError>;

    /// Whether something was pushed into a repository after a time and not read yet, so that nobody
    /// knows what it names.
    async fn is_unread(
        &mut self,
        repository: RepositoryId,
        time: SystemTime,
    ) -> Result<bool, StoreError>;
}
