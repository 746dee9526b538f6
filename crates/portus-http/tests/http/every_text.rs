//! Every field that takes a text, filled with what could run as a script.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::furnished::{FORMS, Form, Furnished, who_fills};
use crate::hostile::{CORPUS, does_nothing, escaped, stays_text};
use crate::places::PLACES;
use crate::world::{Answer, encoded};

/// Fields whose text is kept and shown, as somebody sees who may.
const SHOWN: &[&str] = &[
    "/admin/health/discard reason",
    "/admin/users username",
    "/comments text",
    "/comments/edit text",
    "/descriptions/namespace text",
    "/descriptions/repository text",
    "/sign-up username",
    "/teams name",
    "/teams/qa/bots username",
    "/teams/qa/bots/ci/tokens label",
    "/teams/qa/description text",
    "/teams/qa/rename name",
    "/tokens label",
];

/// Where what people write is rendered, in which a quote is a quote.
const PROSE: [&str; 3] = ["/comments", "/descriptions/", "/teams/qa/description"];

fn is_prose(form: &str) -> bool {
    PROSE.iter().any(|start| form.starts_with(start))
}

#[track_caller]
fn is_harmless(answer: &Answer, text: &str, form: &str, place: &str) {
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(!answer.status.is_server_error(), "{place}: {}", answer.body);
    if !kind.starts_with("text/html") {
        return;
    }
    match is_prose(form) {
        true => does_nothing(&answer.body, text, place),
        false => stays_text(&answer.body, text, place),
    }
}

/// All pages that someone finds; whether the text is on one of them.
async fn shown(world: &Furnished, browser: &Browser<'_>, text: &str, form: &str) -> bool {
    let mut seen = false;
    for place in PLACES {
        let answer = browser.get(&world.fill(place)).await;
        is_harmless(&answer, text, form, &format!("{place}, after {form}"));
        seen |= answer.body.contains(&escaped(text));
    }
    seen
}

/// Those after which every page is looked at, where they are taken: they end an attribute in either
/// quotes, and a link.
const TOURED: [&str; 3] = [CORPUS[1], CORPUS[2], CORPUS[11]];

/// SR17: whatever field of whatever form it came in by, it is text on every page after.
#[tokio::test]
async fn sr17_no_field_of_any_form_runs_anywhere() {
    let mut kept = BTreeSet::new();
    for (path, fields) in FORMS {
        for (field, _) in *fields {
            let (mut world, mut is_taken) = (Furnished::new().await, false);
            let rest = CORPUS.into_iter().filter(|text| !TOURED.contains(text));
            for text in TOURED.into_iter().chain(rest) {
                if is_taken && !TOURED.contains(&text) {
                    break;
                }
                let (done, seen) = filled(&world, (path, fields), field, text).await;
                is_taken |= done;
                if seen {
                    kept.insert(format!("{path} {field}"));
                }
                if done {
                    world = Furnished::new().await;
                }
            }
        }
    }
    let kept: Vec<_> = kept.iter().map(|one| &**one).collect();
    assert_eq!(kept, SHOWN);
}

/// Fills one field of a form with a text: whether that was taken, and whether a page shows it then.
async fn filled(world: &Furnished, (path, fields): Form, field: &str, text: &str) -> (bool, bool) {
    let root = world.browser("root").await;
    let fields = world.fields(fields);
    let of = |name: &str, value| if name == field { text } else { value };
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, of(name, value))).collect();
    let browser = world.browser(who_fills(path)).await;
    let answer = browser.post(&world.fill(path), &fields).await;
    is_harmless(&answer, text, path, &format!("{field} of {path}"));
    if answer.status == StatusCode::SEE_OTHER {
        let next = answer.header("location").unwrap().to_owned();
        is_harmless(&browser.get(&next).await, text, path, &next);
    }
    let done = !answer.status.is_client_error();
    let is_toured = done && TOURED.contains(&text);
    (done, is_toured && shown(world, &root, text, path).await)
}

/// SR17: nor does what an address asks for.
#[tokio::test]
async fn sr17_no_part_of_any_address_runs() {
    let world = Furnished::new().await;
    let browsers = [world.browser("").await, world.browser("alice").await];
    let root = world.browser("root").await;
    let mut asked = 0;
    for place in PLACES {
        let place = world.fill(place);
        let (path, query) = place.split_once('?').unwrap_or((&place, ""));
        let parts: Vec<_> = query.split('&').filter(|part| part.contains('=')).collect();
        for (at, part) in parts.iter().enumerate() {
            let name = part.split('=').next().unwrap();
            for text in CORPUS {
                let mut odd = parts.clone();
                let swapped = format!("{name}={}", encoded(text));
                odd[at] = &swapped;
                let address = format!("{path}?{}", odd.join("&"));
                for browser in browsers.iter().chain([&root]) {
                    is_harmless(&browser.get(&address).await, text, path, &address);
                    asked += 1;
                }
            }
        }
        for (at, part) in path.split('/').enumerate().filter(|(_, part)| !part.is_empty()) {
            for text in CORPUS {
                let mut odd: Vec<_> = path.split('/').collect();
                let swapped = encoded(text).replace('+', "%20");
                odd[at] = &swapped;
                let address = format!("{}?{query}", odd.join("/"));
                let answer = root.get(&address).await;
                is_harmless(&answer, text, path, &format!("{address} for {part}"));
            }
        }
    }
    assert!(asked > 1000, "{asked}");
}
