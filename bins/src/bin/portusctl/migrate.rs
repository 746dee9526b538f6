//! `portusctl migrate`

use clap::Args;
use portus::wiring;
use serde::Serialize;

use crate::failure::Failure;
use crate::operator::Operator;

/// Bring the tables up to date
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  portusctl migrate --dry-run\n  portusctl migrate")]
pub struct Command {
    /// Only list the steps that are missing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Steps {
    steps: Vec<String>,
    applied: bool,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let database = wiring::database(&operator.settings)
            .map_err(|error| Failure::Input(format!("{error:#}")))?;
        let steps = if self.dry_run {
            database.pending_migrations().await?
        } else {
            database.migrate().await?
        };
        let done = if self.dry_run { "is missing" } else { "applied" };
        let sentence = if steps.is_empty() {
            "the tables are up to date".to_owned()
        } else {
            let lines: Vec<String> = steps.iter().map(|step| format!("{step} {done}")).collect();
            lines.join("\n")
        };
        if operator.output.json {
            return Ok(operator.output.object(&Steps { steps, applied: !self.dry_run })?);
        }
        Ok(crate::listing::print(&format!("{sentence}\n"))?)
    }
}
