//! Runs every clause on a fresh store, a few at a time.

use std::any::Any;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use portus_core::memory::MemoryStore;
use tempfile::TempDir;
use tokio::runtime::{Builder, Handle};
use tokio::task::JoinSet;

use crate::clauses;
use crate::cluster::Cluster;
use crate::raw::Raw;
use crate::world::World;

/// Where the state of a run's clauses is kept.
pub enum Keeper {
    Memory,
    Postgres(Cluster),
    /// The folder of the files; it goes when nothing has them open any more.
    Sqlite(TempDir),
}

/// One thing every store must do.
pub struct Clause {
    pub name: &'static str,
    pub run: fn(World) -> Pin<Box<dyn Future<Output = ()>>>,
}

/// Runs the contract, and fails with the list of what was not kept.
pub fn contract(keeper: Keeper) {
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let keeper = Arc::new(keeper);
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}");
        PANIC.set(Some(panic.to_string()));
    }));
    let failed = runtime.block_on(all(&keeper));
    runtime.shutdown_timeout(Duration::from_secs(5));
    drop(keeper);
    let told: Vec<String> =
        failed.iter().map(|(clause, why)| format!("  {clause}\n    {why}")).collect();
    assert!(failed.is_empty(), "{} clauses are not kept:\n{}", failed.len(), told.join("\n"));
}

async fn all(keeper: &Arc<Keeper>) -> BTreeMap<&'static str, String> {
    let asked = asked();
    let mut waiting = clauses::all().into_iter().filter(|clause| clause.name.contains(&asked));
    let (mut running, mut failed) = (JoinSet::new(), BTreeMap::new());
    loop {
        while running.len() < AT_ONCE
            && let Some(clause) = waiting.next()
        {
            running.spawn(one(clause, Arc::clone(keeper)));
        }
        match running.join_next().await {
            None => return failed,
            Some(outcome) => {
                let (clause, took, outcome) = outcome.unwrap();
                let word = if outcome.is_ok() { "kept  " } else { "BROKEN" };
                println!("{word} {clause} in {took:.2?}");
                failed.extend(outcome.err().map(|why| (clause, why)));
            }
        }
    }
}

const AT_ONCE: usize = 6;
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs one clause on a thread of its own, so that its panic ends only that. Not as a task: its
/// closures are not `Send` enough for that (Rust 1.95).
async fn one(clause: Clause, keeper: Arc<Keeper>) -> (&'static str, Duration, Result<(), String>) {
    let (runtime, started) = (Handle::current(), Instant::now());
    let thread = tokio::task::spawn_blocking(move || {
        let kept = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                let world = keeper.fresh().await;
                tokio::time::timeout(PATIENCE, (clause.run)(world)).await
            })
        }));
        match kept {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(format!("still running after {PATIENCE:?}")),
            Err(panic) => Err(PANIC.take().unwrap_or_else(|| text_of(&*panic))),
        }
    });
    let outcome = thread.await.unwrap();
    (clause.name, started.elapsed(), outcome)
}

thread_local! {
    /// What the last panic on this thread said, and where.
    static PANIC: Cell<Option<String>> = const { Cell::new(None) };
}

/// A task's panic is passed on without where it was.
fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
}

#[expect(clippy::disallowed_methods, reason = "a developer narrows the run with it")]
fn asked() -> String {
    std::env::var("CLAUSE").unwrap_or_default()
}

impl Keeper {
    /// A store that nobody wrote to yet.
    async fn fresh(&self) -> World {
        let number = STORES.fetch_add(1, Ordering::SeqCst);
        match self {
            Self::Memory => {
                let memory = Arc::new(MemoryStore::default());
                World {
                    store: memory.clone(),
                    lookups: memory.clone(),
                    browse: memory.clone(),
                    images: memory.clone(),
                    people: memory.clone(),
                    oversight: memory.clone(),
                    explore: memory.clone(),
                    epochs: memory,
                    raw: Raw::Memory,
                    _watch: Arc::default(),
                }
            }
            Self::Postgres(cluster) => {
                World::migrated(Raw::Postgres(cluster.database(number).await)).await
            }
            Self::Sqlite(folder) => {
                let file = folder.path().join(format!("clause-{number}.db"));
                World::migrated(Raw::Sqlite(file)).await
            }
        }
    }
}

static STORES: AtomicU64 = AtomicU64::new(0);
