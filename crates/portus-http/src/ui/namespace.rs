//! Namespaces, and what is in one.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::deletion::DeletionScope;
use portus_core::namespace::NamespaceKind;
use portus_core::page::{NamespaceRow, RepositoryRow, Slice};
use portus_core::policy::{Deed, Manager};
use portus_core::port::{NamespaceKey, SaidOf};
use portus_core::registry::RegistryName;
use portus_core::scope::Action;
use portus_core::usecase::{Owner, SeenNamespace};
use serde::Deserialize;

use super::activity::{self, Line};
use super::audit::refused;
use super::describe::Words;
use super::frame::{Frame, html, with_status};
use super::home::Part;
use super::namespace_settings::{address, keepers, rulings};
use super::order::{Order, ROWS};
use super::sent::{Asked, Named};
use super::sign_in::door;
use super::tally::Sums;
use super::texts::Said;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "namespaces.html")]
struct List {
    f: Frame,
    may_make: bool,
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
    key: String,
    words: Words,
    order: Order,
    repositories: Vec<RepositoryRow>,
    next: Option<String>,
    rights: Vec<Right>,
    /// What the place is asked about as, where she may ask about others here.
    keeps: Option<String>,
    /// Who can do what, where she may ask.
    sums: Option<Sums>,
    /// Why she may not delete it.
    delete_refused: Option<String>,
    owner: Option<Owner>,
    /// Whether the owner's page is hers to see.
    links_owner: bool,
    push_to: String,
    base: String,
    /// Whether the viewer may change something of it, and who else may.
    may_change: bool,
    keepers: &'static str,
    /// A repository of it, to ask about.
    example: String,
    /// What was done here; for those who signed in.
    lines: Vec<Line>,
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
            Right {
                action: word,
                allowed: decision.is_allowed(),
                why: decision.said(visit.t),
                asks,
            }
        })
        .collect()
}

/// Why a namespace is not deleted, or who may.
fn kept_by(visit: &Visit, place: &SeenNamespace) -> String {
    let (t, policy) = (&visit.t.deletions, &visit.shared.app.web.look.policy);
    match place.kind {
        _ if !policy.switches().delete => t.switched_off_here.into(),
        NamespaceKind::Global { .. } => t.never_global.into(),
        NamespaceKind::Personal { .. } => t.never_personal.into(),
        kind => {
            let manager = Manager::of(&visit.actor());
            let ruling = policy.rule(manager, Deed::DeleteNamespace, &place.deed_facts());
            format!("{} {}.", t.cannot_for, keepers(&ruling, kind, visit.t))
        }
    }
}

impl One {
    /// Whether others than the viewer delete a namespace like this one.
    fn is_for_others(&self) -> bool {
        matches!(self.place.kind, NamespaceKind::Orphan | NamespaceKind::Team { .. })
    }

    fn may_push(&self) -> bool {
        self.rights.iter().any(|right| right.allowed && right.action == self.f.t.push)
    }
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
    let may_make = match visit.is_signed_in() {
        true => visit.shared.app.api.create_namespace.offer(&visit.actor()).await?.is_any(),
        false => false,
    };
    html(&List {
        may_make,
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

pub(super) async fn show(
    visit: Visit,
    Named((registry, name)): Named<(String, String)>,
    Asked(order): Asked<Order>,
) -> Result<Response, Trouble> {
    visit.look_around()?;
    let (registry, key) = place(&registry, &name)?;
    let place = visit.shared.app.web.look.namespace(&visit.caller, &registry, &key).await?;
    one(&visit, place.ok_or(Trouble::NotFound)?, order, None).await
}

/// The same page, with a description that could not be kept.
pub(super) async fn say_again(
    visit: &Visit,
    place: SeenNamespace,
    written: String,
) -> Result<Response, Trouble> {
    one(visit, place, Order::default(), Some(written)).await
}

/// What an address names. The global namespace goes by `_`, which is no name.
pub(super) fn place(registry: &str, name: &str) -> Result<(RegistryName, NamespaceKey), Trouble> {
    let registry = registry.parse().map_err(|_| Trouble::NotFound)?;
    let key = match name {
        "_" => None,
        name => Some(name.parse().map_err(|_| Trouble::NotFound)?),
    };
    Ok((registry, key))
}

async fn one(
    visit: &Visit,
    place: SeenNamespace,
    order: Order,
    written: Option<String>,
) -> Result<Response, Trouble> {
    let survey = &visit.shared.app.web.survey;
    let slice = order.slice(ROWS);
    let page = survey.repositories(&visit.caller, Some(&place), order.wanted(), &slice).await?;
    let said = survey.description(SaidOf::Namespace(place.id)).await?;
    let mut words = Words::of(said, survey.may_describe(&visit.actor(), &place));
    let lines = match visit.is_signed_in() {
        true => survey.activities(SaidOf::Namespace(place.id), &Slice::first(LINES)).await?.rows,
        false => Vec::new(),
    };
    let status = if written.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    if let Some(written) = written {
        words.refuse(written);
    }
    let key = place.name.clone();
    let name = key.as_ref().map_or(visit.t.global.to_owned(), ToString::to_string);
    let keeps = visit.shared.app.web.look.may(&visit.actor(), Deed::ExplainOthers, &place);
    let sums = if keeps { Sums::of(visit, &place).await? } else { None };
    let keeps = keeps.then(|| key.as_ref().map_or("_".to_owned(), ToString::to_string));
    let host = place.registry.called().to_owned();
    let within = key.map(|name| format!("{name}/")).unwrap_or_default();
    let may = rulings(visit, &place).await?;
    let plan = &visit.shared.app.web.delete_images.plan;
    let refused = plan.refusal(&visit.actor(), DeletionScope::Namespace, &place).await?;
    let shown = One {
        base: address(&place),
        may_change: may.visibility.allowed || may.give.allowed,
        keepers: keepers(&may.visibility, place.kind, visit.t),
        example: format!("{within}app"),
        f: Frame::of(visit, name.clone()),
        rights: rights(visit, &place),
        delete_refused: refused.map(|_| kept_by(visit, &place)),
        owner: visit.shared.app.web.look.owner(&place).await?,
        links_owner: place.deed_facts().role.is_some(),
        key: place.name.as_ref().map_or("_".to_owned(), ToString::to_string),
        keeps,
        sums,
        push_to: format!("{host}/{within}"),
        repositories: page.rows,
        next: order.next(page.next.as_ref()),
        lines: activity::lines(lines, visit.t),
        words,
        order,
        place,
        name,
    };
    with_status(status, &shown)
}

/// How much of what was done a namespace's page shows.
const LINES: u32 = 20;
