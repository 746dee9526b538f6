//! What is public, and for members what is theirs.

use askama::Template;
use axum::response::Response;
use portus_core::page::RepositoryRow;
use serde::Deserialize;

use super::frame::{Frame, html};
use super::sent::Asked;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    f: Frame,
    repositories: Vec<RepositoryRow>,
    next: Option<String>,
    is_first: bool,
    browse: bool,
}

/// Where a list goes on.
#[derive(Deserialize)]
pub(super) struct Part {
    pub(super) after: Option<String>,
}

impl Part {
    pub(super) fn slice(&self) -> portus_core::page::Slice {
        portus_core::page::Slice { after: self.after.clone(), limit: ROWS }
    }
}

pub(super) async fn show(visit: Visit, Asked(part): Asked<Part>) -> Result<Response, Trouble> {
    let web = &visit.shared.app.web;
    let browse = visit.look_around().is_ok();
    let page = match browse {
        true => Some(web.look.repositories(&visit.caller, None, &part.slice()).await?),
        false => None,
    };
    let (repositories, next) = page.map_or((Vec::new(), None), |page| (page.rows, page.next));
    let is_first = part.after.is_none();
    html(&Home { f: Frame::of(&visit, visit.t.home), repositories, next, is_first, browse })
}

/// How many rows a page of a list has.
const ROWS: u32 = 50;
