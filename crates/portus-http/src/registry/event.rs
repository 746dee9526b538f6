//! Notifications as registries write them.
//!
//! Source: `distribution`, `docs/content/about/notifications.md`. What registries really send is in
//! `tests/captures`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use openssl::sha::sha256;
use portus_core::event::{Event, EventAction, Incoming};
use portus_core::image::MediaType;
use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads the body of a notification. Whatever it holds, something comes of it: an event that
/// cannot be read costs neither the others nor the registry, which would send it for ever.
pub(super) fn read(body: &[u8]) -> Vec<Incoming> {
    let text = String::from_utf8_lossy(body);
    match serde_json::from_str::<Envelope>(&text) {
        Ok(Envelope { events }) if events.len() <= MAX_EVENTS => {
            let mut seen = HashSet::new();
            let read = events.into_iter().map(|event| read_one(event.get()));
            read.filter(|incoming| seen.insert(incoming.id().to_owned())).collect()
        }
        Ok(Envelope { events }) => {
            vec![unreadable(None, &text, format!("it has {} events", events.len()))]
        }
        Err(error) => vec![unreadable(None, &text, error.to_string())],
    }
}

/// What is kept of a body that was too large to be read.
pub(super) fn too_large(kept: &[u8], digest: &[u8; 32], bytes: u64) -> Incoming {
    Incoming::Unreadable {
        id: digest_id(digest),
        error: format!("it has {bytes} bytes, more than are read"),
        raw: raw(&String::from_utf8_lossy(kept)),
    }
}

fn read_one(text: &str) -> Incoming {
    let event = serde_json::from_str::<WireEvent>(text).map_err(|error| error.to_string());
    match event.and_then(|event| event.into_event(text)) {
        Ok(event) => Incoming::Event(Box::new(event)),
        Err(error) => {
            let own = serde_json::from_str::<OnlyId>(text).ok().and_then(|event| event.id);
            unreadable(own, text, error)
        }
    }
}

fn unreadable(id: Option<String>, text: &str, error: String) -> Incoming {
    let id =
        id.filter(|id| is_id(id)).map_or_else(|| digest_id(&sha256(text.as_bytes())), Box::from);
    Incoming::Unreadable { id, error: plain(&error, MAX_TEXT), raw: raw(text) }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct OnlyId {
    id: Option<String>,
}

/// One event. What is missing, `null` or empty means the same: 3.x writes `""` where 2.8 writes
/// nothing.
#[derive(Deserialize)]
struct WireEvent<'a> {
    #[serde(borrow)]
    action: Option<Cow<'a, str>>,
    #[serde(borrow)]
    actor: Option<WireActor<'a>>,
    id: Option<String>,
    #[serde(borrow)]
    request: Option<WireRequest<'a>>,
    #[serde(borrow)]
    target: Option<WireTarget<'a>>,
    #[serde(borrow)]
    timestamp: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
struct WireActor<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
struct WireRequest<'a> {
    #[serde(borrow)]
    addr: Option<Cow<'a, str>>,
    #[serde(borrow)]
    host: Option<Cow<'a, str>>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
struct WireTarget<'a> {
    #[serde(borrow)]
    digest: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "mediaType")]
    media_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    repository: Option<Cow<'a, str>>,
    #[serde(borrow)]
    tag: Option<Cow<'a, str>>,
}

impl WireEvent<'_> {
    fn into_event(self, text: &str) -> Result<Event, String> {
        let target = self.target.unwrap_or_default();
        let request = self.request.unwrap_or_default();
        let id = match self.id.as_deref().unwrap_or_default() {
            "" => digest_id(&sha256(text.as_bytes())),
            id if is_id(id) => id.into(),
            _ => return Err("its id is none".into()),
        };
        Ok(Event {
            id,
            at: timestamp(self.timestamp.as_deref().unwrap_or_default())?,
            action: action(self.action.as_deref().unwrap_or_default())?,
            repository: parsed(target.repository)?.ok_or("it names no repository")?,
            digest: parsed(target.digest)?,
            tag: parsed(target.tag)?,
            media_type: filled(target.media_type).map(|text| MediaType::new(&text)),
            actor: short(self.actor.unwrap_or_default().name),
            host: short(request.host),
            method: short(request.method).unwrap_or_default().to_uppercase().into(),
            address: short(request.addr).map(without_port),
        })
    }
}

/// The port of a client tells nothing a minute later. Behind a proxy there may be no port.
fn without_port(address: Box<str>) -> Box<str> {
    match address.parse::<SocketAddr>() {
        Ok(address) => address.ip().to_string().into(),
        Err(_) => address,
    }
}

fn action(text: &str) -> Result<EventAction, String> {
    use EventAction::{Delete, Mount, Pull, Push};
    let known = [Delete, Mount, Pull, Push].into_iter().find(|action| action.as_str() == text);
    known.ok_or_else(|| format!("`{text}` is not an action"))
}

/// Whole microseconds, which is what stores keep. The zero of Go is before 1970.
fn timestamp(text: &str) -> Result<SystemTime, String> {
    let wrong = || format!("`{text}` is not a time");
    let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| wrong())?;
    let micros = u64::try_from(at.unix_timestamp_nanos() / 1000).map_err(|_| wrong())?;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
}

fn filled(text: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    text.filter(|text| !text.is_empty())
}

fn parsed<T: FromStr<Err: ToString>>(text: Option<Cow<'_, str>>) -> Result<Option<T>, String> {
    let parse = |text: Cow<'_, str>| text.parse().map_err(|error: T::Err| error.to_string());
    filled(text).map(parse).transpose()
}

fn short(text: Option<Cow<'_, str>>) -> Option<Box<str>> {
    filled(text).map(|text| plain(&text, MAX_TEXT).into())
}

/// Ids are UUIDs; anything short and printable does.
fn is_id(text: &str) -> bool {
    (1..=MAX_TEXT).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn digest_id(digest: &[u8; 32]) -> Box<str> {
    let mut id = String::from("sha256:");
    for byte in digest {
        id.push_str(&format!("{byte:02x}"));
    }
    id.into()
}

/// At most `bytes` of a text. What would break a line, end a text in PostgreSQL or turn its
/// direction becomes a mark, so that no name comes out that the registry did not write.
fn plain(text: &str, bytes: usize) -> String {
    let marked: String =
        text.chars().map(|c| if is_odd(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if marked.len() <= bytes {
        return marked;
    }
    let end = marked.floor_char_boundary(bytes.saturating_sub('…'.len_utf8()));
    format!("{}…", marked.get(..end).unwrap_or_default())
}

fn is_odd(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// The text as it came, as far as a store takes it.
fn raw(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_RAW);
    text.get(..end).unwrap_or_default().replace('\0', "?")
}

/// Of a body that has a megabyte, real events take a few thousand at most.
const MAX_EVENTS: usize = 10_000;
const MAX_RAW: usize = 64 * 1024;
const MAX_TEXT: usize = 255;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_comes_something_storable_comes_of_it(bytes in any::<Vec<u8>>()) {
            let read = read(&bytes);
            prop_assert_eq!(read.len(), 1);
            prop_assert!(read.iter().all(is_storable));
        }

        #[test]
        fn whatever_an_event_holds_it_can_be_stored(
            id in ".*", actor in ".*", repository in ".*", tag in ".*", digest in ".*",
            time in ".*", action in "push|pull|.*", method in ".*",
        ) {
            let target = serde_json::json!({"repository": repository, "tag": tag, "digest": digest});
            let event = serde_json::json!({
                "id": id, "timestamp": time, "action": action, "target": target,
                "actor": {"name": actor}, "request": {"method": method, "host": actor},
            });
            let body = serde_json::json!({"events": [event]}).to_string();
            let once = read(body.as_bytes());
            prop_assert_eq!(once.len(), 1);
            prop_assert!(once.iter().all(is_storable));
            prop_assert_eq!(once, read(body.as_bytes()), "it is the same each time");
        }
    }

    fn is_storable(incoming: &Incoming) -> bool {
        let fits = |text: &str| text.len() <= MAX_TEXT && !text.contains('\0');
        is_id(incoming.id())
            && match incoming {
                Incoming::Event(event) => {
                    let texts = [&event.actor, &event.host, &event.address];
                    fits(&event.method) && texts.into_iter().flatten().all(|text| fits(text))
                }
                Incoming::Unreadable { error, raw, .. } => {
                    fits(error) && raw.len() <= MAX_RAW && !raw.contains('\0')
                }
            }
    }
}
