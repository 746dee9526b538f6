//! What was done, as a sentence each.

use askama::Template;
use axum::response::Response;
use portus_core::activity::{Activity, kind};
use portus_core::page::Slice;
use portus_core::policy::Deed;
use portus_core::port::{Happening, SaidOf};
use portus_core::usecase::SeenNamespace;
use serde::Deserialize;

use super::frame::{Frame, html};
use super::namespace::place;
use super::sent::{Asked, Named};
use super::show;
use super::sign_in::see;
use super::texts::Texts;
use super::trouble::Trouble;
use super::visit::Visit;

/// One line of a feed: who, did, what, did.
pub(super) struct Line {
    pub(super) icon: &'static str,
    pub(super) actor: String,
    pub(super) before: &'static str,
    pub(super) object: String,
    /// Where that is, if it is one thing.
    pub(super) path: Option<String>,
    pub(super) after: &'static str,
    /// More, in words of the audit.
    pub(super) note: String,
    pub(super) at: std::time::SystemTime,
}

impl Line {
    pub(super) fn of(happening: Happening, t: &Texts) -> Self {
        let activity = happening.activity;
        let w = &t.words;
        let (icon, (before, after)) = match activity.kind.as_str() {
            kind::COMMENT_CREATE => ("person", w.commented),
            kind::NAMESPACE_CHANGE_VISIBILITY => ("public", w.opened),
            kind::NAMESPACE_CREATE => ("plus", w.created),
            kind::NAMESPACE_GIVE => ("turn", w.gave),
            kind::REPOSITORY_DELETE => ("trash", w.deleted),
            kind::REPOSITORY_PUSH => ("push", w.pushed),
            kind::TOKEN_REFUSED => ("no", w.refused),
            kind::TEAM_ADD_MEMBER | kind::TEAM_CHANGE_MEMBER_ROLE | kind::TEAM_REMOVE_MEMBER => {
                ("team", w.changed_members)
            }
            _ => ("list", w.described),
        };
        let registry = happening.registry.map(|registry| registry.to_string());
        let (mut object, mut note, mut path) = (activity.object, String::new(), None);
        match activity.kind.as_str() {
            kind::REPOSITORY_PUSH => {
                path = registry.map(|registry| format!("/repositories/{registry}/{object}"));
                if let Some((tag, _)) = activity.detail.split_once(" → ") {
                    object = format!("{object}:{tag}");
                }
            }
            kind::COMMENT_CREATE | kind::REPOSITORY_DESCRIBE => {
                path = registry.map(|registry| format!("/repositories/{registry}/{object}"));
            }
            kind::REPOSITORY_DELETE => note = show::shortened(&activity.detail),
            kind::NAMESPACE_CHANGE_VISIBILITY
            | kind::NAMESPACE_CREATE
            | kind::NAMESPACE_DESCRIBE
            | kind::NAMESPACE_GIVE => {
                let name = if object.starts_with('(') { "_" } else { &*object };
                path = registry.map(|registry| format!("/namespaces/{registry}/{name}"));
                note = activity.detail;
            }
            _ => note = activity.detail,
        }
        if activity.count > 1 {
            note = format!("{} × {note}", activity.count);
        }
        // Names with a colon are no account's: only what they are is said.
        let actor = match activity.actor.split_once(':') {
            Some((what, _)) => what.to_owned(),
            None => activity.actor,
        };
        Self { icon, actor, before, object, path, after, note, at: activity.at }
    }
}

#[derive(Template)]
#[template(path = "activity.html")]
struct Page {
    f: Frame,
    place: SeenNamespace,
    name: String,
    lines: Vec<Line>,
    next: Option<String>,
    is_first: bool,
    /// Whether the viewer may see what was refused here, and does.
    keeps: bool,
    refused: bool,
}

/// Which part of what.
#[derive(Deserialize)]
pub(super) struct Wanted {
    after: Option<String>,
    only: Option<Only>,
}

#[derive(Clone, Copy, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Only {
    Refused,
}

pub(super) async fn show(
    visit: Visit,
    Named((registry, name)): Named<(String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Trouble> {
    visit.look_around()?;
    let (registry, key) = place(&registry, &name)?;
    let web = &visit.shared.app.web;
    let seen = web.look.namespace(&visit.caller, &registry, &key).await?;
    let place = seen.ok_or(Trouble::NotFound)?;
    if !visit.is_signed_in() {
        let back: String = form_urlencoded::byte_serialize(visit.path.as_bytes()).collect();
        return Ok(see(&format!("/sign-in?to={back}")));
    }
    let slice = Slice { after: wanted.after.clone(), limit: ROWS };
    let refused = wanted.only == Some(Only::Refused);
    let page = match refused {
        true => web.survey.refusals(&visit.actor(), &place, &slice).await?.map(alone),
        false => web.survey.activities(SaidOf::Namespace(place.id), &slice).await?,
    };
    let name = key.map_or(visit.t.global.to_owned(), |name| name.to_string());
    html(&Page {
        f: Frame::of(&visit, format!("{} · {name}", visit.t.words.activity)),
        lines: page.rows.into_iter().map(|row| Line::of(row, visit.t)).collect(),
        next: page.next,
        is_first: wanted.after.is_none(),
        keeps: web.look.may(&visit.actor(), Deed::ExplainOthers, &place),
        refused,
        place,
        name,
    })
}

/// What was refused may speak of what is not there: it links nowhere.
fn alone(activity: Activity) -> Happening {
    Happening { activity, registry: None }
}

const ROWS: u32 = 100;
