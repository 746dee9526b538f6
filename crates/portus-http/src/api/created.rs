//! What was made, and where it is.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::ui::segment;

/// The answer to what made something.
pub(super) struct Created<T> {
    /// Its address, without the host.
    pub(super) at: String,
    pub(super) body: T,
}

/// Where something is: the parts of its path.
pub(super) fn address(parts: &[&str]) -> String {
    parts.iter().fold("/api/v1".to_owned(), |path, part| path + "/" + &segment(part))
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, [(LOCATION, self.at)], Json(self.body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parts_of_a_path_whatever_they_hold() {
        assert_eq!(address(&["teams", "a/b ü?"]), "/api/v1/teams/a%2Fb%20%C3%BC%3F");
    }
}
