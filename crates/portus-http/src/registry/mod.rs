//! What registries and their clients talk to.

mod authorization;
pub(crate) mod body;
mod error;
mod event;
pub(crate) mod notification;
pub(crate) mod token;
mod token_reply;
mod token_request;

use axum::http::{Method, Uri};

pub(crate) use authorization::Authorization;
pub(crate) use error::{RegistryError, told};

/// The answer where there is nothing.
pub(crate) async fn not_found(_: Uri) -> RegistryError {
    RegistryError::NotFound
}

/// The answer to a method that a route does not have; `Allow` is added by the router.
pub(crate) async fn wrong_method(method: Method) -> RegistryError {
    RegistryError::Method(method)
}
