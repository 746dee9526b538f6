//! Notifications as rows of the inbox.

use std::time::SystemTime;

use diesel::prelude::*;
use portus_core::event::{Event, Incoming, WaitingEvent};
use portus_core::id::{InboxId, RegistryId};
use portus_core::image::MediaType;
use portus_core::port::StoreError;

use crate::error::corrupt;
use crate::schema::inbox;
use crate::values::{count, event_action, micros, parsed, storable, time};

pub(super) const DONE: &str = "done";
pub(super) const PARKED: &str = "parked";
pub(super) const WAITING: &str = "waiting";

#[derive(Insertable)]
#[diesel(table_name = inbox, treat_none_as_default_value = false)]
pub(super) struct NewRow {
    registry_id: i64,
    event_id: String,
    state: &'static str,
    tries: i64,
    received_at: i64,
    next_try_at: i64,
    error: Option<String>,
    raw: Option<String>,
    at: Option<i64>,
    action: Option<&'static str>,
    repository: Option<String>,
    digest: Option<String>,
    tag: Option<String>,
    media_type: Option<String>,
    actor: Option<String>,
    host: Option<String>,
    method: Option<String>,
    address: Option<String>,
}

impl NewRow {
    pub(super) fn of(registry: RegistryId, incoming: &Incoming, received_at: SystemTime) -> Self {
        let empty = Self {
            registry_id: registry.0,
            event_id: storable(incoming.id()).into_owned(),
            state: WAITING,
            tries: 0,
            received_at: micros(received_at),
            next_try_at: micros(received_at),
            error: None,
            raw: None,
            at: None,
            action: None,
            repository: None,
            digest: None,
            tag: None,
            media_type: None,
            actor: None,
            host: None,
            method: None,
            address: None,
        };
        match incoming {
            Incoming::Event(event) => empty.event(event),
            Incoming::Unreadable { error, raw, .. } => Self {
                state: PARKED,
                error: Some(storable(error).into_owned()),
                raw: Some(storable(raw).into_owned()),
                ..empty
            },
        }
    }

    fn event(self, event: &Event) -> Self {
        let kept = |text: &Option<Box<str>>| text.as_deref().map(|text| storable(text).into());
        Self {
            at: Some(micros(event.at)),
            action: Some(event.action.as_str()),
            repository: Some(event.repository.to_string()),
            digest: event.digest.as_ref().map(ToString::to_string),
            tag: event.tag.as_ref().map(ToString::to_string),
            media_type: event.media_type.as_ref().map(ToString::to_string),
            actor: kept(&event.actor),
            host: kept(&event.host),
            method: Some(storable(&event.method).into_owned()),
            address: kept(&event.address),
            ..self
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = inbox)]
pub(super) struct EventRow {
    id: i64,
    event_id: String,
    tries: i64,
    at: Option<i64>,
    action: Option<String>,
    repository: Option<String>,
    digest: Option<String>,
    tag: Option<String>,
    media_type: Option<String>,
    actor: Option<String>,
    host: Option<String>,
    method: Option<String>,
    address: Option<String>,
}

impl EventRow {
    pub(super) const fn id(&self) -> InboxId {
        InboxId(self.id)
    }
}

pub(super) fn waiting_event(row: EventRow) -> Result<WaitingEvent, StoreError> {
    let missing = |column: &str| corrupt(column, "missing");
    let event = Event {
        id: row.event_id.into(),
        at: time(row.at.ok_or_else(|| missing("inbox.at"))?),
        action: event_action(&row.action.ok_or_else(|| missing("inbox.action"))?)?,
        repository: parsed("inbox.repository", &row.repository.unwrap_or_default())?,
        digest: row.digest.map(|text| parsed("inbox.digest", &text)).transpose()?,
        tag: row.tag.map(|text| parsed("inbox.tag", &text)).transpose()?,
        media_type: row.media_type.as_deref().map(MediaType::new),
        actor: row.actor.map(Into::into),
        host: row.host.map(Into::into),
        method: row.method.ok_or_else(|| missing("inbox.method"))?.into(),
        address: row.address.map(Into::into),
    };
    Ok(WaitingEvent { id: InboxId(row.id), event, tries: count("inbox.tries", row.tries)? })
}
