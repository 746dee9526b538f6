//! Setting a password by a link that an admin made.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, REFERRER_POLICY};
use axum::response::Response;
use portus_core::account::Username;
use portus_core::secret::Secret;
use portus_core::usecase::LinkPasswordError;
use serde::Deserialize;

use super::fault::Told;
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Named, Sent};
use super::sign_up::enter;
use super::texts::Said;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "set_password.html")]
struct Page {
    f: Frame,
    name: Username,
    fault: Option<Told>,
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    password: String,
}

pub(super) async fn show(visit: Visit, Named(secret): Named<String>) -> Result<Response, Trouble> {
    page(&visit, StatusCode::OK, &Secret::new(secret), None).await
}

/// A link that is not good is like one that never was.
async fn page(
    visit: &Visit,
    status: StatusCode,
    secret: &Secret,
    fault: Option<Told>,
) -> Result<Response, Trouble> {
    let name = visit.shared.app.api.link_password.whose(secret).await?;
    let name = name.ok_or(Trouble::NotFound)?;
    let f = Frame::of(visit, visit.t.password.link_title);
    let mut response = with_status(status, &Page { f, name, fault })?;
    hide(&mut response);
    Ok(response)
}

pub(super) async fn set(
    visit: Visit,
    Named(secret): Named<String>,
    Sent(form): Sent<NewPassword>,
) -> Result<Response, Trouble> {
    let (secret, password) = (Secret::new(secret), Secret::new(form.password));
    let link = &visit.shared.app.api.link_password;
    match link.set(&secret, &password, &visit.origin).await {
        Ok(name) => enter(&visit, &name, password, Notice::PasswordSet.at("/")).await,
        Err(LinkPasswordError::Gone) => Err(Trouble::NotFound),
        Err(LinkPasswordError::Store(error)) => Err(error.into()),
        Err(error) => {
            let fault = Some(Told::of("password", error.said(visit.t)));
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &secret, fault).await
        }
    }
}

/// No page that comes after learns of an address that holds a secret.
pub(super) fn hide(response: &mut Response) {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}
