//! The audit.

use axum::response::Response;
use portus_core::activity;
use portus_core::port::ActivityFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call::SignedIn;
use super::error::{Code, Problem};
use super::list::{List, PerPage, slice};
use super::moment::Moment;
use super::query::Asked;
use crate::audit::{Format, Search, export};

/// Something that was done, or refused.
#[derive(Serialize, ToSchema)]
pub(super) struct Activity {
    id: i64,
    created_at: Moment,
    /// What happened
    #[schema(example = "repository.push")]
    kind: String,
    /// Who did it; empty for someone not signed in
    actor: String,
    /// From where
    address: Option<String>,
    /// The request it was part of
    request_id: Option<String>,
    /// What it was done to, by name as it was then
    object: String,
    /// The rest, in words
    detail: String,
    outcome: Outcome,
    /// How many times within the minute
    count: u32,
}

/// How something ended.
#[derive(Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    #[default]
    Done,
    Refused,
}

impl From<activity::Outcome> for Outcome {
    fn from(outcome: activity::Outcome) -> Self {
        match outcome {
            activity::Outcome::Done => Self::Done,
            activity::Outcome::Refused => Self::Refused,
        }
    }
}

/// Which rows are wanted, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only of this kind, such as `repository.push`, or of all that start so, such as `repository`
    #[param(pattern = "^[a-z_]+(\\.[a-z_]+)?$")]
    kind: Option<String>,
    /// Only by this name
    actor: Option<String>,
    /// Only done to this, by name as it was then
    object: Option<String>,
    /// Only from this address
    address: Option<String>,
    /// Only what ended so: `done` or `refused`
    #[param(pattern = "^(done|refused)$")]
    outcome: Option<String>,
    /// Only part of this request
    request_id: Option<String>,
    /// Only since then
    #[param(format = DateTime)]
    since: Option<String>,
    /// Only before then
    #[param(format = DateTime)]
    until: Option<String>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

impl Wanted {
    fn filter(&self) -> Result<ActivityFilter, Problem> {
        let text = |given: &Option<String>| given.clone().unwrap_or_default();
        let search = Search {
            kind: text(&self.kind),
            actor: text(&self.actor),
            object: text(&self.object),
            address: text(&self.address),
            outcome: text(&self.outcome),
            request: text(&self.request_id),
            since: text(&self.since),
            until: text(&self.until),
        };
        search.filter().map_err(|odd| Problem::new(Code::MalformedQuery, odd))
    }
}

impl From<activity::Activity> for Activity {
    fn from(row: activity::Activity) -> Self {
        Self {
            id: row.id.0,
            created_at: Moment(row.at),
            kind: row.kind,
            actor: row.actor,
            address: row.address,
            request_id: row.request,
            object: row.object,
            detail: row.detail,
            outcome: row.outcome.into(),
            count: row.count,
        }
    }
}

/// The audit, newest first; for admins.
#[utoipa::path(get, path = "/api/v1/activities", tag = "administration", params(Wanted), responses(
    (status = 200, body = [Activity]),
))]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Activity>, Problem> {
    let filter = wanted.filter()?;
    let part = slice(wanted.per_page, wanted.after);
    let page = call.api().inspect.activities(&call.actor(), &filter, &part).await?;
    Ok(call.list(page.map(Activity::from)))
}

/// All that fits, newest first, as a table for spreadsheets: `per_page` and `after` mean nothing
/// here; for admins.
#[utoipa::path(
    get, path = "/api/v1/activities.csv", tag = "administration", params(Wanted),
    responses((status = 200, body = String, content_type = "text/csv")),
)]
pub(super) async fn csv(
    SignedIn(call): SignedIn,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Problem> {
    let (inspect, filter) = (call.api().inspect.clone(), wanted.filter()?);
    Ok(export(inspect, call.actor(), filter, Format::Csv).await?)
}

/// All that fits, newest first, an object a line: `per_page` and `after` mean nothing here; for
/// admins.
#[utoipa::path(
    get, path = "/api/v1/activities.jsonl", tag = "administration", params(Wanted),
    responses((status = 200, body = String, content_type = "application/jsonl")),
)]
pub(super) async fn json_lines(
    SignedIn(call): SignedIn,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Problem> {
    let (inspect, filter) = (call.api().inspect.clone(), wanted.filter()?);
    Ok(export(inspect, call.actor(), filter, Format::JsonLines).await?)
}
