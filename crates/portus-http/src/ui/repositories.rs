//! All repositories that someone sees.

use askama::Template;
use axum::response::Response;
use portus_core::page::RepositoryRow;

use super::frame::{Frame, html};
use super::order::{Order, ROWS};
use super::sent::Asked;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "repositories.html")]
struct Page {
    f: Frame,
    order: Order,
    rows: Vec<RepositoryRow>,
    next: Option<String>,
}

pub(super) async fn show(visit: Visit, Asked(order): Asked<Order>) -> Result<Response, Trouble> {
    visit.look_around()?;
    let survey = &visit.shared.app.web.survey;
    let slice = order.slice(ROWS);
    let page = survey.repositories(&visit.caller, None, order.wanted(), &slice).await?;
    let next = order.next(page.next.as_ref());
    html(&Page { f: Frame::of(&visit, visit.t.repositories), rows: page.rows, next, order })
}
