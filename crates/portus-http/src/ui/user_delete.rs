//! What goes with an account, before it goes.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::account::Username;
use portus_core::usecase::{AccountRemains, DeleteAccountError, Owner};
use serde::Deserialize;

use super::fault::{Fault, told, typed};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Named, Sent};
use super::sign_in::door;
use super::trouble::Trouble;
use super::user::read;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "user_delete.html")]
struct Page {
    f: Frame,
    remains: AccountRemains,
    fault: Option<String>,
}

/// Who gets what was hers.
#[derive(Deserialize)]
pub(super) struct Heir {
    #[serde(default)]
    heir: String,
    #[serde(default)]
    to: String,
}

impl Heir {
    fn read(&self) -> Result<Option<Owner>, Fault> {
        Ok(match self.heir.as_str() {
            "person" => Some(Owner::Person(typed(&self.to)?)),
            "team" => Some(Owner::Team(typed(&self.to)?)),
            _ => None,
        })
    }
}

pub(super) async fn show(visit: Visit, Named(name): Named<String>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    page(&visit, StatusCode::OK, &read(&name)?, None).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    name: &Username,
    fault: Option<String>,
) -> Result<Response, Trouble> {
    let remains = visit.shared.app.api.delete_account.remains(&visit.actor(), name).await;
    let remains = remains.map_err(|error| match error {
        DeleteAccountError::Store(error) => error.into(),
        DeleteAccountError::Refused(_) => Trouble::Refused,
        _ => Trouble::NotFound,
    })?;
    let title = (visit.t.users.delete_do)(remains.account.name.as_str());
    with_status(status, &Page { f: Frame::of(visit, title), remains, fault })
}

pub(super) async fn delete(
    visit: Visit,
    Named(name): Named<String>,
    Sent(form): Sent<Heir>,
) -> Result<Response, Trouble> {
    let name = read(&name)?;
    let deleted = async {
        let heir = form.read()?;
        let accounts = &visit.shared.app.api.delete_account;
        Ok::<_, Fault>(accounts.delete(&visit.actor(), &name, heir.as_ref()).await?)
    };
    match deleted.await {
        Ok(()) => Ok(Notice::AccountDeleted.at("/admin/users")),
        Err(fault) => {
            let fault = told(fault, visit.t)?;
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &name, Some(fault)).await
        }
    }
}
