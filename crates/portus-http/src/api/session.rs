//! Where someone is signed in.

use axum::Json;
use axum::http::StatusCode;
use portus_core::id::SessionId;
use portus_core::session;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::{At, Call, SignedIn, named};
use super::error::Problem;
use super::moment::Moment;

/// A browser that is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    id: i64,
    /// What the browser calls itself
    agent: String,
    /// Where it came from at sign-in
    address: String,
    created_at: Moment,
    /// When it was last used; kept to the minute or so
    last_used_at: Moment,
    /// Whether it is the one that asks
    current: bool,
}

impl Session {
    fn of(session: session::Session, call: &Call) -> Self {
        Self {
            id: session.id.0,
            agent: session.agent,
            address: session.address,
            created_at: Moment(session.created_at),
            last_used_at: Moment(session.last_used_at),
            current: call.session == Some(session.id),
        }
    }
}

/// The caller's sessions, the last used first.
#[utoipa::path(get, path = "/api/v1/self/sessions", tag = "self",
    responses((status = 200, body = [Session])))]
pub(super) async fn list(SignedIn(call): SignedIn) -> Result<Json<Vec<Session>>, Problem> {
    let sessions = call.web().sessions.list(&call.actor()).await?;
    Ok(Json(sessions.into_iter().map(|session| Session::of(session, &call)).collect()))
}

/// Ends all of the caller's sessions but the one that asks.
#[utoipa::path(delete, path = "/api/v1/self/sessions", tag = "self",
    responses((status = 204)))]
pub(super) async fn end_others(SignedIn(call): SignedIn) -> Result<StatusCode, Problem> {
    call.web().sessions.end_others(&call.actor(), call.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A person's sessions, the last used first; for admins.
#[utoipa::path(
    get, path = "/api/v1/users/{username}/sessions", tag = "users",
    params(("username" = String, Path, description = "The account's name")),
    responses((status = 200, body = [Session])),
)]
pub(super) async fn of_user(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<Json<Vec<Session>>, Problem> {
    let seen = call.api().roster.account(&call.actor(), &named(&name)?).await?;
    let sessions = seen.ok_or_else(Problem::absent)?.sessions.into_iter();
    Ok(Json(sessions.map(|session| Session::of(session, &call)).collect()))
}

/// Ends a person's sessions and refresh tokens; for admins.
#[utoipa::path(
    delete, path = "/api/v1/users/{username}/sessions", tag = "users",
    params(("username" = String, Path, description = "The account's name")),
    responses((status = 204)),
)]
pub(super) async fn end_of_user(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<StatusCode, Problem> {
    call.api().change_account.sign_out(&call.actor(), &named(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of the caller's sessions.
#[utoipa::path(
    delete, path = "/api/v1/self/sessions/{session}", tag = "self",
    params(("session" = i64, Path, description = "The session's number")),
    responses((status = 204)),
)]
pub(super) async fn end(
    SignedIn(call): SignedIn,
    At(session): At<String>,
) -> Result<StatusCode, Problem> {
    let (session, sessions) = (SessionId(named(&session)?), &call.web().sessions);
    let own = sessions.list(&call.actor()).await?;
    if !own.iter().any(|one| one.id == session) {
        return Err(Problem::absent());
    }
    sessions.end(&call.actor(), session).await?;
    Ok(StatusCode::NO_CONTENT)
}
