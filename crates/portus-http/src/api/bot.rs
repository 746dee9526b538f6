//! Programs' accounts.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use portus_core::page::BotRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Sent, value};
use super::call::{At, SignedIn, named};
use super::choice::Role;
use super::created::{Created, address};
use super::error::Problem;
use super::list::{List, Part};
use super::moment::Moment;
use super::query::Asked;
use super::team::{find, hidden};

/// A program's account.
#[derive(Serialize, ToSchema)]
pub(super) struct Bot {
    username: String,
    /// The name of its team
    team: String,
    /// What it may do there
    role: Role,
    /// Whether it may do anything at all
    enabled: bool,
    /// How many application tokens it has
    tokens_count: u64,
    created_at: Moment,
}

/// A bot to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBot {
    /// Unique without regard to case, among people too
    username: String,
    /// The name of its team
    team: String,
    /// `viewer` or `contributor`
    role: Role,
}

/// A bot that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeBot {
    id: i64,
    username: String,
    /// The name of its team
    team: String,
    role: Role,
}

/// What becomes of a bot.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BotChange {
    /// Whether it may do anything at all
    enabled: bool,
}

impl From<BotRow> for Bot {
    fn from(row: BotRow) -> Self {
        Self {
            username: row.name.to_string(),
            team: row.team.to_string(),
            role: row.role.into(),
            enabled: row.enabled,
            tokens_count: row.tokens,
            created_at: Moment(row.created_at),
        }
    }
}

/// The bots of all teams by name; for admins.
#[utoipa::path(get, path = "/api/v1/bots", tag = "users",
    params(Part), responses((status = 200, body = [Bot])))]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    Asked(part): Asked<Part>,
) -> Result<List<Bot>, Problem> {
    let page = call.api().inspect.bots(&call.actor(), &part.slice()).await?;
    Ok(call.list(page.map(Bot::from)))
}

/// A team's bots by name; for its members and admins.
#[utoipa::path(get, path = "/api/v1/teams/{team}/bots", tag = "teams",
    params(("team" = String, Path, description = "The team's name"), Part),
    responses((status = 200, body = [Bot])))]
pub(super) async fn of_team(
    SignedIn(call): SignedIn,
    At(team): At<String>,
    Asked(part): Asked<Part>,
) -> Result<List<Bot>, Problem> {
    let seen = find(&call, &named(&team)?).await?;
    let page = call.api().roster.bots(&seen.team, &part.slice()).await?;
    Ok(call.list(page.map(Bot::from)))
}

/// A bot; for members of its team and admins.
#[utoipa::path(
    get, path = "/api/v1/bots/{username}", tag = "users",
    params(("username" = String, Path, description = "The bot's name")),
    responses((status = 200, body = Bot)),
)]
pub(super) async fn show(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<Json<Bot>, Problem> {
    let bot = call.api().inspect.bot(&call.actor(), &named(&name)?).await?;
    bot.map(|bot| Json(Bot::from(bot))).ok_or_else(Problem::absent)
}

/// Lets a bot do things, or not; for owners of its team and admins. Its tokens rest meanwhile.
#[utoipa::path(
    patch, path = "/api/v1/bots/{username}", tag = "users",
    params(("username" = String, Path, description = "The bot's name")),
    request_body = BotChange, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    At(name): At<String>,
    Sent(change): Sent<BotChange>,
) -> Result<StatusCode, Problem> {
    let bots = &call.api().change_bot;
    bots.set_enabled(&call.actor(), &named(&name)?, change.enabled).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a bot with its tokens; for owners of its team and admins.
#[utoipa::path(
    delete, path = "/api/v1/bots/{username}", tag = "users",
    params(("username" = String, Path, description = "The bot's name")),
    responses((status = 204)),
)]
pub(super) async fn delete(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<StatusCode, Problem> {
    call.api().change_bot.delete(&call.actor(), &named(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a bot of a team, without a token yet; for owners of the team and admins.
#[utoipa::path(
    post, path = "/api/v1/bots", tag = "users", request_body = NewBot,
    responses((status = 201, body = MadeBot)),
)]
pub(super) async fn create(
    SignedIn(call): SignedIn,
    Sent(new): Sent<NewBot>,
) -> Result<impl IntoResponse, Problem> {
    let (name, team) = (value("username", &new.username)?, value("team", &new.team)?);
    let make = &call.api().create_bot;
    let id = match make.create(&call.actor(), &name, &team, new.role.into()).await {
        Ok(id) => id.0,
        Err(error) => return Err(hidden(&call, &team, error.into()).await),
    };
    let at = address(&["bots", &new.username]);
    let body = MadeBot { id, username: new.username, team: new.team, role: new.role };
    Ok(Created { at, body })
}
