//! Statements, counted.

use std::fmt::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent};

/// What a connection is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    /// The look-ups of the token endpoint; never writes.
    Lookups,
    /// Units of work, lists, and the epoch.
    Store,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Lookups => "lookups",
            Self::Store => "store",
        }
    }

    /// Spelled out, so that the metric's key is a constant and nothing is allocated for it.
    fn counter(self) -> metrics::Counter {
        match self {
            Self::Lookups => {
                metrics::counter!("portus_store_statements_total", "pool" => "lookups")
            }
            Self::Store => metrics::counter!("portus_store_statements_total", "pool" => "store"),
        }
    }
}

/// Counts the statements of one connection into `portus_store_statements_total`, but not what only
/// opens, ends or sets up a transaction; notes whether one failed.
pub(crate) struct Statements {
    purpose: Purpose,
    failed: Arc<AtomicBool>,
}

impl Statements {
    pub(crate) fn of(purpose: Purpose) -> Self {
        Self { purpose, failed: Arc::default() }
    }

    /// Becomes true when a statement fails.
    pub(crate) fn failed(&self) -> Arc<AtomicBool> {
        self.failed.clone()
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let InstrumentationEvent::FinishQuery { query, error, .. } = event else { return };
        if error.is_some() {
            self.failed.store(true, Ordering::Relaxed);
        }
        let mut start = Start::default();
        // Refused once it has seen enough, so that the rest is not even written out.
        let _ = write!(start, "{query}");
        if !start.is_housekeeping() {
            self.purpose.counter().increment(1);
            if tracing::enabled!(tracing::Level::TRACE) {
                let statement = query.to_string();
                let pool = self.purpose.as_str();
                tracing::trace!(pool, statement = without_values(&statement), "statement");
            }
        }
    }
}

/// A statement without the values that SQLite's connection shows behind it: secrets' digests, names.
fn without_values(statement: &str) -> &str {
    statement.split(" -- binds:").next().unwrap_or_default()
}

/// The first letters of a statement.
#[derive(Default)]
struct Start {
    letters: [u8; 9],
    len: usize,
}

impl Start {
    fn is_housekeeping(&self) -> bool {
        let start = self.letters.get(..self.len).unwrap_or_default();
        HOUSEKEEPING.iter().any(|word| start.starts_with(word.as_bytes()))
    }
}

const HOUSEKEEPING: [&str; 7] =
    ["BEGIN", "COMMIT", "PRAGMA", "RELEASE", "ROLLBACK", "SAVEPOINT", "SET "];

impl Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (letter, byte) in self.letters.iter_mut().skip(self.len).zip(text.bytes()) {
            *letter = byte.to_ascii_uppercase();
            self.len += 1;
        }
        if self.len == self.letters.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_opens_or_ends_a_transaction_is_not_counted() {
        for (statement, skipped) in [
            ("BEGIN IMMEDIATE", true),
            ("COMMIT", true),
            ("pragma query_only = on", true),
            ("SET LOCAL statement_timeout = 0", true),
            ("SELECT 1", false),
            ("UPDATE tags SET present = false", false),
        ] {
            let mut start = Start::default();
            let _ = write!(start, "{statement}");
            assert_eq!(start.is_housekeeping(), skipped, "{statement}");
        }
    }

    #[test]
    fn a_statement_is_shown_without_its_values() {
        assert_eq!(without_values("SELECT ? -- binds: [\"secret\"]"), "SELECT ?");
        assert_eq!(without_values("SELECT $1"), "SELECT $1");
    }
}
