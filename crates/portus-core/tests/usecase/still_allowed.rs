//! Deletions whose asker, or what she asked with, may no more.

use std::time::Duration;

use futures_util::FutureExt;
use portus_core::activity::{Actor, Who};
use portus_core::deletion::{DeletionState, ItemState};
use portus_core::deletion_reason::DeletionReason;
use portus_core::policy::Switches;
use portus_core::port::Clock;
use portus_core::team::Role;
use portus_core::usecase::{Confirmed, Credential, NewToken};

use crate::deletion::{arranged, ask, left, repository, seen, tags};
use crate::remote::Deletes;
use crate::sync::work;
use crate::world::{World, operator, origin};

/// Alice, with an application token that lasts for an hour.
async fn alice_with_token(world: &World) -> Actor {
    let token = NewToken {
        label: "ci".parse().unwrap(),
        actions: "delete,api".parse().unwrap(),
        namespaces: None,
        expires_at: Some(world.clock.now() + Duration::from_secs(3600)),
    };
    let name = "alice".parse().unwrap();
    let secret = world.tokens().create(&operator(), &name, &token).await.unwrap();
    let shown = Credential::Token(secret);
    let who = world.authenticate.identify(Some(&shown), &origin()).await.unwrap();
    Actor { who: Who::Caller(who.caller), address: None, request: None }
}

/// SR4: what is not done yet when the credential goes is not done.
#[tokio::test]
async fn sr4_a_token_that_is_revoked_meanwhile_stops_what_it_asked_for() {
    let (world, table) = arranged(Switches::default()).await;
    let actor = alice_with_token(&world).await;
    let delete = world.delete_images(&table);
    let id = delete.ask(&actor, &repository(), Confirmed::default()).await.unwrap();
    let (tokens, name) = (world.tokens(), "alice".parse().unwrap());
    // While the first is on its way.
    let meanwhile = async move {
        tokens.revoke(&operator(), &name, &"ci".parse().unwrap()).await.unwrap();
    };
    table.0.lock().unwrap().meanwhile = Some(meanwhile.boxed());
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Stopped);
    assert_eq!(deletion.reason, Some(DeletionReason::TokenRevoked));
    let ends: Vec<_> = items.iter().map(|item| item.state).collect();
    assert_eq!(ends, [ItemState::Done, ItemState::Cancelled]);
    assert_eq!(left(&world).await, ["3"]);
    let audit = world.activities().await;
    assert!(audit.iter().any(|row| row.contains("token that asked for it was revoked")));
}

#[tokio::test]
async fn a_token_that_ended_meanwhile_stops_what_it_asked_for() {
    let (world, table) = arranged(Switches::default()).await;
    let actor = alice_with_token(&world).await;
    let delete = world.delete_images(&table);
    let id = delete.ask(&actor, &tags(&["1"]), Confirmed::default()).await.unwrap();
    world.clock.advance(Duration::from_secs(3600));
    work(&world, &table).await;
    let (deletion, _) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Stopped);
    assert_eq!(deletion.reason, Some(DeletionReason::TokenEnded));
    assert!(table.0.lock().unwrap().deleted.is_empty());
}

#[tokio::test]
async fn what_a_token_asked_for_is_done_while_it_is_good() {
    let (world, table) = arranged(Switches::default()).await;
    let actor = alice_with_token(&world).await;
    let delete = world.delete_images(&table);
    let id = delete.ask(&actor, &repository(), Confirmed::default()).await.unwrap();
    work(&world, &table).await;
    let (deletion, _) = seen(&world, "alice", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Done);
}

/// SR4: each item is decided by what she may then.
#[tokio::test]
async fn sr4_a_right_that_is_lost_between_two_items_stops_the_second() {
    let (world, table) = arranged(Switches::default()).await;
    world.team_member("qa", "root", Role::Owner).await;
    let id = ask(&world, &table, "alice", &repository()).await.unwrap();
    let members = world.members();
    let meanwhile = async move {
        let (team, alice) = ("qa".parse().unwrap(), "alice".parse().unwrap());
        members.set_role(&operator(), &team, &alice, Role::Viewer).await.unwrap();
    };
    table.0.lock().unwrap().meanwhile = Some(meanwhile.boxed());
    work(&world, &table).await;
    let (deletion, items) = seen(&world, "root", id).await.unwrap();
    assert_eq!(deletion.state, DeletionState::Stopped);
    assert!(matches!(deletion.reason, Some(DeletionReason::NotAllowed(_))));
    let ends: Vec<_> = items.iter().map(|item| item.state).collect();
    assert_eq!(ends, [ItemState::Done, ItemState::Cancelled]);
}

/// Looking at what would go does not ask the registry each time.
#[tokio::test]
async fn how_a_registry_deletes_is_remembered_for_a_minute() {
    let (world, table) = arranged(Switches::default()).await;
    let (plan, alice) = (world.delete_images(&table).plan, world.actor("alice").await);
    let asked = async || plan.plan(&alice, &tags(&["1"])).await.unwrap().deletes;
    assert_eq!(asked().await, portus_core::usecase::Deletes::ByTag);
    table.0.lock().unwrap().deletes = Deletes::Nothing;
    assert_eq!(asked().await, portus_core::usecase::Deletes::ByTag, "as it was a moment ago");
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(asked().await, portus_core::usecase::Deletes::Nothing);
}
