//! The REST interface, `/api/v1`: JSON for programs, by the same use cases as the pages.

mod access;
mod activity;
mod address;
mod body;
mod bot;
mod call;
mod choice;
mod comment;
mod conditional;
mod created;
mod credentials;
mod deletion;
mod deletions;
mod doctor;
mod error;
mod happening;
mod health;
mod image;
mod job;
mod key;
mod list;
mod manifest;
mod member;
mod moment;
mod myself;
mod namespace;
mod once;
mod openapi;
mod outlook;
mod overview;
mod own_email;
mod own_password;
mod parked;
mod password_link;
mod preview;
mod query;
mod refresh_token;
mod registry;
mod registry_change;
mod repository;
mod routes;
mod search;
mod session;
mod setting;
mod shelf;
mod sole;
mod star;
mod tag;
mod team;
mod token;
mod unchanged;
mod user;
mod version;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use portus_core::usecase::{
    AnswerOnce, ChangeAccount, ChangeBot, ChangeMembers, ChangeNamespace, ChangeTeam, CreateBot,
    CreateNamespace, CreateTeam, DeleteAccount, Inspect, LinkPassword, Origin, RetryEvents, Roster,
};
use tokio::time::Instant;

use crate::Shared;
use crate::denied::Denied;
use crate::each_request::guarded;
use crate::quota::Key;
use call::{Told, WhoCalls};
use conditional::Kept;
use error::Problem;
pub(crate) use openapi::document;
use routes::Routes;
use unchanged::Look;

/// What the REST interface needs besides what pages need.
pub struct Api {
    /// Does once what is asked for twice.
    pub answer_once: Arc<AnswerOnce>,
    /// Changes what accounts may do.
    pub change_account: Arc<ChangeAccount>,
    /// Lets bots act or not, and removes them.
    pub change_bot: Arc<ChangeBot>,
    /// Changes who is in a team.
    pub change_members: Arc<ChangeMembers>,
    /// Changes whose a namespace is, and how open.
    pub change_namespace: Arc<ChangeNamespace>,
    /// Renames and removes teams.
    pub change_team: Arc<ChangeTeam>,
    /// Makes bots.
    pub create_bot: Arc<CreateBot>,
    /// Makes namespaces.
    pub create_namespace: Arc<CreateNamespace>,
    /// Makes teams.
    pub create_team: Arc<CreateTeam>,
    /// Removes people's accounts.
    pub delete_account: Arc<DeleteAccount>,
    /// What those look at who manage it.
    pub inspect: Arc<Inspect>,
    /// Makes links by which people set a password.
    pub link_password: Arc<LinkPassword>,
    /// Puts parked events back.
    pub retry_events: Arc<RetryEvents>,
    /// Who is there, in which teams, and with what.
    pub roster: Arc<Roster>,
}

/// Everything under `/api`.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let routes = table().into_router();
    let look = Look { shared: shared.clone(), routes: routes.clone().with_state(shared.clone()) };
    routes
        .route("/api/{*rest}", any(nowhere))
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(look, unchanged::attend))
        .layer(from_fn_with_state(shared.clone(), once::attend))
        .layer(from_fn_with_state(shared.clone(), attend))
}

fn table() -> Routes {
    administration(people(images(rules(Routes::default()))))
}

/// Of what is in registries.
fn images(routes: Routes) -> Routes {
    routes
        .get("/api/v1/activities/{registry}/{*repository}", happening::of_repository)
        .get("/api/v1/comments/{registry}/{*repository}", comment::show)
        .post("/api/v1/comments/{registry}/{*repository}", comment::create)
        .patch("/api/v1/comments/{registry}/{*repository}", comment::edit)
        .delete("/api/v1/comments/{registry}/{*repository}", comment::remove)
        .get("/api/v1/compare/{registry}/{*repository}", image::compare)
        .get("/api/v1/deletions", deletions::list)
        .post("/api/v1/deletions", deletion::create)
        .get("/api/v1/deletions/{deletion}", deletion::show)
        .post("/api/v1/deletions/{deletion}/cancel", deletion::cancel)
        .get("/api/v1/deletions/{deletion}/items", deletion::items)
        .get("/api/v1/images/{registry}/{*repository}", shelf::images)
        .get("/api/v1/manifests/{registry}/{*manifest}", manifest::show)
        .delete("/api/v1/manifests/{registry}/{*manifest}", deletion::manifest)
        .get("/api/v1/namespaces", namespace::list)
        .post("/api/v1/namespaces", namespace::create)
        .get("/api/v1/namespaces/{registry}/{namespace}", namespace::show)
        .patch("/api/v1/namespaces/{registry}/{namespace}", namespace::change)
        .delete("/api/v1/namespaces/{registry}/{namespace}", deletion::namespace)
        .get("/api/v1/namespaces/{registry}/{namespace}/activities", happening::of_namespace)
        .post("/api/v1/namespaces/{registry}/{namespace}/transfer", namespace::transfer)
        .get("/api/v1/repositories", repository::list)
        .get("/api/v1/repositories/{registry}/{*repository}", repository::show)
        .patch("/api/v1/repositories/{registry}/{*repository}", repository::change)
        .delete("/api/v1/repositories/{registry}/{*repository}", deletion::repository)
        .get("/api/v1/search", search::search)
        .put("/api/v1/stars/{registry}/{*repository}", star::add)
        .delete("/api/v1/stars/{registry}/{*repository}", star::remove)
        .get("/api/v1/tags/{registry}/{*tag}", tag::show)
        .delete("/api/v1/tags/{registry}/{*tag}", deletion::tag)
}

/// Of people, programs and teams.
fn people(routes: Routes) -> Routes {
    routes
        .get("/api/v1/bots", bot::list)
        .post("/api/v1/bots", bot::create)
        .get("/api/v1/bots/{username}", bot::show)
        .patch("/api/v1/bots/{username}", bot::change)
        .delete("/api/v1/bots/{username}", bot::delete)
        .get("/api/v1/overview", overview::show)
        .get("/api/v1/self", myself::show)
        .put("/api/v1/self/email", own_email::change)
        .put("/api/v1/self/password", own_password::change)
        .get("/api/v1/self/refresh_tokens", refresh_token::list)
        .delete("/api/v1/self/refresh_tokens/{refresh_token}", refresh_token::revoke)
        .get("/api/v1/self/sessions", session::list)
        .delete("/api/v1/self/sessions", session::end_others)
        .delete("/api/v1/self/sessions/{session}", session::end)
        .get("/api/v1/self/stars", star::list)
        .get("/api/v1/teams", team::list)
        .post("/api/v1/teams", team::create)
        .get("/api/v1/teams/{team}", team::show)
        .patch("/api/v1/teams/{team}", team::change)
        .delete("/api/v1/teams/{team}", team::delete)
        .get("/api/v1/teams/{team}/activities", happening::of_team)
        .get("/api/v1/teams/{team}/bots", bot::of_team)
        .post("/api/v1/teams/{team}/hand-over", team::hand_over)
        .get("/api/v1/teams/{team}/members", member::list)
        .post("/api/v1/teams/{team}/members", member::add)
        .get("/api/v1/teams/{team}/members/{username}", member::show)
        .patch("/api/v1/teams/{team}/members/{username}", member::change)
        .delete("/api/v1/teams/{team}/members/{username}", member::remove)
        .get("/api/v1/users", user::list)
        .post("/api/v1/users", user::create)
        .get("/api/v1/users/{username}", user::show)
        .patch("/api/v1/users/{username}", user::change)
        .delete("/api/v1/users/{username}", user::delete)
        .post("/api/v1/users/{username}/password_link", password_link::create)
        .get("/api/v1/users/{username}/sessions", session::of_user)
        .delete("/api/v1/users/{username}/sessions", session::end_of_user)
        .get("/api/v1/users/{username}/application_tokens", token::list)
        .post("/api/v1/users/{username}/application_tokens", token::create)
        .get("/api/v1/users/{username}/application_tokens/{application}", token::show)
        .delete("/api/v1/users/{username}/application_tokens/{application}", token::revoke)
}

/// Of who may do what, and the interface itself.
fn rules(routes: Routes) -> Routes {
    routes
        .get("/api/openapi.json", openapi::show)
        .get("/api/v1/explain", access::explain)
        .get("/api/v1/health", health::show)
        .get("/api/v1/version", version::show)
        .get("/api/v1/what-can", outlook::what_can)
        .get("/api/v1/what-if", outlook::what_if)
        .get("/api/v1/who-can", outlook::who_can)
}

/// For those who look after Portus.
fn administration(routes: Routes) -> Routes {
    routes
        .get("/api/v1/activities", activity::list)
        .get("/api/v1/activities.csv", activity::csv)
        .get("/api/v1/activities.jsonl", activity::json_lines)
        .get("/api/v1/doctor", doctor::show)
        .post("/api/v1/doctor", doctor::look_again)
        .get("/api/v1/jobs", job::list)
        .post("/api/v1/jobs/{job}/retry", job::retry)
        .get("/api/v1/keys", key::list)
        .post("/api/v1/keys/activate", key::activate)
        .post("/api/v1/keys/rotate", key::rotate)
        .get("/api/v1/parked-events", parked::list)
        .post("/api/v1/parked-events/retry", parked::retry_all)
        .get("/api/v1/parked-events/{event}", parked::show)
        .post("/api/v1/parked-events/{event}/discard", parked::discard)
        .post("/api/v1/parked-events/{event}/retry", parked::retry)
        .get("/api/v1/registries", registry::list)
        .post("/api/v1/registries", registry_change::add)
        .get("/api/v1/registries/{registry}", registry::show)
        .patch("/api/v1/registries/{registry}", registry_change::change)
        .delete("/api/v1/registries/{registry}", registry_change::remove)
        .get("/api/v1/registries/{registry}/removal", registry_change::preview)
        .post("/api/v1/registries/{registry}/secret", registry_change::renew_secret)
        .post("/api/v1/registries/{registry}/sync", registry_change::sync)
        .get("/api/v1/registries/{registry}/syncs", registry::syncs)
        .post("/api/v1/registries/{registry}/test", registry_change::test)
        .get("/api/v1/settings", setting::list)
        .get("/api/v1/status", job::status)
}

/// Writes what went wrong as a problem, and says who may keep an answer.
async fn attend(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let told = Told::default();
    request.extensions_mut().insert(told.clone());
    let caller = WhoCalls::default();
    request.extensions_mut().insert(caller.clone());
    let origin = request.extensions().get::<Origin>();
    let network = origin.unwrap_or(&Origin::LOCAL).network();
    let id = origin.and_then(|origin| origin.request.clone()).unwrap_or_default();
    let kept = Kept::read(request.method(), request.headers());
    let answered = guarded(&shared.app.limits, next.run(request)).await;
    let answered = answered.unwrap_or_else(|failed| Problem::failed(&failed).into_response());
    let mut response = kept.settle(answered).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let denied = problem.denial().map(|why| Denied::to(caller.known(), why));
        response = problem.dress(response, &id);
        if let Some(denied) = denied {
            response.extensions_mut().insert(denied);
        }
    }
    let headers = response.headers_mut();
    // Whoever was not found out counts by where the request came from.
    let left = told.0.get_or_init(|| shared.api_quota.take(Key::Address(network), Instant::now()));
    left.tell(headers);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn nowhere() -> Problem {
    Problem::nowhere()
}

/// `Allow` is added by the router.
async fn wrong_method(method: Method) -> Response {
    Problem::method(&method).into_response()
}
