//! What SQLite does its own way.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager as Transactions, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel::{Connection as _, SqliteConnection};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;

use super::Connection;
use crate::database::ConnectError;
use crate::migrations::Step;
use crate::schema::jobs;
use crate::statements::{Purpose, Statements};

/// The file.
#[derive(Clone)]
pub(super) struct Target {
    path: String,
}

pub(super) fn target(url: &str) -> Result<Target, ConnectError> {
    match url.strip_prefix("sqlite://") {
        None | Some("" | ":memory:") => Err(ConnectError::NoFile),
        Some(path) => Ok(Target { path: path.to_owned() }),
    }
}

pub(super) fn manager(
    target: &Target,
    purpose: Purpose,
) -> AsyncDieselConnectionManager<Connection> {
    let target = target.clone();
    let mut config = ManagerConfig::<Connection>::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| {
        let target = target.clone();
        async move { open(&target, purpose).await }.boxed()
    });
    AsyncDieselConnectionManager::new_with_config(String::new(), config)
}

pub(super) async fn open(target: &Target, purpose: Purpose) -> ConnectionResult<Connection> {
    let path = target.path.clone();
    let opened = tokio::task::spawn_blocking(move || open_blocking(&path, purpose)).await;
    opened.map_err(|error| ConnectionError::BadConnection(error.to_string()))?.map(Connection::new)
}

fn open_blocking(path: &str, purpose: Purpose) -> ConnectionResult<SqliteConnection> {
    make_file(path).map_err(|error| ConnectionError::BadConnection(format!("{path}: {error}")))?;
    let mut conn = SqliteConnection::establish(path)?;
    set_up(&mut conn, purpose).map_err(ConnectionError::CouldntSetupConfiguration)?;
    conn.set_instrumentation(Statements::of(purpose));
    Ok(conn)
}

/// Makes the file where there is none. Sealed keys and password hashes are nobody else's, and the
/// files beside it take after it. One that is there is never opened here: closing it again would
/// drop the locks that this process' other connections have on it, and another process would take
/// their log for abandoned.
fn make_file(path: &str) -> std::io::Result<()> {
    match OpenOptions::new().create_new(true).write(true).mode(0o600).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

fn set_up(conn: &mut SqliteConnection, purpose: Purpose) -> QueryResult<()> {
    conn.batch_execute("PRAGMA busy_timeout = 5000")?;
    use_write_ahead_log(conn)?;
    // FULL: a registry forgets an event once we said that we have it, so it has to outlive a power
    // cut. It costs an fsync a commit, and commits here are events in batches and people's changes.
    conn.batch_execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864",
    )?;
    match purpose {
        Purpose::Lookups => conn.batch_execute("PRAGMA query_only = ON"),
        Purpose::Store => Ok(()),
    }
}

/// Two processes that make a new file one at once do not wait for each other here, busy timeout or
/// not.
fn use_write_ahead_log(conn: &mut SqliteConnection) -> QueryResult<()> {
    let mut tries = 0;
    loop {
        match conn.batch_execute("PRAGMA journal_mode = WAL") {
            Err(_) if tries < 100 => tries += 1,
            result => return result,
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One: the others wait in line here instead of asking the file again and again.
pub(super) const fn writers(_pool: usize) -> usize {
    1
}

/// Takes the one write lock now and waits for it here: a read lock can be turned into a write lock
/// only while nobody else has written.
pub(super) async fn begin(conn: &mut Connection) -> QueryResult<()> {
    begin_with(conn, "BEGIN IMMEDIATE").await
}

pub(super) async fn snapshot(conn: &mut Connection) -> QueryResult<()> {
    begin_with(conn, "PRAGMA query_only = ON; BEGIN DEFERRED").await
}

pub(super) async fn end_snapshot(conn: &mut Connection) -> QueryResult<()> {
    conn.batch_execute("PRAGMA query_only = OFF").await
}

/// Opens the transaction that migrations run in, once every other process's has ended.
pub(super) async fn begin_migration(conn: &mut Connection) -> QueryResult<()> {
    begin_with(conn, "BEGIN IMMEDIATE").await
}

async fn begin_with(conn: &mut Connection, sql: &'static str) -> QueryResult<()> {
    conn.spawn_blocking(move |conn: &mut SqliteConnection| {
        Transactions::begin_transaction_sql(conn, sql)
    })
    .await
}

pub(super) const fn sql(step: &Step) -> &'static str {
    step.sqlite
}

pub(super) const STEP_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migrations (step TEXT NOT NULL PRIMARY KEY)";

/// Whether any step was ever run.
pub(super) async fn has_steps(conn: &mut Connection) -> QueryResult<bool> {
    let exists = "EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'migrations')";
    diesel::select(diesel::dsl::sql::<Bool>(exists)).get_result(conn).await
}

/// Nothing: other connections see the file's version change.
pub(super) async fn announce_epoch(_conn: &mut Connection) -> QueryResult<()> {
    Ok(())
}

/// Nothing to wait for: there is one writer.
pub(super) async fn settle_epoch(_conn: &mut Connection) -> QueryResult<()> {
    Ok(())
}

/// Nobody else has it: there is one writer.
pub(super) async fn try_lock(_conn: &mut Connection, _key: i64) -> QueryResult<bool> {
    Ok(true)
}

/// How a statement says by which index a table is to be read: counts of rows mislead the planner
/// where an index leaves out most of them.
pub(super) fn by_index(name: &str) -> String {
    format!("INDEXED BY {name}")
}

/// Nothing: there is one writer.
pub(super) async fn lock_repository(_conn: &mut Connection, _repository: i64) -> QueryResult<()> {
    Ok(())
}

/// Jobs to run; nobody else looks for any before this transaction ends.
pub(super) async fn due_jobs(conn: &mut Connection, now: i64, limit: i64) -> QueryResult<Vec<i64>> {
    jobs::table
        .filter(jobs::run_at.le(now))
        .order((jobs::run_at, jobs::id))
        .limit(limit)
        .select(jobs::id)
        .load(conn)
        .await
}

/// Prepares a connection to wait for changes of the epoch.
pub(super) async fn listen(_conn: &mut Connection) -> QueryResult<()> {
    Ok(())
}

#[derive(QueryableByName)]
struct FileVersion {
    #[diesel(sql_type = BigInt)]
    data_version: i64,
}

/// Waits until another connection may have written. Says when the database was asked, where it said
/// that nothing changed.
pub(super) async fn wait(
    conn: &mut Connection,
    version: &mut Option<i64>,
) -> QueryResult<Option<Instant>> {
    tokio::time::sleep(POLL).await;
    let asked = Instant::now();
    let now: FileVersion = diesel::sql_query("PRAGMA data_version").get_result(conn).await?;
    let seen = version.replace(now.data_version);
    Ok((seen == Some(now.data_version)).then_some(asked))
}

const POLL: Duration = Duration::from_millis(100);

/// Adds rows, one after the other, since diesel puts several into one statement only where the
/// database knows `DEFAULT`; `unless` names the columns whose values may be there already. Says how
/// many were added.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr $(, unless $taken:expr)?) => {{
        let rows = $rows;
        let work = move |conn: &mut diesel::SqliteConnection| {
            let mut added = 0;
            for row in rows {
                let insert = diesel::insert_into($table).values(row);
                $(let insert = insert.on_conflict($taken).do_nothing();)?
                added += diesel::RunQueryDsl::execute(insert, conn)?;
            }
            Ok(added)
        };
        $conn.spawn_blocking(work).await
    }};
}
pub(super) use insert_all;
