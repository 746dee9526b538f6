//! What someone starred.

use askama::Template;
use axum::response::Response;
use portus_core::page::RepositoryRow;
use serde::Deserialize;

use super::frame::{Frame, html};
use super::home::Part;
use super::notice::Notice;
use super::remark::{At, refused};
use super::sent::{Asked, Sent};
use super::sign_in::see;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "stars.html")]
struct Page {
    f: Frame,
    rows: Vec<RepositoryRow>,
    next: Option<String>,
    is_first: bool,
}

/// A star is set or taken back.
#[derive(Deserialize)]
pub(super) struct Star {
    registry: String,
    path: String,
    starred: bool,
}

pub(super) async fn show(visit: Visit, Asked(part): Asked<Part>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/stars"));
    }
    let page = visit.shared.app.web.survey.starred(&visit.caller, &part.slice()).await?;
    let is_first = part.after.is_none();
    let f = Frame::of(&visit, visit.t.words.stars);
    html(&Page { f, rows: page.rows, next: page.next, is_first })
}

pub(super) async fn set(visit: Visit, Sent(form): Sent<Star>) -> Result<Response, Trouble> {
    let at = At::read(&form.registry, &form.path)?;
    let (remark, actor) = (&visit.shared.app.web.remark, visit.actor());
    let set = match form.starred {
        true => remark.star(&actor, at.place()).await,
        false => remark.unstar(&actor, at.place()).await,
    };
    set.map_err(|error| at.about(refused(error)))?;
    let notice = if form.starred { Notice::Starred } else { Notice::Unstarred };
    Ok(notice.at(&at.address("")))
}
