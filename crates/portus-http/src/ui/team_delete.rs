//! What goes with a team, before it goes.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::usecase::{ChangeTeamError, TeamRemains};
use serde::Deserialize;

use super::fault::told;
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Named, Sent};
use super::sign_in::door;
use super::team::find;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "team_delete.html")]
struct Page {
    f: Frame,
    remains: TeamRemains,
    fault: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Farewell {
    #[serde(default)]
    abandon: bool,
}

pub(super) async fn show(visit: Visit, Named(team): Named<String>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    page(&visit, StatusCode::OK, &team, None).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    team: &str,
    fault: Option<String>,
) -> Result<Response, Trouble> {
    let seen = find(visit, team).await?;
    let teams = &visit.shared.app.api.change_team;
    let remains = teams.remains(&visit.actor(), &seen.team.name).await.map_err(trouble)?;
    let title = (visit.t.team.delete_do)(seen.team.name.as_str());
    with_status(status, &Page { f: Frame::of(visit, title), remains, fault })
}

pub(super) async fn delete(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<Farewell>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let teams = &visit.shared.app.api.change_team;
    match teams.delete(&visit.actor(), &seen.team.name, form.abandon).await {
        Ok(()) => Ok(Notice::TeamDeleted.at("/teams")),
        Err(error) => {
            let fault = told(error.into(), visit.t)?;
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &team, Some(fault)).await
        }
    }
}

fn trouble(error: ChangeTeamError) -> Trouble {
    match error {
        ChangeTeamError::Store(error) => error.into(),
        ChangeTeamError::Refused(_) => Trouble::Refused,
        _ => Trouble::NotFound,
    }
}
