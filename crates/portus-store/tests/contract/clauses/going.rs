//! Deletions that are under way.

use portus_core::deletion::{Counts, DeletionScope, DeletionState, ItemState, NewDeletion};
use portus_core::id::DeletionId;
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::Slice;
use portus_core::team::Role;

use super::deletions::{add, new, of, place};
use crate::world::{World, at, digest, named, of_team};

pub async fn a_deletion_is_held_until_it_ends(world: World) {
    let (registry, namespace) = place(&world).await;
    let id = add(&world, registry, namespace).await;
    let hold = async |id| world.write(async |tx| tx.going().hold(id).await).await;
    assert!(hold(id).await);
    assert!(hold(id).await, "as often as somebody asks");
    assert_eq!(of(&world, id).await.state, DeletionState::UnderWay);
    assert!(!hold(DeletionId(4711)).await);
    world
        .write(async |tx| tx.deletions().finish(id, DeletionState::Cancelled, None, at(9)).await)
        .await;
    assert!(!hold(id).await);
    assert_eq!(of(&world, id).await.state, DeletionState::Cancelled);
}

pub async fn what_went_all_the_same_is_no_longer_called_off(world: World) {
    let (registry, namespace) = place(&world).await;
    let id = add(&world, registry, namespace).await;
    let all = ['a', 'b', 'c'].map(|digit| (None, digest(digit)));
    world.write(async |tx| tx.deletions().add_items(id, &named("qa/app"), &all).await).await;
    let items = world.read(async |tx| tx.deletions().waiting(id, 9).await).await;
    world.write(async |tx| tx.deletions().settle_rest(id, ItemState::Cancelled, None).await).await;
    let counts = Counts { total: 3, cancelled: 3, ..Counts::default() };
    assert_eq!((of(&world, id).await.counts, counts.settled()), (counts, 3));
    for (item, state) in [(0, ItemState::Done), (0, ItemState::Done), (1, ItemState::Kept)] {
        let item = items[item].id;
        world.write(async |tx| tx.deletions().settle(id, item, state, None).await).await;
    }
    let counts = Counts { total: 3, done: 1, cancelled: 2, ..Counts::default() };
    assert_eq!(of(&world, id).await.counts, counts);
    let page = world.read(async |tx| tx.deletions().items(id, &Slice::first(9)).await).await;
    let ends: Vec<_> = page.rows.iter().map(|item| item.state).collect();
    assert_eq!(ends, [ItemState::Done, ItemState::Cancelled, ItemState::Cancelled]);
}

pub async fn a_namespace_of_a_team_is_going_while_all_of_it_is_deleted(world: World) {
    let (registry, namespace) = place(&world).await;
    let (crew, other) = (world.team("crew").await, world.team("other").await);
    let going = async |team| world.read(async |tx| tx.going().namespace_of(team).await).await;
    let kind = of_team(crew, Visibility::Private);
    let images = NewDeletion { kind, ..new(registry, namespace) };
    world.write(async |tx| tx.deletions().add(&images).await).await;
    assert_eq!(going(crew).await, None, "only images");
    let whole = NewDeletion { scope: DeletionScope::Namespace, object: "qa".into(), ..images };
    let id = world.write(async |tx| tx.deletions().add(&whole).await).await;
    assert_eq!((going(crew).await.as_deref(), going(other).await), (Some("qa"), None));
    world.write(async |tx| tx.deletions().finish(id, DeletionState::Done, None, at(9)).await).await;
    assert_eq!(going(crew).await, None);
}

pub async fn deletions_in_ones_own_namespace_are_listed(world: World) {
    let (registry, namespace) = place(&world).await;
    let [owner, admin] = [world.person("owner").await, world.person("admin").await];
    let team = world.team("crew").await;
    world.member(team, owner, Role::Viewer).await;
    for kind in [
        NamespaceKind::Personal { account: owner, visibility: Visibility::Private },
        NamespaceKind::Personal { account: admin, visibility: Visibility::Private },
        of_team(team, Visibility::Private),
    ] {
        let asked = NewDeletion { kind, account: Some(admin), ..new(registry, namespace) };
        world.write(async |tx| tx.deletions().add(&asked).await).await;
    }
    let count = async |viewer| {
        let slice = Slice::first(9);
        world
            .read(async |tx| tx.deletions().list(Some(viewer), None, &slice).await)
            .await
            .rows
            .len()
    };
    assert_eq!((count(owner).await, count(admin).await), (1, 3));
}
