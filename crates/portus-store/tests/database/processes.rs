//! Several processes with one SQLite file open.

use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use diesel::sql_types::BigInt;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use portus_core::port::Epochs;
use portus_store::{Options, connect};
use tokio::task::JoinSet;

use crate::world::wait_for;
use crate::{raise, run};

/// SQLite's locks are the process's: were the file opened and closed past SQLite, they would be
/// gone, and whoever closes it next could take the log for abandoned and delete it. SQLite notices
/// that since 3.51, so the lock itself is looked for too.
#[test]
fn another_process_that_closes_the_file_leaves_the_log_to_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portus.db");
    let log = folder.path().join("portus.db-wal");
    run(async {
        let database =
            connect(&format!("sqlite://{}", file.display()), Options::default()).unwrap();
        database.migrate().await.unwrap();
        let mut watch = JoinSet::new();
        watch.spawn(database.watch());
        let first = wait_for("the epoch", async || database.epochs.known()).await.epoch.0;
        raise(&database).await.unwrap();
        let before = log.metadata().unwrap().ino();

        assert!(is_locked_here(&file), "its lock outlives every connection that was opened since");
        assert_eq!(epoch_in_another_process(&file), first + 1);
        assert_eq!(log.metadata().unwrap().ino(), before, "the log is still the same file");
        raise(&database).await.unwrap();
        assert_eq!(epoch_in_another_process(&file), first + 2, "what was written after is seen");
    });
}

/// Whether this process has a lock on a file, as Linux tells it.
fn is_locked_here(file: &Path) -> bool {
    let (process, inode) =
        (format!(" {} ", std::process::id()), format!(":{} ", file.metadata().unwrap().ino()));
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    locks.lines().any(|lock| lock.contains(&process) && lock.contains(&inode))
}

/// Runs the test below, and reads what it says.
fn epoch_in_another_process(file: &Path) -> i64 {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::reads_a_file_and_closes_it", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(file.to_str().unwrap().as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, told) = text.split_once("epoch=").unwrap();
    told.split_once(';').unwrap().0.parse().unwrap()
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    epoch: i64,
}

#[test]
#[ignore = "the other process of the test above, which tells it the file"]
fn reads_a_file_and_closes_it() {
    let mut file = String::new();
    std::io::stdin().read_to_string(&mut file).unwrap();
    if !file.is_empty() {
        let mut conn = SqliteConnection::establish(&file).unwrap();
        let row: Row = sql_query("SELECT epoch FROM policy_epoch").get_result(&mut conn).unwrap();
        println!("epoch={};", row.epoch);
    }
}
