//! How the work goes.

use axum::Json;
use axum::http::StatusCode;
use portus_core::id::JobId;
use portus_core::port::{JobRow, RegistryState};
use portus_core::usecase::Health;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call::{At, SignedIn, named};
use super::error::Problem;
use super::list::{List, PerPage, slice};
use super::moment::Moment;
use super::query::Asked;
use super::registry::SyncRun;

/// Work that takes calls to a registry.
#[derive(Serialize, ToSchema)]
pub(super) struct Job {
    id: i64,
    /// What is to be done: `adopt`, `delete`, `describe`, `first_sync`, `sync`
    kind: &'static str,
    /// The registry's name
    registry: String,
    /// In which repository, where it is about one
    repository: Option<String>,
    /// How often it failed
    tries: u32,
    /// Why it failed last
    error: Option<String>,
    /// When it is tried next; the end of the lease where a worker has it
    run_at: Moment,
    /// Whether a worker took it
    claimed: bool,
}

/// How the work goes.
#[derive(Serialize, ToSchema)]
pub(super) struct Status {
    checked_at: Moment,
    /// How often something changed that a decision could see; `null` where the database did not
    /// confirm that within the last two seconds
    policy_epoch: Option<i64>,
    /// How many notifications wait to be applied
    waiting_events_count: u64,
    /// When the oldest of them came
    oldest_event_at: Option<Moment>,
    /// How many could not be applied
    parked_events_count: u64,
    jobs_count: u64,
    registries: Vec<RegistryStatus>,
}

/// How a registry fares.
#[derive(Serialize, ToSchema)]
pub(super) struct RegistryStatus {
    registry: String,
    /// When it last told of anything
    last_event_at: Option<Moment>,
    /// The newest walk through its catalog
    sync: Option<SyncRun>,
}

/// Which jobs are wanted, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those that failed before
    #[serde(default)]
    #[param(required = false)]
    failing: bool,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind.as_str(),
            registry: row.registry.to_string(),
            repository: row.kind.repository().map(ToString::to_string),
            tries: row.tries,
            error: row.error,
            run_at: Moment(row.run_at),
            claimed: row.claimed,
        }
    }
}

impl From<Health> for Status {
    fn from(health: Health) -> Self {
        let registries = health.registries.into_iter().map(RegistryStatus::from);
        Self {
            checked_at: Moment(health.at),
            policy_epoch: health.epoch,
            waiting_events_count: health.inbox.waiting,
            oldest_event_at: health.inbox.oldest.map(Moment),
            parked_events_count: health.inbox.parked,
            jobs_count: health.jobs,
            registries: registries.collect(),
        }
    }
}

impl From<RegistryState> for RegistryStatus {
    fn from(state: RegistryState) -> Self {
        Self {
            registry: state.name.to_string(),
            last_event_at: state.last_received.map(Moment),
            sync: state.sync.map(SyncRun::from),
        }
    }
}

/// Jobs in the order they were made; for admins.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "administration", params(Wanted), responses(
    (status = 200, body = [Job]),
))]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Job>, Problem> {
    let part = slice(wanted.per_page, wanted.after);
    let page = call.admin().oversee.jobs(&call.actor(), wanted.failing, &part).await?;
    Ok(call.list(page.map(Job::from)))
}

/// Has a job done now that waits for its next try; for admins.
#[utoipa::path(
    post, path = "/api/v1/jobs/{job}/retry", tag = "administration",
    params(("job" = i64, Path, description = "The job's number")),
    responses((status = 204)),
)]
pub(super) async fn retry(
    SignedIn(call): SignedIn,
    At(job): At<String>,
) -> Result<StatusCode, Problem> {
    call.admin().oversee.hasten(&call.actor(), JobId(named(&job)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What waits, and since when; for admins.
#[utoipa::path(get, path = "/api/v1/status", tag = "administration", responses(
    (status = 200, body = Status),
))]
pub(super) async fn status(SignedIn(call): SignedIn) -> Result<Json<Status>, Problem> {
    Ok(Json(call.admin().oversee.health(&call.actor()).await?.into()))
}
