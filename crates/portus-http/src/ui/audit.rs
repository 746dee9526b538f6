//! The audit: who did what.

use askama::Template;
use axum::response::Response;
use portus_core::activity::{Activity, Outcome};
use portus_core::page::Slice;
use portus_core::port::ActivityFilter;
use portus_core::usecase::InspectError;
use serde::Deserialize;

use super::frame::{Frame, html};
use super::sent::Asked;
use super::sign_in::see;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    f: Frame,
    rows: Vec<Activity>,
    kind: String,
    actor: String,
    /// The whole address of the next part.
    next: Option<String>,
    is_first: bool,
}

#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    actor: String,
    after: Option<String>,
}

pub(super) async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/audit"));
    }
    let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let filter = ActivityFilter {
        kind: given(&wanted.kind),
        actor: given(&wanted.actor),
        ..ActivityFilter::default()
    };
    let slice = Slice { after: wanted.after.clone(), limit: ROWS };
    let inspect = &visit.shared.app.api.inspect;
    let page = inspect.activities(&visit.actor(), &filter, &slice).await;
    let page = page.map_err(refused)?;
    let next = page.next.map(|after| {
        let mut query = form_urlencoded::Serializer::new(String::from("?"));
        for (name, value) in [("kind", &wanted.kind), ("actor", &wanted.actor), ("after", &after)] {
            query.append_pair(name, value);
        }
        query.finish()
    });
    html(&Page {
        f: Frame::of(&visit, visit.t.audit.title),
        rows: page.rows,
        kind: wanted.kind,
        actor: wanted.actor,
        next,
        is_first: wanted.after.is_none(),
    })
}

pub(super) fn refused(error: InspectError) -> Trouble {
    match error {
        InspectError::Refused(_) => Trouble::Refused,
        InspectError::Store(error) => error.into(),
    }
}

const ROWS: u32 = 100;
