//! Notifications, from the inbox to what is shown.

use std::time::{Duration, SystemTime};

use portus_core::event::{Event, EventAction, Incoming};
use portus_core::image::{self, MediaType};
use portus_core::namespace::Visibility::Private;
use portus_core::page::{Slice, TagRow};
use portus_core::policy::{CreateOnPush, Switches};
use portus_core::port::{Browse, Clock, Retry, StoreError};
use portus_core::team::Role::{Contributor, Owner, Viewer};
use portus_core::usecase::{AcceptNotification, ApplyEvents, RetryEvents};

use crate::keys::Numbered;
use crate::remote::digest;
use crate::world::{World, operator, origin};

pub async fn qa(switches: Switches) -> World {
    let world = World::new(switches).await;
    world.person("alice", true).await;
    world.person("bob", false).await;
    world.team("quality", &[("bob", Contributor)]).await;
    world.namespace("qa", "quality", Private).await;
    world
}

pub fn event(second: u64, action: EventAction, path: &str, tag: Option<&str>, digit: u32) -> Event {
    let is_untag = action == EventAction::Delete && tag.is_some();
    Event {
        id: format!("{second}-{}-{digit}-{tag:?}", action.as_str()).into(),
        at: SystemTime::UNIX_EPOCH + Duration::from_secs(second),
        action,
        repository: path.parse().unwrap(),
        digest: (!is_untag).then(|| digest(digit)),
        tag: tag.map(|tag| tag.parse().unwrap()),
        media_type: (action != EventAction::Delete).then(|| MediaType::new(image::OCI_MANIFEST)),
        actor: Some("bob".into()),
        host: Some("main.test:5000".into()),
        method: if action == EventAction::Pull { "GET" } else { "PUT" }.into(),
        address: None,
    }
}

/// The registry tells of events, which are applied.
pub async fn deliver(world: &World, events: &[Event]) {
    accept(world, events).await;
    while world.apply().run_once().await.unwrap() {}
}

/// The registry tells of events, which wait to be applied.
pub async fn accept(world: &World, events: &[Event]) {
    let accept = AcceptNotification {
        store: world.store.clone(),
        epochs: std::sync::Arc::new(world.memory.clone()),
        vault: Numbered::new(1),
        passwords: world.passwords.clone(),
        notes: world.notes.clone(),
        clock: std::sync::Arc::new(world.clock.clone()),
    };
    let registry = world.registry().await;
    let secret = accept.vault.notification_secret(registry.id, registry.secret_generation);
    let registry = accept.registry(Some(&secret), &origin()).unwrap();
    let incoming = events.iter().map(|event| Incoming::Event(Box::new(event.clone())));
    accept.accept(&registry, incoming.collect()).await.unwrap();
}

async fn tags(world: &World, path: &str) -> Vec<TagRow> {
    let (registry, path) = (world.registry().await.id, path.parse().unwrap());
    let found = world
        .store
        .read::<_, StoreError>(async |tx| tx.repositories().by_path(registry, &path).await)
        .await
        .unwrap();
    match found {
        None => Vec::new(),
        Some(found) => world.memory.tags(found, &Slice::first(100)).await.unwrap().rows,
    }
}

pub async fn shown(world: &World, path: &str) -> Vec<String> {
    let shown = |row: &TagRow| {
        let author = row.author.as_deref().unwrap_or("?");
        format!("{} {} {author} {}", row.name, &row.digest.as_str()[69..], row.pulls)
    };
    tags(world, path).await.iter().map(shown).collect()
}

pub async fn parked(world: &World) -> Vec<String> {
    let rows = world.memory.parked(&Slice::first(100)).await.unwrap().rows;
    rows.into_iter().map(|row| row.error).collect()
}

#[tokio::test]
async fn a_pushed_tag_is_shown_with_its_author() {
    let world = qa(Switches::default()).await;
    deliver(&world, &[event(5, EventAction::Push, "qa/app", Some("1"), 1)]).await;
    assert_eq!(shown(&world, "qa/app").await, ["1 01 bob 0"]);
    let log = world.activities().await;
    assert!(log.iter().any(|row| row.starts_with("repository.push bob qa/app 1 → ")), "{log:?}");
}

/// SR24: whatever the order and however often events come, the end is the same.
#[tokio::test]
async fn sr24_the_order_of_arrival_does_not_matter() {
    let history = [
        event(1, EventAction::Push, "qa/app", Some("a"), 1),
        event(2, EventAction::Push, "qa/app", Some("a"), 2),
        event(3, EventAction::Pull, "qa/app", Some("a"), 2),
        event(4, EventAction::Delete, "qa/app", Some("a"), 0),
        event(5, EventAction::Push, "qa/app", Some("b"), 2),
        event(6, EventAction::Delete, "qa/app", None, 1),
    ];
    let mut orders = vec![vec![]];
    for _ in 0..history.len() {
        let longer = orders.iter().flat_map(|order: &Vec<usize>| {
            (0..history.len())
                .filter(|i| !order.contains(i))
                .map(move |i| [&order[..], &[i]].concat())
        });
        orders = longer.collect();
    }
    for order in orders.iter().step_by(7) {
        let world = qa(Switches::default()).await;
        for index in order {
            deliver(&world, &[history[*index].clone()]).await;
        }
        deliver(&world, &history).await;
        assert_eq!(shown(&world, "qa/app").await, ["b 02 bob 1"], "{order:?}");
        let pushes = world.activities().await;
        let pushes = pushes.iter().filter(|row| row.starts_with("repository.push")).count();
        assert_eq!(pushes, 3, "each push once");
    }
}

#[tokio::test]
async fn portus_own_reads_are_nobodys_pulls() {
    let world = qa(Switches::default()).await;
    deliver(&world, &[event(1, EventAction::Push, "qa/app", Some("1"), 1)]).await;
    let mut own = event(2, EventAction::Pull, "qa/app", Some("1"), 1);
    own.actor = Some("portus:0000".into());
    let anonymous = Event { actor: None, ..event(3, EventAction::Pull, "qa/app", None, 1) };
    deliver(&world, &[own, anonymous]).await;
    assert_eq!(shown(&world, "qa/app").await, ["1 01 bob 1"]);
}

async fn pulls_written_down(world: &World) -> Vec<String> {
    let rows = world.activities().await.into_iter();
    let mut rows: Vec<_> = rows.filter(|row| row.starts_with("repository.pull ")).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn pulls_are_written_down_where_the_setting_says_so() {
    let world = qa(Switches::default()).await;
    deliver(&world, &[event(1, EventAction::Push, "qa/app", Some("1"), 1)]).await;
    let by_digest = event(3, EventAction::Pull, "qa/app", None, 1);
    let anonymous = Event { actor: None, ..event(4, EventAction::Pull, "qa/app", Some("1"), 1) };
    accept(&world, &[event(2, EventAction::Pull, "qa/app", Some("1"), 1)]).await;
    accept(&world, &[by_digest, anonymous]).await;
    let apply = ApplyEvents { audit_pulls: true, ..world.apply() };
    while apply.run_once().await.unwrap() {}
    let [first, second] = ["1".to_owned(), digest(1).to_string()];
    let row = |actor: &str, what: &str| format!("repository.pull {actor} qa/app {what}");
    assert_eq!(
        pulls_written_down(&world).await,
        [row("", &first), row("bob", &first), row("bob", &second)]
    );

    deliver(&world, &[event(5, EventAction::Pull, "qa/app", Some("1"), 1)]).await;
    assert_eq!(pulls_written_down(&world).await.len(), 3, "it is off by default");
    assert_eq!(shown(&world, "qa/app").await, ["1 01 bob 4"], "and counted all the same");
}

#[tokio::test]
async fn an_admins_pull_from_other_people_is_always_written_down() {
    let world = qa(Switches::default()).await;
    world.person("carol", false).await;
    world.team("admins", &[("alice", Viewer)]).await;
    world.namespace("own", "admins", Private).await;
    let by = |actor: &str, second, path: &str| Event {
        actor: Some(actor.into()),
        ..event(second, EventAction::Pull, path, Some("1"), 1)
    };
    deliver(
        &world,
        &[
            by("alice", 1, "qa/app"),
            by("alice", 2, "own/app"),
            by("alice", 3, "alice/app"),
            by("alice", 4, "carol/app"),
            by("bob", 5, "own/app"),
            by("carol", 6, "qa/app"),
        ],
    )
    .await;
    let expected = ["repository.pull alice carol/app 1", "repository.pull alice qa/app 1"];
    assert_eq!(pulls_written_down(&world).await, expected);
}

#[tokio::test]
async fn a_push_to_an_unknown_namespace_waits_until_it_is_made() {
    let world = qa(Switches::default()).await;
    deliver(&world, &[event(1, EventAction::Push, "dev/app", Some("1"), 1)]).await;
    assert_eq!(parked(&world).await.len(), 1);
    world.namespace("dev", "quality", Private).await;
    deliver(&world, &[]).await;
    assert_eq!(parked(&world).await, [""; 0]);
    assert_eq!(shown(&world, "dev/app").await, ["1 01 bob 0"]);
}

#[tokio::test]
async fn a_push_makes_a_namespace_where_a_switch_lets_it() {
    let members = Switches { create_on_push: CreateOnPush::Members, ..Switches::default() };
    let world = qa(members).await;
    world.team("tools", &[("bob", Owner)]).await;
    deliver(&world, &[event(1, EventAction::Push, "tools/app", Some("1"), 1)]).await;
    assert_eq!(shown(&world, "tools/app").await, ["1 01 bob 0"]);
    deliver(&world, &[event(2, EventAction::Push, "alien/app", Some("1"), 1)]).await;
    assert_eq!(parked(&world).await.len(), 1, "bob owns no team `alien`");
    let by_admin = Event {
        actor: Some("alice".into()),
        ..event(3, EventAction::Push, "new/app", Some("1"), 1)
    };
    deliver(&world, &[by_admin]).await;
    assert_eq!(shown(&world, "new/app").await, ["1 01 alice 0"]);
    assert_eq!(world.granted("bob", "repository:new/app:pull").await, "", "an orphan");
}

#[tokio::test]
async fn an_event_of_another_host_is_parked_and_can_be_tried_again() {
    let world = qa(Switches::default()).await;
    let mut odd = event(1, EventAction::Push, "qa/app", Some("1"), 1);
    odd.host = Some("elsewhere:5000".into());
    deliver(&world, &[odd]).await;
    let errors = parked(&world).await;
    assert!(errors[0].contains("`elsewhere:5000`"), "{errors:?}");
    let retry = RetryEvents {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: std::sync::Arc::new(world.clock.clone()),
    };
    assert_eq!(retry.retry(&operator(), Retry::All).await.unwrap(), 1);
    deliver(&world, &[]).await;
    assert_eq!(parked(&world).await.len(), 1, "still the same host");
}

/// SR24: what an event says of its actor is a name to look up.
#[tokio::test]
async fn sr24_an_actor_nobody_knows_is_unknown() {
    let world = qa(Switches::default()).await;
    let mut odd = event(1, EventAction::Push, "qa/app", Some("1"), 1);
    odd.actor = Some("operator:root".into());
    deliver(&world, &[odd]).await;
    assert_eq!(shown(&world, "qa/app").await, ["1 01 ? 0"]);
}

#[tokio::test]
async fn a_registry_whose_clock_is_ahead_has_not_the_last_word() {
    let world = qa(Switches::default()).await;
    let now = world.clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    deliver(&world, &[event(now + 1_000_000, EventAction::Push, "qa/app", Some("1"), 1)]).await;
    world.clock.advance(Duration::from_secs(600));
    deliver(&world, &[event(now + 600, EventAction::Push, "qa/app", Some("1"), 2)]).await;
    assert_eq!(shown(&world, "qa/app").await, ["1 02 bob 0"]);
}
