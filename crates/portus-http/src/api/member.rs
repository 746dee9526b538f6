//! Who is in a team.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use portus_core::port::MemberFilter;
use portus_core::team::TeamName;
use portus_core::{account::Username, team};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Sent, value};
use super::call::{At, Call, SignedIn, named};
use super::choice::Role;
use super::created::{Created, address};
use super::error::Problem;
use super::list::{List, PerPage, slice};
use super::query::Asked;
use super::team::{find, hidden};

/// One account in one team.
#[derive(Serialize, ToSchema)]
pub(super) struct Member {
    username: String,
    role: Role,
    /// Whether it is a program's account
    bot: bool,
    /// Whether the account may do anything at all
    enabled: bool,
}

/// Who of a team is wanted, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only who is this there
    #[param(inline)]
    role: Option<Role>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

/// A member to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMember {
    username: String,
    role: Role,
}

/// What becomes of a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberChange {
    role: Role,
}

impl From<team::Member> for Member {
    fn from(member: team::Member) -> Self {
        Self {
            username: member.name.to_string(),
            role: member.role.into(),
            bot: member.bot,
            enabled: member.enabled,
        }
    }
}

/// Who is in a team, by name; for its members and admins.
#[utoipa::path(
    get, path = "/api/v1/teams/{team}/members", tag = "teams",
    params(("team" = String, Path, description = "The team's name"), Wanted),
    responses((status = 200, body = [Member])),
)]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    At(team): At<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Member>, Problem> {
    let seen = find(&call, &named(&team)?).await?;
    let filter = MemberFilter { role: wanted.role.map(Into::into), ..MemberFilter::default() };
    let part = slice(wanted.per_page, wanted.after);
    let page = call.api().roster.members(&seen.team, &filter, &part).await?;
    Ok(call.list(page.map(Member::from)))
}

/// One account in a team; for members of the team and admins.
#[utoipa::path(
    get, path = "/api/v1/teams/{team}/members/{username}", tag = "teams",
    params(
        ("team" = String, Path, description = "The team's name"),
        ("username" = String, Path, description = "The member's name"),
    ),
    responses((status = 200, body = Member)),
)]
pub(super) async fn show(
    SignedIn(call): SignedIn,
    At((team, name)): At<(String, String)>,
) -> Result<Json<Member>, Problem> {
    one(&call, &named(&team)?, &named(&name)?).await.map(Json)
}

async fn one(call: &Call, team: &TeamName, name: &Username) -> Result<Member, Problem> {
    let member = call.api().inspect.member(&call.actor(), team, name).await?;
    member.map(Member::from).ok_or_else(Problem::absent)
}

/// Adds a member; for owners of the team and admins.
#[utoipa::path(
    post, path = "/api/v1/teams/{team}/members", tag = "teams",
    params(("team" = String, Path, description = "The team's name")),
    request_body = NewMember, responses((status = 201, body = Member)),
)]
pub(super) async fn add(
    SignedIn(call): SignedIn,
    At(team): At<String>,
    Sent(new): Sent<NewMember>,
) -> Result<impl IntoResponse, Problem> {
    let team = named(&team)?;
    let name: Username = value("username", &new.username)?;
    let members = &call.api().change_members;
    if let Err(error) = members.add(&call.actor(), &team, &name, new.role.into()).await {
        return Err(hidden(&call, &team, error.into()).await);
    }
    let body = one(&call, &team, &name).await?;
    Ok(Created { at: address(&["teams", team.as_str(), "members", &body.username]), body })
}

/// Changes what a member may do; for owners of the team and admins.
#[utoipa::path(
    patch, path = "/api/v1/teams/{team}/members/{username}", tag = "teams",
    params(
        ("team" = String, Path, description = "The team's name"),
        ("username" = String, Path, description = "The member's name"),
    ),
    request_body = MemberChange, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    At((team, name)): At<(String, String)>,
    Sent(change): Sent<MemberChange>,
) -> Result<StatusCode, Problem> {
    let (team, name) = (named(&team)?, named(&name)?);
    let members = &call.api().change_members;
    match members.set_role(&call.actor(), &team, &name, change.role.into()).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(hidden(&call, &team, error.into()).await),
    }
}

/// Ends a membership; for owners of the team and admins.
#[utoipa::path(
    delete, path = "/api/v1/teams/{team}/members/{username}", tag = "teams",
    params(
        ("team" = String, Path, description = "The team's name"),
        ("username" = String, Path, description = "The member's name"),
    ),
    responses((status = 204)),
)]
pub(super) async fn remove(
    SignedIn(call): SignedIn,
    At((team, name)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (team, name) = (named(&team)?, named(&name)?);
    match call.api().change_members.remove(&call.actor(), &team, &name).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(hidden(&call, &team, error.into()).await),
    }
}
