//! A database as a whole: steps that several processes run at once, connections that are lost.
#![cfg(test)]

#[path = "../contract/cluster.rs"]
mod cluster;
mod processes;
mod upgrade;
#[path = "../plans/world.rs"]
mod world;

use std::sync::Arc;

use portus_core::port::{Epochs, StoreError};
use portus_store::{Database, MigrateError, Options, connect};
use tokio::task::JoinSet;

use cluster::Cluster;
use world::{named, wait_for};

#[test]
fn an_empty_postgres_is_migrated_once_by_many_at_once() {
    let cluster = Cluster::start();
    run(async {
        let client = cluster::connect(&cluster.database(1).await).await;
        client.batch_execute("CREATE DATABASE empty").await.unwrap();
        migrate_at_once(&cluster.url("empty")).await;
        let other = cluster::connect(&cluster.url("empty")).await;
        other.batch_execute(LATER).await.unwrap();
        refuses_what_is_newer(&cluster.url("empty")).await;
    });
}

#[test]
fn an_empty_sqlite_is_migrated_once_by_many_at_once() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portus.db").display().to_string();
    run(async {
        migrate_at_once(&format!("sqlite://{file}")).await;
        SqliteConnection::establish(&file).unwrap().batch_execute(LATER).unwrap();
        refuses_what_is_newer(&format!("sqlite://{file}")).await;
    });
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &folder.path().join("portus.db").metadata().unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600, "password hashes are nobody else's");
}

#[test]
fn lost_connections_are_made_again() {
    let cluster = Cluster::start();
    run(async {
        let url = cluster.database(1).await;
        let database = connect(&url, Options::default()).unwrap();
        let mut watch = JoinSet::new();
        watch.spawn(database.watch());
        let first = wait_for("the epoch", async || database.epochs.known()).await.epoch;
        let client = cluster::connect(&cluster.url("postgres")).await;

        client.batch_execute("ALTER DATABASE clause_1 ALLOW_CONNECTIONS false").await.unwrap();
        client.batch_execute(END_EVERY_CONNECTION).await.unwrap();
        wait_for("doubt", async || database.epochs.known().is_none().then_some(())).await;
        assert!(matches!(raise(&database).await, Err(StoreError::Unavailable(_))));

        client.batch_execute("ALTER DATABASE clause_1 ALLOW_CONNECTIONS true").await.unwrap();
        wait_for("the epoch", async || database.epochs.known()).await;
        raise(&database).await.unwrap();
        wait_for("the next epoch", async || {
            database.epochs.known().filter(|known| known.epoch > first)
        })
        .await;
        let someone = named::<portus_core::account::Username>("nobody").key();
        assert_eq!(database.lookups.person(&someone).await.unwrap(), None);
    });
}

const END_EVERY_CONNECTION: &str =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'clause_1'";
const LATER: &str = "INSERT INTO migrations (step) VALUES ('9999_later')";

async fn raise(database: &Database) -> Result<(), StoreError> {
    database.store.write(async |tx| tx.raise_epoch().await).await
}

/// Several processes start on an empty database at the same moment.
async fn migrate_at_once(url: &str) {
    let first = connect(url, Options::default()).unwrap().pending_migrations().await.unwrap();
    assert!(first.len() > 1, "{first:?}");
    let mut processes = JoinSet::new();
    let url: Arc<str> = url.into();
    for _ in 0..6 {
        let url = url.clone();
        processes.spawn(async move {
            connect(&url, Options::default()).unwrap().migrate().await.unwrap()
        });
    }
    let mut done = processes.join_all().await;
    done.retain(|steps| !steps.is_empty());
    assert_eq!(done, [first], "each step once");
    let database = connect(&url, Options::default()).unwrap();
    assert!(database.pending_migrations().await.unwrap().is_empty());
    database.ping().await.unwrap();
}

async fn refuses_what_is_newer(url: &str) {
    let database = connect(url, Options::default()).unwrap();
    for refused in [database.migrate().await, database.pending_migrations().await] {
        assert!(
            matches!(&refused, Err(MigrateError::Newer(step)) if step == "9999_later"),
            "{refused:?}"
        );
    }
}

fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(work);
}
