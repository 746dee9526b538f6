//! `portusctl deletion`

use clap::{Args, Subcommand};
use portus_core::deletion::Deletion;
use portus_core::id::DeletionId;
use portus_core::port::StoreError;
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Moment, Row};
use crate::operator::Operator;

/// Deletions that someone asked for
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List deletions, newest first, and how far each is
    #[command(
        after_help = "Examples:\n  portusctl deletion list\n  portusctl deletion list --limit 10 --json"
    )]
    List(Slice),
    /// Call a deletion off: what is gone stays gone, what was not begun stays
    #[command(after_help = "Example:\n  portusctl deletion cancel 7")]
    Cancel(Cancel),
}

#[derive(Args, Debug)]
pub struct Cancel {
    /// Which, by its number in `deletion list`
    #[arg(value_parser = number)]
    id: i64,
}

#[derive(Debug, Serialize)]
struct DeletionRow {
    id: i64,
    registry: String,
    scope: &'static str,
    object: String,
    state: &'static str,
    reason: String,
    asked_by: String,
    asked_at: Moment,
    items: u64,
    done: u64,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::List(slice) => {
                let (portus, slice) = (operator.portus().await?, slice.into());
                let store = &portus.database.store;
                let page = store
                    .read::<_, StoreError>(async |tx| tx.deletions().list(None, None, &slice).await)
                    .await?;
                Ok(operator.output.page(&page.map(DeletionRow::from))?)
            }
            Self::Cancel(Cancel { id }) => {
                let portus = operator.portus().await?;
                portus.cancel_deletion().cancel(&operator.actor, DeletionId(id)).await?;
                let done = serde_json::json!({ "cancelled": id });
                Ok(operator.output.done(&done, &format!("deletion {id} is called off"))?)
            }
        }
    }
}

fn number(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "a deletion is named by its number in `deletion list`".into())
}

impl From<Deletion> for DeletionRow {
    fn from(deletion: Deletion) -> Self {
        Self {
            id: deletion.id.0,
            registry: deletion.registry_name.to_string(),
            scope: deletion.scope.as_str(),
            object: deletion.object,
            state: deletion.state.as_str(),
            reason: deletion.reason.map(|reason| reason.to_string()).unwrap_or_default(),
            asked_by: deletion.actor,
            asked_at: Moment(deletion.asked_at),
            items: deletion.counts.total,
            done: deletion.counts.done,
        }
    }
}

impl Row for DeletionRow {
    const HEADINGS: &'static [&'static str] =
        &["ID", "REGISTRY", "WHAT", "STATE", "DONE", "ASKED BY", "ASKED"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.registry.clone(),
            self.object.clone(),
            self.state.to_owned(),
            format!("{}/{}", self.done, self.items),
            self.asked_by.clone(),
            self.asked_at.short(),
        ]
    }
}
