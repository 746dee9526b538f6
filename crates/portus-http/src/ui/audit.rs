//! The audit: who did what.

use askama::Template;
use axum::response::Response;
use portus_core::activity::{Activity, Outcome, kind};
use portus_core::page::Slice;
use portus_core::usecase::InspectError;
use serde::Deserialize;

use super::activity::explained;
use super::frame::{Frame, html};
use super::sent::Asked;
use super::sign_in::see;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::audit::{Format, Search, export};

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    f: Frame,
    rows: Vec<Activity>,
    search: Search,
    /// The same as a query.
    query: String,
    next: Option<String>,
    is_first: bool,
}

#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(flatten)]
    search: Search,
    after: Option<String>,
}

impl Page {
    fn is_kind(&self, kind: &str) -> bool {
        self.search.kind == kind
    }

    /// Where it is explained, for a token that was refused.
    fn why(&self, row: &Activity) -> Option<String> {
        explained(row)
    }

    /// Where the list starts.
    fn here(&self) -> String {
        format!("?{}", self.query)
    }

    /// The kinds there are, each area with what is in it.
    fn areas(&self) -> Vec<(&'static str, Vec<&'static str>)> {
        let mut areas: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
        for kind in kind::ALL {
            let area = kind.split('.').next().unwrap_or(kind);
            match areas.last_mut() {
                Some((last, kinds)) if *last == area => kinds.push(kind),
                _ => areas.push((area, vec![kind])),
            }
        }
        areas
    }
}

pub(super) async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/audit"));
    }
    let filter = wanted.search.filter().map_err(|_| Trouble::Odd)?;
    let slice = Slice { after: wanted.after.clone(), limit: ROWS };
    let inspect = &visit.shared.app.api.inspect;
    let page = inspect.activities(&visit.actor(), &filter, &slice).await.map_err(refused)?;
    html(&Page {
        f: Frame::of(&visit, visit.t.audit.title),
        rows: page.rows,
        query: wanted.search.query(&[]),
        search: wanted.search,
        next: page.next,
        is_first: wanted.after.is_none(),
    })
}

pub(super) async fn csv(visit: Visit, Asked(search): Asked<Search>) -> Result<Response, Trouble> {
    take_away(&visit, &search, Format::Csv).await
}

pub(super) async fn json_lines(
    visit: Visit,
    Asked(search): Asked<Search>,
) -> Result<Response, Trouble> {
    take_away(&visit, &search, Format::JsonLines).await
}

async fn take_away(visit: &Visit, search: &Search, format: Format) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/audit"));
    }
    let filter = search.filter().map_err(|_| Trouble::Odd)?;
    let inspect = visit.shared.app.api.inspect.clone();
    export(inspect, visit.actor(), filter, format).await.map_err(refused)
}

pub(super) fn refused(error: InspectError) -> Trouble {
    match error {
        InspectError::Refused(refused) => refused.into(),
        InspectError::Store(error) => error.into(),
    }
}

const ROWS: u32 = 100;
