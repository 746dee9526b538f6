//! Where someone is signed in.

use askama::Template;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use portus_core::credential::RefreshToken;
use portus_core::id::{RefreshTokenId, SessionId};
use portus_core::session::Session;
use serde::Deserialize;

use super::cookie::Cookie;
use super::frame::{Frame, html};
use super::notice::Notice;
use super::sent::Sent;
use super::sign_in::see;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "sessions.html")]
struct Page {
    f: Frame,
    sessions: Vec<Session>,
    own: SessionId,
    refreshes: Vec<RefreshToken>,
}

/// One session, or all but this one.
#[derive(Deserialize)]
pub(super) struct End {
    session: Option<i64>,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Trouble> {
    let Some((own, _)) = visit.session else { return Ok(see("/sign-in?to=/sessions")) };
    let kept = &visit.shared.app.web.sessions;
    let sessions = kept.list(&visit.actor()).await?;
    let refreshes = kept.refreshes(&visit.actor()).await?;
    html(&Page { f: Frame::of(&visit, visit.t.sessions.title), sessions, own, refreshes })
}

/// What a client of a registry keeps.
#[derive(Deserialize)]
pub(super) struct Revoke {
    token: i64,
}

/// Revokes it; of another's there is none, and twice is once.
pub(super) async fn revoke(visit: Visit, Sent(form): Sent<Revoke>) -> Result<Response, Trouble> {
    let sessions = &visit.shared.app.web.sessions;
    sessions.revoke_refresh(&visit.actor(), RefreshTokenId(form.token)).await?;
    Ok(Notice::RefreshRevoked.at("/sessions"))
}

pub(super) async fn end(visit: Visit, Sent(form): Sent<End>) -> Result<Response, Trouble> {
    let Some((own, _)) = visit.session else { return Ok(see("/sign-in?to=/sessions")) };
    let sessions = &visit.shared.app.web.sessions;
    let Some(session) = form.session.map(SessionId) else {
        sessions.end_others(&visit.actor(), Some(own)).await?;
        return Ok(Notice::SessionsEnded.at("/sessions"));
    };
    sessions.end(&visit.actor(), session).await?;
    if session != own {
        return Ok(Notice::SessionEnded.at("/sessions"));
    }
    let mut response = Notice::SignedOut.at("/");
    response.headers_mut().append(SET_COOKIE, visit.cookie(Cookie::Session).unset());
    Ok(response)
}
