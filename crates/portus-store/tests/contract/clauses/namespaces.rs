//! Namespaces.

use portus_core::id::{NamespaceId, RegistryId};
use portus_core::namespace::{Namespace, NamespaceKind, Visibility};
use portus_core::port::StoreError;

use crate::world::{World, at, named, namespace};

const GLOBAL: NamespaceKind = NamespaceKind::Global { visibility: Visibility::Private };

pub async fn a_namespace_of_every_kind_reads_back(world: World) {
    let registry = world.registry("main").await;
    let (team, account) = (world.team("qa").await, world.person("alice").await);
    for (number, visibility) in Visibility::ALL.into_iter().enumerate() {
        let global = world.registry(&format!("other-{number}")).await;
        check(&world, global, "", NamespaceKind::Global { visibility }).await;
        let kind = NamespaceKind::Team { team, visibility };
        check(&world, registry, &format!("team-{number}"), kind).await;
        let kind = NamespaceKind::Personal { account, visibility };
        check(&world, registry, &format!("own-{number}"), kind).await;
    }
    check(&world, registry, "found", NamespaceKind::Orphan).await;
}

async fn check(world: &World, registry: RegistryId, name: &str, kind: NamespaceKind) {
    let id = world.namespace(registry, name, kind).await;
    let stored = by_id(world, id).await.unwrap();
    let expected = Namespace {
        id,
        registry,
        name: namespace(registry, name, kind).name,
        kind,
        description: String::new(),
        created_at: at(1),
    };
    assert_eq!(stored, expected);
    let name = expected.name.as_ref();
    let found = world.read(async |tx| tx.namespaces().by_name(registry, name).await).await;
    assert_eq!(found, Some(stored));
}

pub async fn a_namespace_is_found_only_under_its_own_name_and_registry(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    world.namespace(main, "a_b", NamespaceKind::Orphan).await;
    let found = async |registry, name: &str| {
        let name = namespace(registry, name, GLOBAL).name;
        let found = world.read(async |tx| tx.namespaces().by_name(registry, name.as_ref()).await);
        found.await.is_some()
    };
    assert!(found(main, "a_b").await);
    assert!(!found(main, "axb").await && !found(main, "").await && !found(other, "a_b").await);
    assert_eq!(by_id(&world, NamespaceId(4711)).await, None);
}

pub async fn a_registry_has_a_name_once_and_one_global_namespace(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    world
        .write(async |tx| {
            for name in ["qa", ""] {
                let kind = if name.is_empty() { GLOBAL } else { NamespaceKind::Orphan };
                tx.namespaces().add(&namespace(main, name, kind)).await?;
                let again = tx.namespaces().add(&namespace(main, name, kind)).await;
                assert!(matches!(again, Err(StoreError::Taken)), "`{name}`: {again:?}");
                tx.namespaces().add(&namespace(other, name, kind)).await?;
            }
            Ok(())
        })
        .await;
}

pub async fn a_namespace_changes_hands_and_opens(world: World) {
    let registry = world.registry("main").await;
    let (team, account) = (world.team("qa").await, world.person("alice").await);
    let id = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
    let untouched = world.namespace(registry, "qb", NamespaceKind::Orphan).await;
    for kind in [
        NamespaceKind::Team { team, visibility: Visibility::Private },
        NamespaceKind::Team { team, visibility: Visibility::Public },
        NamespaceKind::Personal { account, visibility: Visibility::Protected },
        NamespaceKind::Orphan,
        NamespaceKind::Team { team, visibility: Visibility::Private },
    ] {
        world.write(async |tx| tx.namespaces().set_kind(id, kind).await).await;
        assert_eq!(by_id(&world, id).await.unwrap().kind, kind);
    }
    assert_eq!(by_id(&world, untouched).await.unwrap().kind, NamespaceKind::Orphan);
}

pub async fn a_name_is_reserved_for_the_person_whose_own_it_would_be(world: World) {
    let alice = world.person("alice").await;
    let bob = world.person("bob").await;
    for (name, other_than, reserved) in [
        ("alice", None, true),
        ("alice", Some(alice), false),
        ("alice", Some(bob), true),
        ("al_ce", None, false),
        ("carol", None, false),
    ] {
        let answer = world
            .read(async |tx| tx.namespaces().is_reserved(&named(name), other_than).await)
            .await;
        assert_eq!(answer, reserved, "{name}, other than {other_than:?}");
    }
}

async fn by_id(world: &World, id: NamespaceId) -> Option<Namespace> {
    world.read(async |tx| tx.namespaces().by_id(id).await).await
}
