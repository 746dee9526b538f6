//! `portusctl tag`

use clap::{Args, Subcommand};
use portus_core::page::TagRow as Found;
use portus_core::port::StoreError;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Moment, Row, bytes, or_dash};
use crate::operator::{Operator, registry};

/// Tags
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the tags of a repository
    #[command(after_help = EXAMPLES)]
    List(List),
}

#[derive(Args, Debug)]
pub struct List {
    /// Which repository: crew/app
    repository: RepositoryPath,
    /// Where it is; may be left out where there is one registry
    #[arg(long)]
    registry: Option<RegistryName>,
    #[command(flatten)]
    slice: Slice,
}

#[derive(Debug, Serialize)]
struct TagRow {
    name: String,
    digest: String,
    media_type: String,
    artifact_type: Option<String>,
    size: Option<u64>,
    platforms: Vec<String>,
    details: &'static str,
    author: Option<String>,
    first_author: Option<String>,
    pushed_at: Moment,
    pulls: u64,
    pulled_at: Option<Moment>,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let Self::List(List { repository, registry: place, slice }) = self;
        let portus = operator.portus().await?;
        let place = registry(&portus, place.as_ref()).await?;
        let id = portus
            .database
            .store
            .read::<_, StoreError>(async |tx| {
                tx.repositories().by_path(place.id, &repository).await
            })
            .await?;
        let Some(id) = id else {
            let name = place.name;
            let message =
                format!("registry `{name}` has no repository `{repository}` that is known");
            return Err(Failure::Failed(message));
        };
        let page = portus.database.browse.tags(id, &slice.into()).await?;
        Ok(operator.output.page(&page.map(TagRow::from))?)
    }
}

impl From<Found> for TagRow {
    fn from(tag: Found) -> Self {
        Self {
            name: tag.name.to_string(),
            digest: tag.digest.to_string(),
            media_type: tag.media_type.to_string(),
            artifact_type: tag.artifact_type.map(|kind| kind.to_string()),
            size: tag.size,
            platforms: tag.platforms,
            details: tag.details.as_str(),
            author: tag.author,
            first_author: tag.first_author,
            pushed_at: Moment(tag.pushed_at),
            pulls: tag.pulls,
            pulled_at: tag.pulled_at.map(Moment),
        }
    }
}

impl Row for TagRow {
    const HEADINGS: &'static [&'static str] =
        &["TAG", "DIGEST", "PLATFORMS", "SIZE", "AUTHOR", "PUSHED", "PULLS"];

    fn cells(&self) -> Vec<String> {
        let platforms = self.platforms.join(",");
        let kind = self.artifact_type.as_deref().filter(|_| platforms.is_empty());
        vec![
            self.name.clone(),
            // Enough to tell them apart, and to find them with; JSON has all of it.
            self.digest.chars().take(19).collect(),
            or_dash(kind.or(Some(&platforms))),
            self.size.map_or_else(|| self.unsized_text(), bytes),
            or_dash(self.author.as_deref()),
            self.pushed_at.short(),
            self.pulls.to_string(),
        ]
    }
}

impl TagRow {
    fn unsized_text(&self) -> String {
        if self.details == "read" { "–" } else { self.details }.into()
    }
}

const EXAMPLES: &str = "\
Examples:
  portusctl tag list crew/app
  portusctl tag list crew/app --registry hub --json | jq -r '.rows[].digest'";
