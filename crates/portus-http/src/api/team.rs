//! Teams.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use portus_core::page::TeamRow;
use portus_core::port::SaidOf;
use portus_core::team::TeamName;
use portus_core::usecase::SeenTeam;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Sent, value};
use super::call::{At, Call, SignedIn, named};
use super::choice::Role;
use super::created::{Created, address};
use super::error::Problem;
use super::list::{List, Part};
use super::moment::Moment;
use super::query::Asked;

/// A team in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Team {
    id: i64,
    name: String,
    /// How many people and bots are in it
    members_count: u64,
    /// How many of them own it and may act
    owners_count: u64,
    /// How many namespaces it has
    namespaces_count: u64,
    created_at: Moment,
}

/// A team, and what the caller is in it.
#[derive(Serialize, ToSchema)]
pub(super) struct TeamDetails {
    id: i64,
    name: String,
    /// How many people and bots are in it
    members_count: u64,
    /// What the caller is in it; `null` for an admin who is no member
    role: Option<Role>,
    /// What it is for, in Markdown; empty where nobody said
    description: String,
    created_at: Moment,
}

/// What becomes of a team; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamChange {
    /// Unique without regard to case
    name: Option<String>,
    /// What it is for, in Markdown: at most 20,000 characters
    #[schema(max_length = 20000)]
    description: Option<String>,
}

/// A team to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTeam {
    /// Unique without regard to case
    name: String,
    /// Who owns it, where that is not the caller; for admins
    owner: Option<String>,
    /// What it is for, in Markdown: at most 20,000 characters
    #[schema(max_length = 20000)]
    description: Option<String>,
}

/// Who gets a team, and what becomes of the caller.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HandOver {
    /// Who owns it from now on
    username: String,
    /// What the caller is in it from now on; she leaves it where this is left out
    role: Option<Role>,
}

/// What becomes of a team's namespaces when it goes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Farewell {
    /// Leaves them to nobody, so that only admins see them; for admins
    #[serde(default)]
    #[param(required = false)]
    abandon: bool,
}

impl From<TeamRow> for Team {
    fn from(row: TeamRow) -> Self {
        Self {
            id: row.id.0,
            name: row.name.to_string(),
            members_count: row.members,
            owners_count: row.owners,
            namespaces_count: row.namespaces,
            created_at: Moment(row.created_at),
        }
    }
}

impl TeamDetails {
    async fn of(call: &Call, seen: SeenTeam) -> Result<Self, Problem> {
        let description = call.web().survey.description(SaidOf::Team(seen.team.id)).await?;
        let count = call.api().roster.headcount(&seen.team).await?;
        Ok(Self {
            id: seen.team.id.0,
            name: seen.team.name.to_string(),
            members_count: count.people + count.bots,
            role: seen.role.map(Role::from),
            description,
            created_at: Moment(seen.team.created_at),
        })
    }
}

/// The teams that the caller is in, by name; every one for admins.
#[utoipa::path(get, path = "/api/v1/teams", tag = "teams", params(Part), responses(
    (status = 200, body = [Team]),
))]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    Asked(part): Asked<Part>,
) -> Result<List<Team>, Problem> {
    let page = call.api().roster.teams(&call.actor(), &part.slice()).await?;
    Ok(call.list(page.map(Team::from)))
}

/// A team; for its members and admins.
#[utoipa::path(
    get, path = "/api/v1/teams/{team}", tag = "teams",
    params(("team" = String, Path, description = "The team's name")),
    responses((status = 200, body = TeamDetails)),
)]
pub(super) async fn show(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<Json<TeamDetails>, Problem> {
    let seen = find(&call, &named(&name)?).await?;
    Ok(Json(TeamDetails::of(&call, seen).await?))
}

/// Makes a team, which the caller owns.
#[utoipa::path(
    post, path = "/api/v1/teams", tag = "teams", request_body = NewTeam,
    responses((status = 201, body = TeamDetails)),
)]
pub(super) async fn create(
    SignedIn(call): SignedIn,
    Sent(new): Sent<NewTeam>,
) -> Result<impl IntoResponse, Problem> {
    let name = value("name", &new.name)?;
    let owner = new.owner.map(|owner| value("owner", &owner)).transpose()?;
    let text = new.description.map(|text| value("description", &text)).transpose()?;
    let (make, actor) = (&call.api().create_team, call.actor());
    make.create_described(&actor, &name, owner.as_ref(), text.as_ref()).await?;
    let body = TeamDetails::of(&call, find(&call, &name).await?).await?;
    Ok(Created { at: address(&["teams", &body.name]), body })
}

/// Gives a team another name, or says what it is for; for its owners and admins. Its namespaces keep
/// their names.
#[utoipa::path(
    patch, path = "/api/v1/teams/{team}", tag = "teams",
    params(("team" = String, Path, description = "The team's name")),
    request_body = TeamChange, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    At(team): At<String>,
    Sent(change): Sent<TeamChange>,
) -> Result<StatusCode, Problem> {
    let team = named(&team)?;
    let name = change.name.map(|name| value("name", &name)).transpose()?;
    let text = change.description.map(|text| value("description", &text)).transpose()?;
    match call.api().change_team.change(&call.actor(), &team, name.as_ref(), text.as_ref()).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(hidden(&call, &team, error.into()).await),
    }
}

/// Gives a team into another person's hands; for its owners. The caller stays in it as something
/// less, or leaves it.
#[utoipa::path(
    post, path = "/api/v1/teams/{team}/hand-over", tag = "teams",
    params(("team" = String, Path, description = "The team's name")),
    request_body = HandOver, responses((status = 204)),
)]
pub(super) async fn hand_over(
    SignedIn(call): SignedIn,
    At(team): At<String>,
    Sent(hand_over): Sent<HandOver>,
) -> Result<StatusCode, Problem> {
    let (team, to) = (named(&team)?, value("username", &hand_over.username)?);
    let (members, then) = (&call.api().change_members, hand_over.role.map(Into::into));
    match members.hand_over(&call.actor(), &team, &to, then).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(hidden(&call, &team, error.into()).await),
    }
}

/// Removes a team with its bots and their tokens; for its owners and admins. One that owns
/// namespaces stays, unless an admin leaves them to nobody.
#[utoipa::path(
    delete, path = "/api/v1/teams/{team}", tag = "teams",
    params(("team" = String, Path, description = "The team's name"), Farewell),
    responses((status = 204)),
)]
pub(super) async fn delete(
    SignedIn(call): SignedIn,
    At(team): At<String>,
    Asked(farewell): Asked<Farewell>,
) -> Result<StatusCode, Problem> {
    let team = named(&team)?;
    match call.api().change_team.delete(&call.actor(), &team, farewell.abandon).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(hidden(&call, &team, error.into()).await),
    }
}

/// A team that the caller may see.
pub(super) async fn find(call: &Call, name: &TeamName) -> Result<SeenTeam, Problem> {
    let seen = call.api().inspect.team(&call.actor(), name).await?;
    seen.ok_or_else(Problem::absent)
}

/// A refusal that speaks of a team that the caller may not see is no answer.
pub(super) async fn hidden(call: &Call, team: &TeamName, problem: Problem) -> Problem {
    if !problem.is_refusal() {
        return problem;
    }
    match find(call, team).await {
        Ok(_) => problem,
        Err(other) => other.covering(&problem),
    }
}
