//! Whether Portus, its server and its registries agree, and what to change where they do not.

mod announced;
mod finding;
mod inside;
mod live;
mod notifications;
mod server;

use futures_util::future::join_all;
use portus_core::finding::{Advice, Check, Finding, Found};
use portus_core::port::{StoreError, Trial};
use portus_core::registry::Registry;
use portus_registry::probe::{Probe, Unreached};

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
        let change = Advice::Run("portusctl registry add NAME URL".into());
        findings.push(Finding::warn(Check::Registries, Found::NoRegistry).change(change));
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
            let silent = silent(registry, &unreached);
            found.push(Finding::fail(Check::Reachable, silent).change(Advice::StartRegistry));
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
            let found = Finding::fail(Check::Reachable, silent(registry, &unreached));
            trial.findings.push(found.change(Advice::CorrectAddress));
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

fn silent(registry: &Registry, unreached: &Unreached) -> Found {
    Found::DoesNotAnswer(registry.url.to_string(), unreached.to_string())
}
