//! What the query says, and nothing besides.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::{Code, Problem};

/// The query as a whole. A word that is not known is refused: a filter with a slip in it would
/// show everything.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = Query::try_from_uri(&parts.uri);
        let Query(asked) =
            query.map_err(|error| Problem::new(Code::MalformedQuery, error.body_text()))?;
        Ok(Self(asked))
    }
}
