//! The registries that Portus knows, and the way to another.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::namespace::Visibility;
use portus_core::port::{PatchLine, RegistryState, Trial, Verdict};
use portus_core::registry::{KeyTrust, NewRegistry, Registry, RegistryUrl};
use portus_core::usecase::AddRegistryError;
use serde::Deserialize;

use super::{Done, signed_in};
use crate::ui::frame::{Frame, html, with_status};
use crate::ui::sent::{Asked, Sent};
use crate::ui::sign_in::see;
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "admin_registries.html")]
struct Page {
    f: Frame,
    done: Option<&'static str>,
    rows: Vec<(Registry, Option<RegistryState>)>,
}

#[derive(Template)]
#[template(path = "admin_registry_new.html")]
struct FormPage {
    f: Frame,
    form: New,
    fault: Option<String>,
    trial: Option<Trial>,
}

impl Page {
    fn address(&self, registry: &Registry) -> String {
        address(registry.name.as_str())
    }
}

impl FormPage {
    /// How open a global namespace may be, and what that is called.
    fn openness(&self) -> [(&'static str, &'static str); 3] {
        let t = self.f.t;
        [("private", t.private), ("protected", t.protected), ("public", t.public)]
    }
}

/// What is typed of a new registry.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::ui) struct New {
    name: String,
    url: String,
    service: String,
    hosts: String,
    trust: String,
    visibility: String,
    /// `anyway` adds it whatever the test found.
    act: String,
}

pub(in crate::ui) async fn show(
    visit: Visit,
    Asked(done): Asked<Done>,
) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let actor = visit.actor();
    let registries = visit.shared.app.api.inspect.registries(&actor).await?;
    let health = visit.shared.app.admin.oversee.health(&actor).await?;
    let rows = registries.into_iter().map(|registry| {
        let state = health.registries.iter().find(|state| state.id == registry.id).cloned();
        (registry, state)
    });
    html(&Page {
        f: Frame::of(&visit, visit.t.registries),
        done: done.said(&visit),
        rows: rows.collect(),
    })
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
    let (admin, actor) = (&visit.shared.app.admin, visit.actor());
    admin.oversee.allow(&actor)?;
    let (registry, global) = match form.read(&visit) {
        Ok(read) => read,
        Err(fault) => return again(&visit, form, Some(fault), None),
    };
    if form.act != "anyway" {
        let trial = admin.oversee.try_out(&actor, &registry).await?;
        if !trial.findings.iter().all(|finding| finding.verdict != Verdict::Fail) {
            return again(&visit, form, None, Some(trial));
        }
    }
    match admin.add_registry.add(&actor, &registry, global).await {
        Ok(_) => Ok(see(&format!("{}?done=added", address(registry.name.as_str())))),
        Err(error @ (AddRegistryError::NoService | AddRegistryError::Taken(_))) => {
            again(&visit, form, Some(error.to_string()), None)
        }
        Err(AddRegistryError::Refused(_)) => Err(Trouble::Refused),
        Err(AddRegistryError::Store(error)) => Err(error.into()),
    }
}

/// Where the page of a registry is. One that is called as the form for new ones is spelled so that
/// it is not taken for that.
pub(super) fn address(name: &str) -> String {
    match name {
        "new" => "/admin/registries/%6Eew".into(),
        name => format!("/admin/registries/{name}"),
    }
}

fn again(
    visit: &Visit,
    form: New,
    fault: Option<String>,
    trial: Option<Trial>,
) -> Result<Response, Trouble> {
    let f = Frame::of(visit, visit.t.admin.add_registry);
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    with_status(status, &FormPage { f, form, fault, trial })
}

impl New {
    fn read(&self, visit: &Visit) -> Result<(NewRegistry, Visibility), String> {
        let said = |error: &dyn std::fmt::Display| error.to_string();
        let url: RegistryUrl = self.url.trim().parse().map_err(|error| said(&error))?;
        let service = match self.service.trim() {
            "" => url.host().as_str(),
            service => service,
        };
        let visibility = match self.visibility.as_str() {
            "" => Visibility::Private,
            word => word.parse().map_err(|error| said(&error))?,
        };
        let registry = NewRegistry {
            name: self.name.trim().parse().map_err(|error| said(&error))?,
            services: vec![service.parse().map_err(|error| said(&error))?],
            url,
            hosts: hosts(&self.hosts)?,
            trust: if self.trust == "jwks" { KeyTrust::Jwks } else { KeyTrust::Bundle },
            token_lifetime: None,
            created_at: visit.now,
        };
        Ok((registry, visibility))
    }
}

/// Hosts with spaces or commas between them.
pub(super) fn hosts(text: &str) -> Result<Vec<portus_core::registry::RegistryHost>, String> {
    let words = text.split([' ', ',', '\n', '\r', '\t']).filter(|word| !word.is_empty());
    let mut hosts = Vec::new();
    for word in words {
        let host = word
            .parse()
            .map_err(|error: portus_core::registry::InvalidRegistryHost| error.to_string())?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if hosts.len() > MOST { Err(format!("at most {MOST} hosts")) } else { Ok(hosts) }
}

const MOST: usize = 50;
