//! Repositories.

use axum::Json;
use axum::http::StatusCode;
use portus_core::page::{Page, RepositoryRow};
use portus_core::port::{RepositorySort, SaidOf};
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::usecase::{SeenNamespace, SeenRepository};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Sent, value};
use super::call::{At, Call, SignedIn, named};
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
    /// When a tag was last pushed; where no tag is left, when what is there came first
    pushed_at: Option<Moment>,
    /// How many people starred it
    stars_count: u64,
}

/// A repository, with what is said of it.
#[derive(Serialize, ToSchema)]
pub(super) struct RepositoryDetails {
    #[serde(flatten)]
    repository: Repository,
    /// What it is for, in Markdown; empty where nobody said
    description: String,
    /// Whether the caller starred it
    starred: bool,
    /// Bytes of configurations and layers, as far as they were read; what several images have
    /// counts once
    size: u64,
}

/// What becomes of a repository; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RepositoryChange {
    /// What it is for, in Markdown: at most 20,000 characters
    #[schema(max_length = 20000)]
    description: Option<String>,
}

/// What repositories are sorted by: their path; how often they were pulled, the most first; when
/// they were last pushed to, the last first.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RepositorySort)]
enum Sort {
    #[default]
    Name,
    Pulls,
    PushedAt,
}

impl From<Sort> for RepositorySort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Name => Self::Name,
            Sort::Pulls => Self::Pulls,
            Sort::PushedAt => Self::Pushed,
        }
    }
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
    /// Only those with this text in their path
    filter: Option<String>,
    /// In which order
    #[serde(default)]
    #[param(inline, required = false)]
    sort: Sort,
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
            stars_count: row.stars,
        }
    }
}

/// The repositories that the caller can pull from, by registry and path unless asked otherwise.
#[utoipa::path(get, path = "/api/v1/repositories", tag = "repositories", params(Wanted), responses(
    (status = 200, body = [Repository]),
))]
pub(super) async fn list(
    call: Call,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Repository>, Problem> {
    let survey = &call.web().survey;
    let within = within(&call, &wanted).await?;
    let part = slice(wanted.per_page, wanted.after);
    let order = (wanted.sort.into(), wanted.filter.as_deref());
    let page: Page<RepositoryRow> =
        survey.repositories(&call.caller, within.as_ref(), order, &part).await?;
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
    responses((status = 200, body = RepositoryDetails)),
)]
pub(super) async fn show(
    call: Call,
    At((registry, path)): At<(String, String)>,
) -> Result<Json<RepositoryDetails>, Problem> {
    let seen = find(&call, &registry, &named(&path)?).await?;
    let survey = &call.web().survey;
    Ok(Json(RepositoryDetails {
        description: survey.description(SaidOf::Repository(seen.id)).await?,
        starred: survey.is_starred(&call.caller, &seen).await?,
        size: call.web().look.size(&seen).await?,
        repository: seen.row.into(),
    }))
}

/// Says what a repository is for.
#[utoipa::path(
    patch, path = "/api/v1/repositories/{registry}/{repository}", tag = "repositories",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("repository" = String, Path, description = "The whole path; its slashes may be encoded"),
    ),
    request_body = RepositoryChange, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    At((registry, path)): At<(String, String)>,
    Sent(change): Sent<RepositoryChange>,
) -> Result<StatusCode, Problem> {
    let (registry, path): (RegistryName, RepositoryPath) = (named(&registry)?, named(&path)?);
    let Some(text) = change.description else {
        return find(&call, registry.as_str(), &path).await.map(|_| StatusCode::NO_CONTENT);
    };
    let description = value("description", &text)?;
    let describe = &call.web().describe;
    describe.repository(&call.actor(), (&registry, &path), &description).await?;
    Ok(StatusCode::NO_CONTENT)
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
