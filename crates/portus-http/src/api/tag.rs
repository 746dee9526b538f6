//! Tags.

use axum::Json;
use axum::response::{IntoResponse, Response};
use portus_core::image::MediaType;
use portus_core::page::{DetailsState, TagRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::address::OfRepository;
use super::call::{At, Call, named};
use super::error::Problem;
use super::image::PastDigest;
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
    /// Bytes; of an index those of the manifests it names, as far as they were read, what several
    /// of them have counted once; `null` while pending
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

/// Whether a manifest was read after it was seen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Details {
    Failed,
    Pending,
    Read,
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
