//! `portusctl doctor`

mod announced;
mod finding;
mod inside;
mod notifications;
mod server;

use clap::Args;
use portus::wiring::Portus;
use portus_core::port::StoreError;
use portus_core::registry::{Registry, RegistryName};
use portus_registry::probe::Probe;

use crate::failure::Failure;
use crate::listing;
use crate::operator::{self, Operator};

use announced::Expected;
use finding::{Finding, Verdict};

/// Check that Portus, its server and its registries agree, and say what to change
///
/// Changes nothing. Each line says what was found and, where it is wrong, the line to change.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// Only this registry; all of them if left out
    registry: Option<RegistryName>,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let findings = self.examine(operator).await?;
        if operator.output.json {
            operator.output.all(findings.clone())?;
        } else {
            let lines = findings.iter().map(|finding| listing::plain(&finding.to_string()) + "\n");
            listing::print(&lines.collect::<String>())?;
        }
        let failed = findings.iter().filter(|finding| finding.verdict == Verdict::Fail).count();
        match failed {
            0 => Ok(()),
            _ => Err(Failure::Failed(format!("{failed} of {} checks failed", findings.len()))),
        }
    }

    async fn examine(&self, operator: &Operator) -> Result<Vec<Finding>, Failure> {
        let mut findings = Vec::new();
        let Some(portus) = inside::open(&operator.settings, &mut findings).await else {
            return Ok(findings);
        };
        inside::keys(&portus, &mut findings).await;
        inside::inbox(&portus, &mut findings).await?;
        let registries = self.registries(&portus).await?;
        let answers = server::examine(&portus, &registries, &mut findings).await?;
        for registry in &registries {
            examine_registry(&portus, registry, answers, &mut findings).await?;
        }
        if registries.is_empty() {
            let none = Finding::warn("registries", "there is no registry yet");
            findings.push(none.change("portusctl registry add NAME URL"));
        }
        Ok(findings)
    }

    async fn registries(&self, portus: &Portus) -> Result<Vec<Registry>, Failure> {
        if let Some(name) = &self.registry {
            return Ok(vec![operator::registry(portus, Some(name)).await?]);
        }
        let store = &portus.database.store;
        Ok(store.read::<_, StoreError>(async |tx| tx.registries().all().await).await?)
    }
}

async fn examine_registry(
    portus: &Portus,
    registry: &Registry,
    server_answers: bool,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
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
            found.push(
                notifications::examine(portus, registry, server_answers && takes_tokens).await?,
            );
        }
    }
    findings.extend(found.into_iter().map(|finding| finding.of(registry)));
    Ok(())
}

const EXAMPLES: &str = "\
Examples:
  portusctl doctor
  portusctl doctor hub
  portusctl doctor --json | jq '.rows[] | select(.verdict != \"ok\")'";
