//! What PostgreSQL does its own way.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{
    AnsiTransactionManager as Transactions, AsyncConnection, RunQueryDsl, SimpleAsyncConnection,
};
use futures_util::{FutureExt, StreamExt};
use postgres_openssl::MakeTlsConnector;
use tokio_postgres::Config;

use super::Connection;
use crate::database::ConnectError;
use crate::error::in_words;
use crate::migrations::Step;
use crate::schema::{jobs, repositories};
use crate::statements::{Purpose, Statements};
use crate::tls::Tls;

/// Where the database is, and how to talk to it.
#[derive(Clone)]
pub(super) struct Target {
    config: Config,
    tls: MakeTlsConnector,
}

pub(super) fn target(url: &str) -> Result<Target, ConnectError> {
    let tls = Tls::of(url)?;
    let mut config: Config = tls.address.parse().map_err(ConnectError::Postgres)?;
    config.ssl_mode(tls.mode);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(2));
    }
    if config.get_application_name().is_none() {
        config.application_name("portus");
    }
    // A peer that vanished without a word is noticed while a statement waits for it.
    config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(Duration::from_secs(10));
    Ok(Target { config, tls: tls.connector()? })
}

pub(super) fn manager(
    target: &Target,
    purpose: Purpose,
) -> AsyncDieselConnectionManager<Connection> {
    let target = target.clone();
    let mut config = ManagerConfig::<Connection>::default();
    // A ping would be a second round trip for each look-up; a lost connection is known without.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| {
        let target = target.clone();
        async move { open(&target, purpose).await }.boxed()
    });
    AsyncDieselConnectionManager::new_with_config(String::new(), config)
}

pub(super) async fn open(target: &Target, purpose: Purpose) -> ConnectionResult<Connection> {
    let (client, connection) = target
        .config
        .connect(target.tls.clone())
        .await
        .map_err(|error| ConnectionError::BadConnection(in_words(&error)))?;
    let mut conn = Connection::try_from_client_and_connection(client, connection).await?;
    // Statements, not connection parameters: a pooler refuses those it does not know.
    conn.batch_execute(
        "SET statement_timeout = 5000; SET idle_in_transaction_session_timeout = 60000",
    )
    .await
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    conn.set_instrumentation(Statements::of(purpose));
    Ok(conn)
}

/// How many units of work may write at once.
pub(super) const fn writers(pool: usize) -> usize {
    pool
}

pub(super) async fn begin(conn: &mut Connection) -> QueryResult<()> {
    // `LOCAL` once more, since behind a pooler the session may be another.
    let sql = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 5000";
    Transactions::begin_transaction_sql(conn, sql).await
}

pub(super) async fn snapshot(conn: &mut Connection) -> QueryResult<()> {
    let sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 5000";
    Transactions::begin_transaction_sql(conn, sql).await
}

pub(super) async fn end_snapshot(_conn: &mut Connection) -> QueryResult<()> {
    Ok(())
}

/// Opens the transaction that migrations run in, once every other process's has ended.
pub(super) async fn begin_migration(conn: &mut Connection) -> QueryResult<()> {
    let sql = "BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(7305804385)";
    Transactions::begin_transaction_sql(conn, sql).await
}

pub(super) const fn sql(step: &Step) -> &'static str {
    step.postgres
}

pub(super) const STEP_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migrations (step TEXT COLLATE \"C\" PRIMARY KEY)";

/// Whether any step was ever run.
pub(super) async fn has_steps(conn: &mut Connection) -> QueryResult<bool> {
    let exists = diesel::dsl::sql::<Bool>("to_regclass('migrations') IS NOT NULL");
    diesel::select(exists).get_result(conn).await
}

/// Tells other processes, once the transaction is kept, that the epoch was raised.
pub(super) async fn announce_epoch(conn: &mut Connection) -> QueryResult<()> {
    diesel::sql_query("NOTIFY portus_policy").execute(conn).await?;
    Ok(())
}

/// Waits for the lock that raising the epoch takes.
pub(super) async fn settle_epoch(conn: &mut Connection) -> QueryResult<()> {
    diesel::sql_query("SELECT epoch FROM policy_epoch FOR SHARE").execute(conn).await?;
    Ok(())
}

diesel::define_sql_function! {
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
}

/// Takes what the number stands for until the transaction ends, unless another one has it.
pub(super) async fn try_lock(conn: &mut Connection, key: i64) -> QueryResult<bool> {
    diesel::select(pg_try_advisory_xact_lock(key)).get_result(conn).await
}

/// How a statement says by which index a table is to be read: it does not, the planner knows.
pub(super) fn by_index(_name: &str) -> String {
    String::new()
}

/// Takes a repository until the transaction ends, and waits for whoever has it.
pub(super) async fn lock_repository(conn: &mut Connection, repository: i64) -> QueryResult<()> {
    let row = repositories::table.find(repository).select(repositories::id).for_no_key_update();
    row.execute(conn).await?;
    Ok(())
}

/// Jobs to run that no other transaction holds.
pub(super) async fn due_jobs(conn: &mut Connection, now: i64, limit: i64) -> QueryResult<Vec<i64>> {
    jobs::table
        .filter(jobs::run_at.le(now))
        .order((jobs::run_at, jobs::id))
        .limit(limit)
        .select(jobs::id)
        .for_update()
        .skip_locked()
        .load(conn)
        .await
}

/// Prepares a connection to wait for changes of the epoch.
pub(super) async fn listen(conn: &mut Connection) -> QueryResult<()> {
    conn.batch_execute("LISTEN portus_policy").await
}

/// Waits until the epoch was raised, or may have been unnoticed; a pooler swallows notifications.
/// Says when the database was asked, where it said that nothing changed.
pub(super) async fn wait(
    conn: &mut Connection,
    _version: &mut Option<i64>,
) -> QueryResult<Option<Instant>> {
    let mut notifications = std::pin::pin!(conn.notifications_stream());
    match tokio::time::timeout(POLL, notifications.next()).await {
        Ok(Some(Err(error))) => Err(error),
        Ok(None) => Err(diesel::result::Error::BrokenTransactionManager),
        Ok(Some(Ok(_))) | Err(_) => Ok(None),
    }
}

const POLL: Duration = Duration::from_millis(500);

/// Adds rows in one statement; `unless` names the columns whose values may be there already. Says
/// how many were added.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr $(, unless $taken:expr)?) => {{
        let insert = diesel::insert_into($table).values($rows);
        $(let insert = insert.on_conflict($taken).do_nothing();)?
        insert.execute($conn).await
    }};
}
pub(super) use insert_all;
