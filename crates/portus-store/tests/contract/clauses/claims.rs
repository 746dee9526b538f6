//! Notifications in the hands of several workers.

use portus_core::event::Claimed;
use portus_core::port::{InboxLag, Retry, UnitOfWork};
use tokio::task::JoinSet;

use super::inbox::{claim, finish, ids_of, lag, retry};
use crate::raw::Raw;
use crate::world::{World, at, pushes, wait_for};

/// As when a worker dies.
pub async fn what_a_worker_let_go_is_claimed_again(world: World) {
    let registry = world.registry("main").await;
    world.accept(registry, &pushes(&[("1", "qa/app")]), 2).await;
    let mut died = world.store.begin().await.unwrap();
    assert!(died.inbox().claim(at(2), 10).await.unwrap().is_some());
    drop(died);
    // A database may take a moment to see that the connection is gone.
    let claimed = wait_for("the claim", async || claim(&world, 2, 10).await).await;
    assert_eq!(ids_of(&claimed), ["1"]);
}

pub async fn a_repository_is_in_the_hands_of_one_worker_at_a_time(world: World) {
    let registry = world.registry("main").await;
    let repositories: Vec<String> = (0..6).map(|number| format!("qa/app-{number}")).collect();
    for round in 0..5 {
        for repository in &repositories {
            let id = format!("{repository}-{round}");
            world.accept(registry, &pushes(&[(&id, repository)]), 2).await;
        }
    }
    let mut workers = JoinSet::new();
    for _ in 0..4 {
        let world = world.clone();
        workers.spawn(async move {
            let mut applied = Vec::new();
            while lag(&world).await.waiting > 0 {
                let claimed = world
                    .write(async |tx| {
                        let claimed = tx.inbox().claim(at(2), 2).await?;
                        if let Some(claimed) = &claimed {
                            let ids: Vec<_> = claimed.events.iter().map(|one| one.id).collect();
                            tx.inbox().finish(&ids, at(3)).await?;
                        }
                        Ok(claimed)
                    })
                    .await;
                applied.extend(claimed.into_iter().flat_map(|one| one.events));
            }
            applied
        });
    }
    let mut applied: Vec<_> =
        workers.join_all().await.into_iter().flatten().map(|one| one.event.id).collect();
    applied.sort();
    let mut sent: Vec<Box<str>> = (0..5)
        .flat_map(|round| repositories.iter().map(move |one| format!("{one}-{round}").into()))
        .collect();
    sent.sort();
    assert_eq!(applied, sent, "each was applied once");
}

/// Where one database has one writer, the second worker waits instead.
pub async fn a_claim_passes_over_what_another_worker_holds(world: World) {
    if !matches!(world.raw, Raw::Postgres(_)) {
        return;
    }
    let registry = world.registry("main").await;
    let batch = [("1", "qa/one"), ("2", "qa/one"), ("3", "qa/two")];
    world.accept(registry, &pushes(&batch), 2).await;

    let mut first = world.store.begin().await.unwrap();
    let mut second = world.store.begin().await.unwrap();
    let mut third = world.store.begin().await.unwrap();
    let held = |claimed: Option<Claimed>| claimed.map(|one| one.repository.to_string());
    // Only the first of two events: the whole repository is held all the same.
    let one = first.inbox().claim(at(2), 1).await.unwrap();
    assert_eq!(held(one).as_deref(), Some("qa/one"));
    let two = second.inbox().claim(at(2), 1).await.unwrap();
    assert_eq!(held(two).as_deref(), Some("qa/two"));
    assert_eq!(third.inbox().claim(at(2), 1).await.unwrap(), None);

    world.accept(registry, &pushes(&[("4", "qa/one")]), 2).await;
    assert_eq!(third.inbox().claim(at(2), 1).await.unwrap(), None, "nor what came since");
    first.commit().await.unwrap();
    let freed = third.inbox().claim(at(2), 10).await.unwrap();
    assert_eq!(held(freed).as_deref(), Some("qa/one"));
    release([second, third]).await;
}

/// Hundreds of events in the hands of another worker are no reason not to find the one behind them.
pub async fn a_claim_finds_what_waits_behind_a_busy_repository(world: World) {
    if !matches!(world.raw, Raw::Postgres(_)) {
        return;
    }
    let registry = world.registry("main").await;
    let ids: Vec<String> = (0..300).map(|id| format!("busy-{id}")).collect();
    let busy: Vec<_> = ids.iter().map(|id| (id.as_str(), "qa/busy")).collect();
    world.accept(registry, &pushes(&busy), 2).await;
    world.accept(registry, &pushes(&[("c", "qa/c"), ("b", "qa/b"), ("c2", "qa/c")]), 2).await;
    let mut first = world.store.begin().await.unwrap();
    assert_eq!(first.inbox().claim(at(2), 1).await.unwrap().unwrap().events.len(), 1);
    for expected in [vec!["c", "c2"], vec!["b"]] {
        let claimed = claim(&world, 2, 10).await.unwrap();
        assert_eq!(ids_of(&claimed), expected, "in the order of arrival");
        finish(&world, &claimed, 3).await;
    }
    assert_eq!(claim(&world, 2, 10).await, None);
    first.rollback().await.unwrap();
}

async fn release(held: [Box<dyn UnitOfWork>; 2]) {
    for one in held {
        one.rollback().await.unwrap();
    }
}

/// As when a worker learns late that its own try failed, while another one did it.
pub async fn an_event_that_was_applied_stays_applied(world: World) {
    let registry = world.registry("main").await;
    world.accept(registry, &pushes(&[("1", "qa/app")]), 2).await;
    let claimed = claim(&world, 2, 10).await.unwrap();
    finish(&world, &claimed, 3).await;
    let id = claimed.events[0].id;
    world.write(async |tx| tx.inbox().postpone(id, "away", at(4)).await).await;
    world.write(async |tx| tx.inbox().park(id, "odd").await).await;
    assert_eq!(claim(&world, 99, 10).await, None);
    assert_eq!(lag(&world).await, InboxLag::default());
    assert_eq!(retry(&world, Retry::All, 99).await, 0);
}
