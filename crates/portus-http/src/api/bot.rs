//! Programs' accounts.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use portus_core::page::BotRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Sent, value};
use super::call::SignedIn;
use super::choice::Role;
use super::error::Problem;
use super::list::{List, Part};
use super::moment::Moment;
use super::query::Asked;
use super::team::hidden;

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
    let made = MadeBot { id, username: new.username, team: new.team, role: new.role };
    Ok((StatusCode::CREATED, Json(made)))
}
