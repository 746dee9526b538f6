//! `portusctl events`

use clap::{Args, Subcommand};
use portus_core::id::InboxId;
use portus_core::page::ParkedRow as Found;
use portus_core::port::Retry;
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Moment, Row, or_dash};
use crate::operator::Operator;

/// Notifications of registries that could not be applied
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List parked notifications, oldest first, and why each could not be applied
    #[command(
        after_help = "Examples:\n  portusctl events parked\n  portusctl events parked --json"
    )]
    Parked(Slice),
    /// Put parked notifications back
    #[command(
        after_help = "Examples:\n  portusctl events retry 42\n  portusctl events retry --all"
    )]
    Retry(RetryCommand),
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct RetryCommand {
    /// Which, by its number in `events parked`
    #[arg(value_parser = number)]
    id: Option<i64>,
    /// All of them
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Serialize)]
struct ParkedRow {
    id: i64,
    registry: String,
    event: String,
    action: Option<String>,
    repository: Option<String>,
    error: String,
    tries: u32,
    received_at: Moment,
    raw: Option<String>,
}

#[derive(Debug, Serialize)]
struct Retried {
    retried: u64,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::Parked(slice) => {
                let portus = operator.portus().await?;
                let page = portus.database.browse.parked(&slice.into()).await?;
                Ok(operator.output.page(&page.map(ParkedRow::from))?)
            }
            Self::Retry(command) => command.run(operator).await,
        }
    }
}

impl RetryCommand {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let which = self.id.map_or(Retry::All, |id| Retry::One(InboxId(id)));
        let portus = operator.portus().await?;
        let retry = portus.retry_events();
        let retried = retry.retry(&operator.actor, which).await?;
        let noun = if retried == 1 { "notification is" } else { "notifications are" };
        Ok(operator.output.done(&Retried { retried }, &format!("{retried} {noun} tried again"))?)
    }
}

fn number(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "a notification is named by its number in `events parked`".into())
}

impl From<Found> for ParkedRow {
    fn from(parked: Found) -> Self {
        Self {
            id: parked.id.0,
            registry: parked.registry.to_string(),
            event: parked.event,
            action: parked.action,
            repository: parked.repository,
            error: parked.error,
            tries: parked.tries,
            received_at: Moment(parked.received_at),
            raw: parked.raw,
        }
    }
}

impl Row for ParkedRow {
    const HEADINGS: &'static [&'static str] =
        &["ID", "REGISTRY", "ACTION", "REPOSITORY", "ERROR", "TRIES", "RECEIVED"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.registry.clone(),
            or_dash(self.action.as_deref()),
            or_dash(self.repository.as_deref()),
            self.error.clone(),
            self.tries.to_string(),
            self.received_at.short(),
        ]
    }
}
