//! Whether Portus, its server and its registries agree, and what to change where they do not.

mod announced;
mod finding;
mod inside;
mod live;
mod notifications;
mod server;

use futures_util::future::join_all;
use portus_core::port::{Finding, StoreError, Trial};
use portus_core::registry::Registry;
use portus_registry::probe::Probe;

use crate::settings::Settings;
use crate::wiring::Portus;

pub use live::LiveDoctor;

use announced::Expected;

/// How much is done to find out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Depth {
    /// Nothing that shows anywhere.
    Look,
    /// A manifest of each registry is read, of which it has to tell.
    Read,
}

/// Opens the database and the master key, without making either.
pub async fn open(settings: &Settings, findings: &mut Vec<Finding>) -> Option<Portus> {
    inside::open(settings, findings).await
}

/// What can be said of the database and the master key by a program that has both open.
pub async fn opened(portus: &Portus, findings: &mut Vec<Finding>) {
    inside::opened(portus, findings).await;
}

/// Everything else, of these registries. What is asked over the network is asked at once.
///
/// # Errors
///
/// Where the store does not answer.
pub async fn examine(
    portus: &Portus,
    registries: &[Registry],
    depth: Depth,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    inside::keys(portus, findings).await;
    inside::inbox(portus, findings).await?;
    let answers = server::examine(portus, registries, findings).await?;
    let each = registries.iter().map(|one| examine_registry(portus, one, answers, depth));
    for found in join_all(each).await {
        findings.extend(found?);
    }
    if registries.is_empty() {
        let none = Finding::warn("registries", "there is no registry yet");
        findings.push(none.change("portusctl registry add NAME URL"));
    }
    Ok(())
}

/// Every registry.
///
/// # Errors
///
/// Where the store does not answer.
pub async fn registries(portus: &Portus) -> Result<Vec<Registry>, StoreError> {
    portus.database.store.read(async |tx| tx.registries().all().await).await
}

async fn examine_registry(
    portus: &Portus,
    registry: &Registry,
    server_answers: bool,
    depth: Depth,
) -> anyhow::Result<Vec<Finding>> {
    let expected = Expected { registry, settings: &portus.settings };
    let mut found = expected.hosts();
    match portus.registries()?.probe(registry).await {
        Probe::Unreached(unreached) => {
            let found_out = format!("{}: {unreached}", registry.url);
            let change = "start the registry, or make it reachable from here";
            found.push(Finding::fail("reachable", found_out).change(change));
        }
        Probe::Answered(greeting) => {
            found.extend(expected.judge(&greeting));
            let takes_tokens = greeting.token.is_ok();
            found.push(inside::read(registry));
            found.push(match depth {
                Depth::Look => notifications::remembered(portus, registry).await?,
                Depth::Read => {
                    let possible = server_answers && takes_tokens;
                    notifications::examine(portus, registry, possible).await?
                }
            });
        }
    }
    Ok(found.into_iter().map(|finding| finding.of(&registry.name)).collect())
}

/// What a registry that is not known yet shows.
async fn try_out(portus: &Portus, registry: &Registry) -> anyhow::Result<Trial> {
    let expected = Expected { registry, settings: &portus.settings };
    let mut trial = Trial { findings: expected.hosts(), ..Trial::default() };
    match portus.registries()?.probe(registry).await {
        Probe::Unreached(unreached) => {
            let found = format!("{}: {unreached}", registry.url);
            let change = "start the registry, or correct the address";
            trial.findings.push(Finding::fail("reachable", found).change(change));
        }
        Probe::Answered(greeting) => {
            trial.is_registry = greeting.api_version.is_some();
            let challenge = greeting.challenge.as_ref();
            trial.realm = challenge.and_then(|challenge| challenge.realm.clone());
            trial.service = challenge.and_then(|challenge| challenge.service.clone());
            trial.findings.extend(expected.judge(&greeting));
        }
    }
    let findings = std::mem::take(&mut trial.findings).into_iter();
    trial.findings = findings.map(|finding| finding.of(&registry.name)).collect();
    Ok(trial)
}
