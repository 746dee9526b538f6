//! Namespaces, and what is in one.

use askama::Template;
use axum::response::Response;
use portus_core::deletion::DeletionScope;
use portus_core::page::{NamespaceRow, RepositoryRow};
use portus_core::scope::Action;
use portus_core::usecase::SeenNamespace;

use super::frame::{Frame, html};
use super::home::Part;
use super::sent::{Asked, Named};
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
    /// Why she may not delete it.
    delete_refused: Option<String>,
    push_to: String,
}

/// Whether the viewer may do something, and why.
pub(super) struct Right {
    pub(super) action: &'static str,
    pub(super) allowed: bool,
    pub(super) why: String,
}

/// What the viewer may do in a namespace.
pub(super) fn rights(visit: &Visit, place: &SeenNamespace) -> Vec<Right> {
    let t = visit.t;
    [(Action::Pull, t.pull), (Action::Push, t.push), (Action::Delete, t.delete)]
        .into_iter()
        .map(|(action, word)| {
            let decision = visit.shared.app.web.look.decide(&visit.caller, action, place);
            Right { action: word, allowed: decision.is_allowed(), why: decision.to_string() }
        })
        .collect()
}

pub(super) async fn list(visit: Visit, Asked(part): Asked<Part>) -> Result<Response, Trouble> {
    let web = &visit.shared.app.web;
    visit.look_around()?;
    let page = web.look.namespaces(&visit.caller, &part.slice()).await?;
    html(&List {
        f: Frame::of(&visit, visit.t.namespaces),
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
    let scope = DeletionScope::Namespace;
    let delete_refused = web.delete_images.plan.refusal(&visit.actor(), scope, &place).await?;
    let name = key.as_ref().map_or(visit.t.global.to_owned(), ToString::to_string);
    let host = place.registry.called().to_owned();
    let within = key.map(|name| format!("{name}/")).unwrap_or_default();
    html(&One {
        f: Frame::of(&visit, name.clone()),
        rights: rights(&visit, &place),
        delete_refused,
        push_to: format!("{host}/{within}"),
        repositories: page.rows,
        next: page.next,
        is_first: part.after.is_none(),
        place,
        name,
    })
}
