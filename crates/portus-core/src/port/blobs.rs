use async_trait::async_trait;

use super::StoreError;
use crate::digest::Digest;
use crate::id::{NamespaceId, RepositoryId};
use crate::policy::NamespaceFilter;

/// How much images take, as far as they were read. What several of them have counts once.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Bytes of the configurations and layers of a repository.
    async fn size_of(&self, repository: RepositoryId) -> Result<u64, StoreError>;

    /// Bytes of configurations and layers of some manifests. Layers that a manifest of the same
    /// registry has beside them stay, where the asker may see that one; of a whole namespace it is
    /// not looked for.
    async fn weigh(
        &self,
        which: &Weighed,
        readable: &NamespaceFilter,
    ) -> Result<Weight, StoreError>;
}

/// What is weighed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Weighed {
    /// Manifests of a repository.
    Manifests(RepositoryId, Vec<Digest>),
    /// All that is in a namespace.
    Namespace(NamespaceId),
    /// All that is in a repository.
    Repository(RepositoryId),
}

/// How much something takes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Weight {
    /// Bytes of configurations and layers, each once.
    pub size: u64,
    /// How many of the layers others have, too.
    pub shared: u64,
    /// Bytes of those.
    pub shared_size: u64,
}

impl Weight {
    /// Bytes that nothing else needs.
    pub const fn freed(&self) -> u64 {
        self.size.saturating_sub(self.shared_size)
    }
}
