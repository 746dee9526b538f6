//! What registries and their clients talk to.

mod authorization;
pub(crate) mod body;
mod error;
mod event;
pub(crate) mod notification;
pub(crate) mod token;
mod token_reply;
mod token_request;

use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::SharedState;
use crate::each_request::guarded;

pub(crate) use authorization::Authorization;
pub(crate) use error::{RegistryError, told};

/// Answers a request, or says in the registry's words that it took too long or broke.
pub(crate) async fn guard(State(shared): SharedState, request: Request, next: Next) -> Response {
    let answered = guarded(&shared.app.limits, next.run(request)).await;
    answered.unwrap_or_else(|failed| RegistryError::Failed(failed).into_response())
}

/// The answer where there is nothing.
pub(crate) async fn not_found(_: Uri) -> RegistryError {
    RegistryError::NotFound
}

/// The answer to a method that a route does not have; `Allow` is added by the router.
pub(crate) async fn wrong_method(method: Method) -> RegistryError {
    RegistryError::Method(method)
}
