//! What was done in a namespace, to a repository or in a team, for whoever sees it.

use portus_core::port::{self, SaidOf};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::activity::Outcome;
use super::address::OfRepository;
use super::call::{At, Call, SignedIn, named};
use super::error::Problem;
use super::list::{List, Part, PerPage, slice};
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
    outcome: Outcome,
    /// How many times within the minute
    count: u32,
}

/// Which of a namespace's are wanted, and which part.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// What ended so: `done`, or `refused`, which is for those who keep the namespace
    #[serde(default)]
    #[param(inline, required = false)]
    outcome: Outcome,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
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
            outcome: activity.outcome.into(),
            count: activity.count,
        }
    }
}

async fn list(call: &Call, of: SaidOf, part: Part) -> Result<List<Happening>, Problem> {
    let page = call.web().survey.activities(of, &part.slice()).await?;
    Ok(call.list(page.map(Happening::from)))
}

/// What was done in a namespace that the caller can pull from, or what was refused in one that she
/// keeps, newest first.
#[utoipa::path(
    get, path = "/api/v1/namespaces/{registry}/{namespace}/activities", tag = "namespaces",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("namespace" = String, Path, description = "The namespace's name; `_` is the global one"),
        Wanted,
    ),
    responses((status = 200, body = [Happening])),
)]
pub(super) async fn of_namespace(
    SignedIn(call): SignedIn,
    At((registry, name)): At<(String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Happening>, Problem> {
    let (registry, name) = place(&registry, &name)?;
    let seen = call.web().look.namespace(&call.caller, &registry, &name).await?;
    let seen = seen.ok_or_else(Problem::absent)?;
    let part = slice(wanted.per_page, wanted.after);
    let survey = &call.web().survey;
    let page = match wanted.outcome {
        Outcome::Done => survey.activities(SaidOf::Namespace(seen.id), &part).await?,
        Outcome::Refused => {
            let registry = Some(seen.registry.name.clone());
            let page = survey.refusals(&call.actor(), &seen, &part).await?;
            page.map(|activity| port::Happening { activity, registry: registry.clone() })
        }
    };
    Ok(call.list(page.map(Happening::from)))
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
