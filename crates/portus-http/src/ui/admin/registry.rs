//! One registry: what it is to be told, and what is changed about it.

use std::time::Duration;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::page::Slice;
use portus_core::port::SyncRun;
use portus_core::registry::{Holdings, Registry, RegistryName};
use portus_core::usecase::{ChangeRegistryError, RegistryEdit, RemoveRegistryError};
use serde::Deserialize;

use super::registries::{address, hosts};
use super::signed_in;
use crate::ui::confirm::Confirm;
use crate::ui::fault::{At, Fault, Mistake, Told, told, typed};
use crate::ui::frame::{Frame, html, with_status};
use crate::ui::notice::Notice;
use crate::ui::sent::{Named, Sent};
use crate::ui::sign_in::Nothing;
use crate::ui::texts::Said;
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "admin_registry.html")]
struct Page {
    f: Frame,
    fault: Option<Told>,
    registry: Registry,
    form: Edit,
    config: String,
    syncs: Vec<SyncRun>,
    at: String,
}

#[derive(Template)]
#[template(path = "admin_registry_remove.html")]
struct RemovePage {
    f: Frame,
    name: RegistryName,
    holdings: Holdings,
    at: String,
    confirm: Confirm,
}

/// The name, typed.
#[derive(Deserialize)]
pub(in crate::ui) struct Farewell {
    #[serde(default)]
    name: String,
}

/// What can be changed, as it is typed.
#[derive(Clone, Deserialize)]
pub(in crate::ui) struct Edit {
    url: String,
    #[serde(default)]
    hosts: String,
    /// Minutes; empty for as long as others'.
    #[serde(default)]
    minutes: String,
}

pub(in crate::ui) async fn show(
    visit: Visit,
    Named(name): Named<String>,
) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let name = named(&name)?;
    let registry = visit.shared.app.admin.oversee.registry(&visit.actor(), &name).await?;
    html(&page(&visit, registry, None, None).await?)
}

pub(in crate::ui) async fn edit(
    visit: Visit,
    Named(name): Named<String>,
    Sent(form): Sent<Edit>,
) -> Result<Response, Trouble> {
    let (admin, actor, name) = (&visit.shared.app.admin, visit.actor(), named(&name)?);
    let registry = admin.oversee.registry(&actor, &name).await?;
    let changed = match form.read() {
        Ok(edit) => admin.change_registry.edit(&actor, &name, &edit).await,
        Err(fault) => return again(&visit, registry, form, told(fault, visit.t)?).await,
    };
    match changed {
        Err(error @ ChangeRegistryError::Taken(_)) => {
            let fault = Told::of("url", error.said(visit.t));
            again(&visit, registry, form, fault).await
        }
        changed => {
            changed?;
            Ok(Notice::RegistrySaved.at(&address(name.as_str())))
        }
    }
}

pub(in crate::ui) async fn renew_secret(
    visit: Visit,
    Named(name): Named<String>,
    Sent(_): Sent<Nothing>,
) -> Result<Response, Trouble> {
    let name = named(&name)?;
    visit.shared.app.admin.change_registry.renew_secret(&visit.actor(), &name).await?;
    Ok(Notice::SecretRenewed.at(&address(name.as_str())))
}

pub(in crate::ui) async fn sync(
    visit: Visit,
    Named(name): Named<String>,
    Sent(_): Sent<Nothing>,
) -> Result<Response, Trouble> {
    let name = named(&name)?;
    visit.shared.app.admin.change_registry.request_sync(&visit.actor(), &name).await?;
    Ok(Notice::SyncAsked.at(&address(name.as_str())))
}

pub(in crate::ui) async fn preview(
    visit: Visit,
    Named(name): Named<String>,
) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let name = named(&name)?;
    let confirm = Confirm::of(&name);
    html(&removal(&visit, name, confirm).await?)
}

async fn removal(
    visit: &Visit,
    name: RegistryName,
    confirm: Confirm,
) -> Result<RemovePage, Trouble> {
    let holdings = visit.shared.app.admin.remove_registry.preview(&visit.actor(), &name).await?;
    let f = Frame::of(visit, visit.t.admin.remove_registry);
    let at = address(name.as_str());
    Ok(RemovePage { f, name, holdings, at, confirm })
}

pub(in crate::ui) async fn remove(
    visit: Visit,
    Named(name): Named<String>,
    Sent(form): Sent<Farewell>,
) -> Result<Response, Trouble> {
    let name = named(&name)?;
    let confirm = Confirm::typed(&name, &form.name, visit.t);
    if confirm.fault.is_some() {
        let page = removal(&visit, name, confirm).await?;
        return with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    visit.shared.app.admin.remove_registry.remove(&visit.actor(), &name).await?;
    Ok(Notice::RegistryRemoved.at("/admin/registries"))
}

fn named(name: &str) -> Result<RegistryName, Trouble> {
    name.parse().map_err(|_| Trouble::NotFound)
}

async fn again(
    visit: &Visit,
    registry: Registry,
    form: Edit,
    fault: Told,
) -> Result<Response, Trouble> {
    let page = page(visit, registry, Some(form), Some(fault)).await?;
    with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn page(
    visit: &Visit,
    registry: Registry,
    form: Option<Edit>,
    fault: Option<Told>,
) -> Result<Page, Trouble> {
    let admin = &visit.shared.app.admin;
    let syncs = admin.oversee.syncs(&visit.actor(), &registry.name, &Slice::first(RUNS)).await?;
    Ok(Page {
        f: Frame::of(visit, registry.name.as_str()),
        fault,
        config: (admin.registry_config)(&registry),
        form: form.unwrap_or_else(|| Edit::of(&registry)),
        syncs: syncs.rows,
        at: address(registry.name.as_str()),
        registry,
    })
}

impl Edit {
    fn of(registry: &Registry) -> Self {
        let hosts: Vec<_> = registry.hosts.iter().map(ToString::to_string).collect();
        let minutes = registry.token_lifetime.map(|life| (life.as_secs() / 60).to_string());
        Self {
            url: registry.url.to_string(),
            hosts: hosts.join(" "),
            minutes: minutes.unwrap_or_default(),
        }
    }

    fn read(&self) -> Result<RegistryEdit, Fault> {
        let url = typed(&self.url).at("url")?;
        let life = match self.minutes.trim() {
            "" => None,
            text => match text.parse::<u64>() {
                Ok(minutes @ 1..=60) => Some(Duration::from_secs(minutes * 60)),
                _ => return Err(Mistake::Minutes).at("minutes"),
            },
        };
        Ok(RegistryEdit {
            url: Some(url),
            hosts: Some(hosts(&self.hosts).at("hosts")?),
            token_lifetime: Some(life),
        })
    }
}

impl From<ChangeRegistryError> for Trouble {
    fn from(error: ChangeRegistryError) -> Self {
        match error {
            ChangeRegistryError::Refused(refused) => refused.into(),
            ChangeRegistryError::Store(error) => error.into(),
            ChangeRegistryError::Taken(_) => Self::Odd,
            ChangeRegistryError::Unknown(_) => Self::NotFound,
        }
    }
}

impl From<RemoveRegistryError> for Trouble {
    fn from(error: RemoveRegistryError) -> Self {
        match error {
            RemoveRegistryError::Refused(refused) => refused.into(),
            RemoveRegistryError::Store(error) => error.into(),
            RemoveRegistryError::Unknown(_) => Self::NotFound,
        }
    }
}

const RUNS: u32 = 10;
