//! Manifests: finding what a tag points at, and reading it.

use portus_core::digest::Digest;
use portus_core::image::{
    DOCKER_LIST, DOCKER_MANIFEST, ManifestDetails, ManifestKind, MediaType, OCI_INDEX, OCI_MANIFEST,
};
use portus_core::port::{FetchedManifest, RemoteError};
use portus_core::repository::RepositoryPath;
use portus_core::tag::TagName;
use reqwest::header::HeaderName;
use reqwest::{Method, StatusCode};

use crate::answer::Answer;
use crate::connection::{Ask, Connection, pull};
use crate::content::{apart, sha256, verify};
use crate::document;

impl Connection {
    /// What a tag points at.
    pub(crate) async fn resolve(
        &self,
        repository: &RepositoryPath,
        tag: &TagName,
    ) -> Result<Option<FetchedManifest>, RemoteError> {
        let head = self.fetch(Method::HEAD, repository, tag.as_str()).await?;
        if head.is_absent() {
            return Ok(None);
        }
        let named = head.header(&CONTENT_DIGEST).map(str::parse::<Digest>);
        match (head.status, named) {
            (StatusCode::OK, Some(Ok(digest))) => Ok(Some(FetchedManifest {
                digest,
                media_type: MediaType::new(head.content_type()),
            })),
            (StatusCode::OK, Some(Err(error))) => Err(RemoteError::Odd(error.to_string())),
            // An answer to HEAD has no body that would say whether a registry speaks.
            (StatusCode::OK | StatusCode::NOT_FOUND, _) => {
                self.resolve_by_body(repository, tag).await
            }
            _ => Err(head.failure()),
        }
    }

    async fn resolve_by_body(
        &self,
        repository: &RepositoryPath,
        tag: &TagName,
    ) -> Result<Option<FetchedManifest>, RemoteError> {
        let answer = self.fetch(Method::GET, repository, tag.as_str()).await?;
        match answer.status {
            StatusCode::OK => {
                let digest = sha256(&answer.body)?;
                Ok(Some(FetchedManifest { digest, media_type: served_as(&answer) }))
            }
            _ if answer.is_absent() => Ok(None),
            _ => Err(answer.failure()),
        }
    }

    /// Reads a manifest and, where it is an image, its platform. The manifests of an index are not
    /// read.
    pub(crate) async fn manifest(
        &self,
        repository: &RepositoryPath,
        digest: &Digest,
    ) -> Result<Option<ManifestDetails>, RemoteError> {
        let answer = self.fetch(Method::GET, repository, digest.as_str()).await?;
        if answer.is_absent() {
            return Ok(None);
        }
        if answer.status != StatusCode::OK {
            return Err(answer.failure());
        }
        let (media_type, digest) = (served_as(&answer), digest.clone());
        let mut details = apart(answer.body, move |body| check(media_type, &digest, body)).await?;
        if let Some(config) = document::image_config(&details) {
            let (platform, configuration) = self.configuration(repository, config).await?;
            (details.platform, details.configuration) = (platform, configuration);
        }
        Ok(Some(details))
    }

    /// Asks for a manifest by tag or digest.
    pub(crate) async fn fetch(
        &self,
        method: Method,
        repository: &RepositoryPath,
        reference: &str,
    ) -> Result<Answer, RemoteError> {
        let url = self.url(&format!("/v2/{repository}/manifests/{reference}"))?;
        let limit = self.caller.settings.max_manifest;
        let access = pull(repository);
        self.ask(Ask { method, url, access: Some(&access), accept: &ACCEPTED, limit }).await
    }
}

fn check(
    media_type: MediaType,
    digest: &Digest,
    body: &[u8],
) -> Result<ManifestDetails, RemoteError> {
    // The digest of a signed schema 1 manifest is not that of its bytes; nothing in it is read.
    if media_type.kind() != ManifestKind::Legacy {
        verify(digest, body)?;
    }
    document::read(media_type, body)
}

/// The media type that a manifest was served as; where that says nothing, what it says itself.
fn served_as(answer: &Answer) -> MediaType {
    let served = MediaType::new(answer.content_type());
    match served.as_str() {
        "" | "application/json" | "application/octet-stream" | "text/plain" => {
            document::media_type(&answer.body).unwrap_or(served)
        }
        _ => served,
    }
}

/// All that we read in one line, for what reads the first line only; then one a line, for
/// distribution before 2.6, which does not split lines.
const ACCEPTED: [&str; 5] = [
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.docker.distribution.manifest.v2+json",
    OCI_INDEX,
    OCI_MANIFEST,
    DOCKER_LIST,
    DOCKER_MANIFEST,
];
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
