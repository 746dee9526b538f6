//! The audit.

use portus_core::activity;
use portus_core::port::ActivityFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call::SignedIn;
use super::error::{Code, Problem};
use super::list::{List, PerPage, slice};
use super::moment::Moment;
use super::query::Asked;

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
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Done,
    Refused,
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
    /// Only since then
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Moment>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
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
            outcome: match row.outcome {
                activity::Outcome::Done => Outcome::Done,
                activity::Outcome::Refused => Outcome::Refused,
            },
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
    let kind = wanted.kind.map(kind).transpose()?;
    let since = wanted.since.map(|Moment(at)| at);
    let filter = ActivityFilter { kind, actor: wanted.actor, since };
    let part = slice(wanted.per_page, wanted.after);
    let page = call.api().inspect.activities(&call.actor(), &filter, &part).await?;
    Ok(call.list(page.map(Activity::from)))
}

fn kind(text: String) -> Result<String, Problem> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    if text.split('.').count() <= 2 && text.split('.').all(is_word) {
        return Ok(text);
    }
    Err(Problem::new(Code::MalformedQuery, format!("`{text}` is not a kind of activity")))
}
