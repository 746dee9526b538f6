//! One account, as admins look after it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::account::Username;
use portus_core::secret::Secret;
use portus_core::team::Role;
use portus_core::usecase::{
    ChangeAccountError, LinkPasswordError, ManageTokensError, PasswordLink, SeenAccount,
    TokenPlaces,
};
use serde::Deserialize;

use super::audit::refused;
use super::fault::{Told, told};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Named, Sent};
use super::sign_in::{Nothing, door, segment};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::password_link;

#[derive(Template)]
#[template(path = "user.html")]
struct Page {
    f: Frame,
    seen: SeenAccount,
    places: TokenPlaces,
    here: String,
    revoke: String,
    fault: Option<Told>,
    /// A link that was just made.
    link: Option<PasswordLink>,
    origin: String,
}

impl Page {
    fn link_address(&self, link: &PasswordLink) -> String {
        password_link(&self.origin, link)
    }
}

#[derive(Deserialize)]
pub(super) struct Enabled {
    enabled: bool,
}

#[derive(Deserialize)]
pub(super) struct Admin {
    admin: bool,
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    password: String,
}

#[derive(Deserialize)]
pub(super) struct Labelled {
    label: String,
}

pub(super) async fn show(visit: Visit, Named(name): Named<String>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    page(&visit, StatusCode::OK, &read(&name)?, None, None).await
}

/// What can be no name is the name of nobody.
pub(super) fn read(name: &str) -> Result<Username, Trouble> {
    name.parse().map_err(|_| Trouble::NotFound)
}

/// Where an account's page is.
pub(super) fn address(name: &Username) -> String {
    format!("/admin/users/{}", segment(name.as_str()))
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    name: &Username,
    fault: Option<Told>,
    link: Option<PasswordLink>,
) -> Result<Response, Trouble> {
    let seen = visit.shared.app.api.roster.account(&visit.actor(), name).await;
    let seen = seen.map_err(refused)?.ok_or(Trouble::NotFound)?;
    let here = address(&seen.account.name);
    let shown = Page {
        f: Frame::of(visit, seen.account.name.to_string()),
        revoke: format!("{here}/tokens/revoke"),
        here,
        places: visit.shared.app.web.tokens.places(&visit.actor(), &seen.tokens).await?,
        fault: fault.map(|fault| fault.unless(!seen.account.is_bot())),
        seen,
        link,
        origin: visit.shared.app.web.origin.clone(),
    };
    with_status(status, &shown)
}

/// The account's page again: as it is now, or with what is wrong.
async fn after(
    visit: &Visit,
    name: &Username,
    outcome: Result<(), ChangeAccountError>,
    notice: Notice,
) -> Result<Response, Trouble> {
    match outcome {
        Ok(()) => Ok(notice.at(&address(name))),
        Err(ChangeAccountError::Unknown(_)) => Err(Trouble::NotFound),
        Err(error) => {
            let fault = told(error.into(), visit.t)?;
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, name, Some(fault), None).await
        }
    }
}

pub(super) async fn set_enabled(
    visit: Visit,
    Named(name): Named<String>,
    Sent(form): Sent<Enabled>,
) -> Result<Response, Trouble> {
    let (name, change) = (read(&name)?, &visit.shared.app.api.change_account);
    let (outcome, notice) = match form.enabled {
        true => (change.enable(&visit.actor(), &name).await, Notice::AccountEnabled),
        false => (change.disable(&visit.actor(), &name).await, Notice::AccountDisabled),
    };
    after(&visit, &name, outcome, notice).await
}

pub(super) async fn set_admin(
    visit: Visit,
    Named(name): Named<String>,
    Sent(form): Sent<Admin>,
) -> Result<Response, Trouble> {
    let (name, change) = (read(&name)?, &visit.shared.app.api.change_account);
    let (outcome, notice) = match form.admin {
        true => (change.promote(&visit.actor(), &name).await, Notice::AccountPromoted),
        false => (change.demote(&visit.actor(), &name).await, Notice::AccountDemoted),
    };
    after(&visit, &name, outcome, notice).await
}

pub(super) async fn set_password(
    visit: Visit,
    Named(name): Named<String>,
    Sent(form): Sent<NewPassword>,
) -> Result<Response, Trouble> {
    let (name, password) = (read(&name)?, Secret::new(form.password));
    let change = &visit.shared.app.api.change_account;
    let outcome = change.set_password(&visit.actor(), &name, &password).await;
    after(&visit, &name, outcome, Notice::PasswordSet).await
}

/// Makes a link by which she sets a password, and shows it once.
pub(super) async fn link_password(
    visit: Visit,
    Named(name): Named<String>,
    Sent(Nothing {}): Sent<Nothing>,
) -> Result<Response, Trouble> {
    let name = read(&name)?;
    match visit.shared.app.api.link_password.make(&visit.actor(), &name).await {
        Ok(link) => page(&visit, StatusCode::OK, &name, None, Some(link)).await,
        Err(LinkPasswordError::Unknown(_)) => Err(Trouble::NotFound),
        Err(error) => {
            let fault = told(error.into(), visit.t)?;
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &name, Some(fault), None).await
        }
    }
}

pub(super) async fn sign_out(
    visit: Visit,
    Named(name): Named<String>,
    Sent(Nothing {}): Sent<Nothing>,
) -> Result<Response, Trouble> {
    let name = read(&name)?;
    let outcome = visit.shared.app.api.change_account.sign_out(&visit.actor(), &name).await;
    after(&visit, &name, outcome, Notice::AccountSignedOut).await
}

/// Ends somebody's token. That it was hers is looked at with its label.
pub(super) async fn revoke(
    visit: Visit,
    Named(name): Named<String>,
    Sent(form): Sent<Labelled>,
) -> Result<Response, Trouble> {
    let name = read(&name)?;
    // Of an account that is not there, or not to be seen, nothing is said.
    let seen = visit.shared.app.api.roster.account(&visit.actor(), &name).await;
    let seen = seen.map_err(refused)?.ok_or(Trouble::NotFound)?;
    let label = form.label.parse().map_err(|_| Trouble::NotFound)?;
    match visit.shared.app.web.tokens.revoke(&visit.actor(), &name, &label).await {
        // Twice is once.
        Ok(()) | Err(ManageTokensError::UnknownToken(..)) => {
            Ok(Notice::TokenRevoked.at(&address(&seen.account.name)))
        }
        Err(ManageTokensError::Store(error)) => Err(error.into()),
        Err(error) => Err(Trouble::refused(error)),
    }
}
