use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;

use crate::digest::Digest;
use crate::image::ManifestDetails;
use crate::registry::Registry;
use crate::repository::RepositoryPath;
use crate::tag::TagName;

/// Opens registries, with tokens that Portus signs for itself.
pub trait RemoteRegistries: Send + Sync {
    /// A client for one registry. Calls nothing yet.
    fn open(&self, registry: &Registry) -> Arc<dyn RemoteRegistry>;
}

/// A registry, as its own API shows it.
#[async_trait]
pub trait RemoteRegistry: Send + Sync {
    /// One page of the catalog, from the start or from where the page before ended.
    async fn catalog(&self, from: Option<&str>) -> Result<CatalogPage, RemoteError>;

    /// One page of a repository's tags. A repository that is not there has none.
    async fn tags(
        &self,
        repository: &RepositoryPath,
        from: Option<&str>,
    ) -> Result<TagsPage, RemoteError>;

    /// What a tag points at; `None` where it is not there.
    async fn resolve(
        &self,
        repository: &RepositoryPath,
        tag: &TagName,
    ) -> Result<Option<FetchedManifest>, RemoteError>;

    /// Reads a manifest and, where it is an image, its platform; `None` where it is not there.
    async fn manifest(
        &self,
        repository: &RepositoryPath,
        digest: &Digest,
    ) -> Result<Option<ManifestDetails>, RemoteError>;

    /// Deletes a tag alone, or a manifest with every tag on it.
    async fn delete(
        &self,
        repository: &RepositoryPath,
        which: &Reference,
    ) -> Result<Removal, RemoteError>;
}

/// What is called by a tag or by a digest.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Reference {
    /// A manifest, whatever tags are on it.
    Digest(Digest),
    /// One tag.
    Tag(TagName),
}

/// What a registry did when it was asked to delete something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Removal {
    /// It is gone now.
    Gone {
        /// The registry's clock when it answered.
        date: Option<SystemTime>,
    },
    /// It was not there.
    NotThere {
        /// The registry's clock when it answered.
        date: Option<SystemTime>,
    },
    /// The registry does not delete what is called like this.
    Unsupported,
}

/// Part of a registry's catalog.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CatalogPage {
    /// Names that are repository paths; a registry may list others, which are counted.
    pub repositories: Vec<RepositoryPath>,
    /// How many names were none.
    pub odd: u64,
    /// Where to go on; `None` at the end.
    pub next: Option<String>,
    /// The registry's clock when it answered.
    pub date: Option<SystemTime>,
}

/// Part of a repository's tags.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TagsPage {
    /// The tags.
    pub tags: Vec<TagName>,
    /// Where to go on; `None` at the end.
    pub next: Option<String>,
}

/// What a tag points at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FetchedManifest {
    /// Its digest.
    pub digest: Digest,
    /// What the registry serves it as.
    pub media_type: crate::image::MediaType,
}

/// Why a registry did not answer as asked.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The registry says no to Portus' own token.
    #[error("the registry refuses the token that Portus signed: {0}")]
    Refused(String),
    /// It could not be reached, or took too long.
    #[error("the registry cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It answered something that no registry should.
    #[error("the registry answered oddly: {0}")]
    Odd(String),
}

impl RemoteError {
    /// Whether trying again later may help.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Refused(_))
    }
}
