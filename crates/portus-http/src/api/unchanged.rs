//! Changes of what is still as their sender saw it: `If-Match`.
//!
//! What is asked for is looked at just before, so that nobody writes over what she did not see.
//! Source: RFC 9110, section 13.1.1.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use portus_core::credential::Caller;
use portus_core::scope::Action;
use portus_core::usecase::Origin;
use tower::ServiceExt;

use super::call::identified;
use super::conditional::Kept;
use super::credentials::{Known, PORTUS_AUTH};
use super::error::{Code, Problem};
use super::openapi::PUBLIC;
use crate::Shared;

/// What looks things up.
#[derive(Clone)]
pub(super) struct Look {
    pub(super) shared: Arc<Shared>,
    /// The same routes.
    pub(super) routes: Router,
}

/// Refuses to change what is not as it was seen; where nothing is said of that, nothing is asked.
pub(super) async fn attend(State(look): State<Look>, request: Request, next: Next) -> Response {
    let changes = matches!(*request.method(), Method::DELETE | Method::PATCH | Method::PUT);
    if !changes || !request.headers().contains_key(IF_MATCH) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    match look.allows(&mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(response) => response,
    }
}

impl Look {
    /// Whether it is as its sender saw it; else what she hears.
    async fn allows(&self, parts: &mut Parts) -> Result<(), Response> {
        let known = identified(&self.shared, parts).await.map_err(IntoResponse::into_response)?;
        // Who did not sign in changes nothing, and hears so from what was to change it.
        if known.0.identity.is_none() {
            return Ok(());
        }
        let seen = self.seen(parts).await.map_err(IntoResponse::into_response)?;
        let tag = seen.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
        // No problem of ours: there is nothing at this address, and nothing to change.
        let is_nowhere = seen.extensions().get::<Problem>().is_none();
        match (seen.status(), tag) {
            (StatusCode::OK, Some(tag)) if is_listed(parts, tag) => Ok(()),
            (StatusCode::NOT_FOUND, _) if is_nowhere => Ok(()),
            (StatusCode::NOT_FOUND, _) if is_blind(&known.0, parts.uri.path()) => Err(stale()),
            // What she may not see, or what is not there, is not changed unseen either.
            (StatusCode::FORBIDDEN | StatusCode::NOT_FOUND, _) => Err(seen),
            (status, _) if status.is_server_error() => Err(seen),
            _ => Err(stale()),
        }
    }

    /// What is there now, as its sender would see it.
    async fn seen(&self, parts: &Parts) -> Result<Response, Problem> {
        let path: Uri = parts.uri.path().parse().map_err(|_| Problem::absent())?;
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = path;
        for name in [AUTHORIZATION, PORTUS_AUTH, COOKIE] {
            for value in parts.headers.get_all(&name) {
                request.headers_mut().append(name.clone(), value.clone());
            }
        }
        let extensions = request.extensions_mut();
        if let Some(origin) = parts.extensions.get::<Origin>() {
            extensions.insert(origin.clone());
        }
        // Found out, and counted, once.
        if let Some(known) = parts.extensions.get::<Known>() {
            extensions.insert(known.clone());
        }
        let kept = Kept::read(&Method::GET, request.headers());
        let Ok(response) = self.routes.clone().oneshot(request).await;
        Ok(kept.settle(response).await)
    }
}

/// Whether a credential sees no images, whatever there is: what may be changed with it cannot be
/// looked at with it.
fn is_blind(caller: &Caller, path: &str) -> bool {
    !caller.limits.admit(Action::Pull) && PUBLIC.iter().any(|public| path.starts_with(public))
}

fn stale() -> Response {
    let detail = "it is not as `If-Match` says: look at it again";
    Problem::new(Code::PreconditionFailed, detail).into_response()
}

fn is_listed(parts: &Parts, tag: &str) -> bool {
    let lines = parts.headers.get_all(IF_MATCH).iter().filter_map(|line| line.to_str().ok());
    // A weak tag is none that a change could rely on.
    lines.flat_map(|line| line.split(',')).any(|one| matches!(one.trim(), "*") || one.trim() == tag)
}
