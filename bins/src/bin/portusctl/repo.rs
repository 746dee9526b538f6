//! `portusctl repo`

use clap::{Args, Subcommand};
use portus_core::namespace::NamespaceName;
use portus_core::page::RepositoryRow;
use portus_core::policy::NamespaceFilter;
use portus_core::port::RepositoryFilter;
use portus_core::registry::RegistryName;
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Moment, Row, moment};
use crate::operator::{Operator, registry};

/// Repositories
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List repositories
    #[command(after_help = EXAMPLES)]
    List(List),
}

#[derive(Args, Debug)]
pub struct List {
    /// Only those of this registry
    #[arg(long)]
    registry: Option<RegistryName>,
    /// Only those of this namespace
    #[arg(long, value_name = "NAME", conflicts_with = "global")]
    namespace: Option<NamespaceName>,
    /// Only those of the global namespace, whose names have no slash
    #[arg(long)]
    global: bool,
    #[command(flatten)]
    slice: Slice,
}

#[derive(Debug, Serialize)]
struct RepoRow {
    registry: String,
    path: String,
    tags: u64,
    pushed_at: Option<Moment>,
    pulls: u64,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let Self::List(List { registry: place, namespace, global, slice }) = self;
        let portus = operator.portus().await?;
        let place = match place {
            Some(name) => Some(registry(&portus, Some(&name)).await?.id),
            None => None,
        };
        let filter = RepositoryFilter {
            readable: NamespaceFilter::EVERY,
            registry: place,
            namespace: if global { Some(None) } else { namespace.map(Some) },
        };
        let page = portus.database.browse.repositories(&filter, &slice.into()).await?;
        Ok(operator.output.page(&page.map(RepoRow::from))?)
    }
}

impl From<RepositoryRow> for RepoRow {
    fn from(row: RepositoryRow) -> Self {
        Self {
            registry: row.registry.to_string(),
            path: row.path.to_string(),
            tags: row.tags,
            pushed_at: row.pushed_at.map(Moment),
            pulls: row.pulls,
        }
    }
}

impl Row for RepoRow {
    const HEADINGS: &'static [&'static str] =
        &["REGISTRY", "REPOSITORY", "TAGS", "PUSHED", "PULLS"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.registry.clone(),
            self.path.clone(),
            self.tags.to_string(),
            moment(self.pushed_at),
            self.pulls.to_string(),
        ]
    }
}

const EXAMPLES: &str = "\
Examples:
  portusctl repo list
  portusctl repo list --namespace crew
  portusctl repo list --registry hub --global --json";
