//! What the questions are asked with.

use std::fmt::Debug;
use std::str::FromStr;
use std::time::Duration;

use portus_store::{Database, Options};

/// Opens a database and runs every step it has not seen.
pub async fn migrate(url: &str) -> Database {
    let database = portus_store::connect(url, Options { pool: 1 }).unwrap();
    database.migrate().await.unwrap();
    database
}

/// Reads a text that is right.
pub fn named<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Waits until a question has an answer, up to 30 seconds.
pub async fn wait_for<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let started = tokio::time::Instant::now();
    loop {
        if let Some(answer) = ask().await {
            println!("       waited {:?} for {what}", started.elapsed());
            return answer;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "no {what} within 30 seconds");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
