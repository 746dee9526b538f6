//! A team's bot, and its tokens.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::secret::Secret;
use portus_core::team::Role;
use portus_core::usecase::{ChangeBotError, ManageTokensError, SeenBot, TokenPlaces};
use serde::Deserialize;

use super::audit::refused;
use super::commands::{Command, logins};
use super::confirm::Confirm;
use super::fault::{Fault, Told};
use super::frame::{Frame, html, with_status};
use super::notice::Notice;
use super::sent::{Named, Sent};
use super::sign_in::{door, segment};
use super::team::address;
use super::token_form::{Fields, Wanted, make_token};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "bot.html")]
struct Page {
    f: Frame,
    seen: SeenBot,
    places: TokenPlaces,
    name: String,
    made: Option<(String, String)>,
    /// How to sign in with it.
    commands: Vec<Command>,
    fault: Option<Told>,
    form: Wanted,
    /// Where its team is, and it itself.
    base: String,
    here: String,
    revoke: String,
}

#[derive(Template)]
#[template(path = "bot_delete.html")]
struct Removal {
    f: Frame,
    name: String,
    labels: String,
    confirm: Confirm,
}

/// The bot's name, typed.
#[derive(Deserialize)]
pub(super) struct Farewell {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Enabled {
    enabled: bool,
}

type Names = (String, String);

/// A bot that the viewer manages. Of another team there is none.
pub(super) async fn find(visit: &Visit, (team, bot): &Names) -> Result<SeenBot, Trouble> {
    let team = team.parse().map_err(|_| Trouble::NotFound)?;
    let bot = bot.parse().map_err(|_| Trouble::NotFound)?;
    let seen = visit.shared.app.api.roster.bot(&visit.actor(), &team, &bot).await;
    seen.map_err(refused)?.ok_or(Trouble::NotFound)
}

/// Where its page is.
pub(super) fn here(seen: &SeenBot) -> String {
    let base = address(seen.team.name.as_str());
    format!("{base}/bots/{}", segment(seen.account.name.as_str()))
}

pub(super) async fn show(visit: Visit, Named(names): Named<Names>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &names).await?;
    page(&visit, StatusCode::OK, seen, None, None, Wanted::for_program()).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    seen: SeenBot,
    made: Option<(String, Secret)>,
    fault: Option<Told>,
    form: Wanted,
) -> Result<Response, Trouble> {
    let here = here(&seen);
    let commands = match made.is_some() {
        true => logins(&visit.shared.app.web.look.hosts().await?, seen.account.name.as_str()),
        false => Vec::new(),
    };
    let shown = Page {
        commands,
        f: Frame::of(visit, seen.account.name.to_string()),
        name: seen.account.name.to_string(),
        base: address(seen.team.name.as_str()),
        revoke: format!("{here}/tokens/revoke"),
        form: Wanted { action: format!("{here}/tokens"), ..form },
        made: made.map(|(label, secret)| (label, secret.expose().to_owned())),
        fault,
        here,
        places: visit.shared.app.web.tokens.places(&visit.actor(), &seen.tokens).await?,
        seen,
    };
    with_status(status, &shown)
}

pub(super) async fn make(
    visit: Visit,
    Named(names): Named<Names>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &names).await?;
    let outcome = make_token(&visit, &seen.account.name, Wanted::read(fields)).await?;
    // With the token that was just made.
    let seen = find(&visit, &names).await?;
    match outcome {
        Ok(made) => {
            page(&visit, StatusCode::OK, seen, Some(made), None, Wanted::for_program()).await
        }
        Err((fault, form)) => {
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, seen, None, Some(fault), form).await
        }
    }
}

pub(super) async fn revoke(
    visit: Visit,
    Named(names): Named<Names>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &names).await?;
    let label = Wanted::read(fields).label.parse().map_err(|_| Trouble::NotFound)?;
    let tokens = &visit.shared.app.web.tokens;
    match tokens.revoke(&visit.actor(), &seen.account.name, &label).await {
        // Twice is once.
        Ok(()) | Err(ManageTokensError::UnknownToken(..)) => {
            Ok(Notice::TokenRevoked.at(&here(&seen)))
        }
        Err(ManageTokensError::Store(error)) => Err(error.into()),
        Err(error) => Err(Trouble::refused(error)),
    }
}

pub(super) async fn set_enabled(
    visit: Visit,
    Named(names): Named<Names>,
    Sent(form): Sent<Enabled>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &names).await?;
    let bots = &visit.shared.app.api.change_bot;
    bots.set_enabled(&visit.actor(), &seen.account.name, form.enabled).await.map_err(trouble)?;
    let notice = if form.enabled { Notice::BotEnabled } else { Notice::BotDisabled };
    Ok(notice.at(&here(&seen)))
}

/// What goes with a bot, before it goes.
pub(super) async fn removal(visit: Visit, Named(names): Named<Names>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &names).await?;
    let confirm = Confirm::of(&seen.account.name);
    html(&Removal::of(&visit, &seen, confirm))
}

impl Removal {
    fn of(visit: &Visit, seen: &SeenBot, confirm: Confirm) -> Self {
        let labels: Vec<_> = seen.tokens.iter().map(|token| token.label.to_string()).collect();
        let name = seen.account.name.to_string();
        let f = Frame::of(visit, (visit.t.team.bot_delete_do)(&name));
        Self { f, name, labels: labels.join(", "), confirm }
    }
}

pub(super) async fn delete(
    visit: Visit,
    Named(names): Named<Names>,
    Sent(form): Sent<Farewell>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &names).await?;
    let confirm = Confirm::typed(&seen.account.name, &form.name, visit.t);
    if confirm.fault.is_some() {
        let page = Removal::of(&visit, &seen, confirm);
        return with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let bots = &visit.shared.app.api.change_bot;
    bots.delete(&visit.actor(), &seen.account.name).await.map_err(trouble)?;
    Ok(Notice::BotDeleted.at(&address(seen.team.name.as_str())))
}

fn trouble(error: ChangeBotError) -> Trouble {
    match error.into() {
        Fault::Trouble(trouble) => trouble,
        // What is told of a bot is that there is none.
        Fault::Told(..) => Trouble::NotFound,
    }
}
