//! Who sees a namespace, and whose it is: for who may change that.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::namespace::NamespaceKind;
use portus_core::policy::{Keeper, Ruling};
use portus_core::usecase::{ChangeNamespaceError, NamespaceRulings, Owner, SeenNamespace};
use serde::Deserialize;

use super::fault::{At, Fault, Mistake, Told, told, typed};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::outlook;
use super::sent::{Named, Sent};
use super::sign_in::{door, see};
use super::texts::Texts;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::denied::Denied;

#[derive(Template)]
#[template(path = "namespace_settings.html")]
struct Page {
    f: Frame,
    place: SeenNamespace,
    name: String,
    base: String,
    rulings: NamespaceRulings,
    fault: Option<Told>,
    form: Transfer,
}

#[derive(Deserialize)]
pub(super) struct Opening {
    visibility: String,
    /// `ask` only asks what it would do.
    #[serde(default)]
    act: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Transfer {
    #[serde(default)]
    kind: String,
    to: String,
}

type Names = (String, String);

/// Where a namespace's page is.
pub(super) fn address(place: &SeenNamespace) -> String {
    let name = place.name.as_ref().map_or("_".to_owned(), ToString::to_string);
    format!("/namespaces/{}/{name}", place.registry.name)
}

/// What the viewer may change of a namespace that she sees.
pub(super) async fn rulings(
    visit: &Visit,
    place: &SeenNamespace,
) -> Result<NamespaceRulings, Trouble> {
    let changes = &visit.shared.app.api.change_namespace;
    let found = changes.rulings(&visit.actor(), (&place.registry.name, &place.name)).await;
    found.map_err(|error| match error {
        ChangeNamespaceError::Store(error) => error.into(),
        // It went meanwhile.
        _ => Trouble::NotFound,
    })
}

/// Who may, in words.
pub(super) fn keepers(ruling: &Ruling, kind: NamespaceKind, t: &Texts) -> &'static str {
    match (ruling.keeper, kind) {
        (Keeper::Members(_), NamespaceKind::Team { .. }) => t.settings.may_not_owners,
        (Keeper::Members(_), NamespaceKind::Personal { .. }) => t.settings.may_not_own,
        _ => t.settings.may_not_admins,
    }
}

async fn find(visit: &Visit, (registry, name): &Names) -> Result<SeenNamespace, Trouble> {
    visit.look_around()?;
    let registry = registry.parse().map_err(|_| Trouble::NotFound)?;
    let key = match name.as_str() {
        "_" => None,
        name => Some(name.parse().map_err(|_| Trouble::NotFound)?),
    };
    let place = visit.shared.app.web.look.namespace(&visit.caller, &registry, &key).await?;
    place.ok_or(Trouble::NotFound)
}

pub(super) async fn show(visit: Visit, Named(names): Named<Names>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let place = find(&visit, &names).await?;
    page(&visit, StatusCode::OK, place, None, Transfer::default()).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    place: SeenNamespace,
    fault: Option<Told>,
    form: Transfer,
) -> Result<Response, Trouble> {
    let rulings = rulings(visit, &place).await?;
    if !rulings.visibility.allowed && !rulings.give.allowed {
        return Err(Trouble::refused(rulings.visibility));
    }
    let name = place.name.as_ref().map_or(visit.t.global.to_owned(), ToString::to_string);
    let shown = Page {
        f: Frame::of(visit, format!("{}: {name}", visit.t.settings.title)),
        base: address(&place),
        place,
        name,
        // All of whose fields are of giving it away.
        fault: fault.map(|fault| fault.unless(rulings.give.allowed && !rulings.kept)),
        rulings,
        form,
    };
    with_status(status, &shown)
}

pub(super) async fn open(
    visit: Visit,
    Named(names): Named<Names>,
    Sent(form): Sent<Opening>,
) -> Result<Response, Trouble> {
    let place = find(&visit, &names).await?;
    if form.act == "ask" {
        let (registry, name) = &names;
        let pairs =
            [("registry", &**registry), ("namespace", name), ("visibility", &form.visibility)];
        return Ok(see(&outlook::what_if::address(&pairs)));
    }
    let changed = async {
        let changes = &visit.shared.app.api.change_namespace;
        let at = (&place.registry.name, &place.name);
        let visibility = typed(&form.visibility)?;
        Ok::<_, Fault>(changes.set_visibility(&visit.actor(), at, visibility).await?)
    };
    let outcome = changed.await;
    after(&visit, place, outcome, Notice::NamespaceOpened, Transfer::default()).await
}

pub(super) async fn transfer(
    visit: Visit,
    Named(names): Named<Names>,
    Sent(form): Sent<Transfer>,
) -> Result<Response, Trouble> {
    let place = find(&visit, &names).await?;
    let Some(name) = place.name.clone() else { return Err(Trouble::NotFound) };
    let mut hidden = None;
    let given = async {
        let to = match form.kind.as_str() {
            "person" => Owner::Person(typed(&form.to).at("to")?),
            _ => Owner::Team(typed(&form.to).at("to")?),
        };
        let changes = &visit.shared.app.api.change_namespace;
        let given = changes.give(&visit.actor(), (&place.registry.name, &name), &to).await;
        given.map_err(|error| {
            if let ChangeNamespaceError::Refused(refused) = &error {
                hidden = Some(refused.to_string());
            }
            whom(error, &form.to)
        })
    };
    let outcome = given.await;
    let mut response = after(&visit, place, outcome, Notice::NamespaceGiven, form).await?;
    if let Some(why) = hidden {
        response.extensions_mut().insert(Denied::to(visit.caller.clone(), why));
    }
    Ok(response)
}

/// Of teams and people that she has no right for, she does not learn whether they are there.
fn whom(error: ChangeNamespaceError, to: &str) -> Fault {
    use ChangeNamespaceError::{Bot, Refused, UnknownAccount, UnknownTeam};
    match error {
        Bot(_) | Refused(_) | UnknownAccount(_) | UnknownTeam(_) => {
            Fault::Told(Box::new(Mistake::Heir(to.trim().to_owned())), Some("to"))
        }
        error => error.into(),
    }
}

async fn after(
    visit: &Visit,
    place: SeenNamespace,
    outcome: Result<(), Fault>,
    notice: Notice,
    form: Transfer,
) -> Result<Response, Trouble> {
    match outcome {
        // Whoever gave it away may see it no more.
        Ok(()) => {
            let look = &visit.shared.app.web.look;
            let still = look.namespace(&visit.caller, &place.registry.name, &place.name).await?;
            Ok(notice.at(&still.map_or("/namespaces".to_owned(), |still| address(&still))))
        }
        Err(fault) => {
            let fault = told(fault, visit.t)?;
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, place, Some(fault), form).await
        }
    }
}
