//! End-to-end tests: real programs on a real wire. Each file is a theme; each scenario starts a world of
//! its own.

/// A scenario, as one test for each database and each place of the worker.
macro_rules! everywhere {
    ($(#[$doc:meta])* fn $name:ident($world:ident) $body:block) => {
        $(#[$doc])*
        mod $name {
            use super::*;
            use portus_tests::{Database, Place, Worker};

            fn scenario($world: &mut World) $body

            #[test]
            fn on_sqlite_with_the_worker_embedded() {
                let place = Place { database: Database::Sqlite, worker: Worker::Embedded };
                scenario(&mut World::start(place));
            }

            #[test]
            fn on_sqlite_with_the_worker_apart() {
                let place = Place { database: Database::Sqlite, worker: Worker::Apart };
                scenario(&mut World::start(place));
            }

            #[test]
            fn on_postgres_with_the_worker_embedded() {
                let place = Place { database: Database::Postgres, worker: Worker::Embedded };
                scenario(&mut World::start(place));
            }

            #[test]
            fn on_postgres_with_the_worker_apart() {
                let place = Place { database: Database::Postgres, worker: Worker::Apart };
                scenario(&mut World::start(place));
            }
        }
    };
}

/// A scenario that makes its own world, as one test for each database.
macro_rules! on_both_databases {
    ($(#[$doc:meta])* fn $name:ident($database:ident) $body:block) => {
        $(#[$doc])*
        mod $name {
            use super::*;
            use portus_tests::Database;

            fn scenario($database: Database) $body

            #[test]
            fn on_sqlite() {
                scenario(Database::Sqlite);
            }

            #[test]
            fn on_postgres() {
                scenario(Database::Postgres);
            }
        }
    };
}

mod browser;
mod cli;
mod clock;
mod commands;
mod deletion;
mod described;
mod doctor;
mod embedding;
mod harness;
mod keys;
mod links;
mod login;
mod negative;
mod notifications;
mod outages;
mod outbound;
mod ownership;
mod pages;
mod people;
mod push_and_pull;
mod replicas;
mod revocation;
mod serving;
mod standalone;
mod sync_catalog;
mod third_generation;
mod tours;
mod under_way;
mod visibility;
