//! Before something is taken away: what goes, and what stays. The form of each of these pages is
//! what does it.

mod accounts;
mod members;

use std::time::SystemTime;

use askama::Template;
use axum::response::Response;
use portus_core::credential::ApplicationToken;
use portus_core::id::CommentId;
use portus_core::policy::Deed;
use serde::Deserialize;

use super::frame::{Frame, html};
use super::remark::{At, refused};
use super::sent::Asked;
use super::sign_in::door;
use super::trouble::Trouble;
use super::visit::Visit;

pub(super) use accounts::{admin, bot_enabled, bot_token, enabled, own_token, secret, token};
pub(super) use members::{hand_over, leave, member};

#[derive(Template)]
#[template(path = "sure.html")]
struct Page {
    f: Frame,
    what: What,
    action: String,
    fields: Vec<(&'static str, String)>,
    back: String,
}

/// What would be done.
#[derive(Default)]
struct What {
    /// In a verb with its object, as the button says it.
    does: String,
    goes: String,
    /// More of what goes, in names.
    note: String,
    stays: String,
    /// When it was last used, where that is known of it; `None` within for never.
    used: Option<Option<SystemTime>>,
}

/// The page; its form posts `fields` to `action`, and `back` is where nothing is done.
fn page(
    visit: &Visit,
    what: What,
    (action, fields): (String, Vec<(&'static str, String)>),
    back: String,
) -> Result<Response, Trouble> {
    html(&Page { f: Frame::of(visit, what.does.clone()), what, action, fields, back })
}

/// A token, wherever it is looked after; `None` where there is none of that label.
fn of_token(
    visit: &Visit,
    tokens: &[ApplicationToken],
    label: &str,
    (action, back): (String, String),
) -> Result<Response, Trouble> {
    let token = tokens.iter().find(|token| token.label.as_str() == label);
    let token = token.ok_or(Trouble::NotFound)?;
    let t = visit.t;
    let what = What {
        does: (t.revoke_named)(token.label.as_str()),
        goes: t.sure.token_goes.to_owned(),
        note: token.limits.actions.to_string(),
        stays: t.sure.token_stays.to_owned(),
        used: Some(token.last_used_at),
    };
    page(visit, what, (action, vec![("label", token.label.to_string())]), back)
}

/// Which token.
#[derive(Deserialize)]
pub(super) struct Labelled {
    #[serde(default)]
    label: String,
}

/// Which comment.
#[derive(Deserialize)]
pub(super) struct Commented {
    registry: String,
    path: String,
    comment: i64,
}

/// A comment, before it goes.
pub(super) async fn comment(
    visit: Visit,
    Asked(asked): Asked<Commented>,
) -> Result<Response, Trouble> {
    visit.look_around()?;
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let at = At::read(&asked.registry, &asked.path)?;
    let id = CommentId(asked.comment);
    let remark = &visit.shared.app.web.remark;
    let found = remark.one_for(&visit.actor(), at.place(), (id, Deed::RemoveComment)).await;
    let found = found.map_err(|error| at.about(refused(error)))?;
    let t = visit.t;
    let what = What {
        does: (t.words.comment_of)(&found.author),
        goes: t.sure.comment_goes.to_owned(),
        note: found.text,
        stays: t.sure.comment_stays.to_owned(),
        ..What::default()
    };
    let fields = vec![
        ("registry", asked.registry),
        ("path", asked.path),
        ("comment", asked.comment.to_string()),
    ];
    page(&visit, what, ("/comments/remove".into(), fields), at.address("#comments"))
}
