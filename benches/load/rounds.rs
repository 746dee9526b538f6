//! The same load over ever more connections.

use std::fmt;

use portus_tests::Database;

use crate::asked::Kind;
use crate::wrk::Figures;

/// Over how many connections each load is sent.
pub const CONNECTIONS: [u32; 4] = [1, 16, 64, 256];

/// What was seen over each of them.
pub type Round = [Figures; CONNECTIONS.len()];

/// Whether what a request needs is remembered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Memory {
    Cold,
    Warm,
}

/// One row of the report.
pub struct Row {
    pub database: Database,
    pub memory: Memory,
    pub kind: Kind,
    pub round: Round,
    /// From a client whose core never sleeps.
    pub awake: Figures,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = match self.memory {
            Memory::Cold => "cold",
            Memory::Warm => "warm",
        };
        write!(f, "{} · {} · {memory}", name(self.database), self.kind.words())
    }
}

pub const fn name(database: Database) -> &'static str {
    match database {
        Database::Postgres => "PostgreSQL",
        Database::Sqlite => "SQLite",
    }
}
