//! What the body says, and nothing besides.

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use portus_core::secret::Secret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::error::{Code, Problem};
use crate::registry::{RegistryError, body};

/// A body of JSON. Extracted last, when who sends it is known.
pub(super) struct Sent<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        if !is_json(request.headers()) {
            let detail = "`Content-Type` has to be `application/json`";
            return Err(Problem::new(Code::MediaType, detail));
        }
        let read = body::read(request.into_body(), MAX_BODY).await;
        let text = read.map_err(unread)?;
        let value = serde_json::from_slice(&text).map_err(|error| match error.classify() {
            Category::Data => Problem::new(Code::InvalidValue, error.to_string()),
            _ => Problem::new(Code::MalformedBody, error.to_string()),
        })?;
        Ok(Self(value))
    }
}

/// Why a body was not read.
pub(super) fn unread(error: RegistryError) -> Problem {
    let code = match error {
        RegistryError::BodyTooLarge(_) => Code::BodyTooLarge,
        _ => Code::MalformedBody,
    };
    Problem::new(code, error.to_string())
}

/// A secret in a body.
#[derive(Deserialize)]
#[serde(from = "String")]
pub(super) struct Hidden(pub(super) Secret);

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(Secret::new(text))
    }
}

/// The value of a field.
pub(super) fn value<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Problem>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| Problem::new(Code::InvalidValue, format!("{field}: {error}")))
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/json")
}

/// The largest body, in bytes.
pub(super) const MAX_BODY: usize = 64 * 1024;
