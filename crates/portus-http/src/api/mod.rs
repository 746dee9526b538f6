//! The REST interface, `/api/v1`: JSON for programs, by the same use cases as the pages.

mod access;
mod activity;
mod body;
mod bot;
mod call;
mod choice;
mod conditional;
mod credentials;
mod deletion;
mod error;
mod health;
mod list;
mod member;
mod moment;
mod myself;
mod namespace;
mod openapi;
mod parked;
mod preview;
mod query;
mod registry;
mod repository;
mod routes;
mod session;
mod tag;
mod team;
mod token;
mod user;
mod version;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Method};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use portus_core::usecase::{
    ChangeAccount, ChangeMembers, ChangeNamespace, CreateBot, CreateNamespace, CreateTeam, Inspect,
    Origin, RetryEvents,
};

use crate::Shared;
use conditional::Kept;
use error::Problem;
use routes::Routes;

/// What the REST interface needs besides what pages need.
pub struct Api {
    /// Changes what accounts may do.
    pub change_account: Arc<ChangeAccount>,
    /// Changes who is in a team.
    pub change_members: Arc<ChangeMembers>,
    /// Changes whose a namespace is, and how open.
    pub change_namespace: Arc<ChangeNamespace>,
    /// Makes bots.
    pub create_bot: Arc<CreateBot>,
    /// Makes namespaces.
    pub create_namespace: Arc<CreateNamespace>,
    /// Makes teams.
    pub create_team: Arc<CreateTeam>,
    /// What those look at who manage it.
    pub inspect: Arc<Inspect>,
    /// Puts parked events back.
    pub retry_events: Arc<RetryEvents>,
}

/// Everything under `/api`.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    table()
        .into_router()
        .route("/api", any(nowhere))
        .route("/api/", any(nowhere))
        .route("/api/{*rest}", any(nowhere))
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(attend))
}

fn table() -> Routes {
    Routes::default()
        .get("/api/openapi.json", openapi::show)
        .get("/api/v1/activities", activity::list)
        .get("/api/v1/bots", bot::list)
        .post("/api/v1/bots", bot::create)
        .get("/api/v1/deletions", deletion::list)
        .get("/api/v1/deletions/{deletion}", deletion::show)
        .get("/api/v1/deletions/{deletion}/items", deletion::items)
        .get("/api/v1/explain", access::explain)
        .get("/api/v1/health", health::show)
        .get("/api/v1/manifests/{registry}/{*manifest}", tag::manifest)
        .delete("/api/v1/manifests/{registry}/{*manifest}", deletion::manifest)
        .get("/api/v1/namespaces", namespace::list)
        .post("/api/v1/namespaces", namespace::create)
        .get("/api/v1/namespaces/{registry}/{namespace}", namespace::show)
        .delete("/api/v1/namespaces/{registry}/{namespace}", deletion::namespace)
        .patch("/api/v1/namespaces/{registry}/{namespace}", namespace::change)
        .post("/api/v1/namespaces/{registry}/{namespace}/transfer", namespace::transfer)
        .get("/api/v1/parked-events", parked::list)
        .post("/api/v1/parked-events/retry", parked::retry_all)
        .post("/api/v1/parked-events/{event}/retry", parked::retry)
        .get("/api/v1/registries", registry::list)
        .get("/api/v1/repositories", repository::list)
        .get("/api/v1/repositories/{registry}/{*repository}", repository::show)
        .delete("/api/v1/repositories/{registry}/{*repository}", deletion::repository)
        .get("/api/v1/self", myself::show)
        .get("/api/v1/self/sessions", session::list)
        .delete("/api/v1/self/sessions/{session}", session::end)
        .get("/api/v1/tags/{registry}/{*tag}", tag::show)
        .delete("/api/v1/tags/{registry}/{*tag}", deletion::tag)
        .get("/api/v1/teams", team::list)
        .post("/api/v1/teams", team::create)
        .get("/api/v1/teams/{team}", team::show)
        .get("/api/v1/teams/{team}/members", member::list)
        .post("/api/v1/teams/{team}/members", member::add)
        .patch("/api/v1/teams/{team}/members/{username}", member::change)
        .delete("/api/v1/teams/{team}/members/{username}", member::remove)
        .get("/api/v1/users", user::list)
        .post("/api/v1/users", user::create)
        .get("/api/v1/users/{username}", user::show)
        .patch("/api/v1/users/{username}", user::change)
        .get("/api/v1/users/{username}/application_tokens", token::list)
        .post("/api/v1/users/{username}/application_tokens", token::create)
        .delete("/api/v1/users/{username}/application_tokens/{application}", token::revoke)
        .get("/api/v1/version", version::show)
}

/// Writes what went wrong as a problem, and says who may keep an answer.
async fn attend(request: Request, next: Next) -> Response {
    let origin = request.extensions().get::<Origin>();
    let id = origin.and_then(|origin| origin.request.clone()).unwrap_or_default();
    let kept = Kept::read(request.method(), request.headers());
    let mut response = kept.settle(next.run(request).await).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.dress(response, &id);
    }
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn nowhere() -> Problem {
    Problem::absent()
}

/// `Allow` is added by the router.
async fn wrong_method(method: Method) -> Response {
    Problem::method(&method).into_response()
}
