//! Whether Portus can answer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::SharedState;

/// How the parts are.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// The database
    database: Part,
}

/// How a part is.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthOfPart)]
struct Part {
    /// In words
    msg: String,
    /// Whether it works
    success: bool,
}

/// Whether Portus can answer. For everyone.
#[utoipa::path(get, path = "/api/v1/health", tag = "portus", security(()), responses(
    (status = 200, body = Health, description = "All is well"),
    (status = 503, body = Health, description = "Something does not work"),
))]
pub(super) async fn show(State(shared): SharedState) -> Response {
    let ready = (shared.app.ready)();
    let status = if ready.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let success = ready.is_ok();
    let msg = ready.err().unwrap_or_else(|| "the database answers".into());
    (status, Json(Health { database: Part { msg, success } })).into_response()
}
