//! Manifests.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use portus_core::companion::Referrer as CoreReferrer;
use portus_core::image::{Child, Descriptor, MediaType};
use portus_core::page::ManifestView;
use portus_core::shelf::{About, ManifestRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::address::OfRepository;
use super::call::{At, Call, named};
use super::error::Problem;
use super::image::{Configuration, Referrer};
use super::list::{PerPage, slice};
use super::moment::Moment;
use super::query::Asked;
use super::repository::find;
use super::tag::Details;

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

/// A manifest in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedManifest)]
pub(super) struct Listed {
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
    /// When it was first seen
    pushed_at: Moment,
    /// How many tags point at it
    tags_count: u64,
    /// An index that names it
    part_of: Option<String>,
    /// Which manifest it is about
    subject: Option<String>,
}

/// Which manifests are wanted, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those that a tag points at, or only those that none does
    tagged: Option<bool>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
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

impl From<ManifestRow> for Listed {
    fn from(row: ManifestRow) -> Self {
        Self {
            digest: row.digest.to_string(),
            media_type: row.media_type.to_string(),
            artifact_type: row.artifact_type.as_ref().map(MediaType::to_string),
            size: row.size,
            platforms: row.platforms,
            details: row.details.into(),
            pushed_at: Moment(row.pushed_at),
            tags_count: row.tags,
            part_of: row.part_of.map(|whole| whole.to_string()),
            subject: row.subject.map(|subject| subject.to_string()),
        }
    }
}

/// The manifests of a repository, or one: no path of a repository holds an at sign.
pub(super) async fn show(
    call: Call,
    At((registry, rest)): At<(String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Problem> {
    match rest.split_once('@') {
        Some((path, digest)) => {
            one(&call, &registry, path, digest).await.map(IntoResponse::into_response)
        }
        None => list(&call, &registry, &rest, wanted).await,
    }
}

/// The manifests of a repository, newest first.
#[utoipa::path(
    get, path = "/api/v1/manifests/{registry}/{repository}", tag = "repositories",
    params(
        OfRepository,
        Wanted,
    ),
    responses((status = 200, body = [Listed])),
)]
pub(super) async fn list(
    call: &Call,
    registry: &str,
    path: &str,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let seen = find(call, registry, &named(path)?).await?;
    let part = slice(wanted.per_page, wanted.after);
    let page = call.web().look.manifests(&seen, wanted.tagged, &part).await?;
    Ok(call.list(page.map(Listed::from)).into_response())
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
pub(super) async fn one(
    call: &Call,
    registry: &str,
    path: &str,
    digest: &str,
) -> Result<Json<Manifest>, Problem> {
    let seen = find(call, registry, &named(path)?).await?;
    let (look, digest) = (&call.web().look, named(digest)?);
    let view = look.manifest(&seen, &digest).await?.ok_or_else(Problem::absent)?;
    let about = look.about(&seen, &digest).await?.unwrap_or_default();
    let referrers = look.referrers(&seen, &[digest]).await?;
    Ok(Json(Manifest::of(view, about, referrers)))
}
