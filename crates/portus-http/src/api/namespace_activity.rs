//! What was done in a namespace, or refused.

use portus_core::activity;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::activity::Outcome;
use super::call::{At, SignedIn};
use super::error::Problem;
use super::list::{List, PerPage, slice};
use super::moment::Moment;
use super::namespace::place;
use super::query::Asked;

/// Something that was done in a namespace, or refused. From where is for admins alone.
#[derive(Serialize, ToSchema)]
pub(super) struct NamespaceActivity {
    id: i64,
    created_at: Moment,
    /// What happened
    #[schema(example = "repository.push")]
    kind: String,
    /// Who did it; empty for someone not signed in
    actor: String,
    /// What it was done to, by name as it was then
    object: String,
    /// The rest, in words
    detail: String,
    outcome: Outcome,
    /// How many times within the minute
    count: u32,
}

/// Which of them are wanted, and which part.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// What ended so: `done`, or `refused`, which is for those who keep the namespace
    #[serde(default)]
    #[param(inline, required = false)]
    outcome: Outcome,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

impl From<activity::Activity> for NamespaceActivity {
    fn from(row: activity::Activity) -> Self {
        Self {
            id: row.id.0,
            created_at: Moment(row.at),
            kind: row.kind,
            actor: row.actor,
            object: row.object,
            detail: row.detail,
            outcome: row.outcome.into(),
            count: row.count,
        }
    }
}

/// What was done in a namespace that the caller can pull from, or what was refused in one that she
/// keeps, newest first.
#[utoipa::path(
    get, path = "/api/v1/namespaces/{registry}/{namespace}/activities", tag = "namespaces",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("namespace" = String, Path, description = "The namespace's name; `_` is the global one"),
        Wanted,
    ),
    responses((status = 200, body = [NamespaceActivity])),
)]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    At((registry, name)): At<(String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<NamespaceActivity>, Problem> {
    let (registry, name) = place(&registry, &name)?;
    let seen = call.web().look.namespace(&call.caller, &registry, &name).await?;
    let seen = seen.ok_or_else(Problem::absent)?;
    let part = slice(wanted.per_page, wanted.after);
    let survey = &call.web().survey;
    let page = match wanted.outcome {
        Outcome::Done => survey.activities(&seen, &part).await?.map(|row| row.activity),
        Outcome::Refused => survey.refusals(&call.actor(), &seen, &part).await?,
    };
    Ok(call.list(page.map(NamespaceActivity::from)))
}
