//! What is public, and for members what is theirs.

use std::time::{Duration, SystemTime};

use askama::Template;
use axum::response::Response;
use portus_core::page::{NamespaceRow, RepositoryRow, Slice};
use portus_core::port::{EXTENT, Extent, RepositorySort};
use portus_core::usecase::ManageTokensError;
use serde::Deserialize;

use super::activity::Line;
use super::frame::{Frame, html};
use super::sent::Asked;
use super::traffic::Plot;
use super::trouble::Trouble;
use super::visit::Visit;

/// For strangers.
#[derive(Template)]
#[template(path = "public.html")]
struct Public {
    f: Frame,
    repositories: Vec<RepositoryRow>,
    next: Option<String>,
    is_first: bool,
    browse: bool,
}

/// For who signed in.
#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    f: Frame,
    yours: Vec<NamespaceRow>,
    starred: Vec<RepositoryRow>,
    more_starred: bool,
    recent: Vec<RepositoryRow>,
    lines: Vec<Line>,
    extent: Extent,
    plot: Plot,
    /// Tokens of hers that end soon, with when.
    ending: Vec<(String, SystemTime)>,
}

impl Home {
    /// A number, or that there are more than are counted.
    fn counted(&self, number: &u64) -> String {
        match *number {
            more if more > EXTENT => format!("{}+", self.f.number(&EXTENT)),
            number => self.f.number(&number),
        }
    }
}

/// Where a list goes on.
#[derive(Deserialize)]
pub(super) struct Part {
    pub(super) after: Option<String>,
}

impl Part {
    pub(super) fn slice(&self) -> Slice {
        Slice { after: self.after.clone(), limit: ROWS }
    }
}

pub(super) async fn show(visit: Visit, Asked(part): Asked<Part>) -> Result<Response, Trouble> {
    if visit.is_signed_in() { of_oneself(&visit).await } else { public(&visit, &part).await }
}

async fn public(visit: &Visit, part: &Part) -> Result<Response, Trouble> {
    let web = &visit.shared.app.web;
    let browse = visit.look_around().is_ok();
    let page = match browse {
        true => Some(web.look.repositories(&visit.caller, None, &part.slice()).await?),
        false => None,
    };
    let (repositories, next) = page.map_or((Vec::new(), None), |page| (page.rows, page.next));
    let is_first = part.after.is_none();
    html(&Public { f: Frame::of(visit, visit.t.home), repositories, next, is_first, browse })
}

async fn of_oneself(visit: &Visit) -> Result<Response, Trouble> {
    let (survey, caller) = (&visit.shared.app.web.survey, &visit.caller);
    let few = Slice::first(FEW);
    let pushed = (RepositorySort::Pushed, None);
    let (yours, starred, recent, lines, extent, traffic) = tokio::try_join!(
        survey.yours(caller, &few),
        survey.starred(caller, &few),
        survey.repositories(caller, None, pushed, &few),
        survey.recent(caller, LINES),
        survey.extent(caller),
        survey.traffic(caller, (DAYS, visit.now)),
    )?;
    html(&Home {
        f: Frame::of(visit, visit.t.home),
        yours: yours.rows,
        more_starred: starred.next.is_some(),
        starred: starred.rows,
        recent: recent.rows,
        lines: lines.into_iter().map(|row| Line::of(row, visit.t)).collect(),
        extent,
        plot: Plot::of(&traffic, visit.t),
        ending: ending(visit).await?,
    })
}

/// Her application tokens that end within days, the next first.
async fn ending(visit: &Visit) -> Result<Vec<(String, SystemTime)>, Trouble> {
    let Some(name) = visit.caller.name() else { return Ok(Vec::new()) };
    let tokens = match visit.shared.app.web.tokens.list(&visit.actor(), name).await {
        Ok(tokens) => tokens,
        Err(ManageTokensError::Store(error)) => return Err(error.into()),
        // Whoever may have none has none that ends.
        Err(_) => return Ok(Vec::new()),
    };
    let soon = |at: &SystemTime| *at > visit.now && *at <= visit.now + SOON;
    let mut ending: Vec<_> = tokens
        .into_iter()
        .filter_map(|token| Some((token.label.to_string(), token.limits.expires_at.filter(soon)?)))
        .collect();
    ending.sort_by_key(|(_, at)| *at);
    Ok(ending)
}

/// How many rows a page of a list has.
const ROWS: u32 = 50;

/// How many of each the home page shows.
const FEW: u32 = 10;

/// How much of what was done.
const LINES: u32 = 12;

/// How long before a token ends she is told.
const SOON: Duration = Duration::from_secs(7 * 24 * 3600);

/// How many days are plotted.
const DAYS: u64 = 30;
