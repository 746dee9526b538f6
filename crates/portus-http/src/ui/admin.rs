//! What admins look after: registries, accounts, teams, and events that could not be applied.

use askama::Template;
use axum::response::Response;
use portus_core::account::Account;
use portus_core::page::{ParkedRow, Slice, TeamRow};
use portus_core::port::{AccountFilter, Retry};
use portus_core::registry::Registry;
use portus_core::usecase::RetryEventsError;

use super::audit::refused;
use super::frame::{Frame, html};
use super::sent::Sent;
use super::sign_in::{Nothing, see};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "admin.html")]
struct Page {
    f: Frame,
    registries: Vec<Registry>,
    accounts: Vec<Account>,
    teams: Vec<TeamRow>,
    parked: Vec<ParkedRow>,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/admin"));
    }
    let (inspect, actor) = (&visit.shared.app.api.inspect, visit.actor());
    let first = Slice::first(ROWS);
    let registries = inspect.registries(&actor).await.map_err(refused)?;
    let filter = AccountFilter::default();
    let accounts = inspect.accounts(&actor, filter, &first).await.map_err(refused)?;
    let teams = inspect.teams(&actor, &first).await.map_err(refused)?;
    let parked = inspect.parked(&actor, &first).await.map_err(refused)?;
    html(&Page {
        f: Frame::of(&visit, visit.t.administration),
        registries,
        accounts: accounts.rows,
        teams: teams.rows,
        parked: parked.rows,
    })
}

pub(super) async fn retry(visit: Visit, Sent(_): Sent<Nothing>) -> Result<Response, Trouble> {
    match visit.shared.app.api.retry_events.retry(&visit.actor(), Retry::All).await {
        Ok(_) => Ok(see("/admin")),
        Err(RetryEventsError::Store(error)) => Err(error.into()),
        Err(_) => Err(Trouble::Refused),
    }
}

/// How many of each are shown; all of them are in the API and on the command line.
const ROWS: u32 = 100;
