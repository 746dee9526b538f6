//! How the work goes.

use std::cmp::Reverse;

use portus_core::event::Incoming;
use portus_core::port::{JobKind, JobRow, SyncRun};

use crate::world::{World, at, digest, named, walk};

pub async fn jobs_are_listed_with_what_became_of_them(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let kinds = [
        JobKind::Describe { registry: main, repository: named("qa/app"), digest: digest('a') },
        JobKind::Adopt { registry: main, repository: named("qa/app") },
        JobKind::FirstSync { registry: other },
        JobKind::Sync { registry: other },
    ];
    for kind in &kinds {
        world.write(async |tx| tx.jobs().enqueue(kind, at(5)).await).await;
    }
    let claimed = world.write(async |tx| tx.jobs().claim(at(5), at(9), 2).await).await;
    let failed = claimed[1].id;
    world.write(async |tx| tx.jobs().postpone(failed, "it is away", at(70)).await).await;

    let list = async |failing| {
        walk(
            |row: &JobRow| row.id,
            async |slice| world.oversight.jobs(failing, &slice).await.unwrap(),
        )
        .await
    };
    let all = list(false).await;
    assert_eq!(all.iter().map(|row| row.kind.clone()).collect::<Vec<_>>(), kinds);
    let names: Vec<_> = all.iter().map(|row| row.registry.as_str()).collect();
    assert_eq!(names, ["main", "main", "other", "other"]);
    let of = |row: &JobRow| (row.tries, row.error.clone(), row.run_at, row.claimed);
    assert_eq!(of(&all[0]), (0, None, at(9), true));
    assert_eq!(of(&all[1]), (1, Some("it is away".into()), at(70), false));
    assert_eq!(of(&all[2]), (0, None, at(5), false));
    assert_eq!(list(true).await, [all[1].clone()]);
}

pub async fn a_registry_is_seen_with_its_last_word_and_its_newest_walk(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    world.write(async |tx| tx.syncs().begin(main, at(1)).await).await;
    let newest = world.write(async |tx| tx.syncs().begin(main, at(2)).await).await;
    world.write(async |tx| tx.syncs().advance(newest, Some("b"), 7, 3).await).await;
    let odd = [Incoming::Unreadable { id: "g".into(), error: "odd".into(), raw: "{".into() }];
    world.write(async |tx| tx.inbox().accept(main, &odd, at(8)).await).await;

    let states = world.oversight.registries().await.unwrap();
    assert_eq!(states.iter().map(|one| one.id).collect::<Vec<_>>(), [main, other]);
    let run = SyncRun {
        id: newest,
        as_of: at(2),
        cursor: Some("b".into()),
        repositories: 7,
        changes: 3,
        finished_at: None,
    };
    assert_eq!((states[0].last_received, &states[0].sync), (Some(at(8)), &Some(run)));
    assert_eq!((states[1].last_received, &states[1].sync), (None, &None));
}

pub async fn walks_are_listed_newest_first(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let mut begun = Vec::new();
    for second in [5, 9, 7, 1, 3] {
        begun.push(world.write(async |tx| tx.syncs().begin(main, at(second)).await).await);
        world.write(async |tx| tx.syncs().begin(other, at(second)).await).await;
    }
    let runs = walk(
        |run: &SyncRun| Reverse(run.id),
        async |slice| world.oversight.syncs(main, &slice).await.unwrap(),
    )
    .await;
    begun.reverse();
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), begun);
}
