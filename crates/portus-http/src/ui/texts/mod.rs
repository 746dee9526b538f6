//! What pages say, in each language. A language that lacks a text does not compile.

mod access;
mod admin;
mod audit;
mod connect;
mod deletions;
mod doctor;
mod images;
mod mistakes;
mod notices;
mod outlook;
mod password;
mod preferences;
mod reference;
mod refusals;
mod remarks;
mod search;
mod sessions;
mod settings;
mod setup;
mod sign_in;
mod sign_up;
mod sure;
mod teams;
mod tokens;
mod trouble;
mod users;
mod words;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

pub(crate) use refusals::Said;
pub(crate) use words::Texts;

/// Every language, the default first.
static LANGUAGES: [&Texts; 2] = [&Texts::ENGLISH, &Texts::GERMAN];

/// The language that a browser likes best of those there are.
///
/// Source: RFC 9110, section 12.5.4.
pub(super) fn wanted(headers: &HeaderMap) -> &'static Texts {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (0.0_f32, LANGUAGES[0]);
    for range in header.unwrap_or_default().split(',').take(20) {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse);
        let language = tag.split('-').next().unwrap_or_default();
        let known = LANGUAGES.iter().find(|texts| language.eq_ignore_ascii_case(texts.language));
        if let (Some(texts), Ok(weight)) = (known, weight)
            && weight > best.0
        {
            best = (weight, texts);
        }
    }
    best.1
}

/// The language of this name.
pub(super) fn named(name: &str) -> Option<&'static Texts> {
    LANGUAGES.into_iter().find(|texts| texts.language == name)
}

/// The texts of a room, each in every language: English first, then German. A text that takes
/// something says what: `name: About = …`.
macro_rules! texts {
    (
        $(#[$doc:meta])*
        $room:ident { $($(#[$about:meta])* $name:ident $(: $kind:ty)? = $english:expr, $german:expr;)* }
    ) => {
        $(#[$doc])*
        pub(crate) struct $room { $($(#[$about])* pub(crate) $name: $crate::ui::texts::kind!($($kind)?),)* }

        impl $room {
            pub(crate) const ENGLISH: Self = Self { $($name: $english,)* };
            pub(crate) const GERMAN: Self = Self { $($name: $german,)* };
        }
    };
}

macro_rules! kind {
    () => { &'static str };
    ($kind:ty) => { $kind };
}

use kind;
use texts;

/// A text about one name.
type About = fn(&str) -> String;
