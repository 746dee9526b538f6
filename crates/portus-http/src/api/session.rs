//! Where someone is signed in.

use axum::Json;
use axum::http::StatusCode;
use portus_core::id::SessionId;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::{At, SignedIn, named};
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

/// The caller's sessions, the last used first.
#[utoipa::path(get, path = "/api/v1/self/sessions", tag = "self",
    responses((status = 200, body = [Session])))]
pub(super) async fn list(SignedIn(call): SignedIn) -> Result<Json<Vec<Session>>, Problem> {
    let sessions = call.web().sessions.list(&call.actor()).await?;
    let sessions = sessions.into_iter().map(|session| Session {
        id: session.id.0,
        agent: session.agent,
        address: session.address,
        created_at: Moment(session.created_at),
        last_used_at: Moment(session.last_used_at),
        current: call.session == Some(session.id),
    });
    Ok(Json(sessions.collect()))
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
