//! The state of Portus in a database: PostgreSQL or SQLite, from one set of queries.
//!
//! The modules under `sql/` are compiled once per database, each time against that database's
//! connection type, so queries stay plain diesel. What the two do differently is in `dialect/`,
//! behind the same function names.
#![deny(missing_docs)]
#![expect(clippy::duplicate_mod, reason = "compiled once per database, on purpose")]

mod database;
mod epochs;
mod error;
mod migrations;
mod reasons;
mod schema;
mod statements;
mod tls;
mod values;

pub use database::{ConnectError, Database, Options, connect};
pub use epochs::EpochWatch;
pub use migrations::MigrateError;

#[path = "."]
mod postgres {
    type Connection = diesel_async::AsyncPgConnection;
    type Backend = diesel::pg::Pg;

    #[path = "dialect/postgres.rs"]
    mod dialect;
    #[path = "sql/mod.rs"]
    pub(crate) mod sql;
}

#[path = "."]
mod sqlite {
    type Connection =
        diesel_async::sync_connection_wrapper::SyncConnectionWrapper<diesel::SqliteConnection>;
    type Backend = diesel::sqlite::Sqlite;

    #[path = "dialect/sqlite.rs"]
    mod dialect;
    #[path = "sql/mod.rs"]
    pub(crate) mod sql;
}
