//! The first admin, by a link that only who reads the log has.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::account::{InvalidEmail, InvalidUsername};
use portus_core::activity::{Actor, Who};
use portus_core::secret::Secret;
use portus_core::usecase::NewPerson;
use serde::Deserialize;

use super::admin::connect;
use super::fault::{Told, told};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Named, Sent};
use super::set_password::hide;
use super::sign_up::enter;
use super::texts::Said;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "setup.html")]
struct Page {
    f: Frame,
    username: String,
    email: String,
    fault: Option<Told>,
}

#[derive(Deserialize)]
pub(super) struct SetupForm {
    username: String,
    email: String,
    password: String,
}

pub(super) async fn show(visit: Visit, Named(secret): Named<String>) -> Result<Response, Trouble> {
    check(&visit, secret).await?;
    page(&visit, StatusCode::OK, ("", ""), None)
}

pub(super) async fn make(
    visit: Visit,
    Named(secret): Named<String>,
    Sent(form): Sent<SetupForm>,
) -> Result<Response, Trouble> {
    check(&visit, secret).await?;
    let again = |fault: Told| {
        page(&visit, StatusCode::UNPROCESSABLE_ENTITY, (&form.username, &form.email), Some(fault))
    };
    let name = match form.username.parse() {
        Ok(name) => name,
        Err(error) => {
            return again(Told::of("username", InvalidUsername::said(&error, visit.t)));
        }
    };
    let email = match form.email.trim() {
        "" => None,
        email => match email.parse() {
            Ok(email) => Some(email),
            Err(error) => {
                return again(Told::of("email", InvalidEmail::said(&error, visit.t)));
            }
        },
    };
    let password = Secret::new(form.password.clone());
    let person = NewPerson { name, email, password: Some(password.clone()), admin: true };
    // Who has the link has what only the log says.
    let actor = Actor { who: Who::Portus, ..visit.actor() };
    let made = visit.shared.app.web.create_account.set_up(&actor, &person).await;
    match made {
        Ok(_) => {
            let next = if connect::is_due(&visit).await? { connect::START } else { "/" };
            enter(&visit, &person.name, password, Notice::SignedUp.at(next)).await
        }
        Err(error) => again(told(error.into(), visit.t)?),
    }
}

/// The link is good while there is no account; whoever has none sees what is nowhere.
async fn check(visit: &Visit, sent: String) -> Result<(), Trouble> {
    let web = &visit.shared.app.web;
    let right = web.passwords.same(&web.setup_secret, &Secret::new(sent));
    let open = right && web.create_account.is_first().await?;
    open.then_some(()).ok_or(Trouble::NotFound)
}

fn page(
    visit: &Visit,
    status: StatusCode,
    (username, email): (&str, &str),
    fault: Option<Told>,
) -> Result<Response, Trouble> {
    let f = Frame::of(visit, visit.t.setup.title);
    let shown = Page { f, username: username.to_owned(), email: email.to_owned(), fault };
    let mut response = with_status(status, &shown)?;
    hide(&mut response);
    Ok(response)
}
