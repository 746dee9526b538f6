//! Registries that are removed, and what others may take of them.

use std::sync::Arc;
use std::time::Duration;

use portus_core::namespace::Visibility;
use portus_core::policy::Switches;
use portus_core::port::Clock;
use portus_core::registry::{KeyTrust, NewRegistry};
use portus_core::team::Role;
use portus_core::usecase::{AddRegistry, AddRegistryError, ChangeNamespace, Owner, RemoveRegistry};

use crate::world::{SERVICE, World, operator};

fn remove(world: &World) -> RemoveRegistry {
    RemoveRegistry {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
        lifetime: Duration::from_secs(300),
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
    remove(&world).remove(&operator(), &name).await.unwrap();

    let held = add(&world, "next").await.unwrap_err();
    assert!(matches!(&held, AddRegistryError::Held(service, 360) if service.as_str() == SERVICE));
    assert!(held.to_string().contains("add it again after that"), "{held}");
    world.clock.advance(Duration::from_secs(359));
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
    let changes = ChangeNamespace {
        store: world.store.clone(),
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
    };
    let at = (&world.registry().await.name, &"shared".parse().unwrap());
    changes.give(&operator(), at, &Owner::Person("bob".parse().unwrap())).await.unwrap();
    let log = world.activities().await;
    let row = "namespace.give operator:root shared from team qa to bob";
    assert!(log.iter().any(|one| one == row), "{log:#?}");
}
