//! `portusctl doctor`

use clap::Args;
use portus::doctor::{self, Depth};
use portus::wiring::Portus;
use portus_core::finding::{self, Verdict};
use portus_core::registry::{Registry, RegistryName};
use serde::Serialize;

use crate::failure::Failure;
use crate::listing::{self, Row};
use crate::operator::{self, Operator};

/// Check that Portus, its server and its registries agree, and say what to change
///
/// Changes nothing. Each line says what was found and, where it is wrong, the line to change.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// Only this registry; all of them if left out
    registry: Option<RegistryName>,
}

/// What one check found.
#[derive(Serialize)]
struct Finding {
    /// `None` for Portus itself.
    registry: Option<String>,
    check: String,
    verdict: &'static str,
    /// The stable name of what was found.
    kind: &'static str,
    found: String,
    change: Option<String>,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let findings = self.examine(operator).await?;
        let failed = findings.iter().filter(|one| one.verdict == Verdict::Fail).count();
        let all = findings.len();
        if operator.output.json {
            operator.output.all(findings.into_iter().map(Finding::from).collect())?;
        } else {
            let lines = findings.iter().map(|finding| listing::plain(&finding.to_string()) + "\n");
            listing::print(&lines.collect::<String>())?;
        }
        match failed {
            0 => Ok(()),
            _ => Err(Failure::Failed(format!("{failed} of {all} checks failed"))),
        }
    }

    async fn examine(&self, operator: &Operator) -> Result<Vec<finding::Finding>, Failure> {
        let mut findings = Vec::new();
        let Some(portus) = doctor::open(&operator.settings, &mut findings).await else {
            return Ok(findings);
        };
        let registries = self.registries(&portus).await?;
        doctor::examine(&portus, &registries, Depth::Read, &mut findings).await?;
        Ok(findings)
    }

    async fn registries(&self, portus: &Portus) -> Result<Vec<Registry>, Failure> {
        if let Some(name) = &self.registry {
            return Ok(vec![operator::registry(portus, Some(name)).await?]);
        }
        Ok(doctor::registries(portus).await?)
    }
}

impl From<finding::Finding> for Finding {
    fn from(finding: finding::Finding) -> Self {
        Self {
            registry: finding.registry.map(|name| name.to_string()),
            check: finding.check.to_string(),
            verdict: finding.verdict.as_str(),
            kind: finding.found.kind(),
            found: finding.found.to_string(),
            change: finding.change.map(|change| change.to_string()),
        }
    }
}

impl Row for Finding {
    const HEADINGS: &'static [&'static str] = &["VERDICT", "WHERE", "CHECK", "FOUND", "CHANGE"];

    fn cells(&self) -> Vec<String> {
        let whose = self.registry.clone().unwrap_or_else(|| "portus".into());
        let change = self.change.clone().unwrap_or_default();
        vec![self.verdict.into(), whose, self.check.clone(), self.found.clone(), change]
    }
}

const EXAMPLES: &str = "\
Examples:
  portusctl doctor
  portusctl doctor hub
  portusctl doctor --json | jq '.rows[] | select(.verdict != \"ok\")'";
