//! Looking for something by part of its name: the page, and the list that grows while one types.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::page::{Page, Slice};
use portus_core::search::{InvalidSearchText, SearchText};
use serde::Deserialize;

use super::fault::Told;
use super::found::{Hit, Kind};
use super::frame::{Frame, html, with_status};
use super::sent::Asked;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "search.html")]
struct Whole {
    f: Frame,
    text: String,
    /// Of one kind alone.
    only: Option<Kind>,
    groups: Vec<Group>,
    fault: Option<Told>,
    /// Whether anything was looked for.
    looked: bool,
    is_first: bool,
}

#[derive(Template)]
#[template(path = "found.html")]
struct Live {
    f: Frame,
    text: String,
    groups: Vec<Group>,
}

/// What was found of one kind.
struct Group {
    kind: Kind,
    title: &'static str,
    hits: Vec<Hit>,
    /// Where there is more of it.
    more: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Question {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    after: Option<String>,
}

impl Whole {
    fn is_empty(&self) -> bool {
        self.groups.iter().all(|group| group.hits.is_empty()) && self.is_first
    }

    /// The first part of the same list.
    fn start(&self) -> String {
        address(&self.text, self.only, None)
    }

    /// What can be chosen among, and where to.
    fn kinds(&self) -> Vec<(&'static str, String, bool)> {
        let t = self.f.t;
        let every = [(t.search.all, address(&self.text, None, None), self.only.is_none())];
        let kinds = Kind::ALL.into_iter().map(|kind| {
            let here = self.only == Some(kind);
            (kind.title(t), address(&self.text, Some(kind), None), here)
        });
        every.into_iter().chain(kinds).collect()
    }
}

impl Live {
    /// The page of all that was found, where anything can be.
    fn all(&self) -> Option<String> {
        let some = self.text.parse::<SearchText>().is_ok();
        some.then(|| address(&self.text, None, None))
    }

    fn count(&self) -> String {
        match self.groups.iter().map(|group| group.hits.len()).sum() {
            0 => (self.f.t.search.none)(&self.text),
            count => (self.f.t.search.count)(count),
        }
    }
}

pub(super) async fn show(visit: Visit, Asked(asked): Asked<Question>) -> Result<Response, Trouble> {
    visit.look_around()?;
    let t = visit.t;
    let only = match asked.kind.as_str() {
        "" => None,
        word => Some(Kind::named(word).ok_or(Trouble::NotFound)?),
    };
    let text = asked.q.trim();
    let title = match text {
        "" => t.search.title.to_owned(),
        text => (t.search.title_of)(&text.chars().take(60).collect::<String>()),
    };
    let mut page = Whole {
        f: Frame::of(&visit, title),
        text: text.to_owned(),
        only,
        groups: Vec::new(),
        fault: None,
        looked: false,
        is_first: asked.after.is_none(),
    };
    match text.parse::<SearchText>() {
        Ok(text) => {
            page.looked = true;
            page.groups = match only {
                None => first(&visit, &text, FIRST).await?,
                Some(kind) => vec![part(&visit, &text, kind, asked.after).await?],
            };
            html(&page)
        }
        Err(InvalidSearchText::TooShort) => html(&page),
        Err(InvalidSearchText::TooLong) => {
            page.text.clear();
            page.fault = Some(Told::of_form(t.search.too_long));
            with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// The list alone, for scripts.
pub(super) async fn live(visit: Visit, Asked(asked): Asked<Question>) -> Result<Response, Trouble> {
    visit.look_around()?;
    let text = asked.q.trim().to_owned();
    let groups = match text.parse::<SearchText>() {
        Ok(text) => first(&visit, &text, FEW).await?,
        Err(_) => Vec::new(),
    };
    html(&Live { f: Frame::of(&visit, ""), text, groups })
}

/// A few of every kind that has any.
async fn first(visit: &Visit, text: &SearchText, limit: u32) -> Result<Vec<Group>, Trouble> {
    let found = visit.shared.app.web.find.all(&visit.actor(), text, limit).await?;
    let groups = Kind::ALL.into_iter().map(|kind| {
        let Page { rows, next } = match kind {
            Kind::Repository => found.repositories.clone().map(Hit::from),
            Kind::Tag => found.tags.clone().map(Hit::from),
            Kind::Digest => found.manifests.clone().map(Hit::from),
            Kind::Namespace => found.namespaces.clone().map(Hit::from),
            Kind::Team => found.teams.clone().map(Hit::from),
            Kind::Label => found.labels.clone().map(Hit::from),
        };
        let more = next.map(|_| address(text.as_str(), Some(kind), None));
        Group { kind, title: kind.title(visit.t), hits: rows, more }
    });
    Ok(groups.filter(|group| !group.hits.is_empty()).collect())
}

/// A part of one kind's list.
async fn part(
    visit: &Visit,
    text: &SearchText,
    kind: Kind,
    after: Option<String>,
) -> Result<Group, Trouble> {
    let (find, actor, slice) =
        (&visit.shared.app.web.find, visit.actor(), Slice { after, limit: ROWS });
    let page = match kind {
        Kind::Repository => find.repositories(&actor, text, &slice).await?.map(Hit::from),
        Kind::Tag => find.tags(&actor, text, &slice).await?.map(Hit::from),
        Kind::Digest => find.manifests(&actor, text, &slice).await?.map(Hit::from),
        Kind::Namespace => find.namespaces(&actor, text, &slice).await?.map(Hit::from),
        Kind::Team => find.teams(&actor, text, &slice).await?.map(Hit::from),
        Kind::Label => find.labels(&actor, text, &slice).await?.map(Hit::from),
    };
    let more = page.next.map(|after| address(text.as_str(), Some(kind), Some(&after)));
    Ok(Group { kind, title: kind.title(visit.t), hits: page.rows, more })
}

fn address(text: &str, kind: Option<Kind>, after: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::from("/search?"));
    query.append_pair("q", text);
    for (name, value) in [("kind", kind.map(Kind::word)), ("after", after)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// How many of each kind while one types, on the page of all kinds, and on that of one.
const FEW: u32 = 5;
const FIRST: u32 = 10;
const ROWS: u32 = 50;
