//! Deleting: what would go, and how far it is.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::companion::Referrer;
use portus_core::deletion::{Deletion, DeletionItem, DeletionScope, DeletionState, ItemState};
use portus_core::id::DeletionId;
use portus_core::image::ManifestKind;
use portus_core::page::Slice;
use portus_core::port::Weight;
use portus_core::usecase::{
    CancelDeletionError, Confirmed, Deletes, DeletionError, DeletionPlan, PlannedTag, Wanted,
    WantedTag,
};

use super::confirm::Confirm;
use super::frame::{Frame, html, with_status};
use super::home::Part;
use super::notice::Notice;
use super::sent::{Asked, Named, Sent};
use super::sign_in::{Nothing, see};
use super::tags;
use super::texts::Said;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "deletion_new.html")]
struct Preview {
    f: Frame,
    plan: DeletionPlan,
    asked: Question,
    siblings: Vec<String>,
    broken: Vec<String>,
    confirm: Confirm,
    notice: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "deletion.html")]
struct One {
    f: Frame,
    deletion: Deletion,
    items: Vec<DeletionItem>,
    next: Option<String>,
    is_first: bool,
}

#[derive(Template)]
#[template(path = "deletions.html")]
struct List {
    f: Frame,
    rows: Vec<Deletion>,
    next: Option<String>,
    is_first: bool,
}

/// What a form or an address says.
#[derive(Default)]
struct Question {
    registry: String,
    repository: String,
    namespace: String,
    digest: String,
    /// `tag`, or `tag@digest` where it was looked at before.
    tags: Vec<String>,
    /// The name that was typed.
    typed: String,
    siblings: bool,
}

impl Question {
    /// Read by hand, since a box that is ticked repeats its name.
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in fields.into_iter().take(1000) {
            match name.as_str() {
                "registry" => asked.registry = value,
                "repository" => asked.repository = value,
                "namespace" => asked.namespace = value,
                "digest" => asked.digest = value,
                "tag" => asked.tags.push(value),
                "name" => asked.typed = value,
                "siblings" => asked.siblings = value == "all",
                _ => {}
            }
        }
        asked
    }

    /// What is said where it is not done.
    fn trouble(&self, error: DeletionError) -> Trouble {
        match error {
            DeletionError::Store(error) => error.into(),
            DeletionError::Refused(why) => {
                let place = match &*self.namespace {
                    "" => self.repository.clone(),
                    name => format!("{name}/"),
                };
                Trouble::refused(why).about("delete", &self.registry, &place)
            }
            DeletionError::Many => Trouble::Odd,
            _ => Trouble::NotFound,
        }
    }

    /// `None` where it can be the name of nothing.
    fn wanted(&self, check_digests: bool) -> Option<Wanted> {
        let registry = self.registry.parse().ok()?;
        if !self.namespace.is_empty() {
            let name = match self.namespace.as_str() {
                "_" => None,
                name => Some(name.parse().ok()?),
            };
            return Some(Wanted::Namespace(registry, name));
        }
        let path = self.repository.parse().ok()?;
        if !self.digest.is_empty() {
            return Some(Wanted::Manifest(registry, path, self.digest.parse().ok()?));
        }
        if self.tags.is_empty() {
            return Some(Wanted::Repository(registry, path));
        }
        let tag = |text: &String| {
            let (name, seen) = match text.split_once('@') {
                Some((name, digest)) => (name, Some(digest.parse().ok()?)),
                None => (text.as_str(), None),
            };
            let seen = seen.filter(|_| check_digests);
            Some(WantedTag { name: name.parse().ok()?, seen })
        };
        let tags = self.tags.iter().map(tag).collect::<Option<_>>()?;
        Some(Wanted::Tags(registry, path, tags))
    }
}

impl Preview {
    fn is_scope(&self, scope: &str) -> bool {
        self.plan.scope.as_str() == scope
    }

    fn is_of_tags(&self) -> bool {
        self.plan.scope == DeletionScope::Images && self.plan.manifests.is_empty()
    }

    /// Whether the tag of an index goes.
    fn has_index(&self) -> bool {
        self.plan.tags.iter().any(|tag| tag.row.media_type.kind() == ManifestKind::Index)
    }

    fn is_off(&self) -> bool {
        self.plan.deletes == Deletes::Nothing
    }

    fn is_by_digest(&self) -> bool {
        self.plan.deletes == Deletes::ByDigest
    }

    fn is_quiet(&self) -> bool {
        matches!(self.plan.deletes, Deletes::Unknown(_))
    }

    fn may(&self) -> bool {
        !self.is_off() && self.broken.is_empty()
    }

    /// How many tags the button speaks of: those that go along, too.
    fn count(&self) -> u64 {
        (self.plan.tags.len() + self.siblings.len()) as u64
    }

    fn pulled_lately(&self, tag: &&PlannedTag) -> bool {
        let since = tag.row.pulled_at.and_then(|at| self.f.now.duration_since(at).ok());
        since.is_some_and(|since| since.as_secs() < 30 * 86_400)
    }

    fn freed(&self) -> String {
        self.f.size(&self.plan.weight.freed())
    }

    /// The layers that stay, in words.
    fn shared_layers(&self) -> String {
        let Weight { shared, shared_size, .. } = self.plan.weight;
        (self.f.t.deletions.shared_layers)(shared, &self.f.size(&shared_size))
    }

    fn kind(&self, one: &Referrer) -> &'static str {
        tags::kind(one.kind, self.f.t)
    }

    /// Signatures and the like that go too, or that stay without what they are about: the first
    /// ones, and how many more there are.
    fn hanging(&self, going: bool) -> (Vec<&Referrer>, u64) {
        let all = if going { self.plan.taken_along() } else { self.plan.left_alone() };
        let more = all.len().saturating_sub(LISTED) as u64;
        (all.into_iter().take(LISTED).collect(), more)
    }

    fn back(&self) -> String {
        let registry = &self.plan.place.registry.name;
        match (&self.plan.repository, &self.plan.place.name) {
            (Some(seen), _) => format!("/repositories/{registry}/{}", seen.row.path),
            (None, Some(name)) => format!("/namespaces/{registry}/{name}"),
            (None, None) => format!("/namespaces/{registry}/_"),
        }
    }
}

impl One {
    fn word(&self) -> (&'static str, &'static str, &'static str) {
        let t = &self.f.t.deletions;
        match self.deletion.state {
            DeletionState::Cancelled => ("warn", "no", t.cancelled),
            DeletionState::Done => ("ok", "ok", t.done),
            DeletionState::Incomplete => ("warn", "warn", t.incomplete),
            DeletionState::Stopped => ("bad", "no", t.stopped),
            DeletionState::UnderWay => ("idle", "history", t.under_way),
        }
    }

    fn is_going(&self) -> bool {
        self.deletion.state == DeletionState::UnderWay
    }

    /// Whether what is said of it is no trouble.
    fn is_calm(&self) -> bool {
        self.is_going() || self.deletion.state == DeletionState::Cancelled
    }

    fn is_listing(&self) -> bool {
        self.is_going() && self.deletion.scope == DeletionScope::Namespace
    }

    fn end(&self, item: &&DeletionItem) -> (&'static str, &'static str, &'static str) {
        let t = &self.f.t.deletions;
        match item.state {
            ItemState::Cancelled => ("idle", "none", t.not_begun),
            ItemState::Done => ("ok", "ok", t.deleted),
            ItemState::Failed => ("bad", "no", t.failed),
            ItemState::Kept => ("warn", "warn", t.kept),
            ItemState::Waiting => ("idle", "history", t.waiting),
        }
    }
}

impl List {
    fn word(&self, row: &&Deletion) -> (&'static str, &'static str) {
        let t = &self.f.t.deletions;
        match row.state {
            DeletionState::Cancelled => ("warn", t.cancelled),
            DeletionState::Done => ("ok", t.done),
            DeletionState::Incomplete => ("warn", t.incomplete),
            DeletionState::Stopped => ("bad", t.stopped),
            DeletionState::UnderWay => ("idle", t.under_way),
        }
    }
}

pub(super) async fn preview(
    visit: Visit,
    Asked(fields): Asked<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    visit.look_around()?;
    page(&visit, StatusCode::OK, Question::read(fields), None, None).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    asked: Question,
    confirm: Option<Confirm>,
    notice: Option<&'static str>,
) -> Result<Response, Trouble> {
    let wanted = asked.wanted(false).ok_or(Trouble::NotFound)?;
    let plan = &visit.shared.app.web.delete_images.plan;
    let plan = plan.plan(&visit.actor(), &wanted).await.map_err(|error| asked.trouble(error))?;
    let shown = Preview {
        f: Frame::of(visit, (visit.t.deletions.question)(&plan.object)),
        siblings: plan.siblings().iter().map(ToString::to_string).collect(),
        broken: plan.broken().iter().map(ToString::to_string).collect(),
        confirm: confirm.unwrap_or_else(|| Confirm::of(&plan.object)),
        plan,
        asked,
        notice,
    };
    with_status(status, &shown)
}

pub(super) async fn ask(
    visit: Visit,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let asked = Question::read(fields);
    let wanted = asked.wanted(true).ok_or(Trouble::NotFound)?;
    let name = match &wanted {
        Wanted::Namespace(_, name) => name.as_ref().map(ToString::to_string),
        Wanted::Repository(_, path) => Some(path.to_string()),
        Wanted::Manifest(..) | Wanted::Tags(..) => None,
    };
    let confirm = name.map(|name| Confirm::typed(name, &asked.typed, visit.t));
    if confirm.as_ref().is_some_and(|confirm| confirm.fault.is_some()) {
        return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, asked, confirm, None).await;
    }
    let confirmed = Confirmed { all_siblings: asked.siblings };
    let delete = &visit.shared.app.web.delete_images;
    match delete.ask(&visit.actor(), &wanted, confirmed).await {
        Ok(id) => Ok(Notice::DeletionAsked.at(&format!("/deletions/{id}"))),
        Err(
            DeletionError::Moved(_)
            | DeletionError::Needed(_)
            | DeletionError::Siblings(_)
            | DeletionError::SwitchedOff,
        ) => {
            let notice = Some(visit.t.deletions.moved);
            page(&visit, StatusCode::CONFLICT, asked, confirm, notice).await
        }
        Err(error) => Err(asked.trouble(error)),
    }
}

pub(super) async fn list(visit: Visit, Asked(part): Asked<Part>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/deletions"));
    }
    let follow = &visit.shared.app.web.follow_deletions;
    let page = follow.list(&visit.actor(), None, &part.slice()).await?;
    html(&List {
        f: Frame::of(&visit, visit.t.deletions.title),
        rows: page.rows,
        next: page.next,
        is_first: part.after.is_none(),
    })
}

pub(super) async fn show(
    visit: Visit,
    Named(id): Named<String>,
    Asked(part): Asked<Part>,
) -> Result<Response, Trouble> {
    visit.look_around()?;
    let id = DeletionId(id.parse().map_err(|_| Trouble::NotFound)?);
    let slice = Slice { limit: 100, ..part.slice() };
    let found = visit.shared.app.web.follow_deletions.one(&visit.actor(), id, &slice).await?;
    let (deletion, items) = found.ok_or(Trouble::NotFound)?;
    html(&One {
        f: Frame::of(&visit, format!("{}: {}", visit.t.deletions.title, deletion.object)),
        deletion,
        items: items.rows,
        next: items.next,
        is_first: part.after.is_none(),
    })
}

pub(super) async fn cancel(
    visit: Visit,
    Named(id): Named<String>,
    Sent(_): Sent<Nothing>,
) -> Result<Response, Trouble> {
    let id = DeletionId(id.parse().map_err(|_| Trouble::NotFound)?);
    let cancelled = visit.shared.app.web.cancel_deletion.cancel(&visit.actor(), id).await;
    match cancelled {
        // How it ended is on its page.
        Ok(()) | Err(CancelDeletionError::Over(_)) => Ok(see(&format!("/deletions/{id}"))),
        Err(CancelDeletionError::Absent) => Err(Trouble::NotFound),
        Err(CancelDeletionError::Refused(why)) => Err(Trouble::refused(why)),
        Err(CancelDeletionError::Store(error)) => Err(error.into()),
    }
}

/// How many signatures and the like are listed.
const LISTED: usize = 20;
