//! Walks through a catalog.

use std::sync::Arc;
use std::time::Duration;

use portus_core::namespace::Visibility;
use portus_core::page::Slice;
use portus_core::policy::{CreateOnPush, NamespaceFilter, Switches};
use portus_core::port::{Browse, Clock, RepositoryFilter, StoreError, Tx};
use portus_core::team::Role;
use portus_core::usecase::{
    ChangeRegistry, RunJobs, SyncError, SyncMode, SyncRegistry, SyncReport,
};

use crate::remote::{Table, digest};
use crate::world::{World, operator};

fn sync(world: &World, table: &Table) -> Arc<SyncRegistry> {
    Arc::new(SyncRegistry {
        store: world.store.clone(),
        remotes: Arc::new(table.clone()),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
        concurrency: 4,
    })
}

async fn run(world: &World, table: &Table, mode: SyncMode) -> Result<SyncReport, SyncError> {
    sync(world, table).run(&world.registry().await, mode, &()).await
}

/// Does what waits for a worker.
pub async fn work(world: &World, table: &Table) {
    let jobs = RunJobs {
        store: world.store.clone(),
        remotes: Arc::new(table.clone()),
        sync: sync(world, table),
        deletions: Arc::new(world.run_deletion(table)),
        clock: Arc::new(world.clock.clone()),
        concurrency: 4,
        complain: Arc::new(|_, _| ()),
    };
    while jobs.run_once().await.unwrap() {}
}

async fn repositories(world: &World) -> Vec<String> {
    let filter =
        RepositoryFilter { readable: NamespaceFilter::EVERY, registry: None, namespace: None };
    let rows = world.memory.repositories(&filter, &Slice::first(100)).await.unwrap().rows;
    rows.iter().map(|row| format!("{} {}", row.path, row.tags)).collect()
}

/// A walk does not see what is pushed to the part of the catalog that it has behind it.
#[tokio::test]
async fn a_sync_asked_for_during_a_walk_is_done_after_it() {
    let world = World::new(Switches::default()).await;
    let table = filled(&world);
    let registries = ChangeRegistry {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
    };
    work(&world, &table).await;
    let name = world.registry().await.name;
    let ask = async || registries.request_sync(&operator(), &name).await.unwrap();
    ask().await;
    let now = world.clock.now();
    let claimed = async || {
        let claim =
            async |tx: &mut _| Tx::jobs(tx).claim(now, now + Duration::from_secs(9), 9).await;
        world.store.write::<_, StoreError>(claim).await.unwrap()
    };
    let walk = claimed().await.remove(0);
    ask().await;
    assert!(claimed().await.is_empty());
    let finished = world.store.write::<_, StoreError>(async |tx| tx.jobs().finish(walk.id).await);
    finished.await.unwrap();
    assert_eq!(claimed().await.len(), 1);
}

#[tokio::test]
async fn a_sync_that_is_asked_for_reads_all_of_it_whatever_a_broken_walk_had_read() {
    let world = World::new(Switches::default()).await;
    let table = filled(&world);
    table.0.lock().unwrap().breaks_after = Some(2);
    assert!(run(&world, &table, SyncMode::Apply).await.is_err());
    // Of a part that the broken walk had behind it.
    table.put("old/app1", "3", 21);
    table.0.lock().unwrap().breaks_after = None;
    table.0.lock().unwrap().date = Some(world.clock.now() + Duration::from_secs(60));
    world.clock.advance(Duration::from_secs(60));
    let registries = ChangeRegistry {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
    };
    registries.request_sync(&operator(), &world.registry().await.name).await.unwrap();
    work(&world, &table).await;
    assert!(repositories(&world).await.contains(&"old/app1 3".to_owned()));
}

fn filled(world: &World) -> Table {
    let table = Table::default();
    for number in 1..=5 {
        table.put(&format!("old/app{number}"), "1", number);
        table.put(&format!("old/app{number}"), "2", number + 10);
    }
    table.put("bare", "latest", 99);
    table.0.lock().unwrap().page = 2;
    table.0.lock().unwrap().date = Some(world.clock.now());
    table
}

#[tokio::test]
async fn a_registry_filled_before_is_complete_after_one_walk() {
    let world = World::unread(Switches::default()).await;
    world.person("bob", false).await;
    world.person("old", false).await;
    let table = filled(&world);
    work(&world, &table).await; // the first walk is a job of the registry's own
    assert_eq!(repositories(&world).await.len(), 6);
    assert!(world.registry().await.read_at.is_some());
    assert_eq!(world.granted("bob", "repository:bob/app:*").await, "*", "has a namespace now");
    // What the registry held is nobody's, whatever people are called.
    assert_eq!(world.granted("old", "repository:old/app1:pull").await, "");

    let again = run(&world, &table, SyncMode::Apply).await.unwrap();
    assert_eq!((again.repositories, again.added, again.moved), (6, 0, 0));
}

#[tokio::test]
async fn sr19_a_dry_run_tells_the_difference_and_writes_nothing() {
    let world = World::new(Switches::default()).await;
    let table = filled(&world);
    let report = run(&world, &table, SyncMode::DryRun).await.unwrap();
    assert_eq!((report.added, report.differences.len()), (11, 6));
    assert_eq!(repositories(&world).await, [""; 0]);
    let registry = world.registry().await.id;
    let latest =
        world.store.read::<_, StoreError>(async |tx| tx.syncs().latest(registry).await).await;
    assert_eq!(latest.unwrap(), None);
}

#[tokio::test]
async fn an_interrupted_walk_goes_on_where_it_stopped() {
    let world = World::new(Switches::default()).await;
    let table = filled(&world);
    table.0.lock().unwrap().breaks_after = Some(2);
    assert!(matches!(run(&world, &table, SyncMode::Apply).await, Err(SyncError::Remote(_))));
    assert_eq!(repositories(&world).await.len(), 4, "what was done stays done");
    table.0.lock().unwrap().breaks_after = None;
    table.0.lock().unwrap().pages_read = 0;
    let report = run(&world, &table, SyncMode::Apply).await.unwrap();
    assert_eq!((report.repositories, report.added), (6, 4));
    assert_eq!(table.0.lock().unwrap().pages_read, 1);
}

#[tokio::test]
async fn half_a_listing_changes_nothing_that_it_did_not_see() {
    let world = World::new(Switches::default()).await;
    let table = filled(&world);
    run(&world, &table, SyncMode::Apply).await.unwrap();
    table.0.lock().unwrap().repositories.clear();
    world.clock.advance(Duration::from_secs(60));
    run(&world, &table, SyncMode::Apply).await.unwrap();
    assert_eq!(repositories(&world).await.len(), 6);
}

#[tokio::test]
async fn the_manifests_of_an_index_are_read_too() {
    let world = World::new(Switches::default()).await;
    let table = Table::default();
    table.put("qa/multi", "1", 50);
    table.0.lock().unwrap().indexes.insert(digest(50), vec![digest(51), digest(52)]);
    run(&world, &table, SyncMode::Apply).await.unwrap();
    work(&world, &table).await;
    let mut read = table.0.lock().unwrap().manifests_read.clone();
    read.sort();
    assert_eq!(read, [digest(50), digest(51), digest(52)]);
}

#[tokio::test]
async fn one_repository_that_cannot_be_read_keeps_its_name_and_no_other_back() {
    let world = World::unread(Switches::default()).await;
    let table = filled(&world);
    table.put("secret/app", "1", 7);
    table.0.lock().unwrap().broken = Some("secret/app".parse().unwrap());
    work(&world, &table).await;
    assert!(world.registry().await.read_at.is_some());
    world.person("secret", false).await;
    assert_eq!(world.granted("secret", "repository:secret/app:pull").await, "", "nobody's yet");
}

#[tokio::test]
async fn a_name_that_a_push_may_be_about_to_claim_is_left_to_it_for_a_minute() {
    let members = Switches { create_on_push: CreateOnPush::Members, ..Switches::default() };
    let world = World::new(members).await;
    let table = Table::default();
    for (path, tag) in [("tools/app", "1"), ("nobody/app", "1"), ("begun/app", "")] {
        table.put(path, if tag.is_empty() { "x" } else { tag }, 1);
    }
    let begun = "begun/app".parse().unwrap();
    table.0.lock().unwrap().repositories.get_mut(&begun).unwrap().clear();

    let report = run(&world, &table, SyncMode::Apply).await.unwrap();
    assert_eq!((report.added, report.claimable), (0, 3));
    work(&world, &table).await;
    assert_eq!(repositories(&world).await, [""; 0], "too early");

    // The event comes: the team's namespace is there.
    world.person("bob", false).await;
    world.team("tools", &[("bob", Role::Owner)]).await;
    world.namespace("tools", "tools", Visibility::Private).await;
    world.clock.advance(Duration::from_secs(61));
    work(&world, &table).await;
    assert_eq!(repositories(&world).await, ["nobody/app 1", "tools/app 1"]);
    assert_eq!(world.granted("bob", "repository:tools/app:pull").await, "pull");
    assert_eq!(run(&world, &table, SyncMode::Apply).await.unwrap().claimable, 1, "the tagless one");
}
