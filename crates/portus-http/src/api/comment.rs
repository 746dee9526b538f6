//! Comments on repositories.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use portus_core::id::CommentId;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::OfRepository;
use super::body::{Sent, value};
use super::call::{At, Call, SignedIn, named};
use super::created::{Created, address};
use super::error::Problem;
use super::list::{List, Part};
use super::moment::Moment;
use super::query::Asked;
use super::repository::find;

/// What someone wrote about a repository.
#[derive(Serialize, ToSchema)]
pub(super) struct Comment {
    id: i64,
    /// Who wrote it, by name as it was then
    author: String,
    /// What she wrote: plain text
    body: String,
    created_at: Moment,
}

/// What someone writes about a repository.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewComment {
    /// Plain text: 1 to 4,000 characters
    #[schema(min_length = 1, max_length = 4000)]
    body: String,
}

impl From<words::Comment> for Comment {
    fn from(comment: words::Comment) -> Self {
        Self {
            id: comment.id.0,
            author: comment.author,
            body: comment.text,
            created_at: Moment(comment.created_at),
        }
    }
}

/// The comments on a repository, or one: no path of a repository holds a colon.
pub(super) async fn show(
    call: Call,
    At((registry, rest)): At<(String, String)>,
    Asked(part): Asked<Part>,
) -> Result<Response, Problem> {
    match rest.split_once(':') {
        Some((path, comment)) => {
            one(&call, &registry, path, comment).await.map(IntoResponse::into_response)
        }
        None => list(&call, &registry, &rest, part).await.map(IntoResponse::into_response),
    }
}

/// A comment on a repository that the caller can pull from.
#[utoipa::path(
    get, path = "/api/v1/comments/{registry}/{repository}:{comment}", tag = "repositories",
    params(
        OfRepository,
        ("comment" = i64, Path, description = "The comment's number"),
    ),
    responses((status = 200, body = Comment)),
)]
pub(super) async fn one(
    call: &Call,
    registry: &str,
    path: &str,
    comment: &str,
) -> Result<Json<Comment>, Problem> {
    let (registry, path): (RegistryName, RepositoryPath) = (named(registry)?, named(path)?);
    let (at, comment) = ((&registry, &path), CommentId(named(comment)?));
    Ok(Json(call.web().remark.one(&call.actor(), at, comment).await?.into()))
}

/// The comments on a repository that the caller can pull from, newest first.
#[utoipa::path(
    get, path = "/api/v1/comments/{registry}/{repository}", tag = "repositories",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("repository" = String, Path, description = "The whole path; its slashes may be encoded"),
        Part,
    ),
    responses((status = 200, body = [Comment])),
)]
pub(super) async fn list(
    call: &Call,
    registry: &str,
    path: &str,
    part: Part,
) -> Result<List<Comment>, Problem> {
    let seen = find(call, registry, &named(path)?).await?;
    let page = call.web().survey.comments(&seen, &part.slice()).await?;
    Ok(call.list(page.map(Comment::from)))
}

/// Writes about a repository.
#[utoipa::path(
    post, path = "/api/v1/comments/{registry}/{repository}", tag = "repositories",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("repository" = String, Path, description = "The whole path; its slashes may be encoded"),
    ),
    request_body = NewComment, responses((status = 201, body = Comment)),
)]
pub(super) async fn create(
    SignedIn(call): SignedIn,
    At((registry, path)): At<(String, String)>,
    Sent(new): Sent<NewComment>,
) -> Result<impl IntoResponse, Problem> {
    let (registry, path): (RegistryName, RepositoryPath) = (named(&registry)?, named(&path)?);
    let text = value("body", &new.body)?;
    let made = call.web().remark.comment(&call.actor(), (&registry, &path), &text).await?;
    let at = format!("{}/{path}:{}", address(&["comments", registry.as_str()]), made.id);
    Ok(Created { at, body: Comment::from(made) })
}

/// Writes a comment of one's own anew.
#[utoipa::path(
    patch, path = "/api/v1/comments/{registry}/{repository}:{comment}", tag = "repositories",
    params(
        OfRepository,
        ("comment" = i64, Path, description = "The comment's number"),
    ),
    request_body = NewComment, responses((status = 200, body = Comment)),
)]
pub(super) async fn edit(
    SignedIn(call): SignedIn,
    At((registry, rest)): At<(String, String)>,
    Sent(new): Sent<NewComment>,
) -> Result<Json<Comment>, Problem> {
    let (path, comment) = rest.split_once(':').ok_or_else(Problem::absent)?;
    let (registry, path): (RegistryName, RepositoryPath) = (named(&registry)?, named(path)?);
    let (comment, text) = (CommentId(named(comment)?), value("body", &new.body)?);
    let (remark, at) = (&call.web().remark, (&registry, &path));
    let edited = remark.edit_comment(&call.actor(), at, (comment, &text)).await?;
    Ok(Json(Comment::from(edited)))
}

/// Takes a comment away: one's own, or any where one owns the namespace.
#[utoipa::path(
    delete, path = "/api/v1/comments/{registry}/{repository}:{comment}", tag = "repositories",
    params(
        OfRepository,
        ("comment" = i64, Path, description = "The comment's number"),
    ),
    responses((status = 204)),
)]
pub(super) async fn remove(
    SignedIn(call): SignedIn,
    At((registry, rest)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (path, comment) = rest.split_once(':').ok_or_else(Problem::nowhere)?;
    let (registry, path): (RegistryName, RepositoryPath) = (named(&registry)?, named(path)?);
    let comment = CommentId(named(comment)?);
    call.web().remark.remove_comment(&call.actor(), (&registry, &path), comment).await?;
    Ok(StatusCode::NO_CONTENT)
}
