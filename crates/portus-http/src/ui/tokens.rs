//! Application tokens of one's own.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::credential::ApplicationToken;
use portus_core::secret::Secret;
use portus_core::usecase::{ManageTokensError, TokenPlaces};

use super::commands::{Command, logins};
use super::fault::Told;
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::Sent;
use super::sign_in::see;
use super::token_form::{Fields, Wanted, make_token};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "tokens.html")]
struct Page {
    f: Frame,
    tokens: Vec<ApplicationToken>,
    places: TokenPlaces,
    /// The one that was just made.
    made: Option<(String, String)>,
    /// How to sign in with it.
    commands: Vec<Command>,
    fault: Option<Told>,
    form: Wanted,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Trouble> {
    page(&visit, StatusCode::OK, None, None, Wanted::fresh()).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    made: Option<(String, Secret)>,
    fault: Option<Told>,
    form: Wanted,
) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name().cloned() else {
        return Ok(see("/sign-in?to=/tokens"));
    };
    let web = &visit.shared.app.web;
    let tokens = match web.tokens.list(&visit.actor(), &name).await {
        Ok(tokens) => tokens,
        Err(ManageTokensError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(Trouble::refused(error)),
    };
    let commands = match made.is_some() {
        true => logins(&visit.shared.app.web.look.hosts().await?, name.as_str()),
        false => Vec::new(),
    };
    let shown = Page {
        f: Frame::of(visit, visit.t.tokens.title),
        commands,
        places: web.tokens.places(&visit.actor(), &tokens).await?,
        tokens,
        made: made.map(|(label, secret)| (label, secret.expose().to_owned())),
        fault,
        form,
    };
    with_status(status, &shown)
}

pub(super) async fn make(visit: Visit, Sent(fields): Sent<Fields>) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name() else { return Ok(see("/sign-in?to=/tokens")) };
    match make_token(&visit, name, Wanted::read(fields)).await? {
        Ok(made) => page(&visit, StatusCode::OK, Some(made), None, Wanted::fresh()).await,
        Err((fault, form)) => {
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, None, Some(fault), form).await
        }
    }
}

pub(super) async fn revoke(visit: Visit, Sent(fields): Sent<Fields>) -> Result<Response, Trouble> {
    let wanted = Wanted::read(fields);
    let Some(name) = visit.caller.name() else { return Ok(see("/sign-in?to=/tokens")) };
    let label = wanted.label.parse().map_err(|_| Trouble::NotFound)?;
    match visit.shared.app.web.tokens.revoke(&visit.actor(), name, &label).await {
        // Twice is once.
        Ok(()) | Err(ManageTokensError::UnknownToken(..)) => Ok(Notice::TokenRevoked.at("/tokens")),
        Err(ManageTokensError::Store(error)) => Err(error.into()),
        Err(error) => Err(Trouble::refused(error)),
    }
}
