//! What was done in a namespace, to a repository or in a team, for whoever sees it.

use portus_core::port::{self, SaidOf};
use serde::Serialize;
use utoipa::ToSchema;

use super::address::OfRepository;
use super::call::{At, Call, SignedIn, named};
use super::error::Problem;
use super::list::{List, Part};
use super::moment::Moment;
use super::namespace::place;
use super::query::Asked;
use super::{repository, team};

/// Something that was done, as whoever sees the place may know it.
#[derive(Serialize, ToSchema)]
pub(super) struct Happening {
    id: i64,
    created_at: Moment,
    /// What happened
    #[schema(example = "repository.push")]
    kind: String,
    /// Who did it, by name as it was then
    actor: String,
    /// The registry, while the namespace is there
    registry: Option<String>,
    /// What it was done to, by name as it was then
    object: String,
    /// The rest, in words
    detail: String,
}

impl From<port::Happening> for Happening {
    fn from(port::Happening { activity, registry }: port::Happening) -> Self {
        // Names with a colon are no account's: only what they are is said.
        let actor = activity.actor.split_once(':').map_or(&*activity.actor, |(what, _)| what);
        Self {
            id: activity.id.0,
            created_at: Moment(activity.at),
            actor: actor.to_owned(),
            kind: activity.kind,
            registry: registry.map(|registry| registry.to_string()),
            object: activity.object,
            detail: activity.detail,
        }
    }
}

async fn list(call: &Call, of: SaidOf, part: Part) -> Result<List<Happening>, Problem> {
    let page = call.web().survey.activities(of, &part.slice()).await?;
    Ok(call.list(page.map(Happening::from)))
}

/// What was done in a namespace that the caller can pull from, newest first.
#[utoipa::path(
    get, path = "/api/v1/namespaces/{registry}/{namespace}/activities", tag = "namespaces",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("namespace" = String, Path, description = "The namespace's name; `_` is the global one"),
        Part,
    ),
    responses((status = 200, body = [Happening])),
)]
pub(super) async fn of_namespace(
    SignedIn(call): SignedIn,
    At((registry, name)): At<(String, String)>,
    Asked(part): Asked<Part>,
) -> Result<List<Happening>, Problem> {
    let (registry, name) = place(&registry, &name)?;
    let seen = call.web().look.namespace(&call.caller, &registry, &name).await?;
    let seen = seen.ok_or_else(Problem::absent)?;
    list(&call, SaidOf::Namespace(seen.id), part).await
}

/// What was done to a repository that the caller can pull from, newest first.
#[utoipa::path(
    get, path = "/api/v1/activities/{registry}/{repository}", tag = "repositories",
    params(OfRepository, Part), responses((status = 200, body = [Happening])),
)]
pub(super) async fn of_repository(
    SignedIn(call): SignedIn,
    At((registry, path)): At<(String, String)>,
    Asked(part): Asked<Part>,
) -> Result<List<Happening>, Problem> {
    let seen = repository::find(&call, &registry, &named(&path)?).await?;
    list(&call, SaidOf::Repository(seen.id), part).await
}

/// What was done in a team, newest first; for its members and admins.
#[utoipa::path(
    get, path = "/api/v1/teams/{team}/activities", tag = "teams",
    params(("team" = String, Path, description = "The team's name"), Part),
    responses((status = 200, body = [Happening])),
)]
pub(super) async fn of_team(
    SignedIn(call): SignedIn,
    At(name): At<String>,
    Asked(part): Asked<Part>,
) -> Result<List<Happening>, Problem> {
    let seen = team::find(&call, &named(&name)?).await?;
    list(&call, SaidOf::Team(seen.team.id), part).await
}
