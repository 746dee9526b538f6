//! The first admin, by a link that only who reads the log has.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::account::Username;
use portus_core::activity::{Actor, Who};
use portus_core::secret::Secret;
use portus_core::usecase::NewPerson;
use serde::Deserialize;

use super::admin::connect;
use super::fault::{At, Fault, Told, told};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Named, Sent};
use super::set_password::hide;
use super::sign_up::enter;
use super::trouble::Trouble;
use super::users::email;
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
    let password = Secret::new(form.password);
    let made = async {
        let name: Result<Username, _> = form.username.parse().map_err(Fault::told);
        let person = NewPerson {
            name: name.at("username")?,
            email: email(&form.email)?,
            password: Some(password.clone()),
            admin: true,
        };
        // Who has the link has what only the log says.
        let actor = Actor { who: Who::Portus, ..visit.actor() };
        visit.shared.app.web.create_account.set_up(&actor, &person).await?;
        Ok::<_, Fault>(person.name)
    };
    match made.await {
        Ok(name) => {
            let next = if connect::is_due(&visit).await? { connect::START } else { "/" };
            enter(&visit, &name, password, Notice::SignedUp.at(next)).await
        }
        Err(fault) => {
            let (fault, refused) = (told(fault, visit.t)?, StatusCode::UNPROCESSABLE_ENTITY);
            page(&visit, refused, (&form.username, &form.email), Some(fault))
        }
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
