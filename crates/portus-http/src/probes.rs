//! What operators and their programs ask: is it there, does it work, which keys, how much.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::SharedState;

/// The route of the metrics listener: `GET /metrics`, in the text format of Prometheus as `render`
/// makes it.
pub fn metrics_router(render: Arc<dyn Fn() -> String + Send + Sync>) -> Router {
    let metrics = async move || {
        let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
        (kind, render())
    };
    Router::new().route("/metrics", get(metrics))
}

/// Whether the process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether requests can be answered.
pub(crate) async fn readyz(State(shared): SharedState) -> (StatusCode, String) {
    match (shared.app.ready)() {
        Ok(()) => (StatusCode::OK, "ready\n".into()),
        Err(missing) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {missing}\n")),
    }
}

/// The public keys.
///
/// Source: RFC 7517, section 8.5.
pub(crate) async fn jwks(State(shared): SharedState) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/jwk-set+json"),
        // A new key is published long before the first token that it signs.
        (header::CACHE_CONTROL, "public, max-age=60"),
    ];
    (headers, (shared.app.jwks)())
}
