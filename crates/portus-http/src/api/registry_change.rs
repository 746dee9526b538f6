//! Adds, changes and removes registries.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use portus_core::namespace;
use portus_core::port::Trial;
use portus_core::registry::{
    Holdings, KeyTrust, LONGEST_TOKEN, NewRegistry, RegistryHost, RegistryName, RegistryUrl,
    ServiceName,
};
use portus_core::usecase::RegistryEdit;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::body::{Sent, value};
use super::call::{At, Call, SignedIn, named};
use super::choice::Visibility;
use super::created::{Created, address};
use super::doctor::Finding;
use super::error::{Code, Problem};
use super::registry::{Registry, Trust};

/// A registry to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddedRegistry {
    /// Unique; 1 to 100 letters, digits, `.`, `_` and `-`
    name: String,
    #[serde(flatten)]
    of: Address,
    /// How open its global namespace is; `private` if left out
    visibility: Option<Visibility>,
}

/// A registry to be looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TriedRegistry {
    #[serde(flatten)]
    of: Address,
}

/// Where a registry is, and how it is set up.
#[derive(Deserialize, ToSchema)]
pub(super) struct Address {
    /// Where Portus calls it
    #[schema(example = "https://registry.example.org:5000")]
    url: String,
    /// What it announces itself as; its host if left out
    #[serde(default)]
    services: Vec<String>,
    /// The hosts that its events may name besides its own
    #[serde(default)]
    hosts: Vec<String>,
    /// How it is told which keys to trust; `bundle` if left out
    trust: Option<Trust>,
    /// How long its tokens are good for, in seconds, 60 to 3600
    token_lifetime: Option<u64>,
}

/// What is to be changed; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedRegistry {
    /// Where Portus calls it
    url: Option<String>,
    /// The hosts that its events may name besides its own, all of them
    hosts: Option<Vec<String>>,
    /// How long its tokens are good for, in seconds, 60 to 3600; `null` for as long as others'
    #[serde(default, deserialize_with = "given")]
    token_lifetime: Option<Option<u64>>,
}

/// What a registry showed.
#[derive(Serialize, ToSchema)]
pub(super) struct TestedRegistry {
    /// Whether it answers as a registry does
    is_registry: bool,
    /// Where it sends its clients for tokens
    realm: Option<String>,
    /// What it calls itself
    service: Option<String>,
    findings: Vec<Finding>,
}

/// What goes with a registry. Its images stay where they are.
#[derive(Serialize, ToSchema)]
pub(super) struct Removal {
    /// The global one among them
    namespaces_count: u64,
    /// Those that are empty by now among them
    repositories_count: u64,
}

/// Tells `null` from what is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Address {
    fn registry(self, name: RegistryName, call: &Call) -> Result<NewRegistry, Problem> {
        let url: RegistryUrl = value("url", &self.url)?;
        let mut services: Vec<ServiceName> = values("services", &self.services)?;
        if services.is_empty() {
            services.push(value("services", url.host().as_str())?);
        }
        Ok(NewRegistry {
            name,
            url,
            services,
            hosts: values("hosts", &self.hosts)?,
            trust: match self.trust {
                None | Some(Trust::Bundle) => KeyTrust::Bundle,
                Some(Trust::Jwks) => KeyTrust::Jwks,
            },
            token_lifetime: self.token_lifetime.map(lifetime).transpose()?,
            created_at: call.web().clock.now(),
        })
    }
}

fn values<T: std::str::FromStr<Err: std::fmt::Display> + PartialEq>(
    field: &str,
    texts: &[String],
) -> Result<Vec<T>, Problem> {
    // Before each is held against all others.
    if texts.len() > MOST {
        return Err(Problem::new(Code::InvalidValue, format!("{field}: at most {MOST}")));
    }
    let mut values = Vec::new();
    for text in texts {
        let read = value(field, text)?;
        if !values.contains(&read) {
            values.push(read);
        }
    }
    Ok(values)
}

fn lifetime(seconds: u64) -> Result<Duration, Problem> {
    if (60..=LONGEST_TOKEN.as_secs()).contains(&seconds) {
        return Ok(Duration::from_secs(seconds));
    }
    Err(Problem::new(Code::InvalidValue, "token_lifetime: 60 to 3600 seconds"))
}

/// Adds a registry. Its catalog is listed at once; until that is done only admins get tokens for
/// it; for admins.
#[utoipa::path(
    post, path = "/api/v1/registries", tag = "registries", request_body = AddedRegistry,
    responses((status = 201, body = Registry)),
)]
pub(super) async fn add(
    SignedIn(call): SignedIn,
    Sent(new): Sent<AddedRegistry>,
) -> Result<impl IntoResponse, Problem> {
    let (actor, name) = (call.actor(), value::<RegistryName>("name", &new.name)?);
    let global = new.visibility.map_or(namespace::Visibility::Private, Into::into);
    let registry = new.of.registry(name.clone(), &call)?;
    call.admin().add_registry.add(&actor, &registry, global).await?;
    let added = call.admin().oversee.registry(&actor, &name).await?;
    let at = address(&["registries", name.as_str()]);
    Ok(Created { at, body: Registry::from(added) })
}

/// Looks at a registry that would have this name, and says what is right and wrong with it. Nothing
/// is kept; for admins.
#[utoipa::path(
    post, path = "/api/v1/registries/{registry}/test", tag = "registries",
    params(("registry" = String, Path, description = "The registry's name, known or not")),
    request_body = TriedRegistry, responses((status = 200, body = TestedRegistry)),
)]
pub(super) async fn test(
    SignedIn(call): SignedIn,
    At(name): At<String>,
    Sent(tried): Sent<TriedRegistry>,
) -> Result<Json<TestedRegistry>, Problem> {
    let registry = tried.of.registry(named(&name)?, &call)?;
    let Trial { is_registry, realm, service, findings } =
        call.admin().oversee.try_out(&call.actor(), &registry).await?;
    let findings = findings.into_iter().map(Finding::from).collect();
    Ok(Json(TestedRegistry { is_registry, realm, service, findings }))
}

/// Changes a registry; for admins.
#[utoipa::path(
    patch, path = "/api/v1/registries/{registry}", tag = "registries",
    params(("registry" = String, Path, description = "The registry's name")),
    request_body = ChangedRegistry, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    At(name): At<String>,
    Sent(changed): Sent<ChangedRegistry>,
) -> Result<StatusCode, Problem> {
    let hosts: Option<Vec<RegistryHost>> =
        changed.hosts.map(|hosts| values("hosts", &hosts)).transpose()?;
    let life = changed.token_lifetime.map(|life| life.map(lifetime).transpose()).transpose()?;
    let url = changed.url.map(|url| value("url", &url)).transpose()?;
    let edit = RegistryEdit { url, hosts, token_lifetime: life };
    call.admin().change_registry.edit(&call.actor(), &named(&name)?, &edit).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What would go with a registry; for admins.
#[utoipa::path(
    get, path = "/api/v1/registries/{registry}/removal", tag = "registries",
    params(("registry" = String, Path, description = "The registry's name")),
    responses((status = 200, body = Removal)),
)]
pub(super) async fn preview(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<Json<Removal>, Problem> {
    let removal = call.admin().remove_registry.preview(&call.actor(), &named(&name)?).await?;
    let Holdings { namespaces, repositories } = removal;
    Ok(Json(Removal { namespaces_count: namespaces, repositories_count: repositories }))
}

/// Removes a registry and all that is known of it. Its images stay where they are; for admins.
#[utoipa::path(
    delete, path = "/api/v1/registries/{registry}", tag = "registries",
    params(("registry" = String, Path, description = "The registry's name")),
    responses((status = 204)),
)]
pub(super) async fn remove(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<StatusCode, Problem> {
    call.admin().remove_registry.remove(&call.actor(), &named(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has the registry's notifications need another secret, which `portusctl registry config` prints.
/// The one before is refused at once; for admins.
#[utoipa::path(
    post, path = "/api/v1/registries/{registry}/secret", tag = "registries",
    params(("registry" = String, Path, description = "The registry's name")),
    responses((status = 204)),
)]
pub(super) async fn renew_secret(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<StatusCode, Problem> {
    call.admin().change_registry.renew_secret(&call.actor(), &named(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has the registry's catalog listed as soon as a worker can; for admins.
#[utoipa::path(
    post, path = "/api/v1/registries/{registry}/sync", tag = "registries",
    params(("registry" = String, Path, description = "The registry's name")),
    responses((status = 204)),
)]
pub(super) async fn sync(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<StatusCode, Problem> {
    call.admin().change_registry.request_sync(&call.actor(), &named(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many services and hosts a registry may have.
const MOST: usize = 50;
