//! What happens to a notification that the store does not take.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use portus_core::activity::NewActivity;
use portus_core::event::EventAction::Push;
use portus_core::page::Slice;
use portus_core::policy::Switches;
use portus_core::port::{
    Accounts, Answers, Arrivals, Audit, Browse, Clock, Deletions, Going, Inbox, Jobs, Keys,
    Namespaces, PasswordLinks, Registries, Remains, Repositories, Retry, Sessions, Store,
    StoreError, Syncs, Teams, Tokens, UnitOfWork, Words,
};
use portus_core::usecase::{ApplyEvents, RetryEvents};

use crate::events::{accept, event, parked, qa, shown};
use crate::world::{World, operator};

/// The three wait together, and the store fails at the second of them.
async fn waiting() -> (World, Arc<Failing>, ApplyEvents) {
    let world = qa(Switches::default()).await;
    accept(
        &world,
        &[
            event(1, Push, "qa/app", Some("before"), 1),
            event(2, Push, "qa/app", Some(BAD), 2),
            event(3, Push, "qa/app", Some("later"), 3),
        ],
    )
    .await;
    let failing = Failing::over(&world);
    let apply = ApplyEvents { store: failing.clone(), ..world.apply() };
    (world, failing, apply)
}

#[tokio::test]
async fn an_event_that_fails_costs_the_others_of_its_batch_a_second() {
    let (world, failing, apply) = waiting().await;
    while apply.run_once().await.unwrap() {}
    assert_eq!(shown(&world, "qa/app").await, [""; 0], "nothing half done is kept");
    assert_eq!(failing.failures(), [(0, 1)], "one was applied before it, and undone");

    world.clock.advance(Duration::from_secs(1));
    while apply.run_once().await.unwrap() {}
    assert_eq!(shown(&world, "qa/app").await, ["before 01 bob 0", "later 03 bob 0"]);
    assert_eq!(failing.failures(), [(0, 1), (1, 0)], "alone from then on");

    failing.mend();
    world.clock.advance(Duration::from_secs(2));
    while apply.run_once().await.unwrap() {}
    let all = [format!("{BAD} 02 bob 0"), "before 01 bob 0".into(), "later 03 bob 0".into()];
    assert_eq!(shown(&world, "qa/app").await, all);
    assert_eq!(parked(&world).await, [""; 0]);
    let pushes = world.activities().await;
    let pushes = pushes.iter().filter(|row| row.starts_with("repository.push"));
    assert_eq!(pushes.count(), 3, "each is in the audit once");
}

#[tokio::test]
async fn an_event_that_goes_on_failing_is_tried_later_each_time_and_then_parked() {
    let (world, failing, apply) = waiting().await;
    for _ in 0..2000 {
        while apply.run_once().await.unwrap() {}
        world.clock.advance(Duration::from_secs(1));
    }
    let seconds: Vec<u64> = failing.failures().iter().map(|(second, _)| *second).collect();
    assert_eq!(seconds, [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023], "ten times after the first");
    let rows = world.memory.parked(&Slice::first(100)).await.unwrap().rows;
    assert_eq!(rows.len(), 1);
    let (error, tries) = (rows[0].error.as_str(), rows[0].tries);
    assert_eq!((error, tries), ("the store is unavailable: the disk is full", 11));
    assert_eq!(shown(&world, "qa/app").await.len(), 2);

    failing.mend();
    let (store, policy) = (world.store.clone(), world.policy.clone());
    let retry = RetryEvents { store, policy, clock: Arc::new(world.clock.clone()) };
    assert_eq!(retry.retry(&operator(), Retry::All).await.unwrap(), 1);
    while apply.run_once().await.unwrap() {}
    assert_eq!(shown(&world, "qa/app").await.len(), 3);
}

/// The tag of the event that the store does not take.
const BAD: &str = "bad";

/// A store that cannot write what an audit says of [`BAD`], until it is mended.
struct Failing {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    started: SystemTime,
    broken: Arc<AtomicBool>,
    failures: Failures,
}

/// When the store failed, and after how many rows of the same unit of work.
type Failures = Arc<Mutex<Vec<(SystemTime, usize)>>>;

impl Failing {
    fn over(world: &World) -> Arc<Self> {
        Arc::new(Self {
            store: world.store.clone(),
            clock: Arc::new(world.clock.clone()),
            started: world.clock.now(),
            broken: Arc::new(true.into()),
            failures: Arc::default(),
        })
    }

    fn mend(&self) {
        self.broken.store(false, Ordering::SeqCst);
    }

    /// The failures so far, by the second after the start.
    fn failures(&self) -> Vec<(u64, usize)> {
        let failures = self.failures.lock().unwrap();
        let second = |at: &SystemTime| at.duration_since(self.started).unwrap().as_secs();
        failures.iter().map(|(at, rows)| (second(at), *rows)).collect()
    }
}

#[async_trait]
impl Store for Failing {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(Work {
            work: self.store.begin().await?,
            clock: self.clock.clone(),
            broken: self.broken.clone(),
            failures: self.failures.clone(),
            rows: 0,
        }))
    }

    async fn snapshot(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.store.snapshot().await
    }
}

struct Work {
    work: Box<dyn UnitOfWork>,
    clock: Arc<dyn Clock>,
    broken: Arc<AtomicBool>,
    failures: Failures,
    rows: usize,
}

#[async_trait]
impl Audit for Work {
    async fn append(&mut self, activities: &[NewActivity]) -> Result<(), StoreError> {
        let is_bad = activities.iter().any(|row| row.detail.starts_with(BAD));
        if is_bad && self.broken.load(Ordering::SeqCst) {
            self.failures.lock().unwrap().push((self.clock.now(), self.rows));
            return Err(StoreError::Unavailable("the disk is full".into()));
        }
        self.rows += activities.len();
        self.work.audit().append(activities).await
    }

    async fn last(&mut self, kind: &str, object: &str) -> Result<Option<SystemTime>, StoreError> {
        self.work.audit().last(kind, object).await
    }
}

macro_rules! passed_on {
    ($($name:ident: $port:ident;)*) => {
        #[async_trait]
        impl UnitOfWork for Work {
            $(fn $name(&mut self) -> &mut dyn $port { self.work.$name() })*

            fn audit(&mut self) -> &mut dyn Audit {
                self
            }

            async fn raise_epoch(&mut self) -> Result<(), StoreError> {
                self.work.raise_epoch().await
            }

            async fn settle_epoch(&mut self) -> Result<(), StoreError> {
                self.work.settle_epoch().await
            }

            async fn commit(self: Box<Self>) -> Result<(), StoreError> {
                self.work.commit().await
            }

            async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
                self.work.rollback().await
            }
        }
    };
}

passed_on! {
    accounts: Accounts;
    answers: Answers;
    arrivals: Arrivals;
    deletions: Deletions;
    going: Going;
    inbox: Inbox;
    jobs: Jobs;
    keys: Keys;
    namespaces: Namespaces;
    password_links: PasswordLinks;
    registries: Registries;
    remains: Remains;
    repositories: Repositories;
    sessions: Sessions;
    syncs: Syncs;
    teams: Teams;
    tokens: Tokens;
    words: Words;
}
