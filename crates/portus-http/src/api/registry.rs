//! Registries.

use axum::Json;
use portus_core::port;
use portus_core::registry::KeyTrust;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::{At, SignedIn, named};
use super::error::Problem;
use super::list::{List, Part};
use super::moment::Moment;
use super::query::Asked;

/// A registry.
#[derive(Serialize, ToSchema)]
pub(super) struct Registry {
    id: i64,
    name: String,
    /// Where Portus calls it
    url: String,
    /// Its host and port
    hostname: String,
    /// Whether Portus calls it through TLS
    use_ssl: bool,
    /// What it announces itself as
    services: Vec<String>,
    /// The hosts that its events may name besides its own
    hosts: Vec<String>,
    trust: Trust,
    /// How long its tokens are good for, in seconds, where it has a lifetime of its own
    token_lifetime: Option<u64>,
    /// When its catalog was first listed whole; until then it is for admins only
    read_at: Option<Moment>,
    created_at: Moment,
}

/// How a registry was told which keys to trust.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KeyTrust)]
pub(super) enum Trust {
    Bundle,
    Jwks,
}

impl From<portus_core::registry::Registry> for Registry {
    fn from(registry: portus_core::registry::Registry) -> Self {
        let url = registry.url.as_str();
        Self {
            id: registry.id.0,
            name: registry.name.to_string(),
            use_ssl: url.starts_with("https:"),
            url: url.to_owned(),
            hostname: registry.url.host().to_string(),
            services: registry.services.iter().map(ToString::to_string).collect(),
            hosts: registry.hosts.iter().map(ToString::to_string).collect(),
            trust: match registry.trust {
                KeyTrust::Bundle => Trust::Bundle,
                KeyTrust::Jwks => Trust::Jwks,
            },
            token_lifetime: registry.token_lifetime.map(|lifetime| lifetime.as_secs()),
            read_at: registry.read_at.map(Moment),
            created_at: Moment(registry.created_at),
        }
    }
}

/// A walk through a registry's catalog.
#[derive(Serialize, ToSchema)]
pub(super) struct SyncRun {
    id: i64,
    /// The registry's clock when it began
    started_at: Moment,
    /// When it came to the end
    finished_at: Option<Moment>,
    /// Repositories seen so far
    repositories_count: u64,
    /// Tags set so far
    changes_count: u64,
}

impl From<port::SyncRun> for SyncRun {
    fn from(run: port::SyncRun) -> Self {
        Self {
            id: run.id.0,
            started_at: Moment(run.as_of),
            finished_at: run.finished_at.map(Moment),
            repositories_count: run.repositories,
            changes_count: run.changes,
        }
    }
}

/// A registry; for admins.
#[utoipa::path(
    get, path = "/api/v1/registries/{registry}", tag = "registries",
    params(("registry" = String, Path, description = "The registry's name")),
    responses((status = 200, body = Registry)),
)]
pub(super) async fn show(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<Json<Registry>, Problem> {
    Ok(Json(call.admin().oversee.registry(&call.actor(), &named(&name)?).await?.into()))
}

/// A registry's walks, newest first; for admins.
#[utoipa::path(
    get, path = "/api/v1/registries/{registry}/syncs", tag = "registries",
    params(("registry" = String, Path, description = "The registry's name"), Part),
    responses((status = 200, body = [SyncRun])),
)]
pub(super) async fn syncs(
    SignedIn(call): SignedIn,
    At(name): At<String>,
    Asked(part): Asked<Part>,
) -> Result<List<SyncRun>, Problem> {
    let (actor, name) = (call.actor(), named(&name)?);
    let page = call.admin().oversee.syncs(&actor, &name, &part.slice()).await?;
    Ok(call.list(page.map(SyncRun::from)))
}

/// Every registry by name; for admins.
#[utoipa::path(get, path = "/api/v1/registries", tag = "registries", responses(
    (status = 200, body = [Registry]),
))]
pub(super) async fn list(SignedIn(call): SignedIn) -> Result<Json<Vec<Registry>>, Problem> {
    let registries = call.api().inspect.registries(&call.actor()).await?;
    Ok(Json(registries.into_iter().map(Registry::from).collect()))
}
