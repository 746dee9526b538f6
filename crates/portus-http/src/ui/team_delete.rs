//! What goes with a team, before it goes.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::usecase::{ChangeTeamError, SeenTeam, TeamRemains};
use serde::Deserialize;

use super::confirm::Confirm;
use super::fault::{Told, told};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Named, Sent};
use super::sign_in::door;
use super::team::find;
use super::team_lists::First;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "team_delete.html")]
struct Page {
    f: Frame,
    remains: TeamRemains,
    people: First,
    bots: First,
    fault: Option<Told>,
    confirm: Confirm,
    abandon: bool,
}

#[derive(Default, Deserialize)]
pub(super) struct Farewell {
    #[serde(default)]
    abandon: bool,
    /// The team's name, typed.
    #[serde(default)]
    name: String,
}

pub(super) async fn show(visit: Visit, Named(team): Named<String>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &team).await?;
    let confirm = Confirm::of(&seen.team.name);
    page(&visit, StatusCode::OK, seen, (None, confirm, false)).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    seen: SeenTeam,
    (fault, confirm, abandon): (Option<Told>, Confirm, bool),
) -> Result<Response, Trouble> {
    let teams = &visit.shared.app.api.change_team;
    let remains = teams.remains(&visit.actor(), &seen.team.name).await.map_err(trouble)?;
    let title = (visit.t.team.delete_do)(seen.team.name.as_str());
    let [people, bots] = First::of(visit, &remains.team).await?;
    let f = Frame::of(visit, title);
    with_status(status, &Page { f, remains, people, bots, fault, confirm, abandon })
}

pub(super) async fn delete(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<Farewell>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let (refused, abandon) = (StatusCode::UNPROCESSABLE_ENTITY, form.abandon);
    let confirm = Confirm::typed(&seen.team.name, &form.name, visit.t);
    if confirm.fault.is_some() {
        return page(&visit, refused, seen, (None, confirm, abandon)).await;
    }
    let teams = &visit.shared.app.api.change_team;
    match teams.delete(&visit.actor(), &seen.team.name, abandon).await {
        Ok(()) => Ok(Notice::TeamDeleted.at("/teams")),
        Err(error) => {
            let fault = told(error.into(), visit.t)?;
            page(&visit, refused, seen, (Some(fault), confirm, abandon)).await
        }
    }
}

fn trouble(error: ChangeTeamError) -> Trouble {
    match error {
        ChangeTeamError::Store(error) => error.into(),
        ChangeTeamError::Refused(refused) => refused.into(),
        _ => Trouble::NotFound,
    }
}
