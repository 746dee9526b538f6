//! What goes with an account, before it goes.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::account::Username;
use portus_core::usecase::{AccountRemains, DeleteAccountError, Owner};
use serde::Deserialize;

use super::confirm::Confirm;
use super::fault::{At, Fault, Told, told, typed};
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
    fault: Option<Told>,
    confirm: Confirm,
    form: Heir,
}

/// Who gets what was hers.
#[derive(Default, Deserialize)]
pub(super) struct Heir {
    #[serde(default)]
    heir: String,
    #[serde(default)]
    to: String,
    /// The account's name, typed.
    #[serde(default)]
    name: String,
}

impl Heir {
    fn read(&self) -> Result<Option<Owner>, Fault> {
        Ok(match self.heir.as_str() {
            "person" => Some(Owner::Person(typed(&self.to).at("to")?)),
            "team" => Some(Owner::Team(typed(&self.to).at("to")?)),
            _ => None,
        })
    }
}

pub(super) async fn show(visit: Visit, Named(name): Named<String>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let name = read(&name)?;
    page(&visit, StatusCode::OK, &name, None, (Confirm::of(&name), Heir::default())).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    name: &Username,
    fault: Option<Told>,
    (confirm, form): (Confirm, Heir),
) -> Result<Response, Trouble> {
    let remains = visit.shared.app.api.delete_account.remains(&visit.actor(), name).await;
    let remains = remains.map_err(|error| match error {
        DeleteAccountError::Store(error) => error.into(),
        DeleteAccountError::Refused(refused) => refused.into(),
        _ => Trouble::NotFound,
    })?;
    let title = (visit.t.users.delete_do)(remains.account.name.as_str());
    with_status(status, &Page { f: Frame::of(visit, title), remains, fault, confirm, form })
}

pub(super) async fn delete(
    visit: Visit,
    Named(name): Named<String>,
    Sent(form): Sent<Heir>,
) -> Result<Response, Trouble> {
    let (name, refused) = (read(&name)?, StatusCode::UNPROCESSABLE_ENTITY);
    let confirm = Confirm::typed(&name, &form.name, visit.t);
    if confirm.fault.is_some() {
        return page(&visit, refused, &name, None, (confirm, form)).await;
    }
    let deleted = async {
        let heir = form.read()?;
        let accounts = &visit.shared.app.api.delete_account;
        Ok::<_, Fault>(accounts.delete(&visit.actor(), &name, heir.as_ref()).await?)
    };
    match deleted.await {
        Ok(()) => Ok(Notice::AccountDeleted.at("/admin/users")),
        Err(fault) => {
            let fault = told(fault, visit.t)?;
            page(&visit, refused, &name, Some(fault), (confirm, form)).await
        }
    }
}
