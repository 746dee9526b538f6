//! The audit, searched and taken away, alike for pages and programs.

use std::time::SystemTime;

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use portus_core::activity::{Activity, Actor, Outcome};
use portus_core::page::{Page, Slice};
use portus_core::port::ActivityFilter;
use portus_core::usecase::{Inspect, InspectError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// What someone looks for, as it was typed; what is empty is not looked for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Search {
    pub(crate) kind: String,
    pub(crate) actor: String,
    pub(crate) object: String,
    pub(crate) address: String,
    pub(crate) outcome: String,
    pub(crate) request: String,
    pub(crate) since: String,
    pub(crate) until: String,
}

impl Search {
    /// What it asks the store for; the error says which word makes no sense.
    pub(crate) fn filter(&self) -> Result<ActivityFilter, String> {
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let outcome = match self.outcome.trim() {
            "" => None,
            "done" => Some(Outcome::Done),
            "refused" => Some(Outcome::Refused),
            odd => return Err(format!("outcome: `{odd}` is neither `done` nor `refused`")),
        };
        Ok(ActivityFilter {
            kind: given(&self.kind).map(kind).transpose()?,
            actor: given(&self.actor),
            object: given(&self.object),
            address: given(&self.address),
            request: given(&self.request),
            outcome,
            since: given(&self.since).map(moment).transpose()?,
            until: given(&self.until).map(moment).transpose()?,
            ..ActivityFilter::default()
        })
    }

    /// The same as a query, with more behind it.
    pub(crate) fn query(&self, more: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let Self { kind, actor, object, address, outcome, request, since, until } = self;
        for (name, value) in [
            ("kind", kind),
            ("actor", actor),
            ("object", object),
            ("address", address),
            ("outcome", outcome),
            ("request", request),
            ("since", since),
            ("until", until),
        ] {
            if !value.trim().is_empty() {
                query.append_pair(name, value);
            }
        }
        query.extend_pairs(more).finish()
    }
}

fn kind(text: String) -> Result<String, String> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    if text.split('.').count() <= 2 && text.split('.').all(is_word) {
        return Ok(text);
    }
    Err(format!("`{text}` is not a kind of activity"))
}

/// RFC 3339, or what browsers send of a date and a time, which is UTC here.
fn moment(text: String) -> Result<SystemTime, String> {
    let short = format_description!("[year]-[month]-[day]T[hour]:[minute]");
    let exact = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let local = |text: &str| {
        let read = PrimitiveDateTime::parse(text, &short);
        read.or_else(|_| PrimitiveDateTime::parse(text, &exact)).map(PrimitiveDateTime::assume_utc)
    };
    let read = OffsetDateTime::parse(&text, &Rfc3339).or_else(|_| local(&text));
    match read.map(SystemTime::from) {
        Ok(at) if at >= SystemTime::UNIX_EPOCH => Ok(at),
        _ => Err(format!("`{text}` is no time such as `2026-11-20T11:57:04Z`")),
    }
}

/// How the audit is taken away: all that was searched for, newest first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    Csv,
    JsonLines,
}

/// Streams what was searched for, a page in memory at a time.
pub(crate) async fn export(
    inspect: Arc<Inspect>,
    actor: Actor,
    filter: ActivityFilter,
    format: Format,
) -> Result<Response, InspectError> {
    let first = inspect.activities(&actor, &filter, &Slice::first(PART)).await?;
    let state = Some((first, true));
    let parts = stream::try_unfold(state, move |state| {
        let (inspect, actor, filter) = (inspect.clone(), actor.clone(), filter.clone());
        async move {
            let Some((page, is_first)) = state else { return Ok::<_, InspectError>(None) };
            let text = part(&page, format, is_first);
            let next = match page.next {
                None => None,
                after => {
                    let slice = Slice { after, limit: PART };
                    Some((inspect.activities(&actor, &filter, &slice).await?, false))
                }
            };
            Ok(Some((text, next)))
        }
    });
    let (media, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8; header=present", "audit.csv"),
        Format::JsonLines => ("application/jsonl; charset=utf-8", "audit.jsonl"),
    };
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, media.to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(parts)).into_response())
}

fn part(page: &Page<Activity>, format: Format, is_first: bool) -> String {
    let mut text = String::new();
    if is_first && format == Format::Csv {
        text += HEADINGS;
    }
    for row in &page.rows {
        match format {
            Format::Csv => text += &csv(row),
            Format::JsonLines => text += &format!("{}\n", object(row)),
        }
    }
    text
}

fn written(at: SystemTime) -> String {
    OffsetDateTime::from(at).format(&Rfc3339).unwrap_or_default()
}

fn object(row: &Activity) -> serde_json::Value {
    json!({
        "id": row.id.0,
        "created_at": written(row.at),
        "kind": row.kind,
        "actor": row.actor,
        "address": row.address,
        "request_id": row.request,
        "object": row.object,
        "detail": row.detail,
        "outcome": row.outcome.as_str(),
        "count": row.count,
    })
}

/// Source: RFC 4180.
fn csv(row: &Activity) -> String {
    let (address, request) = (row.address.as_deref(), row.request.as_deref());
    let cells = [
        &*row.id.to_string(),
        &written(row.at),
        &row.kind,
        &row.actor,
        address.unwrap_or_default(),
        request.unwrap_or_default(),
        &row.object,
        &row.detail,
        row.outcome.as_str(),
        &row.count.to_string(),
    ];
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// What a spreadsheet would take for a formula gets an apostrophe before it, and is a text then.
///
/// Source: OWASP, CSV Injection.
fn quoted(text: &str) -> String {
    let starts = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n');
    // A spreadsheet may drop the spaces before it.
    let is_formula = text.starts_with(starts) || text.trim_start().starts_with(starts);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

const HEADINGS: &str =
    "id,created_at,kind,actor,address,request_id,object,detail,outcome,count\r\n";
const PART: u32 = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_ends_early() {
        for (text, cell) in [
            ("plain", "\"plain\""),
            ("", "\"\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r\n=1", "\"'\r\n=1\""),
            ("  =1", "\"'  =1\""),
            ("a\",\"b", "\"a\"\",\"\"b\""),
            ("a\n=b", "\"a\n=b\""),
        ] {
            assert_eq!(quoted(text), cell);
        }
    }

    #[test]
    fn a_search_takes_what_browsers_and_programs_send() {
        let read = |since: &str| Search { since: since.into(), ..Search::default() }.filter();
        let noon = read("2026-11-20T12:00:00Z").unwrap();
        for same in ["2026-11-20T12:00", "2026-11-20T12:00:00", "2026-11-20T13:00:00+01:00"] {
            assert_eq!(read(same).unwrap(), noon);
        }
        for odd in ["yesterday", "2026-11-20", "1969-12-31T23:59"] {
            assert!(read(odd).is_err(), "{odd}");
        }
        let search = |kind: &str, outcome: &str| {
            let (kind, outcome) = (kind.into(), outcome.into());
            Search { kind, outcome, ..Search::default() }.filter().is_ok()
        };
        assert!(search("", "") && search("team", "done") && search("team.create", "refused"));
        assert!(!search("Team", "") && !search("a.b.c", "") && !search("", "maybe"));
    }
}
