//! Registries.

use axum::Json;
use portus_core::registry::KeyTrust;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::SignedIn;
use super::error::Problem;
use super::moment::Moment;

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
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KeyTrust)]
enum Trust {
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

/// Every registry by name; for admins.
#[utoipa::path(get, path = "/api/v1/registries", tag = "registries", responses(
    (status = 200, body = [Registry]),
))]
pub(super) async fn list(SignedIn(call): SignedIn) -> Result<Json<Vec<Registry>>, Problem> {
    let registries = call.api().inspect.registries(&call.actor()).await?;
    Ok(Json(registries.into_iter().map(Registry::from).collect()))
}
