//! `portusctl activity`

use clap::{Args, Subcommand};
use portus_core::activity::Activity;
use portus_core::port::ActivityFilter;
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Moment, Row, or_dash};
use crate::operator::Operator;
use crate::span::Span;

/// The audit: who did what
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List what was done and refused, newest first
    #[command(after_help = EXAMPLES)]
    List(List),
}

#[derive(Args, Debug)]
pub struct List {
    /// Only this kind, such as repository.push; or a whole family: repository
    #[arg(long, value_parser = kind)]
    kind: Option<String>,
    /// Only what this one did: a username, or operator: with the name of a user of this machine
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Only what happened within this time: 2h, 7d
    #[arg(long, value_name = "TIME")]
    since: Option<Span>,
    #[command(flatten)]
    slice: Slice,
}

#[derive(Debug, Serialize)]
struct ActivityRow {
    at: Moment,
    kind: String,
    actor: String,
    address: Option<String>,
    request: Option<String>,
    object: String,
    detail: String,
    outcome: &'static str,
    count: u32,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let Self::List(List { kind, actor, since, slice }) = self;
        let portus = operator.portus().await?;
        let since = since.and_then(|span| portus.clock.now().checked_sub(span.0));
        let filter = ActivityFilter { kind, actor, since, ..ActivityFilter::default() };
        let page = portus.database.browse.activities(&filter, &slice.into()).await?;
        Ok(operator.output.page(&page.map(ActivityRow::from))?)
    }
}

/// A kind is one or two words of lower-case letters and `_`, joined by a dot.
fn kind(text: &str) -> Result<String, String> {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if text.split('.').count() <= 2 && text.split('.').all(is_word) {
        Ok(text.into())
    } else {
        Err("a kind looks like `repository.push` or `repository`".into())
    }
}

impl From<Activity> for ActivityRow {
    fn from(activity: Activity) -> Self {
        Self {
            at: Moment(activity.at),
            kind: activity.kind,
            actor: activity.actor,
            address: activity.address,
            request: activity.request,
            object: activity.object,
            detail: activity.detail,
            outcome: activity.outcome.as_str(),
            count: activity.count,
        }
    }
}

impl Row for ActivityRow {
    const HEADINGS: &'static [&'static str] =
        &["AT", "ACTOR", "KIND", "OBJECT", "DETAIL", "OUTCOME", "COUNT", "FROM"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.at.short(),
            or_dash(Some(&self.actor)),
            self.kind.clone(),
            self.object.clone(),
            or_dash(Some(&self.detail)),
            self.outcome.into(),
            self.count.to_string(),
            or_dash(self.address.as_deref()),
        ]
    }
}

const EXAMPLES: &str = "\
Examples:
  portusctl activity list --since 2h
  portusctl activity list --kind repository.push --actor bob
  portusctl activity list --kind account --limit 1000 --json";
