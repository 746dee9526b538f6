//! What admins look after. Each tab has a file of its own.

pub(super) mod connect;
mod health;
mod keys;
mod overview;
mod registries;
mod registry;
mod settings;

pub(super) use registries::address as registry_at;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use portus_core::usecase::{InspectError, OverseeError};

use super::frame::Frame;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::Shared;

/// The pages under `/admin`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/admin", get(overview::show))
        .route("/admin/check", post(overview::check))
        .route("/admin/connect", get(connect::show).post(connect::add))
        .route("/admin/connect/{name}", get(connect::told))
        .route("/admin/connect/{name}/check", post(connect::check))
        .route("/admin/health", get(health::show))
        .route("/admin/health/discard", post(health::discard))
        .route("/admin/health/job", post(health::hasten))
        .route("/admin/health/retry", post(health::retry))
        .route("/admin/keys", get(keys::show))
        .route("/admin/keys/activate", post(keys::activate))
        .route("/admin/keys/rotate", post(keys::rotate))
        .route("/admin/registries", get(registries::show))
        .route("/admin/registries/new", get(registries::form).post(registries::add))
        .route("/admin/registries/{name}", get(registry::show).post(registry::edit))
        .route("/admin/registries/{name}/remove", get(registry::preview).post(registry::remove))
        .route(
            "/admin/registries/{name}/secret",
            get(crate::ui::sure::secret).post(registry::renew_secret),
        )
        .route("/admin/registries/{name}/sync", post(registry::sync))
        .route("/admin/settings", get(settings::show))
}

impl Frame {
    /// How open a global namespace may be, and what that is called.
    fn openness(&self) -> [(&'static str, &'static str); 3] {
        let t = self.t;
        [("private", t.private), ("protected", t.protected), ("public", t.public)]
    }

    /// The parts of the administration: where they are, and what they are called.
    pub(super) fn admin_tabs(&self) -> Vec<(&'static str, &'static str)> {
        vec![
            ("/admin", self.t.admin.overview),
            ("/admin/registries", self.t.registries),
            ("/admin/users", self.t.accounts),
            ("/teams", self.t.teams),
            ("/namespaces?kind=orphan", self.t.settings.orphans),
            ("/audit", self.t.audit.title),
            ("/admin/settings", self.t.admin.settings),
            ("/admin/keys", self.t.admin.keys),
            ("/admin/health", self.t.admin.health),
        ]
    }
}

/// Whether someone signed in; who did not is asked to, and comes back.
fn signed_in(visit: &Visit) -> Result<(), Trouble> {
    if visit.is_signed_in() {
        return Ok(());
    }
    let path = visit.path.split('?').next().unwrap_or("/admin").to_owned();
    Err(Trouble::SignIn(path.into()))
}

impl From<InspectError> for Trouble {
    fn from(error: InspectError) -> Self {
        super::audit::refused(error)
    }
}

impl From<OverseeError> for Trouble {
    fn from(error: OverseeError) -> Self {
        match error {
            OverseeError::NoJob(_) | OverseeError::Unknown(_) => Self::NotFound,
            OverseeError::Refused(refused) => refused.into(),
            OverseeError::Store(error) => error.into(),
        }
    }
}
