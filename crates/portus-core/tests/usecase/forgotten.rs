//! Repositories that were deleted whole, and what comes after them.

use std::time::Duration;

use portus_core::deletion::DeletionState;
use portus_core::event::EventAction::Push;
use portus_core::id::RepositoryId;
use portus_core::page::Slice;
use portus_core::policy::Switches;
use portus_core::port::{Clock, Explore, Images, SaidOf, StoreError, Sums};
use portus_core::words::NewComment;

use crate::deletion::{arranged, ask, left, repository, seen, sync, tags};
use crate::events::{accept, deliver, event};
use crate::remote::Table;
use crate::sync::work;
use crate::world::World;

/// `qa/app` with a description, two comments and a star.
async fn spoken_of() -> (World, Table, RepositoryId) {
    let (world, table) = arranged(Switches::default()).await;
    let registry = world.registry().await.id;
    let alice = world.actor("alice").await.account().unwrap();
    let now = world.clock.now();
    let app = world.store.write::<_, StoreError>(async |tx| {
        let found = tx.repositories().by_path(registry, &"qa/app".parse().unwrap()).await?;
        let app = found.unwrap();
        tx.words().describe_repository(app, &"What it is for".parse().unwrap()).await?;
        tx.words().star(alice, app, now).await?;
        for text in ["one", "two"] {
            let comment = NewComment {
                repository: app,
                account: Some(alice),
                author: "alice".into(),
                text: text.parse().unwrap(),
                created_at: now,
            };
            tx.words().add_comment(&comment).await?;
        }
        Ok(app)
    });
    let app = app.await.unwrap();
    (world, table, app)
}

async fn sums(world: &World, app: RepositoryId) -> Sums {
    let sums =
        world.store.read::<_, StoreError>(async |tx| tx.deletions().sums_of_repository(app).await);
    sums.await.unwrap()
}

/// Descriptions, comments, stars of the repository, and what its first tag was set to.
async fn remembered(world: &World, app: RepositoryId) -> (u64, u64, u64, usize) {
    let Sums { descriptions, comments, stars, .. } = sums(world, app).await;
    let tag = "1".parse().unwrap();
    let past = world.memory.past(app, &tag, &Slice::first(9)).await.unwrap();
    (descriptions, comments, stars, past.rows.len())
}

#[tokio::test]
async fn a_repository_that_was_deleted_begins_anew_with_the_next_push() {
    let (world, table, app) = spoken_of().await;
    assert_eq!(remembered(&world, app).await, (1, 2, 1, 1));
    let actor = world.actor("alice").await;
    let plan = world.delete_images(&table).plan.plan(&actor, &repository()).await.unwrap();
    let Sums { descriptions, comments, stars, .. } = plan.sums;
    assert_eq!((descriptions, comments, stars), (1, 2, 1), "the preview says so");

    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Done, "{items:#?}");
    assert_eq!(remembered(&world, app).await, (0, 0, 0, 0));
    let audit = world.activities().await;
    let told = "all of it: description, 2 comments, 1 stars";
    let row = |row: &&String| row.starts_with("repository.delete alice") && row.contains(told);
    assert!(audit.iter().any(|one| row(&one)), "{audit:#?}");

    table.put("qa/app", "1", 101);
    world.clock.advance(Duration::from_secs(60));
    sync(&world, &table).await;
    assert_eq!(left(&world).await, ["1"]);
    assert_eq!(remembered(&world, app).await, (0, 0, 0, 1));
    let description = world.memory.description(SaidOf::Repository(app)).await.unwrap();
    assert_eq!(description, "");
}

/// A registry may tell of a push from before the deletion only after it.
#[tokio::test]
async fn a_late_word_of_what_was_deleted_brings_nothing_back() {
    let (world, table, app) = spoken_of().await;
    ask(&world, &table, "alice", &repository()).await.unwrap();
    work(&world, &table).await;
    deliver(&world, &[event(1, Push, "qa/app", Some("1"), 101)]).await;
    assert!(left(&world).await.is_empty());
    assert_eq!(sums(&world, app).await.manifests, 0);
}

#[tokio::test]
async fn what_was_pushed_meanwhile_keeps_what_was_said() {
    let (world, table, app) = spoken_of().await;
    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    deliver(&world, &[event(9_000, Push, "qa/app", Some("new"), 109)]).await;
    for _ in 0..3 {
        work(&world, &table).await;
        world.clock.advance(Duration::from_secs(60));
    }
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Done, "{items:#?}");
    assert_eq!(left(&world).await, ["new"]);
    assert_eq!(remembered(&world, app).await, (1, 2, 1, 1));
}

/// It is not known yet whether what waits in the inbox is of the old or of the new.
#[tokio::test]
async fn a_push_that_waits_in_the_inbox_is_waited_for() {
    let (world, table, app) = spoken_of().await;
    let id = ask(&world, &table, "alice", &tags(&["1", "2", "3"])).await.unwrap();
    work(&world, &table).await;
    assert_eq!(seen(&world, "alice", id).await.unwrap().0.state, DeletionState::Done);
    assert_eq!(remembered(&world, app).await, (1, 2, 1, 1), "only its tags were to go");

    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    let state = async || seen(&world, "alice", id).await.unwrap().0.state;
    accept(&world, &[event(9_000, Push, "qa/app", Some("new"), 109)]).await;
    work(&world, &table).await;
    assert_eq!(state().await, DeletionState::UnderWay);
    while world.apply().run_once().await.unwrap() {}
    for _ in 0..3 {
        world.clock.advance(Duration::from_secs(60));
        work(&world, &table).await;
    }
    assert_eq!(state().await, DeletionState::Done);
    assert_eq!(left(&world).await, ["new"]);
    assert_eq!(remembered(&world, app).await.0, 1);
}
