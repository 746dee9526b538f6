//! Units of work, snapshots and the epoch.

use std::sync::Arc;

use portus_core::id::TeamId;
use portus_core::page::Slice;
use portus_core::port::{AccountFilter, Epoch, StoreError, Tx};
use portus_core::team::Role;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::world::{World, as_of, at, digest, named, person, seen, wait_for};

pub async fn a_failed_unit_of_work_leaves_nothing(world: World) {
    let failed: Result<(), StoreError> = world
        .store
        .write(async |tx| {
            tx.accounts().add(&person("alice")).await?;
            tx.teams().add(&named("qa"), at(1)).await?;
            Err(StoreError::Taken)
        })
        .await;

    assert!(matches!(failed, Err(StoreError::Taken)), "{failed:?}");
    assert_eq!(count(&world).await, 0);
    assert_eq!(world.read(async |tx| tx.teams().by_name(&named("qa")).await).await, None);
}

pub async fn an_abandoned_unit_of_work_leaves_nothing_and_holds_up_nobody(world: World) {
    leave_idle(&world).await;
    for number in 0..10 {
        let mut abandoned = world.store.begin().await.unwrap();
        abandoned.raise_epoch().await.unwrap();
        abandoned.accounts().add(&person("abandoned")).await.unwrap();
        drop(abandoned);
        write_one(&world, &format!("after-{number}")).await;
    }
    write_ten(&world).await;
    assert_eq!(count(&world).await, 20);
}

/// Leaves a few connections idle, where a store has any, so that the next who comes gets another
/// one than the one that was abandoned.
async fn leave_idle(world: &World) {
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(world.store.snapshot().await.unwrap());
    }
    for snapshot in open {
        snapshot.rollback().await.unwrap();
    }
}

pub async fn an_abandoned_snapshot_holds_up_nobody(world: World) {
    for _ in 0..10 {
        let mut abandoned = world.store.snapshot().await.unwrap();
        abandoned.accounts().count().await.unwrap();
        drop(abandoned);
    }
    write_ten(&world).await;
    assert_eq!(count(&world).await, 10);
}

/// As when a client hangs up while its request is being worked on.
pub async fn a_unit_of_work_cut_off_in_the_middle_leaves_nothing_and_holds_up_nobody(world: World) {
    leave_idle(&world).await;
    let mut cut_off = JoinSet::new();
    let reached = Arc::new(Notify::new());
    let (store, wrote) = (world.store.clone(), reached.clone());
    cut_off.spawn(async move {
        let endless: Result<(), StoreError> = store
            .write(async |tx: &mut Tx| {
                tx.raise_epoch().await?;
                tx.accounts().add(&person("cut-off")).await?;
                wrote.notify_one();
                std::future::pending().await
            })
            .await;
        endless.unwrap();
    });
    reached.notified().await;
    // Some are stopped while they wait for their turn.
    for number in 0..10 {
        let world = world.clone();
        cut_off.spawn(async move { write_one(&world, &format!("waiting-{number}")).await });
    }
    cut_off.shutdown().await;

    write_one(&world, "next").await;
    write_ten(&world).await;
    let kept = world.read(async |tx| tx.accounts().by_name(&named("cut-off")).await).await;
    assert_eq!(kept, None);
}

pub async fn a_unit_of_work_sees_its_own_changes_and_nobody_else_does_yet(world: World) {
    let mut open = world.store.begin().await.unwrap();
    open.accounts().add(&person("alice")).await.unwrap();
    assert_eq!(open.accounts().count().await.unwrap(), 1);
    assert_eq!(count(&world).await, 0);
    open.commit().await.unwrap();
    assert_eq!(count(&world).await, 1);
}

pub async fn nobody_who_only_reads_waits_for_a_writer(world: World) {
    world.person("alice").await;
    let mut writer = world.store.begin().await.unwrap();
    writer.raise_epoch().await.unwrap();
    let alice = writer.accounts().by_name(&named("alice")).await.unwrap().unwrap();
    writer.accounts().set_enabled(alice.id, false).await.unwrap();

    let login = world.lookups.person(&alice.name.key()).await.unwrap().unwrap();
    assert!(login.account.enabled);
    let listed = world.browse.accounts(AccountFilter::default(), &Slice::first(9)).await.unwrap();
    assert!(listed.rows[0].enabled);
    let read = world.read(async |tx| tx.accounts().by_id(alice.id).await).await;
    assert!(read.unwrap().enabled);
    writer.commit().await.unwrap();

    let login = world.lookups.person(&alice.name.key()).await.unwrap().unwrap();
    assert!(!login.account.enabled, "and it is seen once it is kept");
}

pub async fn a_snapshot_refuses_writes(world: World) {
    let repository = world.repository().await;
    for round in 0..3 {
        let mut snapshot = world.store.snapshot().await.unwrap();
        let added = snapshot.accounts().add(&person("alice")).await;
        assert!(added.is_err(), "round {round}: {added:?}");
        drop(snapshot);

        let result: Result<(), StoreError> = world
            .store
            .read(async |tx| {
                let seen = seen('a', 1);
                tx.repositories().add_manifest(repository, &seen, &as_of(1, "1")).await.map(|_| ())
            })
            .await;
        assert!(result.is_err(), "round {round}: {result:?}");

        let mut snapshot = world.store.snapshot().await.unwrap();
        assert!(snapshot.raise_epoch().await.is_err(), "round {round}");
        let _ = snapshot.commit().await;
        assert_eq!(count(&world).await, round, "nothing was written");
        // The connection that refused writes again, once it is no snapshot's any more.
        write_one(&world, &format!("person-{round}")).await;
    }
    let known = world
        .read(async |tx| tx.repositories().known_manifests(repository, &[digest('a')]).await)
        .await;
    assert!(known.is_empty());
}

pub async fn a_snapshot_sees_one_moment(world: World) {
    world.person("alice").await;
    let mut snapshot = world.store.snapshot().await.unwrap();
    assert_eq!(snapshot.accounts().count().await.unwrap(), 1);

    world.person("bob").await;
    world.team("qa").await;

    assert_eq!(snapshot.accounts().count().await.unwrap(), 1);
    assert_eq!(snapshot.teams().by_name(&named("qa")).await.unwrap(), None);
    snapshot.rollback().await.unwrap();
    assert_eq!(count(&world).await, 2);
}

pub async fn two_writes_that_raise_the_epoch_wait_for_each_other(world: World) {
    for round in 0..10 {
        let team = world.team(&format!("team-{round}")).await;
        let mut demotions = JoinSet::new();
        for name in ["one", "two"] {
            let owner = world.person(&format!("{name}-{round}")).await;
            world.member(team, owner, Role::Owner).await;
        }
        for owner in world.read(async |tx| tx.teams().members(team).await).await {
            let world = world.clone();
            demotions.spawn(async move {
                world
                    .write(async |tx| {
                        tx.raise_epoch().await?;
                        if tx.teams().owners_besides(team, owner.account).await? > 0 {
                            tx.teams().set_role(team, owner.account, Role::Viewer, at(2)).await?;
                        }
                        Ok(())
                    })
                    .await;
            });
        }
        demotions.join_all().await;
        assert_eq!(owners(&world, team).await, 1, "round {round}");
    }
}

pub async fn the_epoch_rises_exactly_when_it_is_raised_and_its_unit_of_work_is_kept(world: World) {
    let before = wait_for("the first epoch", async || epoch(&world)).await;
    world.person("not-raised").await;
    let undone: Result<(), StoreError> = world
        .store
        .write(async |tx| {
            tx.raise_epoch().await?;
            Err(StoreError::Taken)
        })
        .await;
    assert!(undone.is_err());
    let mut abandoned = world.store.begin().await.unwrap();
    abandoned.raise_epoch().await.unwrap();
    drop(abandoned);

    world.write(async |tx| tx.raise_epoch().await).await;
    let after =
        wait_for("the next epoch", async || epoch(&world).filter(|now| *now != before)).await;
    assert_eq!(after, Epoch(before.0 + 1));
}

pub async fn who_settles_the_epoch_sees_what_was_being_changed_under_it(world: World) {
    let alice = world.person("alice").await;
    let before = wait_for("the first epoch", async || epoch(&world)).await;
    for round in 1..=10 {
        let enabled = round % 2 == 0;
        let mut changing = world.store.begin().await.unwrap();
        changing.raise_epoch().await.unwrap();
        changing.accounts().set_enabled(alice, enabled).await.unwrap();

        let (store, arrived) = (world.store.clone(), Arc::new(Notify::new()));
        let (here, mut asking) = (arrived.clone(), JoinSet::new());
        asking.spawn(async move {
            here.notify_one();
            let mut settled = store.begin().await?;
            settled.settle_epoch().await?;
            let account = settled.accounts().by_id(alice).await?;
            settled.commit().await?;
            Ok::<_, StoreError>(account.unwrap().enabled)
        });
        arrived.notified().await;
        for _ in 0..5 {
            assert_eq!(count(&world).await, 1);
        }
        changing.commit().await.unwrap();
        assert_eq!(asking.join_next().await.unwrap().unwrap().unwrap(), enabled, "{round}");
    }
    let after = Epoch(before.0 + 10);
    wait_for("ten epochs", async || epoch(&world).filter(|now| *now == after)).await;
}

pub async fn what_is_known_under_an_epoch_has_every_registry(world: World) {
    let known = |world: &World| world.epochs.known().map(|known| known.registries.clone());
    wait_for("an empty list", async || known(&world).filter(|all| all.is_empty())).await;
    world
        .write(async |tx| {
            tx.raise_epoch().await?;
            for name in ["b", "a", "C"] {
                tx.registries().add(&crate::world::registry(name)).await?;
            }
            Ok(())
        })
        .await;

    let all = wait_for("three registries", async || known(&world).filter(|all| all.len() == 3));
    let read = world.read(async |tx| tx.registries().all().await).await;
    assert_eq!(all.await, read);
    assert_eq!(read.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["C", "a", "b"]);
}

fn epoch(world: &World) -> Option<Epoch> {
    world.epochs.known().map(|known| known.epoch)
}

async fn owners(world: &World, team: TeamId) -> u64 {
    let members = world.read(async |tx| tx.teams().members(team).await).await;
    members.iter().filter(|member| member.role == Role::Owner).count() as u64
}

async fn count(world: &World) -> u64 {
    world.read(async |tx| tx.accounts().count().await).await
}

async fn write_one(world: &World, name: &str) {
    world
        .write(async |tx| {
            tx.raise_epoch().await?;
            tx.accounts().add(&person(name)).await.map(|_| ())
        })
        .await;
}

async fn write_ten(world: &World) {
    let mut writers = JoinSet::new();
    for number in 0..10 {
        let world = world.clone();
        writers.spawn(async move { write_one(&world, &format!("person-{number}")).await });
    }
    writers.join_all().await;
}
