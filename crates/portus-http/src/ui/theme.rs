//! Which colours someone likes.

use std::time::Duration;

use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

use super::cookie::Cookie;
use super::sent::Sent;
use super::sign_in::{local, see};
use super::trouble::Trouble;
use super::visit::{Theme, Visit};

#[derive(Deserialize)]
pub(super) struct Choice {
    theme: String,
    #[serde(default)]
    back: String,
}

pub(super) async fn choose(visit: Visit, Sent(choice): Sent<Choice>) -> Result<Response, Trouble> {
    let cookie = visit.cookie(Cookie::Theme);
    let set = match Theme::named(&choice.theme) {
        Theme::System => cookie.unset(),
        theme => cookie.set(theme.as_str(), Some(YEAR)),
    };
    let mut response = see(&local(&choice.back));
    response.headers_mut().append(SET_COOKIE, set);
    Ok(response)
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
