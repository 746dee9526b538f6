//! Lists, a part at a time.

use axum::Json;
use axum::http::header::LINK;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use form_urlencoded::Serializer;
use portus_core::page::{Page, Slice};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// Which part of a list is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    pub(super) per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    pub(super) after: Option<String>,
}

/// How many rows at most: 1 to 100.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct PerPage(u32);

impl Default for PerPage {
    fn default() -> Self {
        Self(30)
    }
}

impl TryFrom<u32> for PerPage {
    type Error = &'static str;

    fn try_from(rows: u32) -> Result<Self, Self::Error> {
        if (1..=100).contains(&rows) { Ok(Self(rows)) } else { Err("`per_page` is from 1 to 100") }
    }
}

impl Part {
    pub(super) fn slice(self) -> Slice {
        slice(self.per_page, self.after)
    }
}

pub(super) fn slice(PerPage(limit): PerPage, after: Option<String>) -> Slice {
    Slice { after, limit }
}

/// Part of a list, and where it goes on.
pub(super) struct List<T> {
    rows: Vec<T>,
    next: Option<String>,
}

impl<T> List<T> {
    pub(super) fn new(page: Page<T>, origin: &str, uri: &Uri) -> Self {
        let next = page.next.map(|after| address(origin, uri, &after));
        Self { rows: page.rows, next }
    }
}

/// The same list, from a row on.
fn address(origin: &str, uri: &Uri, after: &str) -> String {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut next = Serializer::new(String::new());
    next.extend_pairs(query.filter(|(name, _)| name != "after")).append_pair("after", after);
    format!("{origin}{}?{}", uri.path(), next.finish())
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.rows).into_response();
        // Made of an address and of what a form may hold.
        let link = self.next.map(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")));
        if let Some(Ok(link)) = link {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_part_keeps_what_was_asked_for() {
        let uri: Uri = "/api/v1/users?kind=bot&after=a&per_page=2".parse().unwrap();
        let next = address("https://portus.test", &uri, "b c/ü");
        let rest = "kind=bot&per_page=2&after=b+c%2F%C3%BC";
        assert_eq!(next, format!("https://portus.test/api/v1/users?{rest}"));
    }
}
