//! Namespaces, and what is in one.

use askama::Template;
use axum::response::Response;
use portus_core::page::{NamespaceRow, RepositoryRow};
use portus_core::policy::Deed;
use portus_core::scope::Action;
use portus_core::usecase::SeenNamespace;
use serde::Deserialize;

use super::audit::refused;
use super::frame::{Frame, html};
use super::home::Part;
use super::namespace_settings::{address, keepers, rulings};
use super::sent::{Asked, Named};
use super::sign_in::door;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "namespaces.html")]
struct List {
    f: Frame,
    rows: Vec<NamespaceRow>,
    next: Option<String>,
    is_first: bool,
}

#[derive(Template)]
#[template(path = "namespace.html")]
struct One {
    f: Frame,
    place: SeenNamespace,
    name: String,
    repositories: Vec<RepositoryRow>,
    next: Option<String>,
    is_first: bool,
    rights: Vec<Right>,
    /// What the place is asked about as, where she may ask about others here.
    keeps: Option<String>,
    push_to: String,
    base: String,
    /// Whether the viewer may change something of it, and who else may.
    may_change: bool,
    keepers: &'static str,
    /// A repository of it, to ask about.
    example: String,
}

/// Whether the viewer may do something, and why.
pub(super) struct Right {
    pub(super) action: &'static str,
    pub(super) allowed: bool,
    pub(super) why: String,
    /// Where it is explained.
    pub(super) asks: String,
}

/// What the viewer may do in a namespace.
pub(super) fn rights(visit: &Visit, place: &SeenNamespace) -> Vec<Right> {
    let t = visit.t;
    [(Action::Pull, t.pull), (Action::Push, t.push), (Action::Delete, t.delete)]
        .into_iter()
        .map(|(action, word)| {
            let (registry, name) = (&place.registry.name, place.name.as_ref());
            let name = name.map_or("_", |name| name.as_str());
            let asks = format!(
                "/access?registry={registry}&repository={name}/&action={}",
                action.as_str()
            );
            let decision = visit.shared.app.web.look.decide(&visit.caller, action, place);
            Right { action: word, allowed: decision.is_allowed(), why: decision.to_string(), asks }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "orphans.html")]
struct Orphans {
    f: Frame,
    rows: Vec<NamespaceRow>,
    next: Option<String>,
    is_first: bool,
}

/// Which namespaces are wanted.
#[derive(Deserialize)]
pub(super) struct Wanted {
    kind: Option<Kind>,
    after: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Orphan,
}

pub(super) async fn list(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Trouble> {
    let web = &visit.shared.app.web;
    visit.look_around()?;
    let part = Part { after: wanted.after };
    if let Some(Kind::Orphan) = wanted.kind {
        return orphans(&visit, &part).await;
    }
    let page = web.look.namespaces(&visit.caller, &part.slice()).await?;
    html(&List {
        f: Frame::of(&visit, visit.t.namespaces),
        rows: page.rows,
        next: page.next,
        is_first: part.after.is_none(),
    })
}

/// Those that are nobody's; for who may give them away.
async fn orphans(visit: &Visit, part: &Part) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(visit));
    }
    let page = visit.shared.app.api.roster.orphans(&visit.actor(), &part.slice()).await;
    let page = page.map_err(refused)?;
    html(&Orphans {
        f: Frame::of(visit, visit.t.settings.orphans),
        rows: page.rows,
        next: page.next,
        is_first: part.after.is_none(),
    })
}

/// The global namespace goes by `_`, which is no name.
pub(super) async fn show(
    visit: Visit,
    Named((registry, name)): Named<(String, String)>,
    Asked(part): Asked<Part>,
) -> Result<Response, Trouble> {
    let web = &visit.shared.app.web;
    visit.look_around()?;
    let registry = registry.parse().map_err(|_| Trouble::NotFound)?;
    let key = match name.as_str() {
        "_" => None,
        name => Some(name.parse().map_err(|_| Trouble::NotFound)?),
    };
    let place = web.look.namespace(&visit.caller, &registry, &key).await?;
    let place = place.ok_or(Trouble::NotFound)?;
    let page = web.look.repositories(&visit.caller, Some(&place), &part.slice()).await?;
    let name = key.as_ref().map_or(visit.t.global.to_owned(), ToString::to_string);
    let keeps = web.look.may(&visit.actor(), Deed::ExplainOthers, &place);
    let keeps = keeps.then(|| key.as_ref().map_or("_".to_owned(), ToString::to_string));
    let host = place.registry.called().to_owned();
    let within = key.map(|name| format!("{name}/")).unwrap_or_default();
    let may = rulings(&visit, &place).await?;
    html(&One {
        base: address(&place),
        may_change: may.visibility.allowed || may.give.allowed,
        keepers: keepers(&may.visibility, place.kind, visit.t),
        example: format!("{within}app"),
        f: Frame::of(&visit, name.clone()),
        rights: rights(&visit, &place),
        keeps,
        push_to: format!("{host}/{within}"),
        repositories: page.rows,
        next: page.next,
        is_first: part.after.is_none(),
        place,
        name,
    })
}
