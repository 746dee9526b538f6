//! What was done, as a sentence each.

use askama::Template;
use axum::response::Response;
use portus_core::activity::{Activity, kind};
use portus_core::page::{Page as Part, Slice};
use portus_core::policy::{Deed, Miss};
use portus_core::port::{Happening, SaidOf};
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::scope::Action;
use serde::Deserialize;

use super::access;
use super::frame::{Frame, html};
use super::home::Part as After;
use super::namespace::place;
use super::namespace_settings::address;
use super::remark::At;
use super::sent::{Asked, Named};
use super::show;
use super::sign_in::{door, see};
use super::team;
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
    /// Whether these are in the language of the page, and not the audit's own.
    pub(super) is_said: bool,
    /// Where it is explained, for what was refused.
    pub(super) why: Option<String>,
    pub(super) at: std::time::SystemTime,
}

/// Where the page Access explains a token that was refused: as the audit keeps it, `push on main:
/// denied…`, with whom and what it was about beside it.
pub(super) fn explained(activity: &Activity) -> Option<String> {
    if activity.kind != kind::TOKEN_REFUSED || activity.actor.contains(':') {
        return None;
    }
    let (asked, why) = activity.detail.split_once(": ")?;
    // Access speaks of accounts, and the account may have been allowed it.
    if [Miss::CredentialAction, Miss::CredentialNamespace]
        .iter()
        .any(|of| why.ends_with(&of.to_string()))
    {
        return None;
    }
    let (action, registry) = asked.split_once(" on ")?;
    let action = Action::ALL.iter().find(|known| known.as_str() == action)?;
    let registry: RegistryName = registry.parse().ok()?;
    let path: RepositoryPath = activity.object.parse().ok()?;
    let who = if activity.actor.is_empty() { "-" } else { &*activity.actor };
    Some(access::address((action.as_str(), registry.as_str(), &path.to_string()), who))
}

impl Line {
    pub(super) fn of(happening: Happening, t: &Texts) -> Self {
        let activity = happening.activity;
        let why = explained(&activity);
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
        let said = worded(&note, t);
        let is_said = said.is_some();
        let mut note = said.unwrap_or(note);
        if activity.count > 1 {
            note = format!("{} × {note}", activity.count);
        }
        // Names with a colon are no account's: only what they are is said.
        let actor = match activity.actor.split_once(':') {
            Some((what, _)) => what.to_owned(),
            None => activity.actor,
        };
        Self { icon, actor, before, object, path, after, note, is_said, why, at: activity.at }
    }
}

/// `private → public`, `bob: viewer → owner`, in the page's words; `None` for what says more.
fn worded(note: &str, t: &Texts) -> Option<String> {
    let (whom, steps) = note.split_once(": ").map_or((None, note), |(who, rest)| (Some(who), rest));
    let word = |word: &str| {
        Some(match word {
            "private" => t.private,
            "protected" => t.protected,
            "public" => t.public,
            "contributor" => t.team.contributor,
            "owner" => t.team.owner,
            "viewer" => t.team.viewer,
            _ => return None,
        })
    };
    let steps = steps.split(" → ").map(word).collect::<Option<Vec<_>>>()?.join(" → ");
    Some(whom.map_or_else(|| steps.clone(), |who| format!("{who}: {steps}")))
}

#[derive(Template)]
#[template(path = "activity.html")]
struct Page {
    f: Frame,
    /// Where what it was done in is, and what that is called.
    back: String,
    crumb: String,
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
    let crumb = format!("{registry} / {name}");
    html(&Page {
        keeps: web.look.may(&visit.actor(), Deed::ExplainOthers, &place),
        refused,
        ..Page::of(&visit, (address(&place), crumb), page, wanted.after.is_none())
    })
}

impl Page {
    fn of(
        visit: &Visit,
        (back, crumb): (String, String),
        page: Part<Happening>,
        is_first: bool,
    ) -> Self {
        Self {
            f: Frame::of(visit, format!("{} · {crumb}", visit.t.words.activity)),
            back,
            crumb,
            lines: lines(page.rows, visit.t),
            next: page.next,
            is_first,
            keeps: false,
            refused: false,
        }
    }
}

/// What was done, a line each.
pub(super) fn lines(rows: Vec<Happening>, t: &Texts) -> Vec<Line> {
    rows.into_iter().map(|row| Line::of(row, t)).collect()
}

/// What was done to a repository.
pub(super) async fn of_repository(
    visit: Visit,
    Named((registry, path)): Named<(String, String)>,
    Asked(part): Asked<After>,
) -> Result<Response, Trouble> {
    visit.look_around()?;
    let at = At::read(&registry, &path)?;
    let (registry, path) = at.place();
    let seen = visit.shared.app.web.look.repository(&visit.caller, registry, path).await?;
    let seen = seen.ok_or(Trouble::NotFound)?;
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let slice = Slice { after: part.after.clone(), limit: ROWS };
    let of = SaidOf::Repository(seen.id);
    let page = visit.shared.app.web.survey.activities(of, &slice).await?;
    let crumb = format!("{registry} / {}", seen.row.path);
    html(&Page::of(&visit, (at.address(""), crumb), page, part.after.is_none()))
}

/// What was done in a team.
pub(super) async fn of_team(
    visit: Visit,
    Named(team): Named<String>,
    Asked(part): Asked<After>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = team::find(&visit, &team).await?;
    let slice = Slice { after: part.after.clone(), limit: ROWS };
    let of = SaidOf::Team(seen.team.id);
    let page = visit.shared.app.web.survey.activities(of, &slice).await?;
    let name = seen.team.name.to_string();
    html(&Page::of(&visit, (team::address(&name), name), page, part.after.is_none()))
}

/// What was refused may speak of what is not there: it links nowhere.
fn alone(activity: Activity) -> Happening {
    Happening { activity, registry: None }
}

const ROWS: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_visibilities_are_told_in_the_language_of_the_page() {
        let german = |note| worded(note, &Texts::GERMAN);
        assert_eq!(german("private → public").unwrap(), "Privat → Öffentlich");
        assert_eq!(german("bob: viewer → owner").unwrap(), "bob: Lesende → Eigner");
        for other in ["", "private, for team qa", "push on main: denied", "bob: removed"] {
            assert_eq!(german(other), None, "{other}");
        }
    }
}
