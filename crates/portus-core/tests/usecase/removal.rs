//! Registries that are removed, and what others may take of them.

use std::sync::Arc;
use std::time::Duration;

use portus_core::activity::Actor;
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::policy::Switches;
use portus_core::port::{Clock, StoreError};
use portus_core::registry::{KeyTrust, NewRegistry};
use portus_core::team::Role;
use portus_core::usecase::{
    AddRegistry, AddRegistryError, ChangeNamespaceError, Owner, RemoveRegistry,
};

use crate::world::{SERVICE, World, operator};

fn remove(world: &World) -> RemoveRegistry {
    RemoveRegistry {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
    }
}

async fn add(world: &World, name: &str) -> Result<(), AddRegistryError> {
    let add = AddRegistry {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
    };
    let registry = NewRegistry {
        name: name.parse().unwrap(),
        url: format!("http://{name}.test:5000").parse().unwrap(),
        services: vec![SERVICE.parse().unwrap()],
        hosts: Vec::new(),
        trust: KeyTrust::Bundle,
        token_lifetime: None,
        created_at: world.clock.now(),
    };
    add.add(&operator(), &registry, Visibility::Private).await.map(drop)
}

/// SR6: a token that is out speaks of the registry that went, and is good at no other.
#[tokio::test]
async fn sr6_a_removed_registrys_service_is_held_while_old_tokens_may_be_good() {
    let world = World::new(Switches::default()).await;
    world.person("alice", false).await;
    world.team("qa", &[("alice", Role::Owner)]).await;
    world.namespace("qa", "qa", Visibility::Private).await;
    let name = world.registry().await.name;
    // They were signed with the longest lifetime, which is not the one of today.
    remove(&world).remove(&operator(), &name).await.unwrap();

    let held = add(&world, "next").await.unwrap_err();
    assert!(matches!(&held, AddRegistryError::Held(service, 3660) if service.as_str() == SERVICE));
    assert!(held.to_string().contains("add it again after that"), "{held}");
    world.clock.advance(Duration::from_secs(3659));
    assert!(add(&world, "next").await.is_err());
    world.clock.advance(Duration::from_secs(1));
    add(&world, "next").await.unwrap();
}

#[tokio::test]
async fn the_audit_names_each_namespace_that_went_with_a_registry() {
    let world = World::new(Switches::default()).await;
    world.person("alice", false).await;
    world.team("qa", &[("alice", Role::Owner)]).await;
    world.namespace("qa", "qa", Visibility::Private).await;
    let name = world.registry().await.name;
    remove(&world).remove(&operator(), &name).await.unwrap();
    let log = world.activities().await;
    for gone in ["(global)", "qa"] {
        let row = format!("namespace.delete operator:root {gone} with the registry {name}");
        assert!(log.contains(&row), "{row} in {log:#?}");
    }
}

#[tokio::test]
async fn the_audit_names_whose_a_namespace_was_before_it_was_given() {
    let world = World::new(Switches::default()).await;
    for name in ["alice", "bob"] {
        world.person(name, false).await;
    }
    world.team("qa", &[("alice", Role::Owner)]).await;
    world.namespace("shared", "qa", Visibility::Private).await;
    world.team("crew", &[("bob", Role::Owner)]).await;
    let at = (&world.registry().await.name, &"shared".parse().unwrap());
    let to = Owner::Team("crew".parse().unwrap());
    world.change_namespace().give(&operator(), at, &to).await.unwrap();
    let log = world.activities().await;
    let row = "namespace.give operator:root shared from team qa to team crew";
    assert!(log.iter().any(|one| one == row), "{log:#?}");
}

/// What a person has for good is the namespace of her own name; any other she got can be given on.
#[tokio::test]
async fn a_person_gets_an_orphan_or_her_own_name_and_no_teams_namespace() {
    let world = World::new(Switches::default()).await;
    for name in ["alice", "bob"] {
        world.person(name, false).await;
    }
    world.team("qa", &[("alice", Role::Owner)]).await;
    world.namespace("shared", "qa", Visibility::Private).await;
    let (main, changes) = (world.registry().await.name, world.change_namespace());
    let give = async |who: &Actor, name: &str, to: &Owner| {
        changes.give(who, (&main, &name.parse().unwrap()), to).await
    };
    let (bob, qa) = (Owner::Person("bob".parse().unwrap()), Owner::Team("qa".parse().unwrap()));
    let (alice, hers) = (world.actor("alice").await, Owner::Person("alice".parse().unwrap()));
    for (who, to) in [(&operator(), &bob), (&alice, &hers)] {
        let refused = give(who, "shared", to).await.unwrap_err();
        assert!(matches!(refused, ChangeNamespaceError::Teams(_)), "{refused}");
    }

    let registry = world.registry().await.id;
    let known = async |name: &str| {
        let name = name.parse().unwrap();
        let found: Result<_, StoreError> =
            world.store.read(async |tx| tx.namespaces().by_name(registry, Some(&name)).await).await;
        found.unwrap().unwrap()
    };
    // A team has the name that is kept for a person, as where it was made before her.
    let (named, kind) = (known("bob").await, known("shared").await.kind);
    for (id, kind) in [(known("shared").await.id, NamespaceKind::Orphan), (named.id, kind)] {
        let set: Result<(), StoreError> = world
            .store
            .write(async |tx| {
                tx.raise_epoch().await?;
                tx.namespaces().set_kind(id, kind).await
            })
            .await;
        set.unwrap();
    }
    give(&operator(), "bob", &bob).await.unwrap();
    let kept = give(&operator(), "bob", &qa).await.unwrap_err();
    assert!(matches!(kept, ChangeNamespaceError::Kept("personal")), "{kept}");
    give(&operator(), "shared", &bob).await.unwrap();
    let rulings = changes.rulings(&operator(), (&main, &Some("shared".parse().unwrap()))).await;
    assert!(!rulings.unwrap().kept, "a mistake is undone");
    give(&operator(), "shared", &qa).await.unwrap();
    assert!(matches!(known("shared").await.kind, NamespaceKind::Team { .. }));
}
