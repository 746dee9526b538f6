//! Deletions that are called off, and what was pushed while one was under way.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use portus_core::deletion::{DeletionState, ItemState};
use portus_core::deletion_reason::DeletionReason;
use portus_core::event::EventAction::{Delete, Push};
use portus_core::id::DeletionId;
use portus_core::namespace::NamespaceKind;
use portus_core::policy::Switches;
use portus_core::port::StoreError;
use portus_core::team::Role;
use portus_core::usecase::{
    CancelDeletion, CancelDeletionError, ChangeTeam, ChangeTeamError, Confirmed, Wanted,
};

use crate::deletion::{arranged, ask, left, namespace, repository, seen, sync, tags};
use crate::events::{accept, event};
use crate::remote::{Deletes, digest};
use crate::sync::work;
use crate::world::{World, operator};

fn cancel(world: &World) -> CancelDeletion {
    CancelDeletion {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
    }
}

async fn call_off(world: &World, who: &str, id: DeletionId) -> Result<(), CancelDeletionError> {
    cancel(world).cancel(&world.actor(who).await, id).await
}

/// The registry tells of a push, at its own time of day.
async fn pushed(world: &World, tag: Option<&str>, digit: u32, second: u64) {
    accept(world, &[event(second, Push, "qa/app", tag, digit)]).await;
}

async fn applied(world: &World) {
    while world.apply().run_once().await.unwrap() {}
}

fn manifest(digit: u32) -> Wanted {
    Wanted::Manifest("main".parse().unwrap(), "qa/app".parse().unwrap(), digest(digit))
}

/// Whatever the registry's clock says, what counts is when Portus heard of it.
#[tokio::test]
async fn what_is_pushed_after_a_deletion_was_asked_for_is_kept() {
    for (registrys_clock, is_applied) in [(1, true), (1, false), (9_999_999_999, true)] {
        for wanted in [repository(), manifest(103), namespace("qa")] {
            let (world, table) = arranged(Switches::default()).await;
            let id = ask(&world, &table, "alice", &wanted).await.unwrap();
            world.clock.advance(Duration::from_secs(1));
            pushed(&world, Some("new"), 103, registrys_clock).await;
            if is_applied {
                applied(&world).await;
            }
            work(&world, &table).await;
            // What still waits in the inbox counts, and is waited for where it may name more.
            let gone = table.0.lock().unwrap().deleted.len();
            assert!(is_applied || gone == 0, "{wanted:?}");
            applied(&world).await;
            world.clock.advance(Duration::from_secs(60));
            work(&world, &table).await;
            let (deletion, items) = seen(&world, "root", id).await.unwrap();
            assert_eq!(deletion.state, DeletionState::Incomplete, "{wanted:?} {items:#?}");
            let kept = items.iter().find(|item| item.digest == digest(103)).unwrap();
            assert_eq!(kept.state, ItemState::Kept);
            assert_eq!(kept.reason, Some(DeletionReason::PushedLater));
            let gone = table.0.lock().unwrap().deleted.clone();
            assert!(!gone.iter().any(|what| what.ends_with("67")), "{gone:?}");
            assert!(left(&world).await.contains(&"new".to_owned()), "{wanted:?}");
        }
    }
}

#[tokio::test]
async fn a_manifest_that_is_pushed_after_a_deletion_was_asked_for_is_no_part_of_it() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    pushed(&world, None, 109, 1).await;
    applied(&world).await;
    // It may name what is to go, so it is read first.
    work(&world, &table).await;
    world.clock.advance(Duration::from_secs(60));
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!((deletion.state, items.len()), (DeletionState::Done, 2));
    assert!(items.iter().all(|item| item.digest != digest(109)));
}

/// An index that is pushed meanwhile and not read yet may name what is to go.
#[tokio::test]
async fn what_a_new_index_names_is_kept() {
    let (world, table) = arranged(Switches::default()).await;
    table.0.lock().unwrap().indexes.insert(digest(109), vec![digest(101)]);
    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    pushed(&world, Some("multi"), 109, 1).await;
    // The push waits in the inbox when the first manifest's turn comes.
    work(&world, &table).await;
    assert!(table.0.lock().unwrap().deleted.is_empty());
    applied(&world).await;
    work(&world, &table).await;
    world.clock.advance(Duration::from_secs(60));
    work(&world, &table).await;
    let (_, items) = seen(&world, "alice", id).await.unwrap();
    let ends: Vec<_> = items.iter().map(|item| (item.digest.clone(), item.state)).collect();
    assert_eq!(ends, [(digest(101), ItemState::Kept), (digest(103), ItemState::Done)]);
    assert!(matches!(items[0].reason, Some(DeletionReason::Wanted(_))), "{:?}", items[0].reason);
}

#[tokio::test]
async fn a_tag_that_was_set_again_on_the_same_image_is_kept() {
    for deletes in [Deletes::ByTag, Deletes::ByDigest] {
        let (world, table) = arranged(Switches::default()).await;
        table.0.lock().unwrap().deletes = deletes;
        let actor = world.actor("alice").await;
        let all = Confirmed { all_siblings: true };
        let wanted = tags(&["1", "2"]);
        let id = world.delete_images(&table).ask(&actor, &wanted, all).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
        pushed(&world, Some("2"), 101, 1).await;
        applied(&world).await;
        work(&world, &table).await;
        let (_, items) = seen(&world, "alice", id).await.unwrap();
        let ends: Vec<_> = items.iter().map(|item| item.state).collect();
        // A whole digest would take the other tag along.
        let first = if deletes == Deletes::ByTag { ItemState::Done } else { ItemState::Kept };
        assert_eq!(ends, [first, ItemState::Kept]);
    }
}

/// A walk through the catalog is no push, and a pull or a removal is none either.
#[tokio::test]
async fn what_was_only_looked_at_meanwhile_goes() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &manifest(101)).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    accept(&world, &[event(2, Delete, "qa/app", Some("2"), 0)]).await;
    applied(&world).await;
    sync(&world, &table).await;
    let (deletion, _) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Done, "the walk's work is done with it");
    assert_eq!(table.0.lock().unwrap().deleted.len(), 1);
}

/// What a walk finds that nobody knew of was not in the preview either.
#[tokio::test]
async fn what_a_walk_finds_meanwhile_is_kept() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &manifest(101)).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    table.put("qa/app", "unheard", 101);
    sync(&world, &table).await;
    let (_, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(items[0].state, ItemState::Kept, "{items:?}");
}

#[tokio::test]
async fn a_deletion_that_is_called_off_ends_between_two_items() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    let (off, alice) = (cancel(&world), world.actor("alice").await);
    // While the first is on its way.
    let meanwhile = async move { off.cancel(&alice, id).await.unwrap() };
    table.0.lock().unwrap().meanwhile = Some(meanwhile.boxed());
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Cancelled);
    assert_eq!(deletion.reason, Some(DeletionReason::CalledOff("alice".into())));
    let ends: Vec<_> = items.iter().map(|item| item.state).collect();
    assert_eq!(ends, [ItemState::Done, ItemState::Cancelled], "what is gone is gone");
    let counts = deletion.counts;
    assert_eq!((counts.done, counts.cancelled, counts.settled()), (1, 1, 2));
    assert_eq!(table.0.lock().unwrap().deleted.len(), 1);
    assert_eq!(left(&world).await, ["3"]);
    let over = call_off(&world, "alice", id).await.unwrap_err();
    assert!(matches!(over, CancelDeletionError::Over(DeletionState::Cancelled)), "{over}");
}

#[tokio::test]
async fn a_namespace_whose_deletion_is_called_off_is_given_back() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "root", &namespace("qa")).await.unwrap();
    assert_eq!(world.granted("bob", "repository:qa/app:*").await, "");
    let teams = ChangeTeam {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
    };
    let team = "qa".parse().unwrap();
    let refused = teams.delete(&operator(), &team, true).await.unwrap_err();
    assert!(matches!(&refused, ChangeTeamError::Deleting(_, name) if name == "qa"), "{refused}");

    call_off(&world, "alice", id).await.unwrap();
    assert_eq!(world.granted("bob", "repository:qa/app:*").await, "pull,push");
    work(&world, &table).await;
    assert_eq!(left(&world).await, ["1", "2", "3"]);
    let audit = world.activities().await;
    let wanted = [
        "deletion.cancel alice qa 0 deleted, 0 failed, 0 kept",
        "namespace.restore alice qa of team qa again",
    ];
    for row in wanted {
        assert!(audit.iter().any(|one| one == row), "{row} in {audit:#?}");
    }
    teams.delete(&operator(), &team, true).await.unwrap();
}

/// SR9: who may not see a deletion cannot call it off, and is not told that it is there.
#[tokio::test]
async fn sr9_only_whom_a_deletion_concerns_calls_it_off() {
    for (who, may) in
        [("root", true), ("alice", true), ("bob", true), ("carol", false), ("mallory", false)]
    {
        let switches = Switches { contributors_delete: true, ..Switches::default() };
        let (world, table) = arranged(switches).await;
        world.person("carol", false).await;
        world.team_member("qa", "carol", Role::Contributor).await;
        let id = ask(&world, &table, "bob", &tags(&["1"])).await.unwrap();
        match call_off(&world, who, id).await {
            Ok(()) => assert!(may, "{who}"),
            Err(error) => {
                assert!(!may && matches!(error, CancelDeletionError::Absent), "{who}: {error}");
            }
        }
    }
}

/// SR8: a credential that may not delete calls nothing off, nor does one for other namespaces.
#[tokio::test]
async fn sr8_a_narrow_credential_calls_no_deletion_off() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &tags(&["1"])).await.unwrap();
    let place = world
        .store
        .read::<_, StoreError>(async |tx| Ok(tx.deletions().by_id(id).await?.unwrap().namespace))
        .await
        .unwrap();
    let narrow = async |change: fn(&mut portus_core::credential::Limits)| {
        let mut actor = world.actor("alice").await;
        let portus_core::activity::Who::Caller(caller) = &mut actor.who else { unreachable!() };
        change(&mut caller.limits);
        actor
    };
    let cancel = cancel(&world);
    let reader = narrow(|limits| limits.actions.delete = false).await;
    let refused = cancel.cancel(&reader, id).await.unwrap_err();
    assert!(matches!(refused, CancelDeletionError::Refused(_)), "{refused}");
    let elsewhere = narrow(|limits| limits.namespaces = Some(Arc::default())).await;
    let absent = cancel.cancel(&elsewhere, id).await.unwrap_err();
    assert!(matches!(absent, CancelDeletionError::Absent), "{absent}");
    let mut here = narrow(|_| ()).await;
    if let portus_core::activity::Who::Caller(caller) = &mut here.who {
        caller.limits.namespaces = Some(Arc::new([place].into_iter().collect()));
    }
    cancel.cancel(&here, id).await.unwrap();
}

#[tokio::test]
async fn an_account_that_is_disabled_meanwhile_stops_its_deletions() {
    let (world, table) = arranged(Switches::default()).await;
    let id = ask(&world, &table, "alice", &namespace("qa")).await.unwrap();
    let alice = "alice".parse().unwrap();
    world.change_account().disable(&operator(), &alice).await.unwrap();
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "root", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Stopped);
    assert!(items.iter().all(|item| item.state == ItemState::Cancelled));
    assert!(table.0.lock().unwrap().deleted.is_empty());
    let registry = world.registry().await.id;
    let found = world.store.read::<_, StoreError>(async |tx| {
        tx.namespaces().by_name(registry, Some(&"qa".parse().unwrap())).await
    });
    assert!(matches!(found.await.unwrap().unwrap().kind, NamespaceKind::Team { .. }));
    let audit = world.activities().await;
    assert!(audit.iter().any(|row| row == "namespace.restore portus: qa of team qa again"));
}
