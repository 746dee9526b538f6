//! Who someone is, and her password.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use portus_core::account::Username;
use portus_core::secret::Secret;
use portus_core::usecase::{AuthenticateError, ChangePasswordError, Credential, Look, SignInError};
use serde::Deserialize;

use super::cookie::Cookie;
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::Sent;
use super::sign_in::see;
use super::texts::Said;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::guess::Guess;

#[derive(Template)]
#[template(path = "profile.html")]
struct Page {
    f: Frame,
    name: Username,
    is_admin: bool,
    fault: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    current: String,
    new: String,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Trouble> {
    page(&visit, StatusCode::OK, None)
}

fn page(visit: &Visit, status: StatusCode, fault: Option<String>) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name().cloned() else {
        return Ok(see("/sign-in?to=/profile"));
    };
    let f = Frame::of(visit, visit.t.profile);
    let is_admin = Look::is_admin(&visit.caller);
    with_status(status, &Page { f, name, is_admin, fault })
}

pub(super) async fn change_password(
    visit: Visit,
    Sent(form): Sent<NewPassword>,
) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name() else { return Ok(see("/sign-in?to=/profile")) };
    let (current, new) = (Secret::new(form.current), Secret::new(form.new));
    let credential = Credential::Basic { username: name.to_string(), password: current.clone() };
    let guess = Guess::begin(&visit.shared, Some(&credential), &visit.origin);
    let guess = guess.map_err(Trouble::Limited)?;
    let change = &visit.shared.app.web.change_password;
    let changed = change.change(name, &current, &new, &visit.origin).await;
    let outcome = match &changed {
        Err(ChangePasswordError::Authenticate(error)) => Err(error),
        _ => Ok(()),
    };
    guess.end(outcome).map_err(Trouble::Limited)?;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    match changed {
        Ok(()) => {
            let mut response = Notice::PasswordChanged.at("/sign-in");
            response.headers_mut().append(SET_COOKIE, visit.cookie(Cookie::Session).unset());
            Ok(response)
        }
        Err(ChangePasswordError::Authenticate(AuthenticateError::Rejected)) => {
            page(&visit, refused, Some(visit.t.password.wrong.to_owned()))
        }
        Err(ChangePasswordError::Store(error)) => Err(error.into()),
        Err(ChangePasswordError::Authenticate(error)) => {
            Err(SignInError::Authenticate(error).into())
        }
        Err(error) => page(&visit, refused, Some(error.said(visit.t))),
    }
}
