//! Notifications that could not be applied.

use axum::Json;
use axum::http::StatusCode;
use portus_core::id::InboxId;
use portus_core::page::ParkedRow;
use portus_core::port::Retry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Sent;
use super::call::{At, Call, SignedIn, named};
use super::error::Problem;
use super::list::{List, Part};
use super::moment::Moment;
use super::query::Asked;

/// A notification that could not be applied.
#[derive(Serialize, ToSchema)]
pub(super) struct ParkedEvent {
    id: i64,
    /// The registry's name
    registry: String,
    /// The registry's own id
    event: String,
    /// What was done, where that could be read
    action: Option<String>,
    /// To which repository, where that could be read
    repository: Option<String>,
    /// Why it was not applied
    error: String,
    /// How often that was tried
    tries: u32,
    received_at: Moment,
    /// Whether it could be read, so that trying again may help
    readable: bool,
}

/// Why an event is thrown away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Discard {
    /// For the audit; 1 to 500 characters
    reason: String,
}

/// What was put back.
#[derive(Serialize, ToSchema)]
pub(super) struct Retried {
    /// How many events
    events_count: u64,
}

impl From<ParkedRow> for ParkedEvent {
    fn from(row: ParkedRow) -> Self {
        Self {
            id: row.id.0,
            registry: row.registry.to_string(),
            event: row.event,
            action: row.action,
            repository: row.repository,
            error: row.error,
            tries: row.tries,
            received_at: Moment(row.received_at),
            readable: row.raw.is_none(),
        }
    }
}

/// Notifications that could not be applied, oldest first; for admins.
#[utoipa::path(get, path = "/api/v1/parked-events", tag = "administration", params(Part), responses(
    (status = 200, body = [ParkedEvent]),
))]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    Asked(part): Asked<Part>,
) -> Result<List<ParkedEvent>, Problem> {
    let page = call.api().inspect.parked(&call.actor(), &part.slice()).await?;
    Ok(call.list(page.map(ParkedEvent::from)))
}

/// A notification that could not be applied; for admins.
#[utoipa::path(
    get, path = "/api/v1/parked-events/{event}", tag = "administration",
    params(("event" = i64, Path, description = "The event's number")),
    responses((status = 200, body = ParkedEvent)),
)]
pub(super) async fn show(
    SignedIn(call): SignedIn,
    At(event): At<String>,
) -> Result<Json<ParkedEvent>, Problem> {
    let event = InboxId(named(&event)?);
    let row = call.api().inspect.parked_event(&call.actor(), event).await?;
    row.map(|row| Json(ParkedEvent::from(row))).ok_or_else(Problem::absent)
}

/// Puts one back, to be applied again; for admins.
#[utoipa::path(
    post, path = "/api/v1/parked-events/{event}/retry", tag = "administration",
    params(("event" = i64, Path, description = "The event's number")),
    responses((status = 200, body = Retried)),
)]
pub(super) async fn retry(
    SignedIn(call): SignedIn,
    At(event): At<String>,
) -> Result<Json<Retried>, Problem> {
    put_back(&call, Retry::One(InboxId(named(&event)?))).await
}

/// Throws one away; for admins.
#[utoipa::path(
    post, path = "/api/v1/parked-events/{event}/discard", tag = "administration",
    params(("event" = i64, Path, description = "The event's number")),
    request_body = Discard, responses((status = 204)),
)]
pub(super) async fn discard(
    SignedIn(call): SignedIn,
    At(event): At<String>,
    Sent(Discard { reason }): Sent<Discard>,
) -> Result<StatusCode, Problem> {
    let event = InboxId(named(&event)?);
    call.admin().discard_events.discard(&call.actor(), event, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts all back, to be applied again; for admins.
#[utoipa::path(post, path = "/api/v1/parked-events/retry", tag = "administration", responses(
    (status = 200, body = Retried),
))]
pub(super) async fn retry_all(SignedIn(call): SignedIn) -> Result<Json<Retried>, Problem> {
    put_back(&call, Retry::All).await
}

async fn put_back(call: &Call, which: Retry) -> Result<Json<Retried>, Problem> {
    let events_count = call.api().retry_events.retry(&call.actor(), which).await?;
    Ok(Json(Retried { events_count }))
}
