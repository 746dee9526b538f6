//! How much a registry is asked at a time.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use futures_util::stream;
use portus_core::id::RegistryId;
use portus_core::port::{RemoteRegistries, RemoteRegistry};
use portus_core::registry::Registry;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::served::{Served, json, serve};
use crate::world::{World, registry};

/// A registry that begins its answers, and ends each when the test lets it.
struct Slow {
    served: Served,
    flights: Arc<Flights>,
    landings: Arc<Semaphore>,
}

/// The calls that are not answered to the end, and the most there ever were.
#[derive(Default)]
struct Flights {
    now: AtomicUsize,
    most: AtomicUsize,
}

struct Flight(Arc<Flights>);

impl Flight {
    fn begin(flights: &Arc<Flights>) -> Self {
        let now = flights.now.fetch_add(1, Ordering::SeqCst) + 1;
        flights.most.fetch_max(now, Ordering::SeqCst);
        Self(flights.clone())
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Slow {
    async fn start() -> Self {
        let (flights, landings) = (Arc::<Flights>::default(), Arc::new(Semaphore::new(0)));
        let (counted, awaited) = (flights.clone(), landings.clone());
        let served = serve(move |_| {
            let (flight, awaited) = (Flight::begin(&counted), awaited.clone());
            json(Body::from_stream(stream::once(async move {
                awaited.acquire().await.unwrap().forget();
                drop(flight);
                Ok::<_, Infallible>(Bytes::from_static(ANSWER))
            })))
        });
        Self { served: served.await, flights, landings }
    }

    fn now(&self) -> usize {
        self.flights.now.load(Ordering::SeqCst)
    }

    fn most(&self) -> usize {
        self.flights.most.load(Ordering::SeqCst)
    }
}

/// A page of any list.
const ANSWER: &[u8] = br#"{"repositories":[],"name":"qa/app","tags":[]}"#;

#[tokio::test]
async fn a_registry_gets_so_many_calls_at_a_time_whoever_makes_them() {
    let slow = Slow::start().await;
    let quick = serve(|_| json(ANSWER)).await;
    let mut world = World::new();
    world.settings.calls = 3;
    let registries = world.registries();
    let mut calls = JoinSet::new();
    for number in 0..12 {
        let caller = registries.open(&registry(&slow.served.url()));
        calls.spawn(async move {
            match number % 2 {
                0 => caller.catalog(None).await.map(drop),
                _ => caller.tags(&"qa/app".parse().unwrap(), None).await.map(drop),
            }
        });
    }
    until("three calls are in flight", || slow.now() >= 3).await;
    // Another registry has turns of its own, and while it answers a fourth call would have come.
    let elsewhere = Registry { id: RegistryId(2), ..registry(&quick.url()) };
    let elsewhere = registries.open(&elsewhere);
    for _ in 0..50 {
        elsewhere.catalog(None).await.unwrap();
    }
    assert_eq!(slow.now(), 3);
    for landed in 1..=12 {
        slow.landings.add_permits(1);
        calls.join_next().await.unwrap().unwrap().unwrap();
        let left = 12 - landed;
        until("the next call took its turn", || slow.now() >= left.min(3)).await;
    }
    assert_eq!((slow.most(), slow.served.asked().len()), (3, 12));
}

#[tokio::test]
async fn a_call_that_is_given_up_makes_room_for_the_next() {
    let slow = Slow::start().await;
    let mut world = World::new();
    world.settings.calls = 1;
    let caller: Arc<dyn RemoteRegistry> = world.open(&slow.served.url());
    let mut calls = JoinSet::new();
    for _ in 0..2 {
        let caller = caller.clone();
        let given_up = calls.spawn(async move { caller.catalog(None).await.map(drop) });
        until("it is in flight", || slow.now() == 1).await;
        given_up.abort();
        assert!(calls.join_next().await.unwrap().unwrap_err().is_cancelled());
        until("nobody waits for the answer", || slow.now() == 0).await;
    }
    slow.landings.add_permits(1);
    caller.catalog(None).await.unwrap();
    assert_eq!((slow.most(), slow.served.asked().len()), (1, 3));
}

/// Looks until something is so, for 30 seconds at most.
async fn until(what: &str, mut look: impl FnMut() -> bool) {
    let started = Instant::now();
    while !look() {
        assert!(started.elapsed() < Duration::from_secs(30), "not within 30 seconds: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
