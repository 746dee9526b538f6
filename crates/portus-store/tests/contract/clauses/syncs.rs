//! Walks through catalogs.

use portus_core::id::RegistryId;
use portus_core::port::SyncRun;

use crate::world::{World, at};

pub async fn a_walk_goes_on_where_it_stopped_until_it_ends(world: World) {
    let registry = world.registry("main").await;
    let other = world.registry("other").await;
    assert_eq!(latest(&world, registry).await, None);
    let id = world.write(async |tx| tx.syncs().begin(registry, at(5)).await).await;
    let begun =
        SyncRun { id, as_of: at(5), cursor: None, repositories: 0, changes: 0, finished_at: None };
    assert_eq!(latest(&world, registry).await, Some(begun.clone()));
    assert_eq!(latest(&world, other).await, None);

    let cursor = "/v2/_catalog?last=100%_&n=1000";
    world.write(async |tx| tx.syncs().advance(id, Some(cursor), 100, 7).await).await;
    let on = SyncRun { cursor: Some(cursor.into()), repositories: 100, changes: 7, ..begun };
    assert_eq!(latest(&world, registry).await, Some(on.clone()));

    world.write(async |tx| tx.syncs().advance(id, None, 120, 7).await).await;
    world.write(async |tx| tx.syncs().finish(id, at(9)).await).await;
    let finished = SyncRun { cursor: None, repositories: 120, finished_at: Some(at(9)), ..on };
    assert_eq!(latest(&world, registry).await, Some(finished));
}

pub async fn the_newest_walk_of_a_registry_is_the_latest(world: World) {
    let registry = world.registry("main").await;
    for second in [9, 5, 7] {
        let id = world.write(async |tx| tx.syncs().begin(registry, at(second)).await).await;
        let run = latest(&world, registry).await.unwrap();
        assert_eq!((run.id, run.as_of), (id, at(second)));
    }
}

async fn latest(world: &World, registry: RegistryId) -> Option<SyncRun> {
    world.read(async |tx| tx.syncs().latest(registry).await).await
}
