//! Tags, and the manifests they point at.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use portus_core::companion::Referrer as CoreReferrer;
use portus_core::image::{Child, Descriptor, MediaType};
use portus_core::page::{DetailsState, ManifestView, TagRow};
use portus_core::shelf::About;
use serde::Serialize;
use utoipa::ToSchema;

use super::address::OfRepository;
use super::call::{At, Call, named};
use super::error::Problem;
use super::image::{Configuration, PastDigest, Referrer};
use super::list::Part;
use super::moment::Moment;
use super::query::Asked;
use super::repository::find;

/// A tag.
#[derive(Serialize, ToSchema)]
pub(super) struct Tag {
    name: String,
    /// What it points at
    digest: String,
    /// What that is; empty while unknown
    media_type: String,
    /// What kind of artifact it is, where it is no image
    artifact_type: Option<String>,
    /// Bytes; `null` while pending, and for an index
    size: Option<u64>,
    /// What it runs on: `linux/amd64`
    platforms: Vec<String>,
    details: Details,
    /// Who pushed it last; `null` for someone unknown
    author: Option<String>,
    /// Who pushed it first
    first_author: Option<String>,
    /// When it was last pushed
    pushed_at: Moment,
    /// How often what it points at was pulled
    pulls: u64,
    /// When that was last pulled
    pulled_at: Option<Moment>,
}

/// A manifest, with its parts.
#[derive(Serialize, ToSchema)]
pub(super) struct Manifest {
    digest: String,
    /// What it is; empty while unknown
    media_type: String,
    /// What kind of artifact it is, where it is no image
    artifact_type: Option<String>,
    /// Bytes of configuration and layers; `null` while pending, and for an index
    size: Option<u64>,
    /// What it runs on: `linux/amd64`
    platforms: Vec<String>,
    details: Details,
    /// When it was last pushed
    pushed_at: Moment,
    /// The configuration
    config: Option<Blob>,
    /// The layers, bottom first
    layers: Vec<Blob>,
    /// The manifests of an index
    manifests: Vec<Member>,
    /// Which manifest it is about
    subject: Option<String>,
    /// What else it says of itself
    annotations: BTreeMap<String, String>,
    /// What its configuration says; `null` where that is no image's, or is not read
    configuration: Option<Configuration>,
    /// Signatures, SBOMs, attestations and all else that is about it; at most a thousand
    referrers: Vec<Referrer>,
    /// The tags that point at it, by name; at most a thousand
    tags: Vec<String>,
}

/// Whether a manifest was read after it was seen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Details {
    Failed,
    Pending,
    Read,
}

/// A piece of content.
#[derive(Serialize, ToSchema)]
struct Blob {
    media_type: String,
    digest: String,
    /// Bytes
    size: u64,
}

/// One manifest of an index.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberOfIndex)]
struct Member {
    media_type: String,
    digest: String,
    /// Bytes
    size: u64,
    /// What it runs on
    platform: Option<String>,
    /// Which manifest of the index it attests something of
    attests: Option<String>,
    /// Whether it is there
    present: bool,
}

impl From<DetailsState> for Details {
    fn from(state: DetailsState) -> Self {
        match state {
            DetailsState::Failed => Self::Failed,
            DetailsState::Pending => Self::Pending,
            DetailsState::Read => Self::Read,
        }
    }
}

impl From<Descriptor> for Blob {
    fn from(part: Descriptor) -> Self {
        let (media_type, digest) = (part.media_type.to_string(), part.digest.to_string());
        Self { media_type, digest, size: part.size }
    }
}

impl Member {
    fn of(child: Child, about: &About) -> Self {
        let present = about.children.iter().any(|one| one.digest == child.descriptor.digest);
        let Blob { media_type, digest, size } = child.descriptor.into();
        let platform = child.platform.map(|one| one.to_string());
        let attests = child.attests.map(|one| one.to_string());
        Self { media_type, digest, size, platform, attests, present }
    }
}

impl From<TagRow> for Tag {
    fn from(row: TagRow) -> Self {
        Self {
            name: row.name.to_string(),
            digest: row.digest.to_string(),
            media_type: row.media_type.to_string(),
            artifact_type: row.artifact_type.as_ref().map(MediaType::to_string),
            size: row.size,
            platforms: row.platforms,
            details: row.details.into(),
            author: row.author,
            first_author: row.first_author,
            pushed_at: Moment(row.pushed_at),
            pulls: row.pulls,
            pulled_at: row.pulled_at.map(Moment),
        }
    }
}

impl Manifest {
    fn of(view: ManifestView, about: About, referrers: Vec<CoreReferrer>) -> Self {
        let sizes: Vec<u64> = view.layers.iter().map(|layer| layer.size).collect();
        let members = view.children.into_iter().map(|child| Member::of(child, &about));
        Self {
            digest: view.digest.to_string(),
            media_type: view.media_type.to_string(),
            artifact_type: view.artifact_type.as_ref().map(MediaType::to_string),
            size: view.size,
            platforms: view.platforms,
            details: view.details.into(),
            pushed_at: Moment(view.pushed_at),
            config: view.config.map(Blob::from),
            layers: view.layers.into_iter().map(Blob::from).collect(),
            manifests: members.collect(),
            subject: about.subject.map(|subject| subject.to_string()),
            annotations: about.annotations.into_iter().collect(),
            configuration: about.configuration.map(|said| Configuration::of(&said, &sizes)),
            referrers: referrers.into_iter().map(Referrer::from).collect(),
            tags: view.tags.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The tags of a repository, or one: no path of a repository holds a colon.
pub(super) async fn show(
    call: Call,
    At((registry, rest)): At<(String, String)>,
    Asked(part): Asked<Part>,
) -> Result<Response, Problem> {
    match rest.split_once(':') {
        Some((path, tag)) => match tag.strip_suffix(HISTORY) {
            Some(tag) => history(&call, &registry, path, tag, part).await,
            None => one(&call, &registry, path, tag).await.map(IntoResponse::into_response),
        },
        None => list(&call, &registry, &rest, part).await,
    }
}

/// What follows a tag where its past is asked for; no tag holds a slash.
const HISTORY: &str = "/history";

/// What a tag was set to, newest first.
#[utoipa::path(
    get, path = "/api/v1/tags/{registry}/{repository}:{tag}/history", tag = "repositories",
    params(
        OfRepository,
        ("tag" = String, Path, description = "The tag"),
        Part,
    ),
    responses((status = 200, body = [PastDigest])),
)]
pub(super) async fn history(
    call: &Call,
    registry: &str,
    path: &str,
    tag: &str,
    part: Part,
) -> Result<Response, Problem> {
    let seen = find(call, registry, &named(path)?).await?;
    let (look, tag) = (&call.web().look, named(tag)?);
    look.tag(&seen, &tag).await?.ok_or_else(Problem::absent)?;
    let page = look.past(&seen, &tag, &part.slice()).await?;
    Ok(call.list(page.map(PastDigest::from)).into_response())
}

/// The tags of a repository by name.
#[utoipa::path(
    get, path = "/api/v1/tags/{registry}/{repository}", tag = "repositories",
    params(
        OfRepository,
        Part,
    ),
    responses((status = 200, body = [Tag])),
)]
pub(super) async fn list(
    call: &Call,
    registry: &str,
    path: &str,
    part: Part,
) -> Result<Response, Problem> {
    let seen = find(call, registry, &named(path)?).await?;
    let page = call.web().look.tags(&seen, &part.slice()).await?;
    Ok(call.list(page.map(Tag::from)).into_response())
}

/// A tag of a repository.
#[utoipa::path(
    get, path = "/api/v1/tags/{registry}/{repository}:{tag}", tag = "repositories",
    params(
        OfRepository,
        ("tag" = String, Path, description = "The tag"),
    ),
    responses((status = 200, body = Tag)),
)]
pub(super) async fn one(
    call: &Call,
    registry: &str,
    path: &str,
    tag: &str,
) -> Result<Json<Tag>, Problem> {
    let seen = find(call, registry, &named(path)?).await?;
    let row = call.web().look.tag(&seen, &named(tag)?).await?;
    Ok(Json(row.ok_or_else(Problem::absent)?.into()))
}

/// A manifest of a repository.
#[utoipa::path(
    get, path = "/api/v1/manifests/{registry}/{repository}@{digest}", tag = "repositories",
    params(
        OfRepository,
        ("digest" = String, Path, description = "`sha256:` and 64 hexadecimal digits"),
    ),
    responses((status = 200, body = Manifest)),
)]
pub(super) async fn manifest(
    call: Call,
    At((registry, rest)): At<(String, String)>,
) -> Result<Json<Manifest>, Problem> {
    let (path, digest) = rest.split_once('@').ok_or_else(Problem::absent)?;
    let seen = find(&call, &registry, &named(path)?).await?;
    let (look, digest) = (&call.web().look, named(digest)?);
    let view = look.manifest(&seen, &digest).await?.ok_or_else(Problem::absent)?;
    let about = look.about(&seen, &digest).await?.unwrap_or_default();
    let referrers = look.referrers(&seen, &[digest]).await?;
    Ok(Json(Manifest::of(view, about, referrers)))
}
