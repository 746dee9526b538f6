//! What the home page tells: how much there is, what comes and goes, what is new.

use std::time::{Duration, SystemTime};

use axum::Json;
use portus_core::page::Slice;
use portus_core::port::{EXTENT, RepositorySort};
use portus_core::words;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::SignedIn;
use super::error::Problem;
use super::happening::Happening;
use super::moment::Moment;
use super::repository::Repository;

/// What the caller may see, in numbers, and what is new there.
#[derive(Serialize, ToSchema)]
pub(super) struct Overview {
    repositories: Counted,
    tags: Counted,
    /// Pushes and pulls of the last 30 days, oldest first
    traffic: Vec<Traffic>,
    /// The last pushed first; ten at most
    recently_pushed: Vec<Repository>,
    /// What was done, newest first; twelve at most
    activities: Vec<Happening>,
}

/// How many there are.
#[derive(Serialize, ToSchema)]
struct Counted {
    count: u64,
    /// Whether there are more than were counted
    more: bool,
}

/// What came and went on a day.
#[derive(Serialize, ToSchema)]
struct Traffic {
    /// In UTC
    #[schema(format = Date, example = "2026-11-21")]
    day: String,
    pushes: u64,
    pulls: u64,
}

impl Counted {
    fn of(number: u64) -> Self {
        Self { count: number.min(EXTENT), more: number > EXTENT }
    }
}

impl From<words::Traffic> for Traffic {
    fn from(words::Traffic { day, pushes, pulls }: words::Traffic) -> Self {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400);
        let day = String::from(Moment(at)).chars().take_while(|one| *one != 'T').collect();
        Self { day, pushes, pulls }
    }
}

/// What the caller may see, in numbers, and what is new there.
#[utoipa::path(get, path = "/api/v1/overview", tag = "self", responses(
    (status = 200, body = Overview),
))]
pub(super) async fn show(SignedIn(call): SignedIn) -> Result<Json<Overview>, Problem> {
    let (survey, caller) = (&call.web().survey, &call.caller);
    let (few, pushed) = (Slice::first(FEW), (RepositorySort::Pushed, None));
    let (recent, lines, extent, traffic) = tokio::try_join!(
        survey.repositories(caller, None, pushed, &few),
        survey.recent(caller, LINES),
        survey.extent(caller),
        survey.traffic(caller, (DAYS, call.web().clock.now())),
    )?;
    Ok(Json(Overview {
        repositories: Counted::of(extent.repositories),
        tags: Counted::of(extent.tags),
        traffic: traffic.into_iter().map(Traffic::from).collect(),
        recently_pushed: recent.rows.into_iter().map(Repository::from).collect(),
        activities: lines.into_iter().map(Happening::from).collect(),
    }))
}

/// How many repositories are told of.
const FEW: u32 = 10;

/// How much of what was done.
const LINES: u32 = 12;

/// How many days.
const DAYS: u64 = 30;
