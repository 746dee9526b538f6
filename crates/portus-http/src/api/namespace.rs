//! Namespaces.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use portus_core::namespace::NamespaceKind;
use portus_core::page::NamespaceRow;
use portus_core::port::{NamespaceKey, SaidOf};
use portus_core::registry::RegistryName;
use portus_core::scope::Action;
use portus_core::usecase::{Owner, SeenNamespace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Sent, value};
use super::call::{At, Call, SignedIn, named};
use super::choice::Visibility;
use super::created::{Created, address};
use super::error::{Code, Problem};
use super::list::{List, PerPage, slice};
use super::query::Asked;

/// A namespace in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Namespace {
    /// Its number
    id: i64,
    /// The registry's name
    registry: String,
    /// `null` for the registry's global one, which goes by `_` in addresses
    name: Option<String>,
    /// Whose it is
    kind: Kind,
    /// `null` for an orphan
    visibility: Option<Visibility>,
    /// The team's or person's name
    owner: Option<String>,
    /// How many repositories are in it
    repositories_count: u64,
}

/// A namespace, with what the caller may do there.
#[derive(Serialize, ToSchema)]
pub(super) struct NamespaceDetails {
    /// Its number
    id: i64,
    /// The registry's name
    registry: String,
    /// `null` for the registry's global one, which goes by `_` in addresses
    name: Option<String>,
    /// Whose it is
    kind: Kind,
    /// `null` for an orphan
    visibility: Option<Visibility>,
    /// The team's or person's name
    owner: Option<String>,
    /// How many repositories are in it
    repositories_count: u64,
    /// What it is for, in Markdown; empty where nobody said
    description: String,
    /// What the caller may do
    permissions: Permissions,
}

/// Whose a namespace is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NamespaceKind)]
enum Kind {
    Global,
    Orphan,
    Personal,
    Team,
}

/// What the caller may do.
#[derive(Serialize, ToSchema)]
struct Permissions {
    pull: Permission,
    push: Permission,
    delete: Permission,
}

/// Whether, and why.
#[derive(Serialize, ToSchema)]
struct Permission {
    allowed: bool,
    /// The decision in words
    reason: String,
}

/// Which namespaces are wanted, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those of nobody, which is for admins; or only those of the caller and her teams
    #[param(inline)]
    of: Option<Of>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NamespacesOf)]
enum Of {
    Orphans,
    Yours,
}

/// A namespace to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNamespace {
    /// The registry's name
    registry: String,
    /// Lower-case letters and digits, joined by `.`, `_`, `__` or dashes
    name: String,
    /// The name of the team that gets it
    team: String,
    /// `private` where it is left out
    visibility: Option<Visibility>,
}

/// What becomes of a namespace; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NamespaceChange {
    visibility: Option<Visibility>,
    /// What it is for, in Markdown: at most 20,000 characters
    #[schema(max_length = 20000)]
    description: Option<String>,
}

/// Who gets a namespace: a team or a person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Transfer {
    /// A team's name
    team: Option<String>,
    /// A person's name
    username: Option<String>,
}

impl From<NamespaceKind> for Kind {
    fn from(kind: NamespaceKind) -> Self {
        match kind {
            NamespaceKind::Global { .. } => Self::Global,
            NamespaceKind::Orphan => Self::Orphan,
            NamespaceKind::Personal { .. } => Self::Personal,
            NamespaceKind::Team { .. } => Self::Team,
        }
    }
}

impl From<NamespaceRow> for Namespace {
    fn from(row: NamespaceRow) -> Self {
        Self {
            id: row.id.0,
            registry: row.registry.to_string(),
            name: row.name.map(|name| name.to_string()),
            kind: row.kind.into(),
            visibility: row.kind.visibility().map(Into::into),
            owner: row.owner,
            repositories_count: row.repositories,
        }
    }
}

impl NamespaceDetails {
    async fn of(call: &Call, seen: &SeenNamespace) -> Result<Self, Problem> {
        let description = call.web().survey.description(SaidOf::Namespace(seen.id)).await?;
        let row = call.web().look.listed(seen).await?;
        let permission = |action| {
            let decision = call.web().look.decide(&call.caller, action, seen);
            Permission { allowed: decision.is_allowed(), reason: decision.to_string() }
        };
        Ok(Self {
            id: seen.id.0,
            registry: seen.registry.name.to_string(),
            name: seen.name.as_ref().map(ToString::to_string),
            kind: seen.kind.into(),
            visibility: seen.kind.visibility().map(Into::into),
            repositories_count: row.as_ref().map_or(0, |row| row.repositories),
            owner: row.and_then(|row| row.owner),
            description,
            permissions: Permissions {
                pull: permission(Action::Pull),
                push: permission(Action::Push),
                delete: permission(Action::Delete),
            },
        })
    }
}

/// The namespaces that the caller can pull from, by registry and name.
#[utoipa::path(get, path = "/api/v1/namespaces", tag = "namespaces", params(Wanted), responses(
    (status = 200, body = [Namespace]),
))]
pub(super) async fn list(
    call: Call,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Namespace>, Problem> {
    let part = slice(wanted.per_page, wanted.after);
    let page = match wanted.of {
        None => call.web().look.namespaces(&call.caller, &part).await?,
        Some(Of::Orphans) => call.api().roster.orphans(&call.actor(), &part).await?,
        Some(Of::Yours) => call.web().survey.yours(&call.caller, &part).await?,
    };
    Ok(call.list(page.map(Namespace::from)))
}

/// A namespace that the caller can pull from.
#[utoipa::path(
    get, path = "/api/v1/namespaces/{registry}/{namespace}", tag = "namespaces",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("namespace" = String, Path, description = "The namespace's name; `_` is the global one"),
    ),
    responses((status = 200, body = NamespaceDetails)),
)]
pub(super) async fn show(
    call: Call,
    At((registry, name)): At<(String, String)>,
) -> Result<Json<NamespaceDetails>, Problem> {
    let (registry, name) = place(&registry, &name)?;
    let seen = call.web().look.namespace(&call.caller, &registry, &name).await?;
    let seen = seen.ok_or_else(Problem::absent)?;
    Ok(Json(NamespaceDetails::of(&call, &seen).await?))
}

/// Makes a namespace for a team.
#[utoipa::path(
    post, path = "/api/v1/namespaces", tag = "namespaces", request_body = NewNamespace,
    responses((status = 201, body = NamespaceDetails)),
)]
pub(super) async fn create(
    SignedIn(call): SignedIn,
    Sent(new): Sent<NewNamespace>,
) -> Result<impl IntoResponse, Problem> {
    let (registry, name) = (value("registry", &new.registry)?, value("name", &new.name)?);
    let team = value("team", &new.team)?;
    let visibility = new.visibility.unwrap_or(Visibility::Private).into();
    let make = &call.api().create_namespace;
    let id = match make.create(&call.actor(), (&registry, &name), &team, visibility).await {
        Ok(id) => id,
        Err(error) => return Err(super::team::hidden(&call, &team, error.into()).await),
    };
    let at = address(&["namespaces", registry.as_str(), name.as_str()]);
    // She hears of it even where her token is not for pulling.
    let seen = call.web().look.made(&call.caller, &registry, id, &Some(name)).await?;
    let seen = seen.ok_or_else(Problem::absent)?;
    Ok(Created { at, body: NamespaceDetails::of(&call, &seen).await? })
}

/// Makes a namespace more open or less, says what it is for, or both.
#[utoipa::path(
    patch, path = "/api/v1/namespaces/{registry}/{namespace}", tag = "namespaces",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("namespace" = String, Path, description = "The namespace's name; `_` is the global one"),
    ),
    request_body = NamespaceChange, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    At((registry, name)): At<(String, String)>,
    Sent(change): Sent<NamespaceChange>,
) -> Result<StatusCode, Problem> {
    let (registry, name) = place(&registry, &name)?;
    let visibility = change.visibility.map(Into::into);
    let description = change.description.map(|text| value("description", &text)).transpose()?;
    let (changes, actor) = (&call.api().change_namespace, call.actor());
    let place = (&registry, &name);
    match changes.change(&actor, place, visibility, description.as_ref()).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(hidden(&call, (&registry, &name), error.into()).await),
    }
}

/// Gives a namespace to a team or a person.
#[utoipa::path(
    post, path = "/api/v1/namespaces/{registry}/{namespace}/transfer", tag = "namespaces",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("namespace" = String, Path, description = "The namespace's name"),
    ),
    request_body = Transfer, responses((status = 204)),
)]
pub(super) async fn transfer(
    SignedIn(call): SignedIn,
    At((registry, name)): At<(String, String)>,
    Sent(transfer): Sent<Transfer>,
) -> Result<StatusCode, Problem> {
    let (registry, name) = place(&registry, &name)?;
    let NamespaceKey::Some(bare) = &name else { return Err(Problem::absent()) };
    let to = owner(&transfer)?;
    let changes = &call.api().change_namespace;
    let problem = match changes.give(&call.actor(), (&registry, bare), &to).await {
        Ok(()) => return Ok(StatusCode::NO_CONTENT),
        Err(error) => hidden(&call, (&registry, &name), error.into()).await,
    };
    // Nor does it say who else is there.
    Err(match &to {
        Owner::Person(name) => super::user::hidden(&call, name, problem).await,
        Owner::Team(team) => super::team::hidden(&call, team, problem).await,
    })
}

fn owner(transfer: &Transfer) -> Result<Owner, Problem> {
    match (&transfer.team, &transfer.username) {
        (Some(team), None) => Ok(Owner::Team(value("team", team)?)),
        (None, Some(username)) => Ok(Owner::Person(value("username", username)?)),
        _ => Err(Problem::new(Code::InvalidValue, "either `team` or `username` gets it")),
    }
}

/// The global namespace goes by `_`, which is no name.
pub(super) fn place(registry: &str, name: &str) -> Result<(RegistryName, NamespaceKey), Problem> {
    let key = if name == "_" { None } else { Some(named(name)?) };
    Ok((named(registry)?, key))
}

/// A refusal that speaks of a namespace that the caller may not see is no answer.
async fn hidden(
    call: &Call,
    (registry, name): (&RegistryName, &NamespaceKey),
    problem: Problem,
) -> Problem {
    if !problem.is_refusal() {
        return problem;
    }
    match call.web().look.namespace(&call.caller, registry, name).await {
        Ok(Some(_)) => problem,
        Ok(None) => Problem::absent().covering(&problem),
        Err(error) => error.into(),
    }
}
