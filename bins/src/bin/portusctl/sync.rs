//! `portusctl sync`

use std::io::IsTerminal;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use portus_core::catalog::Difference;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::usecase::{Progress, SyncError, SyncMode, SyncReport};
use serde::Serialize;

use crate::failure::{Failure, with_causes};
use crate::listing;
use crate::operator::{Operator, registry};

/// Read a registry's catalog, and add what Portus does not know yet
///
/// Nothing is ever removed. What was interrupted goes on where it stopped.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// Which registry; may be left out where there is one
    registry: Option<RegistryName>,
    /// Only print the differences
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Report {
    repositories: u64,
    added: u64,
    moved: u64,
    odd: u64,
    claimable: u64,
    complete: bool,
    dry_run: bool,
    failed: Vec<FailedRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<DifferenceRow>>,
}

#[derive(Serialize)]
struct FailedRow {
    repository: String,
    error: String,
}

#[derive(Serialize)]
struct DifferenceRow {
    repository: String,
    tag: String,
    digest: String,
    change: &'static str,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let place = registry(&portus, self.registry.as_ref()).await?;
        if !self.dry_run {
            // Nobody may have started the server for a month.
            portus.keep_keys().tend().await?;
        }
        portus.load_keys().await?;
        let sync = portus.sync_registry(portus.registries()?);
        let mode = if self.dry_run { SyncMode::DryRun } else { SyncMode::Apply };
        let bar = Bar::new(place.name.as_str());
        let report = sync.run(&place, mode, &bar).await;
        bar.0.finish_and_clear();
        let report = report.map_err(|error| interrupted(&place.name, &error, mode))?;
        let report = Report::new(report, mode);
        if operator.output.json {
            operator.output.object(&report)?;
        } else {
            listing::print(&report.text())?;
        }
        match report.failed.len() {
            0 => Ok(()),
            count => {
                Err(Failure::Failed(format!("{count} repositories could not be read: sync again")))
            }
        }
    }
}

fn interrupted(name: &RegistryName, error: &SyncError, mode: SyncMode) -> Failure {
    let why = with_causes(error);
    Failure::Failed(match mode {
        SyncMode::DryRun => format!("registry `{name}`: {why}"),
        SyncMode::Apply => format!(
            "registry `{name}`: {why}; what was read is kept, and the next sync goes on from there"
        ),
    })
}

impl Report {
    fn new(report: SyncReport, mode: SyncMode) -> Self {
        let failed = report
            .failed
            .into_iter()
            .map(|(repository, error)| FailedRow { repository: repository.to_string(), error });
        let failed: Vec<_> = failed.collect();
        let differences = report.differences.iter().flat_map(rows);
        Self {
            repositories: report.repositories,
            added: report.added,
            moved: report.moved,
            odd: report.odd,
            claimable: report.claimable,
            complete: failed.is_empty(),
            dry_run: mode == SyncMode::DryRun,
            differences: (mode == SyncMode::DryRun).then(|| differences.collect()),
            failed,
        }
    }

    fn text(&self) -> String {
        let Self { repositories, added, moved, odd, claimable, .. } = self;
        let mut lines = Vec::new();
        for row in self.differences.iter().flatten() {
            let DifferenceRow { repository, tag, digest, change } = row;
            lines.push(format!("{change} {repository}:{tag} → {digest}"));
        }
        for FailedRow { repository, error } in &self.failed {
            lines.push(format!("unread {repository}: {error}"));
        }
        if *odd > 0 {
            lines.push(format!("{odd} names in the catalog are no repository paths"));
        }
        if *claimable > 0 {
            lines.push(format!(
                "{claimable} repositories left to pushes that may make their namespaces: the worker looks again in a minute"
            ));
        }
        let would = if self.dry_run { "to add" } else { "added" };
        let move_ = if self.dry_run { "to move" } else { "moved" };
        lines.push(format!("{repositories} repositories; tags: {added} {would}, {moved} {move_}"));
        lines.iter().map(|line| listing::plain(line) + "\n").collect()
    }
}

fn rows(difference: &Difference) -> impl Iterator<Item = DifferenceRow> {
    let Difference { repository, added, moved } = difference;
    let added = added.iter().map(|tag| ("add", tag));
    let moved = moved.iter().map(|tag| ("move", tag));
    added.chain(moved).map(move |(change, (tag, digest))| DifferenceRow {
        repository: repository.to_string(),
        tag: tag.to_string(),
        digest: digest.to_string(),
        change,
    })
}

/// What someone at a terminal sees meanwhile. How much there is to read is not known before.
struct Bar(ProgressBar);

impl Bar {
    fn new(name: &str) -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(STYLE) {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }
}

impl Progress for Bar {
    fn step(&self, done: u64, repository: &RepositoryPath) {
        self.0.set_position(done);
        self.0.set_message(repository.to_string());
    }
}

const STYLE: &str = "{spinner} {prefix}: {pos} repositories in {elapsed}  {wide_msg}";

const EXAMPLES: &str = "\
Examples:
  portusctl sync hub --dry-run
  portusctl sync hub
  portusctl sync --json";
