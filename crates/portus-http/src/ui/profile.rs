//! Who someone is, and her password.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use portus_core::account::{Email, Username};
use portus_core::secret::Secret;
use portus_core::usecase::{
    AuthenticateError, ChangeEmailError, ChangePasswordError, Look, SignInError,
};
use serde::Deserialize;

use super::cookie::Cookie;
use super::fault::Told;
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::Sent;
use super::sign_in::see;
use super::texts::Said;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::guess::checked;

#[derive(Template)]
#[template(path = "profile.html")]
struct Page {
    f: Frame,
    name: Username,
    is_admin: bool,
    email: String,
    faults: Faults,
}

/// What is wrong with a form of the page.
#[derive(Default)]
struct Faults {
    email: Option<Told>,
    password: Option<Told>,
}

#[derive(Deserialize)]
pub(super) struct NewEmail {
    password: String,
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    current: String,
    new: String,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Trouble> {
    page(&visit, StatusCode::OK, Faults::default(), None).await
}

/// `typed` is an address that was not kept.
async fn page(
    visit: &Visit,
    status: StatusCode,
    faults: Faults,
    typed: Option<String>,
) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name().cloned() else {
        return Ok(see("/sign-in?to=/profile"));
    };
    let email = match typed {
        Some(typed) => typed,
        None => {
            let known = visit.shared.app.web.change_email.current(&name).await?;
            known.map(|email| email.to_string()).unwrap_or_default()
        }
    };
    let f = Frame::of(visit, visit.t.profile);
    let is_admin = Look::is_admin(&visit.caller);
    with_status(status, &Page { f, name, is_admin, email, faults })
}

pub(super) async fn change_email(
    visit: Visit,
    Sent(form): Sent<NewEmail>,
) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name() else { return Ok(see("/sign-in?to=/profile")) };
    let refused = async |fault: Told| {
        let faults = Faults { email: Some(fault), ..Faults::default() };
        page(&visit, StatusCode::UNPROCESSABLE_ENTITY, faults, Some(form.email.clone())).await
    };
    let email: Option<Email> = match form.email.trim() {
        "" => None,
        text => match text.parse() {
            Ok(email) => Some(email),
            Err(error) => return refused(Told::of("email", error.said(visit.t))).await,
        },
    };
    let password = Secret::new(form.password.clone());
    let change = &visit.shared.app.web.change_email;
    let change = change.change(name, &password, email.as_ref(), &visit.origin);
    let changed = checked(&visit.shared, (name, &password), &visit.origin, change).await;
    match changed.map_err(Trouble::Limited)? {
        Ok(()) => Ok(Notice::EmailChanged.at("/profile")),
        Err(ChangeEmailError::Authenticate(AuthenticateError::Rejected)) => {
            refused(Told::of("email-password", visit.t.password.wrong)).await
        }
        Err(ChangeEmailError::Authenticate(error)) => Err(SignInError::Authenticate(error).into()),
        Err(ChangeEmailError::Store(error)) => Err(error.into()),
        Err(error @ ChangeEmailError::Taken) => {
            refused(Told::of("email", error.said(visit.t))).await
        }
    }
}

pub(super) async fn change_password(
    visit: Visit,
    Sent(form): Sent<NewPassword>,
) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name() else { return Ok(see("/sign-in?to=/profile")) };
    let (current, new) = (Secret::new(form.current), Secret::new(form.new));
    let change = &visit.shared.app.web.change_password;
    let change = change.change(name, &current, &new, &visit.origin);
    let changed = checked(&visit.shared, (name, &current), &visit.origin, change).await;
    let refused = async |fault: Told| {
        let faults = Faults { password: Some(fault), ..Faults::default() };
        page(&visit, StatusCode::UNPROCESSABLE_ENTITY, faults, None).await
    };
    match changed.map_err(Trouble::Limited)? {
        Ok(()) => {
            let mut response = Notice::PasswordChanged.at("/sign-in");
            response.headers_mut().append(SET_COOKIE, visit.cookie(Cookie::Session).unset());
            Ok(response)
        }
        Err(ChangePasswordError::Authenticate(AuthenticateError::Rejected)) => {
            refused(Told::of("current", visit.t.password.wrong)).await
        }
        Err(ChangePasswordError::Store(error)) => Err(error.into()),
        Err(ChangePasswordError::Authenticate(error)) => {
            Err(SignInError::Authenticate(error).into())
        }
        Err(error) => refused(Told::of("new", error.said(visit.t))).await,
    }
}
