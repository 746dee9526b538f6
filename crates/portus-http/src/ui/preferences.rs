//! How someone likes her pages: kept in her browser.

use std::time::Duration;

use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

use super::cookie::Cookie;
use super::notice::Notice;
use super::sent::Sent;
use super::texts;
use super::trouble::Trouble;
use super::visit::{EXACT, Theme, Visit};

#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    language: String,
    #[serde(default)]
    times: String,
    #[serde(default)]
    theme: String,
}

pub(super) async fn keep(visit: Visit, Sent(choice): Sent<Choice>) -> Result<Response, Trouble> {
    let set = |kind, value: Option<&str>| {
        let cookie = visit.cookie(kind);
        value.map_or_else(|| cookie.unset(), |value| cookie.set(value, Some(YEAR)))
    };
    let language = texts::named(&choice.language).map(|texts| texts.language);
    let times = (choice.times == EXACT).then_some(EXACT);
    let mut response = Notice::PreferencesKept.at("/profile");
    for (kind, value) in [
        (Cookie::Language, language),
        (Cookie::Times, times),
        (Cookie::Theme, Theme::named(&choice.theme).attribute()),
    ] {
        response.headers_mut().append(SET_COOKIE, set(kind, value));
    }
    Ok(response)
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
