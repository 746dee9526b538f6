//! What browsers send: forms with their guard, queries, and the names in an address. What cannot be
//! read is answered with a page.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::trouble::Trouble;
use super::visit::Visit;
use crate::Shared;

/// A form that a page of the visitor's own made.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Shared>> for Sent<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Trouble> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, shared).await?;
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(whole, shared).await.map_err(unread)?;
        let mut fields = form_urlencoded::parse(&bytes);
        let guard = fields.find(|(name, _)| name == "guard").ok_or(Trouble::Stale)?.1;
        visit.check_guard(&guard)?;
        let whole = Request::from_parts(parts, Body::from(bytes));
        let form = Form::<T>::from_request(whole, shared).await.map_err(|_| Trouble::Odd)?;
        Ok(Self(form.0))
    }
}

fn unread(rejection: BytesRejection) -> Trouble {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
        _ => Trouble::Odd,
    }
}

/// What follows the question mark.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Shared>> for Asked<T> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Shared>) -> Result<Self, Trouble> {
        let query = Query::<T>::try_from_uri(&parts.uri).map_err(|_| Trouble::Odd)?;
        Ok(Self(query.0))
    }
}

/// The names in an address.
pub(super) struct Named<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Shared>> for Named<T> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Trouble> {
        let path = Path::<T>::from_request_parts(parts, shared).await;
        path.map(|names| Self(names.0)).map_err(|_| Trouble::NotFound)
    }
}
