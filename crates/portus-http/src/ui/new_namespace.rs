//! Making a namespace for a team.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::policy::Keeper;
use portus_core::usecase::{CreateNamespaceError, NamespaceOffer};
use serde::Deserialize;

use super::fault::{At, Fault, Told, told, typed};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Asked, Sent};
use super::sign_in::{door, see};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "new_namespace.html")]
struct Page {
    f: Frame,
    offer: NamespaceOffer,
    fault: Option<Told>,
    form: Wanted,
}

impl Page {
    /// Who may, where she may not.
    fn makers(&self) -> &'static str {
        let t = &self.f.t.settings;
        match self.offer.ruling.keeper {
            Keeper::Members(_) => t.no_team_owners,
            _ => t.no_team_admins,
        }
    }
}

/// What the form says; a link may say for which team.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    registry: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    team: String,
    #[serde(default = "private")]
    visibility: String,
}

/// Everything starts private.
fn private() -> String {
    "private".to_owned()
}

pub(super) async fn show(visit: Visit, Asked(form): Asked<Wanted>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    page(&visit, StatusCode::OK, None, form).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    fault: Option<Told>,
    form: Wanted,
) -> Result<Response, Trouble> {
    let offer = visit.shared.app.api.create_namespace.offer(&visit.actor()).await?;
    let f = Frame::of(visit, visit.t.settings.new);
    with_status(status, &Page { f, offer, fault, form })
}

pub(super) async fn make(visit: Visit, Sent(form): Sent<Wanted>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/namespaces/new"));
    }
    let made = async {
        let registry = typed(&form.registry).at("registry")?;
        let name = typed(&form.name).at("name")?;
        let team = typed(&form.team).at("team")?;
        let visibility = typed(&form.visibility)?;
        // A team that she may not know of is as if it were not there.
        let seen = visit.shared.app.api.inspect.team(&visit.actor(), &team).await;
        if seen.map_err(|error| Fault::Trouble(error.into()))?.is_none() {
            return Err(CreateNamespaceError::UnknownTeam(team).into());
        }
        let make = &visit.shared.app.api.create_namespace;
        make.create(&visit.actor(), (&registry, &name), &team, visibility).await?;
        Ok(format!("/namespaces/{registry}/{name}"))
    };
    match made.await {
        Ok(place) => Ok(Notice::NamespaceMade.at(&place)),
        Err(fault) => {
            let place = format!("{}/", form.name);
            let fault =
                told(fault, visit.t).map_err(|one| one.about("push", &form.registry, &place))?;
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, Some(fault), form).await
        }
    }
}
