//! How the work goes: what waits, what failed, and what could not be applied.

use askama::Template;
use axum::response::Response;
use portus_core::id::{InboxId, JobId};
use portus_core::page::{ParkedRow, Slice};
use portus_core::port::{JobRow, Retry};
use portus_core::registry::RegistryName;
use portus_core::usecase::{DiscardEventsError, Health, RetryEventsError};
use serde::Deserialize;

use super::registries::address;
use super::signed_in;
use crate::ui::frame::{Frame, html};
use crate::ui::notice::Notice;
use crate::ui::sent::{Asked, Sent};
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "admin_health.html")]
struct Page {
    f: Frame,
    health: Health,
    failing: Vec<JobRow>,
    parked: Vec<ParkedRow>,
    next: Option<String>,
    is_first: bool,
}

#[derive(Deserialize)]
pub(in crate::ui) struct Wanted {
    after: Option<String>,
}

/// Of one event; all of them where none is named.
#[derive(Deserialize)]
pub(in crate::ui) struct Event {
    event: Option<i64>,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
pub(in crate::ui) struct Job {
    job: i64,
}

impl Page {
    fn address(&self, registry: &RegistryName) -> String {
        address(registry.as_str())
    }

    /// The start of what could not be read.
    fn excerpt(&self, raw: &str) -> String {
        let start: String = raw.chars().take(EXCERPT).collect();
        if start.len() < raw.len() { start + "…" } else { start }
    }
}

pub(in crate::ui) async fn show(
    visit: Visit,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let (oversee, actor) = (&visit.shared.app.admin.oversee, visit.actor());
    let health = oversee.health(&actor).await?;
    let failing = oversee.jobs(&actor, true, &Slice::first(ROWS)).await?;
    let slice = Slice { after: wanted.after.clone(), limit: ROWS };
    let parked = visit.shared.app.api.inspect.parked(&actor, &slice).await?;
    html(&Page {
        f: Frame::of(&visit, visit.t.admin.health),
        health,
        failing: failing.rows,
        parked: parked.rows,
        next: parked.next,
        is_first: wanted.after.is_none(),
    })
}

pub(in crate::ui) async fn retry(
    visit: Visit,
    Sent(sent): Sent<Event>,
) -> Result<Response, Trouble> {
    let which = sent.event.map_or(Retry::All, |event| Retry::One(InboxId(event)));
    match visit.shared.app.api.retry_events.retry(&visit.actor(), which).await {
        Ok(_) => Ok(Notice::EventsRetried.at("/admin/health")),
        Err(RetryEventsError::Unknown(_)) => Ok(Notice::EventGone.at("/admin/health")),
        Err(RetryEventsError::Refused(refused)) => Err(refused.into()),
        Err(RetryEventsError::Store(error)) => Err(error.into()),
    }
}

pub(in crate::ui) async fn discard(
    visit: Visit,
    Sent(sent): Sent<Event>,
) -> Result<Response, Trouble> {
    let event = InboxId(sent.event.ok_or(Trouble::Odd)?);
    let discard = &visit.shared.app.admin.discard_events;
    match discard.discard(&visit.actor(), event, &sent.reason).await {
        Ok(()) => Ok(Notice::EventDiscarded.at("/admin/health")),
        Err(DiscardEventsError::NoReason) => Ok(Notice::NoReason.at("/admin/health")),
        Err(DiscardEventsError::Unknown(_)) => Ok(Notice::EventGone.at("/admin/health")),
        Err(DiscardEventsError::Refused(refused)) => Err(refused.into()),
        Err(DiscardEventsError::Store(error)) => Err(error.into()),
    }
}

pub(in crate::ui) async fn hasten(
    visit: Visit,
    Sent(sent): Sent<Job>,
) -> Result<Response, Trouble> {
    let oversee = &visit.shared.app.admin.oversee;
    oversee.hasten(&visit.actor(), JobId(sent.job)).await?;
    Ok(Notice::JobHastened.at("/admin/health"))
}

const ROWS: u32 = 30;
const EXCERPT: usize = 300;
