//! What every store must do, asked of each of them: memory, SQLite and PostgreSQL.
//!
//! One test a store. It runs every clause on a store of its own and reports all that failed; a
//! part of a clause's name after `CLAUSE=` in the environment runs only those that have it.

#![cfg(test)]

mod clauses;
mod cluster;
mod raw;
mod run;
mod world;

use run::Keeper;

#[test]
fn memory_keeps_the_contract() {
    run::contract(Keeper::Memory);
}

#[test]
fn postgres_keeps_the_contract() {
    run::contract(Keeper::Postgres(cluster::Cluster::start()));
}

#[test]
fn sqlite_keeps_the_contract() {
    run::contract(Keeper::Sqlite(tempfile::tempdir().unwrap()));
}
