//! Before an account may do less, a token is good no more, or a registry needs a new secret.

use axum::response::Response;
use portus_core::usecase::{ManageTokensError, SeenAccount};

use super::{Labelled, What, of_token, page};
use crate::ui::admin::registry_at;
use crate::ui::audit::refused;
use crate::ui::bot;
use crate::ui::sent::{Asked, Named};
use crate::ui::sign_in::door;
use crate::ui::trouble::Trouble;
use crate::ui::user::{address, read};
use crate::ui::visit::Visit;

type BotNames = (String, String);

/// An application token of one's own.
pub(in crate::ui) async fn own_token(
    visit: Visit,
    Asked(asked): Asked<Labelled>,
) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name() else { return Ok(door(&visit)) };
    let tokens = match visit.shared.app.web.tokens.list(&visit.actor(), name).await {
        Ok(tokens) => tokens,
        Err(ManageTokensError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(Trouble::refused(error)),
    };
    of_token(&visit, &tokens, &asked.label, ("/tokens/revoke".into(), "/tokens".into()))
}

/// A token of a bot.
pub(in crate::ui) async fn bot_token(
    visit: Visit,
    Named(names): Named<BotNames>,
    Asked(asked): Asked<Labelled>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = bot::find(&visit, &names).await?;
    let here = bot::here(&seen);
    of_token(&visit, &seen.tokens, &asked.label, (format!("{here}/tokens/revoke"), here))
}

/// A token of an account that an admin looks after.
pub(in crate::ui) async fn token(
    visit: Visit,
    Named(name): Named<String>,
    Asked(asked): Asked<Labelled>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &name).await?;
    let here = address(&seen.account.name);
    of_token(&visit, &seen.tokens, &asked.label, (format!("{here}/tokens/revoke"), here))
}

async fn find(visit: &Visit, name: &str) -> Result<SeenAccount, Trouble> {
    let seen = visit.shared.app.api.roster.account(&visit.actor(), &read(name)?).await;
    seen.map_err(refused)?.ok_or(Trouble::NotFound)
}

fn disabling(visit: &Visit, name: &str, here: String) -> Result<Response, Trouble> {
    let t = visit.t;
    let what = What {
        does: (t.sure.disable)(name),
        goes: (t.sure.disable_goes)(name),
        stays: t.sure.disable_stays.to_owned(),
        ..What::default()
    };
    page(visit, what, (format!("{here}/enabled"), vec![("enabled", "false".into())]), here)
}

/// An account, before it is disabled.
pub(in crate::ui) async fn enabled(
    visit: Visit,
    Named(name): Named<String>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &name).await?;
    disabling(&visit, seen.account.name.as_str(), address(&seen.account.name))
}

/// A bot, before it is disabled.
pub(in crate::ui) async fn bot_enabled(
    visit: Visit,
    Named(names): Named<BotNames>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = bot::find(&visit, &names).await?;
    disabling(&visit, seen.account.name.as_str(), bot::here(&seen))
}

/// An admin, before she is one no more.
pub(in crate::ui) async fn admin(
    visit: Visit,
    Named(name): Named<String>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &name).await?;
    if !seen.account.is_admin() {
        return Err(Trouble::NotFound);
    }
    let (t, name, here) = (visit.t, seen.account.name.as_str(), address(&seen.account.name));
    let what = What {
        does: (t.sure.demote)(name),
        goes: (t.sure.demote_goes)(name),
        stays: t.sure.demote_stays.to_owned(),
        ..What::default()
    };
    page(&visit, what, (format!("{here}/admin"), vec![("admin", "false".into())]), here)
}

/// The secret of a registry's notifications, before there is another.
pub(in crate::ui) async fn secret(
    visit: Visit,
    Named(name): Named<String>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let name = name.parse().map_err(|_| Trouble::NotFound)?;
    let registry = visit.shared.app.admin.oversee.registry(&visit.actor(), &name).await?;
    let (t, here) = (visit.t, registry_at(registry.name.as_str()));
    let what = What {
        does: (t.sure.secret)(registry.name.as_str()),
        goes: t.admin.secret_lead.to_owned(),
        stays: t.sure.secret_stays.to_owned(),
        ..What::default()
    };
    page(&visit, what, (format!("{here}/secret"), Vec::new()), here)
}
