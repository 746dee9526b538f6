//! The teams that someone is in; all of them for admins.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::page::{Slice, TeamRow};
use portus_core::policy::Deed;
use portus_core::team::TeamName;
use serde::Deserialize;

use super::audit::refused;
use super::fault::{At, Fault, Told, told, typed};
use super::frame::{Frame, with_status};
use super::home::Part;
use super::notice::Notice;
use super::sent::{Asked, Sent};
use super::sign_in::{door, see, segment};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "teams.html")]
struct Page {
    f: Frame,
    rows: Vec<TeamRow>,
    next: Option<String>,
    is_first: bool,
    may_create: bool,
    fault: Option<Told>,
    name: String,
}

#[derive(Deserialize)]
pub(super) struct NewTeam {
    name: String,
}

pub(super) async fn show(visit: Visit, Asked(part): Asked<Part>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    page(&visit, StatusCode::OK, &part.slice(), None, "").await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    slice: &Slice,
    fault: Option<Told>,
    name: &str,
) -> Result<Response, Trouble> {
    let (roster, actor) = (&visit.shared.app.api.roster, visit.actor());
    let page = roster.teams(&actor, slice).await.map_err(refused)?;
    let shown = Page {
        f: Frame::of(visit, visit.t.teams),
        rows: page.rows,
        next: page.next,
        is_first: slice.after.is_none(),
        may_create: roster.rule(&actor, Deed::CreateTeam, None, false).allowed,
        fault,
        name: name.to_owned(),
    };
    with_status(status, &shown)
}

pub(super) async fn make(visit: Visit, Sent(form): Sent<NewTeam>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/teams"));
    }
    let made = async {
        let name: TeamName = typed(&form.name).at("name")?;
        visit.shared.app.api.create_team.create(&visit.actor(), &name, None).await?;
        Ok::<_, Fault>(name)
    };
    match made.await {
        Ok(name) => Ok(Notice::TeamMade.at(&format!("/teams/{}", segment(name.as_str())))),
        Err(fault) => {
            let (fault, refused) = (told(fault, visit.t)?, StatusCode::UNPROCESSABLE_ENTITY);
            page(&visit, refused, &Slice::first(ROWS), Some(fault), &form.name).await
        }
    }
}

const ROWS: u32 = 50;
