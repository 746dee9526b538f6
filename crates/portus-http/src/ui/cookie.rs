//! The cookies of pages.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use portus_core::secret::Secret;

use super::visit::cookies;

/// What a cookie is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cookie {
    /// What the guard of forms is made of before anyone signed in.
    Form,
    /// Which language.
    Language,
    /// Who is signed in.
    Session,
    /// Which colours.
    Theme,
    /// Whether times are exact.
    Times,
}

/// A cookie as it is named here. `__Host-` keeps other hosts of the domain from setting it;
/// browsers take it over TLS and on localhost only.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) kind: Cookie,
    pub(super) insecure: bool,
}

impl Named {
    fn name(self) -> &'static str {
        let name = match self.kind {
            Cookie::Form => "__Host-portus_form",
            Cookie::Language => "__Host-portus_language",
            Cookie::Session => "__Host-portus_session",
            Cookie::Theme => "__Host-portus_theme",
            Cookie::Times => "__Host-portus_times",
        };
        match self.insecure {
            true => name.trim_start_matches("__Host-"),
            false => name,
        }
    }

    /// Its value in a request.
    pub(super) fn read(self, headers: &HeaderMap) -> Option<Secret> {
        let mut found = cookies(headers).filter(|(name, _)| *name == self.name());
        found.next().map(|(_, value)| Secret::new(value))
    }

    /// The header that sets it, until the browser ends or for so long.
    pub(super) fn set(self, value: &str, keep: Option<Duration>) -> HeaderValue {
        let secure = if self.insecure { "" } else { "; Secure" };
        let keep = keep.map(|keep| format!("; Max-Age={}", keep.as_secs())).unwrap_or_default();
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{keep}", self.name());
        // Made of names and base 62 digits.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }

    /// The header that removes it.
    pub(super) fn unset(self) -> HeaderValue {
        self.set("", Some(Duration::ZERO))
    }
}
