//! Notifications.

use portus_core::event::{Claimed, Event, EventAction, Incoming};
use portus_core::id::{InboxId, RegistryId};
use portus_core::page::{ParkedRow, Slice};
use portus_core::port::{Accepted, InboxLag, Retry};
use tokio::task::JoinSet;

use crate::world::{World, at, digest, named, push, pushes, walk};

pub async fn an_event_reads_back_as_it_came(world: World) {
    let registry = world.registry("main").await;
    let bare = Event {
        action: EventAction::Mount,
        digest: None,
        tag: None,
        media_type: None,
        actor: None,
        host: None,
        address: None,
        ..push("bare", "qa/app")
    };
    let events = [
        push("100% _ \\ ' \"ü", "qa/app"),
        bare,
        Event { action: EventAction::Pull, digest: Some(digest('b')), ..push("3", "qa/app") },
        Event { action: EventAction::Delete, at: at(1_900_000_000), ..push("4", "qa/app") },
    ];
    let incoming: Vec<_> = events.iter().cloned().map(|one| Incoming::Event(one.into())).collect();
    world.accept(registry, &incoming, 3).await;

    let claimed = claim(&world, 3, 10).await.unwrap();
    assert_eq!((claimed.registry, claimed.repository), (registry, named("qa/app")));
    assert!(claimed.events.iter().all(|waiting| waiting.tries == 0));
    assert!(claimed.events.is_sorted_by_key(|waiting| waiting.id));
    let came: Vec<Event> = claimed.events.into_iter().map(|waiting| waiting.event).collect();
    assert_eq!(came, events);
}

/// PostgreSQL keeps no NUL in a text.
pub async fn a_nul_in_what_a_registry_sent_costs_nothing_else(world: World) {
    let registry = world.registry("main").await;
    let odd = Event {
        actor: Some("a\0b".into()),
        host: Some("\0".into()),
        address: Some("\0".into()),
        method: "P\0T".into(),
        ..push("n\0l", "qa/app")
    };
    let unreadable =
        Incoming::Unreadable { id: "x\0".into(), error: "e\0".into(), raw: "{\0}".into() };
    let batch = [Incoming::Event(Box::new(odd)), unreadable, pushes(&[("2", "qa/app")]).remove(0)];
    world.accept(registry, &batch, 2).await;
    assert_eq!(ids_of(&claim(&world, 2, 10).await.unwrap()).last().unwrap(), "2");
    assert_eq!(lag(&world).await, InboxLag { waiting: 2, oldest: Some(at(2)), parked: 1 });
    let ids = park_all(&world, "odd\0").await;
    assert_eq!(ids.len(), 2);
}

pub async fn an_event_is_accepted_once_for_its_registry(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let batch = pushes(&[("1", "qa/app"), ("2", "qa/app"), ("1", "qa/app")]);
    let accepted = async |registry, batch: &[Incoming]| {
        world.write(async |tx| tx.inbox().accept(registry, batch, at(2)).await).await
    };
    assert_eq!(accepted(main, &batch).await, Accepted { fresh: 2, parked: 0, repeated: 1 });
    assert_eq!(accepted(main, &batch).await, Accepted { fresh: 0, parked: 0, repeated: 3 });
    assert_eq!(accepted(other, &batch).await, Accepted { fresh: 2, parked: 0, repeated: 1 });
    assert_eq!(accepted(main, &[]).await, Accepted::default());

    let done = claim(&world, 2, 10).await.unwrap();
    finish(&world, &done, 3).await;
    assert_eq!(accepted(main, &batch).await.fresh, 0, "not even when it was applied");
    assert_eq!(lag(&world).await.waiting, 2);
}

pub async fn an_event_that_comes_many_times_at_once_is_accepted_once(world: World) {
    let registry = world.registry("main").await;
    let mut senders = JoinSet::new();
    for number in 0..8 {
        let world = world.clone();
        senders.spawn(async move {
            // In another order each, as several endpoints of one registry send them.
            let mut ids: Vec<String> = (0..20).map(|id| format!("event-{id}")).collect();
            ids.rotate_left(number * 2);
            let pairs: Vec<_> = ids.iter().map(|id| (id.as_str(), "qa/app")).collect();
            let batch = pushes(&pairs);
            // Two that wait for each other's rows: one of them is told to come again.
            for _ in 0..20 {
                let write =
                    world.store.write(async |tx| tx.inbox().accept(registry, &batch, at(2)).await);
                if let Ok(accepted) = write.await {
                    return accepted;
                }
            }
            panic!("never accepted");
        });
    }
    let accepted = senders.join_all().await;
    assert_eq!(accepted.iter().map(|one| one.fresh).sum::<u64>(), 20, "{accepted:?}");
    assert_eq!(accepted.iter().map(|one| one.repeated).sum::<u64>(), 7 * 20, "{accepted:?}");
    assert_eq!(lag(&world).await.waiting, 20);
}

pub async fn what_cannot_be_read_is_parked_at_once_and_stays(world: World) {
    let registry = world.registry("main").await;
    let unreadable = Incoming::Unreadable {
        id: "x".into(),
        error: "not JSON".into(),
        raw: "{\"a\": 100%_\\}\u{fffd}".into(),
    };
    let accepted =
        world.write(async |tx| tx.inbox().accept(registry, &[unreadable], at(2)).await).await;
    assert_eq!(accepted, Accepted { fresh: 1, parked: 1, repeated: 0 });
    assert_eq!(claim(&world, 9, 10).await, None);
    assert_eq!(retry(&world, Retry::All, 9).await, 0, "it still cannot be read");
    assert_eq!(claim(&world, 9, 10).await, None);

    let rows = parked(&world).await;
    let expected = ParkedRow {
        id: rows[0].id,
        registry: named("main"),
        event: "x".into(),
        action: None,
        repository: None,
        error: "not JSON".into(),
        tries: 0,
        received_at: at(2),
        raw: Some("{\"a\": 100%_\\}\u{fffd}".into()),
    };
    assert_eq!(rows, [expected]);
}

pub async fn a_claim_takes_one_repository_in_the_order_of_arrival(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let batch = [("1", "qa/app"), ("2", "qa/other"), ("3", "qa/app"), ("4", "qa/app")];
    world.accept(main, &pushes(&batch), 2).await;
    world.accept(other, &pushes(&[("1", "qa/app")]), 2).await;

    for (registry, repository, ids) in [
        (main, "qa/app", vec!["1", "3"]),
        (main, "qa/other", vec!["2"]),
        (main, "qa/app", vec!["4"]),
        (other, "qa/app", vec!["1"]),
    ] {
        let claimed = claim(&world, 2, 2).await.unwrap();
        assert_eq!(
            (claimed.registry, claimed.repository.to_string().as_str()),
            (registry, repository)
        );
        assert_eq!(ids_of(&claimed), ids);
        finish(&world, &claimed, 3).await;
    }
    assert_eq!(claim(&world, 2, 2).await, None);
}

pub async fn a_postponed_event_waits_until_its_time(world: World) {
    let registry = world.registry("main").await;
    world.accept(registry, &pushes(&[("1", "qa/app"), ("2", "qa/app")]), 2).await;
    let id = claim(&world, 2, 10).await.unwrap().events[0].id;
    for tries in 1..=2 {
        world.write(async |tx| tx.inbox().postpone(id, "away", at(10)).await).await;
        assert_eq!(ids_of(&claim(&world, 9, 10).await.unwrap()), ["2"], "the others go on");
        let both = claim(&world, 10, 10).await.unwrap();
        assert_eq!(ids_of(&both), ["1", "2"]);
        assert_eq!((both.events[0].tries, both.events[1].tries), (tries, 0));
    }
    assert_eq!(lag(&world).await.waiting, 2);
}

pub async fn a_parked_event_is_put_back_by_number_or_with_all(world: World) {
    let registry = world.registry("main").await;
    world.accept(registry, &pushes(&[("1", "qa/app"), ("2", "qa/b"), ("3", "qa/c")]), 2).await;
    let ids = park_all(&world, "no such namespace").await;
    assert_eq!(claim(&world, 99, 10).await, None);
    let rows = parked(&world).await;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids);
    let row = &rows[0];
    assert_eq!((row.event.as_str(), row.error.as_str()), ("1", "no such namespace"));
    assert_eq!((row.action.as_deref(), row.repository.as_deref()), (Some("push"), Some("qa/app")));
    assert_eq!((row.received_at, &row.raw), (at(2), &None));

    assert_eq!(retry(&world, Retry::One(ids[1]), 20).await, 1);
    assert_eq!(retry(&world, Retry::One(ids[1]), 20).await, 0, "it is not parked any more");
    assert_eq!(retry(&world, Retry::One(InboxId(4711)), 20).await, 0);
    assert_eq!(ids_of(&claim(&world, 20, 10).await.unwrap()), ["2"]);
    assert_eq!(retry(&world, Retry::All, 30).await, 2);
    assert_eq!(lag(&world).await, InboxLag { waiting: 3, oldest: Some(at(2)), parked: 0 });
    assert_eq!(claim(&world, 30, 10).await.unwrap().events[0].tries, 0, "it starts anew");
}

pub async fn only_a_parked_event_is_thrown_away(world: World) {
    let registry = world.registry("main").await;
    world.accept(registry, &pushes(&[("1", "qa/app"), ("2", "qa/b")]), 2).await;
    let ids = park_all(&world, "no such namespace").await;
    world.accept(registry, &pushes(&[("3", "qa/c")]), 2).await;
    let waiting = claim(&world, 99, 10).await.unwrap().events[0].id;
    let discard = async |event| world.write(async |tx| tx.inbox().discard(event).await).await;
    assert!(!discard(InboxId(4711)).await);
    assert!(!discard(waiting).await, "it is not parked");
    assert!(discard(ids[0]).await);
    assert!(!discard(ids[0]).await, "it is gone");
    assert_eq!(parked(&world).await.iter().map(|row| row.id).collect::<Vec<_>>(), [ids[1]]);
    assert_eq!(lag(&world).await, InboxLag { waiting: 1, oldest: Some(at(2)), parked: 1 });
}

/// SR10
pub async fn parked_events_of_a_namespace_are_put_back(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let batch = [
        ("1", "a_b/app"),
        ("2", "axb/app"),
        ("3", "a_b/deep/app"),
        ("4", "a_b"),
        ("5", "a_bc/app"),
        ("6", "qa/a_b/app"),
    ];
    world.accept(main, &pushes(&batch), 2).await;
    world.accept(main, &pushes(&[("7", "a_b/app")]), 1).await;
    world.accept(other, &pushes(&[("1", "a_b/app")]), 2).await;
    park_all(&world, "no such namespace").await;

    let name = named("a_b");
    let count =
        world.write(async |tx| tx.inbox().retry_namespace(main, &name, at(2), at(9)).await).await;
    assert_eq!(count, 2);
    let mut back = Vec::new();
    while let Some(claimed) = claim(&world, 9, 10).await {
        back.extend(ids_of(&claimed));
        finish(&world, &claimed, 9).await;
    }
    assert_eq!(back, ["1", "3"]);
    assert_eq!(lag(&world).await.parked, 6, "what came before stays");
}

pub async fn applied_events_are_removed_when_they_are_old(world: World) {
    let registry = world.registry("main").await;
    for (id, done) in [("1", Some(5)), ("2", Some(6)), ("3", None)] {
        world.accept(registry, &pushes(&[(id, "qa/app")]), 2).await;
        if let Some(second) = done {
            finish(&world, &claim(&world, 2, 10).await.unwrap(), second).await;
        }
    }
    let prune = async |second| world.write(async |tx| tx.inbox().prune(at(second)).await).await;
    assert_eq!(prune(5).await, 0);
    assert_eq!(prune(6).await, 1);
    assert_eq!(prune(99).await, 1);
    assert_eq!(lag(&world).await.waiting, 1);
    let last = world.read(async |tx| tx.inbox().last_received(registry).await).await;
    assert_eq!(last, Some(at(2)));
}

pub async fn the_lag_is_what_waits_and_since_when(world: World) {
    assert_eq!(lag(&world).await, InboxLag::default());
    let registry = world.registry("main").await;
    world.accept(registry, &pushes(&[("1", "qa/app")]), 7).await;
    world.accept(registry, &pushes(&[("2", "qa/app"), ("3", "qa/b")]), 5).await;
    assert_eq!(lag(&world).await, InboxLag { waiting: 3, oldest: Some(at(5)), parked: 0 });
    let claimed = claim(&world, 9, 10).await.unwrap();
    finish(&world, &claimed, 9).await;
    park_all(&world, "odd").await;
    assert_eq!(lag(&world).await, InboxLag { waiting: 0, oldest: None, parked: 1 });
}

pub async fn when_a_registry_last_sent_anything_is_known(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let last = async |registry: RegistryId| {
        world.read(async |tx| tx.inbox().last_received(registry).await).await
    };
    assert_eq!(last(main).await, None);
    world.accept(main, &pushes(&[("1", "qa/app")]), 5).await;
    assert_eq!((last(main).await, last(other).await), (Some(at(5)), None));
    world.accept(main, &pushes(&[("1", "qa/app")]), 8).await;
    assert_eq!(last(main).await, Some(at(8)), "a repetition is a sign of life too");
}

pub async fn parked_events_are_listed_oldest_first(world: World) {
    let registry = world.registry("main").await;
    for number in 0..7 {
        world.accept(registry, &pushes(&[(&format!("{number}"), "qa/app")]), 9 - number).await;
    }
    let ids = park_all(&world, "odd").await;
    let rows =
        walk(|row: &ParkedRow| row.id, async |slice| world.browse.parked(&slice).await.unwrap())
            .await;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids);
}

pub async fn claim(world: &World, second: u64, limit: u32) -> Option<Claimed> {
    world.write(async |tx| tx.inbox().claim(at(second), limit).await).await
}

pub async fn finish(world: &World, claimed: &Claimed, second: u64) {
    let ids: Vec<InboxId> = claimed.events.iter().map(|waiting| waiting.id).collect();
    world.write(async |tx| tx.inbox().finish(&ids, at(second)).await).await;
}

/// Parks whatever waits; the numbers, oldest first.
async fn park_all(world: &World, error: &str) -> Vec<InboxId> {
    let mut parked = Vec::new();
    while let Some(claimed) = claim(world, 99, 100).await {
        for waiting in claimed.events {
            world.write(async |tx| tx.inbox().park(waiting.id, error).await).await;
            parked.push(waiting.id);
        }
    }
    parked.sort();
    parked
}

pub async fn retry(world: &World, which: Retry, second: u64) -> u64 {
    world.write(async |tx| tx.inbox().retry(which, at(second)).await).await
}

async fn parked(world: &World) -> Vec<ParkedRow> {
    world.browse.parked(&Slice::first(100)).await.unwrap().rows
}

pub async fn lag(world: &World) -> InboxLag {
    world.read(async |tx| tx.inbox().lag().await).await
}

pub fn ids_of(claimed: &Claimed) -> Vec<String> {
    claimed.events.iter().map(|waiting| waiting.event.id.to_string()).collect()
}
