//! One thing of a repository, where the same address without it names a list of them.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::call::At;
use super::error::Problem;
use crate::Shared;

/// What comes after a path and a sign: a tag, a digest. A list of them, and the history of one, is
/// only read.
pub(super) struct Sole<const SIGN: char> {
    pub(super) registry: String,
    pub(super) path: String,
    pub(super) which: String,
}

impl<const SIGN: char> FromRequestParts<Arc<Shared>> for Sole<SIGN> {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        let named = At::<(String, String)>::from_request_parts(parts, shared).await;
        let At((registry, rest)) = named.map_err(IntoResponse::into_response)?;
        match rest.split_once(SIGN) {
            Some((path, which)) if !which.contains('/') => {
                Ok(Self { registry, path: path.to_owned(), which: which.to_owned() })
            }
            _ => {
                let mut response = Problem::method(&parts.method).into_response();
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET,HEAD"));
                Err(response)
            }
        }
    }
}
