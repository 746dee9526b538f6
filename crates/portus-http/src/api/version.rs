//! What answers.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::SignedIn;

/// What answers.
#[derive(Serialize, ToSchema)]
pub(super) struct Version {
    /// The versions of this interface
    #[serde(rename = "api-versions")]
    api_versions: [&'static str; 1],
    /// The version of Portus
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// What answers, for everyone who signs in.
#[utoipa::path(get, path = "/api/v1/version", tag = "portus", responses(
    (status = 200, body = Version),
))]
pub(super) async fn show(SignedIn(_): SignedIn) -> Json<Version> {
    Json(Version { api_versions: ["v1"], version: env!("CARGO_PKG_VERSION") })
}
