//! HTTP: reads requests into core values, calls one use case, writes its answer.
//!
//! [`router`] is the whole of it as an axum router; [`serve`] puts one on a socket.
#![deny(missing_docs)]

mod admin;
mod api;
mod audit;
mod denied;
mod drain;
mod each_request;
mod guess;
mod limits;
mod markdown;
mod network;
mod origin;
mod probes;
mod quota;
mod rate;
mod registry;
mod serve;
mod tls;
mod ui;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use portus_core::usecase::{AcceptNotification, Authenticate, IssueToken};

pub use admin::{Admin, Setting, SettingSource};
pub use api::Api;
pub use limits::Limits;
pub use network::{InvalidNetwork, Network};
pub use probes::metrics_router;
pub use serve::{ConnectionLimits, serve};
pub use tls::{Tls, TlsError};
pub use ui::Web;

use quota::Quota;
use rate::Failures;
use registry::{notification, token, wrong_method};

/// What the routes need, built once by whoever puts the program together.
pub struct App {
    /// Finds out who asks for a token.
    pub authenticate: Arc<Authenticate>,
    /// Answers token requests.
    pub issue_token: Arc<IssueToken>,
    /// Takes in what registries tell of.
    pub accept_notification: Arc<AcceptNotification>,
    /// The public keys as a JSON Web Key Set, as they are now.
    pub jwks: Arc<dyn Fn() -> String + Send + Sync>,
    /// Whether requests can be answered; the error says what is missing, in words for operators.
    pub ready: Arc<dyn Fn() -> Result<(), String> + Send + Sync>,
    /// What a request may be like.
    pub limits: Limits,
    /// What pages need.
    pub web: Web,
    /// What the REST interface needs besides.
    pub api: Api,
    /// What those use who look after Portus.
    pub admin: Admin,
}

/// The routes of the main listener.
///
/// The address of a client is the peer's, which [`serve`] adds to each request as
/// [`axum::extract::ConnectInfo`], unless that is a trusted proxy.
pub fn router(app: App) -> Router {
    let shared = Arc::new(Shared {
        api_quota: Quota::new(app.limits.api_requests),
        page_quota: Quota::new(app.limits.page_requests),
        app,
        password_failures: Failures::default(),
        token_failures: Failures::default(),
        notification_failures: Failures::default(),
        sign_ups: Failures::default(),
    });
    let machines = Router::new()
        .route("/healthz", get(probes::healthz))
        .route("/readyz", get(probes::readyz))
        .route("/.well-known/jwks.json", get(probes::jwks))
        .route("/v2/token", get(token::get).post(token::post))
        .route("/v2/webhooks/events", post(notification::post))
        .route("/v2/", any(registry::not_found))
        .route("/v2/{*rest}", any(registry::not_found))
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(shared.clone(), registry::guard));
    machines
        .merge(ui::routes(&shared))
        .merge(api::routes(&shared))
        .fallback_service(ui::nowhere(&shared).with_state(shared.clone()))
        .layer(from_fn(drain::unread))
        .layer(from_fn_with_state(shared.clone(), each_request::attend))
        .with_state(shared)
}

/// What every handler may look at.
pub(crate) struct Shared {
    pub(crate) app: App,
    pub(crate) api_quota: Quota,
    pub(crate) page_quota: Quota,
    pub(crate) password_failures: Failures,
    /// Of secrets that Portus made. Apart from passwords, so that a forgotten job with a token
    /// that ended does not keep people out.
    pub(crate) token_failures: Failures,
    pub(crate) notification_failures: Failures,
    /// Accounts that strangers asked for, each of them.
    pub(crate) sign_ups: Failures,
}

pub(crate) type SharedState = axum::extract::State<Arc<Shared>>;

/// Where someone sets her password by a link.
fn password_link(origin: &str, link: &portus_core::usecase::PasswordLink) -> String {
    format!("{origin}/password/{}", link.secret.expose())
}
