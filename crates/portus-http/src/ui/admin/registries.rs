//! The registries that Portus knows, and the way to another.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::finding::{PatchLine, Verdict};
use portus_core::namespace::Visibility;
use portus_core::port::{RegistryState, Trial};
use portus_core::registry::{KeyTrust, NewRegistry, Registry, RegistryName, RegistryUrl};
use portus_core::usecase::AddRegistryError;
use serde::Deserialize;

use super::signed_in;
use crate::ui::fault::{At, Fault, Mistake, Told, told, typed};
use crate::ui::frame::{Frame, html, with_status};
use crate::ui::notice::Notice;
use crate::ui::sent::Sent;
use crate::ui::texts::Said;
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "admin_registries.html")]
struct Page {
    f: Frame,
    rows: Vec<(Registry, Option<RegistryState>)>,
}

#[derive(Template)]
#[template(path = "admin_registry_new.html")]
struct FormPage {
    f: Frame,
    form: New,
    fault: Option<Told>,
    trial: Option<Trial>,
}

impl Page {
    fn address(&self, registry: &Registry) -> String {
        address(registry.name.as_str())
    }
}

/// What is typed of a new registry.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::ui) struct New {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) service: String,
    pub(super) hosts: String,
    pub(super) trust: String,
    pub(super) visibility: String,
    /// `anyway` adds it whatever the test found.
    act: String,
}

pub(in crate::ui) async fn show(visit: Visit) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let actor = visit.actor();
    let registries = visit.shared.app.api.inspect.registries(&actor).await?;
    let health = visit.shared.app.admin.oversee.health(&actor).await?;
    let rows = registries.into_iter().map(|registry| {
        let state = health.registries.iter().find(|state| state.id == registry.id).cloned();
        (registry, state)
    });
    html(&Page { f: Frame::of(&visit, visit.t.registries), rows: rows.collect() })
}

pub(in crate::ui) async fn form(visit: Visit) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    visit.shared.app.admin.oversee.allow(&visit.actor())?;
    html(&FormPage {
        f: Frame::of(&visit, visit.t.admin.add_registry),
        form: New::default(),
        fault: None,
        trial: None,
    })
}

pub(in crate::ui) async fn add(visit: Visit, Sent(form): Sent<New>) -> Result<Response, Trouble> {
    match attempt(&visit, &form).await? {
        Attempt::Added(name) => Ok(Notice::RegistryAdded.at(&address(name.as_str()))),
        Attempt::Not { fault, trial } => {
            let f = Frame::of(&visit, visit.t.admin.add_registry);
            with_status(status(&fault), &FormPage { f, form, fault, trial })
        }
    }
}

/// What became of a form that adds a registry.
pub(super) enum Attempt {
    Added(RegistryName),
    /// With what is wrong with the form, or with the registry.
    Not {
        fault: Option<Told>,
        trial: Option<Trial>,
    },
}

/// Tests a registry, and adds it where all is well or the form says so.
pub(super) async fn attempt(visit: &Visit, form: &New) -> Result<Attempt, Trouble> {
    let (admin, actor) = (&visit.shared.app.admin, visit.actor());
    admin.oversee.allow(&actor)?;
    let (registry, global) = match form.read(visit) {
        Ok(read) => read,
        Err(fault) => {
            let fault = Some(told(fault, visit.t)?);
            return Ok(Attempt::Not { fault, trial: None });
        }
    };
    if form.act != "anyway" {
        let trial = admin.oversee.try_out(&actor, &registry).await?;
        if trial.findings.iter().any(|finding| finding.verdict == Verdict::Fail) {
            return Ok(Attempt::Not { fault: None, trial: Some(trial) });
        }
    }
    match admin.add_registry.add(&actor, &registry, global).await {
        Ok(_) => Ok(Attempt::Added(registry.name)),
        Err(
            error @ (AddRegistryError::Held(..)
            | AddRegistryError::NoService
            | AddRegistryError::Taken(_)),
        ) => {
            let fault = match &error {
                AddRegistryError::Taken(_) => Told::of("name", error.said(visit.t)),
                _ => Told::of("service", error.said(visit.t)),
            };
            Ok(Attempt::Not { fault: Some(fault), trial: None })
        }
        Err(AddRegistryError::Refused(refused)) => Err(refused.into()),
        Err(AddRegistryError::Store(error)) => Err(error.into()),
    }
}

/// A registry that does not fit is an answer; a form that cannot be read is a fault.
pub(super) fn status(fault: &Option<Told>) -> StatusCode {
    if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

/// Where the page of a registry is. One that is called as the form for new ones is spelled so that
/// it is not taken for that.
pub(in crate::ui) fn address(name: &str) -> String {
    match name {
        "new" => "/admin/registries/%6Eew".into(),
        name => format!("/admin/registries/{name}"),
    }
}

impl New {
    /// As it is typed, or else as its host is called.
    fn name<'a>(&'a self, url: &'a RegistryUrl) -> &'a str {
        let host = url.host().as_str();
        match self.name.trim() {
            "" => host.rsplit_once(':').map_or(host, |(name, _)| name),
            name => name,
        }
    }

    fn read(&self, visit: &Visit) -> Result<(NewRegistry, Visibility), Fault> {
        let url: RegistryUrl = typed(&self.url).at("url")?;
        let service = match self.service.trim() {
            "" => url.host().as_str(),
            service => service,
        };
        let visibility = match self.visibility.as_str() {
            "" => Visibility::Private,
            word => typed(word)?,
        };
        let registry = NewRegistry {
            name: typed(self.name(&url)).at("name")?,
            services: vec![typed(service).at("service")?],
            url,
            hosts: hosts(&self.hosts).at("hosts")?,
            trust: if self.trust == "jwks" { KeyTrust::Jwks } else { KeyTrust::Bundle },
            token_lifetime: None,
            created_at: visit.now,
        };
        Ok((registry, visibility))
    }
}

/// Hosts with spaces or commas between them.
pub(super) fn hosts(text: &str) -> Result<Vec<portus_core::registry::RegistryHost>, Fault> {
    let words = text.split([' ', ',', '\n', '\r', '\t']).filter(|word| !word.is_empty());
    // Before each is held against all others.
    if words.clone().nth(MOST).is_some() {
        return Err(Mistake::Hosts(MOST).into());
    }
    let mut hosts = Vec::new();
    for word in words {
        let host = typed(word)?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    Ok(hosts)
}

const MOST: usize = 50;
