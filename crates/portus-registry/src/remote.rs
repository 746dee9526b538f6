use async_trait::async_trait;
use portus_core::digest::Digest;
use portus_core::image::ManifestDetails;
use portus_core::port::{
    CatalogPage, FetchedManifest, Reference, RemoteError, RemoteRegistry, Removal, TagsPage,
};
use portus_core::repository::RepositoryPath;
use portus_core::tag::TagName;

use crate::connection::Connection;
use crate::listing::Listings;

/// One registry over HTTP.
pub(crate) struct HttpRegistry {
    connection: Connection,
    listings: Listings,
}

impl HttpRegistry {
    /// Calls nothing yet.
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection, listings: Listings::default() }
    }
}

#[async_trait]
impl RemoteRegistry for HttpRegistry {
    async fn catalog(&self, from: Option<&str>) -> Result<CatalogPage, RemoteError> {
        self.listings.catalog(&self.connection, from).await
    }

    async fn tags(
        &self,
        repository: &RepositoryPath,
        from: Option<&str>,
    ) -> Result<TagsPage, RemoteError> {
        self.listings.tags(&self.connection, repository, from).await
    }

    async fn resolve(
        &self,
        repository: &RepositoryPath,
        tag: &TagName,
    ) -> Result<Option<FetchedManifest>, RemoteError> {
        self.connection.resolve(repository, tag).await
    }

    async fn manifest(
        &self,
        repository: &RepositoryPath,
        digest: &Digest,
    ) -> Result<Option<ManifestDetails>, RemoteError> {
        self.connection.manifest(repository, digest).await
    }

    async fn delete(
        &self,
        repository: &RepositoryPath,
        which: &Reference,
    ) -> Result<Removal, RemoteError> {
        self.connection.delete(repository, which).await
    }
}
