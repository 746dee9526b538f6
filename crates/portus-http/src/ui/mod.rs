//! Pages: compiled templates, which work without scripts.

mod access;
mod activity;
mod admin;
mod assets;
mod audit;
mod bot;
mod commands;
mod compare;
mod confirm;
mod cookie;
mod deletion;
mod describe;
mod fault;
mod found;
mod frame;
mod home;
mod manifest;
mod namespace;
mod namespace_settings;
mod new_namespace;
mod notice;
mod order;
mod outlook;
mod preferences;
mod profile;
mod reference;
mod remark;
mod remarks;
mod repositories;
mod repository;
mod search;
mod sent;
mod sessions;
mod set_password;
mod setup;
mod show;
mod sign_in;
mod sign_up;
mod stars;
mod sure;
mod tags;
mod tally;
mod team;
mod team_delete;
mod team_lists;
mod teams;
mod texts;
mod theme;
mod token_form;
mod tokens;
mod traffic;
mod trouble;
mod user;
mod user_delete;
mod users;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, any, get, post};
use portus_core::port::{Clock, Passwords};
use portus_core::usecase::{
    CancelDeletion, ChangeEmail, ChangePassword, CreateAccount, DeleteImages, Describe,
    ExplainAccess, Find, FollowDeletions, Look, ManageSessions, ManageTokens, Remark, SignIn,
    Survey, WhatCan, WhatIf, WhoCan,
};

use crate::Shared;
use trouble::Trouble;

pub(crate) use sign_in::segment;
pub(crate) use visit::{is_foreign, is_guard, session_secret};

/// What pages need.
pub struct Web {
    /// Signs people in and out.
    pub sign_in: Arc<SignIn>,
    /// What people look at.
    pub look: Arc<Look>,
    /// What they see on the way there.
    pub survey: Arc<Survey>,
    /// Stars and comments.
    pub remark: Arc<Remark>,
    /// Says what repositories and teams are for.
    pub describe: Arc<Describe>,
    /// Who may do what, and why.
    pub explain: Arc<ExplainAccess>,
    /// Who may do something.
    pub who_can: Arc<WhoCan>,
    /// What someone may do.
    pub what_can: Arc<WhatCan>,
    /// What would change that.
    pub what_if: Arc<WhatIf>,
    /// Finds what people look for.
    pub find: Arc<Find>,
    /// Where people are signed in.
    pub sessions: Arc<ManageSessions>,
    /// Application tokens.
    pub tokens: Arc<ManageTokens>,
    /// Lets people change their mail addresses.
    pub change_email: Arc<ChangeEmail>,
    /// Changes people's own passwords.
    pub change_password: Arc<ChangePassword>,
    /// Makes the first account.
    pub create_account: Arc<CreateAccount>,
    /// Has images deleted.
    pub delete_images: Arc<DeleteImages>,
    /// Calls deletions off.
    pub cancel_deletion: Arc<CancelDeletion>,
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
    let pages = looking()
        .merge(admin::routes())
        .merge(managing())
        .layer(from_fn(visit::keep_out))
        .merge(entering())
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn_with_state(shared.clone(), visit::attend));
    pages.route("/assets/{name}", get(assets::get))
}

/// For everyone, even where strangers see nothing: what leads in, and how pages look.
fn entering() -> Router<Arc<Shared>> {
    Router::new()
        .route("/password/{secret}", get(set_password::show).post(set_password::set))
        .route("/setup/{secret}", get(setup::show).post(setup::make))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/theme", post(theme::choose))
        .route("/sign-up", get(sign_up::show).post(sign_up::make))
}

/// What people look at, and what they have of their own.
fn looking() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(home::show))
        .route("/access", get(access::show))
        .route("/access/change", post(outlook::what_if::change))
        .route("/access/what-can", get(outlook::what_can))
        .route("/access/what-if", get(outlook::what_if::show))
        .route("/access/who-can", get(outlook::who_can))
        .route("/api", get(reference::show))
        .route("/api/", get(reference::show))
        .route("/activities/{registry}/{*path}", get(activity::of_repository))
        .route("/audit", get(audit::show))
        .route("/deletions", get(deletion::list).post(deletion::ask))
        .route("/deletions/new", get(deletion::preview))
        .route("/deletions/{deletion}", get(deletion::show))
        .route("/deletions/{deletion}/cancel", post(deletion::cancel))
        .route("/audit.csv", get(audit::csv))
        .route("/audit.jsonl", get(audit::json_lines))
        .route("/namespaces", get(namespace::list).post(new_namespace::make))
        .route("/comments", post(remark::comment))
        .route("/comments/edit", get(remark::editing).post(remark::edit))
        .route("/comments/remove", get(sure::comment).post(remark::remove))
        .route("/descriptions/namespace", post(describe::namespace).layer(long()))
        .route("/descriptions/repository", post(describe::repository).layer(long()))
        .route("/namespaces/{registry}/{name}", get(namespace::show))
        .route("/namespaces/{registry}/{name}/activity", get(activity::show))
        .route("/profile", get(profile::show))
        .route("/profile/email", post(profile::change_email))
        .route("/profile/password", post(profile::change_password))
        .route("/profile/preferences", post(preferences::keep))
        .route("/repositories", get(repositories::show))
        .route("/repositories/{registry}/{*path}", get(repository::show))
        .route("/search", get(search::show))
        .route("/search/live", get(search::live))
        .route("/sessions", get(sessions::show))
        .route("/sessions/end", post(sessions::end))
        .route("/sessions/revoke", post(sessions::revoke))
        .route("/stars", get(stars::show).post(stars::set))
        .route("/tokens", get(tokens::show).post(tokens::make))
        .route("/tokens/revoke", get(sure::own_token).post(tokens::revoke))
}

/// Of those who look after people, teams and namespaces.
fn managing() -> Router<Arc<Shared>> {
    Router::new()
        .route("/admin/users", get(users::show).post(users::make))
        .route("/admin/users/{name}", get(user::show))
        .route("/admin/users/{name}/admin", get(sure::admin).post(user::set_admin))
        .route("/admin/users/{name}/delete", get(user_delete::show).post(user_delete::delete))
        .route("/admin/users/{name}/enabled", get(sure::enabled).post(user::set_enabled))
        .route("/admin/users/{name}/password", post(user::set_password))
        .route("/admin/users/{name}/password-link", post(user::link_password))
        .route("/admin/users/{name}/sign-out", post(user::sign_out))
        .route("/admin/users/{name}/tokens/revoke", get(sure::token).post(user::revoke))
        .route("/namespaces/new", get(new_namespace::show))
        .route("/namespaces/{registry}/{name}/settings", get(namespace_settings::show))
        .route(
            "/namespaces/{registry}/{name}/settings/transfer",
            post(namespace_settings::transfer),
        )
        .route("/namespaces/{registry}/{name}/settings/visibility", post(namespace_settings::open))
        .route("/teams", get(teams::show).post(teams::make))
        .route("/teams/{team}", get(team::show))
        .route("/teams/{team}/activity", get(activity::of_team))
        .route("/teams/{team}/bots", post(team::make_bot))
        .route("/teams/{team}/bots/{bot}", get(bot::show))
        .route("/teams/{team}/bots/{bot}/delete", get(bot::removal).post(bot::delete))
        .route("/teams/{team}/bots/{bot}/enabled", get(sure::bot_enabled).post(bot::set_enabled))
        .route("/teams/{team}/bots/{bot}/tokens", post(bot::make))
        .route("/teams/{team}/bots/{bot}/tokens/revoke", get(sure::bot_token).post(bot::revoke))
        .route("/teams/{team}/delete", get(team_delete::show).post(team_delete::delete))
        .route("/teams/{team}/description", post(team::describe).layer(long()))
        .route("/teams/{team}/hand-over", get(sure::hand_over).post(team::hand_over))
        .route("/teams/{team}/leave", get(sure::leave).post(team::leave))
        .route("/teams/{team}/members", post(team::add))
        .route("/teams/{team}/members/remove", get(sure::member).post(team::remove))
        .route("/teams/{team}/members/role", post(team::set_role))
        .route("/teams/{team}/rename", post(team::rename))
}

/// For forms that hold a description: each of its characters may be written as twelve.
fn long() -> DefaultBodyLimit {
    DefaultBodyLimit::max(12 * portus_core::words::Description::LIMIT + MAX_FORM)
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
