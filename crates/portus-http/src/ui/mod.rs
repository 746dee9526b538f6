//! Pages: compiled templates, which work without scripts.

mod access;
mod admin;
mod assets;
mod audit;
mod cookie;
mod deletion;
mod frame;
mod home;
mod namespace;
mod profile;
mod repository;
mod sent;
mod sessions;
mod setup;
mod show;
mod sign_in;
mod texts;
mod theme;
mod tokens;
mod trouble;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post};
use portus_core::port::{Clock, Passwords};
use portus_core::usecase::{
    ChangePassword, CreateAccount, DeleteImages, ExplainAccess, FollowDeletions, Look,
    ManageSessions, ManageTokens, SignIn,
};

use crate::Shared;
use trouble::Trouble;

pub(crate) use visit::{is_foreign, is_guard, session_secret};

/// What pages need.
pub struct Web {
    /// Signs people in and out.
    pub sign_in: Arc<SignIn>,
    /// What people look at.
    pub look: Arc<Look>,
    /// Who may do what, and why.
    pub explain: Arc<ExplainAccess>,
    /// Where people are signed in.
    pub sessions: Arc<ManageSessions>,
    /// Application tokens.
    pub tokens: Arc<ManageTokens>,
    /// Changes people's own passwords.
    pub change_password: Arc<ChangePassword>,
    /// Makes the first account.
    pub create_account: Arc<CreateAccount>,
    /// Has images deleted.
    pub delete_images: Arc<DeleteImages>,
    /// Shows how far deletions are.
    pub follow_deletions: Arc<FollowDeletions>,
    /// What the set-up link holds.
    pub setup_secret: portus_core::secret::Secret,
    /// Compares secrets.
    pub passwords: Arc<dyn Passwords>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where browsers find Portus: scheme, host and port.
    pub origin: String,
    /// Whether cookies go over plain HTTP, as only a laboratory may.
    pub insecure_cookies: bool,
    /// Whether strangers see what is public.
    pub anonymous_browse: bool,
}

/// The routes of the pages.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/access", get(access::show))
        .route("/admin", get(admin::show))
        .route("/admin/retry", post(admin::retry))
        .route("/audit", get(audit::show))
        .route("/deletions", get(deletion::list).post(deletion::ask))
        .route("/deletions/new", get(deletion::preview))
        .route("/deletions/{deletion}", get(deletion::show))
        .route("/namespaces", get(namespace::list))
        .route("/namespaces/{registry}/{name}", get(namespace::show))
        .route("/profile", get(profile::show))
        .route("/profile/password", post(profile::change_password))
        .route("/repositories/{registry}/{*path}", get(repository::show))
        .route("/sessions", get(sessions::show))
        .route("/sessions/end", post(sessions::end))
        .route("/setup/{secret}", get(setup::show).post(setup::make))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/theme", post(theme::choose))
        .route("/tokens", get(tokens::show).post(tokens::make))
        .route("/tokens/revoke", post(tokens::revoke))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn_with_state(shared.clone(), visit::attend));
    pages.route("/assets/{name}", get(assets::get))
}

async fn wrong_method() -> Trouble {
    Trouble::Method
}

/// Answers where there is no route: for whoever looks around, with a page.
pub(crate) fn nowhere(shared: &Arc<Shared>) -> MethodRouter<Arc<Shared>> {
    any(|| async { Trouble::NotFound }).layer(from_fn_with_state(shared.clone(), visit::attend))
}

/// The largest form, in bytes.
const MAX_FORM: usize = 64 * 1024;
