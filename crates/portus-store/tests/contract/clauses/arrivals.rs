//! When pushes were heard of.

use portus_core::event::{Event, EventAction, Incoming};
use portus_core::id::{RegistryId, RepositoryId};
use portus_core::namespace::NamespaceKind;
use portus_core::port::{Described, StoreError};

use crate::world::{World, as_of, at, digest, named, push, seen};

pub async fn a_push_is_after_what_was_asked_before_it_was_heard_of(world: World) {
    let (_, app) = place(&world).await;
    assert!(!is_after(&world, app, 'a', None, 0).await, "nobody noted it");
    note(&world, app, 'a', Some("1"), 10).await;
    for (time, after) in [(9, true), (10, false), (11, false)] {
        assert_eq!(is_after(&world, app, 'a', None, time).await, after, "{time}");
        assert_eq!(is_after(&world, app, 'a', Some("1"), time).await, after, "{time}");
    }
    assert!(!is_after(&world, app, 'a', Some("2"), 9).await, "another tag");
    assert!(!is_after(&world, app, 'b', None, 9).await, "another manifest");
    // What was heard later stays, and a manifest alone says nothing of its tags.
    note(&world, app, 'a', Some("1"), 5).await;
    note(&world, app, 'a', None, 20).await;
    assert!(is_after(&world, app, 'a', None, 19).await);
    assert!(is_after(&world, app, 'a', Some("1"), 9).await);
    assert!(!is_after(&world, app, 'a', Some("1"), 10).await);
    // The tag points elsewhere, and what is nowhere is left alone.
    note(&world, app, 'b', Some("1"), 30).await;
    note(&world, app, 'f', Some("nowhere"), 30).await;
    assert!(!is_after(&world, app, 'b', Some("1"), 9).await);
    assert!(!is_after(&world, app, 'a', Some("1"), 10).await);
    assert!(!is_after(&world, app, 'f', None, 9).await);
    // A walk that finds it unchanged renews what is known, not when it was heard of.
    world
        .write(async |tx| tx.repositories().add_manifest(app, &seen('a', 2), &as_of(99, "")).await)
        .await;
    assert!(!is_after(&world, app, 'a', None, 20).await);
}

pub async fn a_push_that_waits_in_the_inbox_was_heard_of(world: World) {
    let (registry, app) = place(&world).await;
    let pull = Event { action: EventAction::Pull, ..push("1", "qa/app") };
    let other = push("2", "qa/other");
    accept(&world, registry, vec![pull, other], 50).await;
    assert!(!is_after(&world, app, 'a', None, 0).await);
    assert!(!is_unread(&world, app, 0).await);
    accept(&world, registry, vec![push("3", "qa/app")], 60).await;
    for (time, after) in [(59, true), (60, false)] {
        assert_eq!(is_after(&world, app, 'a', None, time).await, after, "{time}");
        assert_eq!(is_after(&world, app, 'a', Some("latest"), time).await, after, "{time}");
        assert_eq!(is_unread(&world, app, time).await, after, "{time}");
    }
    assert!(!is_after(&world, app, 'a', Some("1"), 0).await);
    assert!(!is_after(&world, app, 'b', None, 0).await);
    world
        .write(async |tx| {
            let claimed = tx.inbox().claim(at(70), 9).await?;
            let events = claimed.into_iter().flat_map(|claimed| claimed.events);
            let ids: Vec<_> = events.map(|waiting| waiting.id).collect();
            tx.inbox().finish(&ids, at(70)).await
        })
        .await;
    assert!(!is_after(&world, app, 'a', None, 0).await, "applied");
}

pub async fn what_was_pushed_since_and_not_read_yet_is_known(world: World) {
    let (_, app) = place(&world).await;
    assert!(!is_unread(&world, app, 0).await, "nobody noted them");
    note(&world, app, 'b', None, 10).await;
    assert_eq!((is_unread(&world, app, 9).await, is_unread(&world, app, 10).await), (true, false));
    let read = Described::Read(Box::default());
    world.write(async |tx| tx.repositories().describe(app, &digest('b'), &read).await).await;
    assert!(!is_unread(&world, app, 9).await);
    note(&world, app, 'a', None, 10).await;
    world
        .write(async |tx| tx.repositories().remove_manifest(app, &digest('a'), &as_of(9, "")).await)
        .await;
    assert!(!is_unread(&world, app, 9).await, "it is gone");
}

/// `1` on `a`, and `b` without a tag.
async fn place(world: &World) -> (RegistryId, RepositoryId) {
    let registry = world.registry("main").await;
    let namespace = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
    let app = world
        .write(async |tx| {
            tx.repositories().ensure(namespace, &named("qa/other"), at(1)).await?;
            let app = tx.repositories().ensure(namespace, &named("qa/app"), at(1)).await?;
            for digit in ['a', 'b'] {
                tx.repositories().add_manifest(app, &seen(digit, 2), &as_of(2, "e")).await?;
            }
            let word = as_of(3, "e");
            tx.repositories().set_tag(app, &named("1"), &digest('a'), &word, None).await?;
            Ok::<_, StoreError>(app)
        })
        .await;
    (registry, app)
}

async fn accept(world: &World, registry: RegistryId, events: Vec<Event>, second: u64) {
    let incoming: Vec<_> =
        events.into_iter().map(|event| Incoming::Event(Box::new(event))).collect();
    world.write(async |tx| tx.inbox().accept(registry, &incoming, at(second)).await).await;
}

async fn note(world: &World, app: RepositoryId, digit: char, tag: Option<&str>, second: u64) {
    let (tag, digest) = (tag.map(named), digest(digit));
    world.write(async |tx| tx.arrivals().note(app, &digest, tag.as_ref(), at(second)).await).await;
}

async fn is_after(
    world: &World,
    app: RepositoryId,
    digit: char,
    tag: Option<&str>,
    second: u64,
) -> bool {
    let (tag, digest) = (tag.map(named), digest(digit));
    world
        .read(async |tx| tx.arrivals().is_after(app, &digest, tag.as_ref(), at(second)).await)
        .await
}

async fn is_unread(world: &World, app: RepositoryId, second: u64) -> bool {
    world.read(async |tx| tx.arrivals().is_unread(app, at(second)).await).await
}
