//! Repositories.

use axum::Json;
use portus_core::page::{Page, RepositoryRow};
use portus_core::repository::RepositoryPath;
use portus_core::usecase::{SeenNamespace, SeenRepository};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call::{At, Call, named};
use super::error::{Code, Problem};
use super::list::{List, PerPage, slice};
use super::moment::Moment;
use super::namespace::place;
use super::query::Asked;

/// A repository.
#[derive(Serialize, ToSchema)]
pub(super) struct Repository {
    /// The registry's name
    registry: String,
    /// The namespace's name; `null` for the global one
    namespace: Option<String>,
    /// What comes after the namespace
    #[schema(example = "team/app")]
    name: String,
    /// The whole path
    #[schema(example = "qa/team/app")]
    full_name: String,
    /// How many tags it has
    tags_count: u64,
    /// How often its manifests were pulled
    pulls: u64,
    /// When something was last pushed
    pushed_at: Option<Moment>,
}

/// Which repositories are wanted, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only of this registry; needed beside `namespace`
    registry: Option<String>,
    /// Only of this namespace; `_` is the global one. Needed beside `registry`
    namespace: Option<String>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

impl From<RepositoryRow> for Repository {
    fn from(row: RepositoryRow) -> Self {
        Self {
            registry: row.registry.to_string(),
            namespace: row.path.namespace().map(ToString::to_string),
            name: row.path.name().to_owned(),
            full_name: row.path.to_string(),
            tags_count: row.tags,
            pulls: row.pulls,
            pushed_at: row.pushed_at.map(Moment),
        }
    }
}

/// The repositories that the caller can pull from, by registry and path.
#[utoipa::path(get, path = "/api/v1/repositories", tag = "repositories", params(Wanted), responses(
    (status = 200, body = [Repository]),
))]
pub(super) async fn list(
    call: Call,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Repository>, Problem> {
    let look = &call.web().look;
    let within = within(&call, &wanted).await?;
    let part = slice(wanted.per_page, wanted.after);
    let page: Page<RepositoryRow> = look.repositories(&call.caller, within.as_ref(), &part).await?;
    Ok(call.list(page.map(Repository::from)))
}

async fn within(call: &Call, wanted: &Wanted) -> Result<Option<SeenNamespace>, Problem> {
    let (registry, name) = match (&wanted.registry, &wanted.namespace) {
        (None, None) => return Ok(None),
        (Some(registry), Some(name)) => place(registry, name)?,
        _ => {
            let detail = "`registry` and `namespace` come together";
            return Err(Problem::new(Code::MalformedQuery, detail));
        }
    };
    let seen = call.web().look.namespace(&call.caller, &registry, &name).await?;
    seen.map(Some).ok_or_else(Problem::absent)
}

/// A repository that the caller can pull from.
#[utoipa::path(
    get, path = "/api/v1/repositories/{registry}/{repository}", tag = "repositories",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("repository" = String, Path, description = "The whole path; its slashes may be encoded"),
    ),
    responses((status = 200, body = Repository)),
)]
pub(super) async fn show(
    call: Call,
    At((registry, path)): At<(String, String)>,
) -> Result<Json<Repository>, Problem> {
    Ok(Json(find(&call, &registry, &named(&path)?).await?.row.into()))
}

/// A repository that the caller can pull from.
pub(super) async fn find(
    call: &Call,
    registry: &str,
    path: &RepositoryPath,
) -> Result<SeenRepository, Problem> {
    let seen = call.web().look.repository(&call.caller, &named(registry)?, path).await?;
    seen.ok_or_else(Problem::absent)
}
