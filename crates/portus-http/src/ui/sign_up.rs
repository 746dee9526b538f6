//! Making an account of one's own, where the operator lets strangers.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use portus_core::account::Username;
use portus_core::secret::Secret;
use portus_core::usecase::NewPerson;
use serde::Deserialize;
use tokio::time::Instant;

use super::cookie::Cookie;
use super::fault::{At, Fault, Told, told, typed};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::Sent;
use super::sign_in::see;
use super::trouble::Trouble;
use super::users::email;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "sign_up.html")]
struct Page {
    f: Frame,
    username: String,
    email: String,
    fault: Option<Told>,
}

/// Whom a stranger says she is. What makes someone more is no field of it.
#[derive(Default, Deserialize)]
pub(super) struct Stranger {
    username: String,
    #[serde(default)]
    email: String,
    password: String,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Trouble> {
    check(&visit)?;
    if visit.is_signed_in() {
        return Ok(see("/"));
    }
    page(&visit, StatusCode::OK, Stranger::default(), None)
}

/// Where it is off, it is as if it were nowhere.
fn check(visit: &Visit) -> Result<(), Trouble> {
    let open = visit.shared.app.web.create_account.is_open();
    open.then_some(()).ok_or(Trouble::NotFound)
}

fn page(
    visit: &Visit,
    status: StatusCode,
    form: Stranger,
    fault: Option<Told>,
) -> Result<Response, Trouble> {
    let f = Frame::of(visit, visit.t.sign_up.title);
    with_status(status, &Page { f, username: form.username, email: form.email, fault })
}

pub(super) async fn make(visit: Visit, Sent(form): Sent<Stranger>) -> Result<Response, Trouble> {
    check(&visit)?;
    if visit.is_signed_in() {
        return Ok(see("/"));
    }
    count(&visit, &form)?;
    let password = Secret::new(form.password.clone());
    let made = async {
        let person = NewPerson {
            name: typed::<Username>(&form.username).at("username")?,
            email: email(&form.email)?,
            password: Some(password.clone()),
            admin: false,
        };
        visit.shared.app.web.create_account.sign_up(&visit.actor(), &person).await?;
        Ok::<_, Fault>(person.name)
    };
    match made.await {
        Ok(name) => enter(&visit, &name, password, Notice::SignedUp.at("/")).await,
        Err(fault) => {
            let fault = told(fault, visit.t)?;
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, Some(fault))
        }
    }
}

/// Each costs a slow hash and may take a name, so that each counts, as a wrong password does.
fn count(visit: &Visit, form: &Stranger) -> Result<(), Trouble> {
    let (tries, address, now) = (&visit.shared.sign_ups, visit.origin.address, Instant::now());
    let mark = tries.mark((&form.username, &form.password));
    tries.admit(address, mark, now).map_err(Trouble::Crowded)?;
    tries.wrong(address, mark, now).map_err(Trouble::Crowded)
}

/// Signs in who has an account now.
pub(super) async fn enter(
    visit: &Visit,
    name: &Username,
    password: Secret,
    mut response: Response,
) -> Result<Response, Trouble> {
    let sign_in = &visit.shared.app.web.sign_in;
    let entered = sign_in.sign_in(name.as_str(), password, &visit.agent, None, &visit.origin);
    let (secret, _) = entered.await?;
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, visit.cookie(Cookie::Session).set(secret.expose(), None));
    Ok(response)
}
