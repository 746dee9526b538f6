//! From the first admin to the first push: her registry, what to tell it, and the lines to type.

use askama::Template;
use axum::response::Response;
use portus_core::finding::{Finding, PatchLine, Verdict};
use portus_core::port::Trial;
use portus_core::registry::{Registry, RegistryName};

use super::registries::{Attempt, New, attempt, status};
use super::signed_in;
use crate::ui::fault::Told;
use crate::ui::frame::{Frame, html, with_status};
use crate::ui::notice::Notice;
use crate::ui::sent::{Named, Sent};
use crate::ui::sign_in::{Nothing, see};
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

/// Where the way begins.
pub(in crate::ui) const START: &str = "/admin/connect";

#[derive(Template)]
#[template(path = "admin_connect.html")]
struct Page {
    f: Frame,
    form: New,
    fault: Option<Told>,
    trial: Option<Trial>,
}

#[derive(Template)]
#[template(path = "admin_connected.html")]
struct Connected {
    f: Frame,
    registry: Registry,
    config: String,
    /// What was found of it a moment ago.
    findings: Vec<Finding>,
    under_way: bool,
}

/// Whether nobody told of a registry yet.
pub(in crate::ui) async fn is_due(visit: &Visit) -> Result<bool, Trouble> {
    Ok(visit.shared.app.admin.add_registry.is_first().await?)
}

pub(in crate::ui) async fn show(visit: Visit) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    visit.shared.app.admin.oversee.allow(&visit.actor())?;
    if !is_due(&visit).await? {
        return Ok(see("/admin/registries"));
    }
    let f = Frame::of(&visit, visit.t.connect.title);
    html(&Page { f, form: New::default(), fault: None, trial: None })
}

pub(in crate::ui) async fn add(visit: Visit, Sent(form): Sent<New>) -> Result<Response, Trouble> {
    match attempt(&visit, &form).await? {
        Attempt::Added(name) => Ok(Notice::RegistryAdded.at(&address(&name))),
        Attempt::Not { fault, trial } => {
            let f = Frame::of(&visit, visit.t.connect.title);
            with_status(status(&fault), &Page { f, form, fault, trial })
        }
    }
}

fn address(name: &RegistryName) -> String {
    format!("{START}/{name}")
}

/// What is left to do outside of Portus.
pub(in crate::ui) async fn told(
    visit: Visit,
    Named(name): Named<String>,
) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let registry = find(&visit, &name).await?;
    let admin = &visit.shared.app.admin;
    let found = admin.oversee.findings(&visit.actor()).await?;
    let findings = found.findings.into_iter();
    let own = |finding: &Finding| finding.registry.as_ref() == Some(&registry.name);
    html(&Connected {
        f: Frame::of(&visit, (visit.t.connect.tell)(registry.name.as_str())),
        config: (admin.registry_config)(&registry),
        findings: findings.filter(own).collect(),
        under_way: found.under_way,
        registry,
    })
}

/// Asks the registry now whether it is told.
pub(in crate::ui) async fn check(
    visit: Visit,
    Named(name): Named<String>,
    Sent(_): Sent<Nothing>,
) -> Result<Response, Trouble> {
    let registry = find(&visit, &name).await?;
    visit.shared.app.admin.oversee.look_again(&visit.actor()).await?;
    Ok(Notice::Checked.at(&format!("{}#checks", address(&registry.name))))
}

async fn find(visit: &Visit, name: &str) -> Result<Registry, Trouble> {
    let name = name.parse().map_err(|_| Trouble::NotFound)?;
    Ok(visit.shared.app.admin.oversee.registry(&visit.actor(), &name).await?)
}
