//! Stars: what people want to find again.

use axum::http::StatusCode;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;

use super::call::{At, SignedIn, named};
use super::error::Problem;
use super::list::{List, Part};
use super::query::Asked;
use super::repository::Repository;

/// What the caller starred and may still see, the last starred first.
#[utoipa::path(get, path = "/api/v1/self/stars", tag = "repositories", params(Part), responses(
    (status = 200, body = [Repository]),
))]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    Asked(part): Asked<Part>,
) -> Result<List<Repository>, Problem> {
    let page = call.web().survey.starred(&call.caller, &part.slice()).await?;
    Ok(call.list(page.map(Repository::from)))
}

/// Stars a repository; once more changes nothing.
#[utoipa::path(
    put, path = "/api/v1/stars/{registry}/{repository}", tag = "repositories",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("repository" = String, Path, description = "The whole path; its slashes may be encoded"),
    ),
    responses((status = 204)),
)]
pub(super) async fn add(
    SignedIn(call): SignedIn,
    At((registry, path)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (registry, path) = place(&registry, &path)?;
    call.web().remark.star(&call.actor(), (&registry, &path)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a star back; once more changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/stars/{registry}/{repository}", tag = "repositories",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("repository" = String, Path, description = "The whole path; its slashes may be encoded"),
    ),
    responses((status = 204)),
)]
pub(super) async fn remove(
    SignedIn(call): SignedIn,
    At((registry, path)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (registry, path) = place(&registry, &path)?;
    call.web().remark.unstar(&call.actor(), (&registry, &path)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn place(registry: &str, path: &str) -> Result<(RegistryName, RepositoryPath), Problem> {
    Ok((named(registry)?, named(path)?))
}
