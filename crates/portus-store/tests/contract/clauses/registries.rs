//! Registries.

use std::time::Duration;

use portus_core::event::Incoming;
use portus_core::id::RegistryId;
use portus_core::namespace::NamespaceKind;
use portus_core::port::{JobKind, StoreError};
use portus_core::registry::{Holdings, KeyTrust, NewRegistry, Registry, RegistryUrl};

use crate::world::{World, at, named, registry};

pub async fn a_registry_reads_back(world: World) {
    let new = NewRegistry {
        url: named("http://[::1]:5000"),
        services: vec![named("z service"), named("a service"), named("100%")],
        hosts: vec![named("b.example.org"), named("a.example.org:5000")],
        trust: KeyTrust::Jwks,
        token_lifetime: Some(Duration::from_secs(900)),
        created_at: at(7),
        ..registry("Main")
    };
    let id = world.write(async |tx| tx.registries().add(&new).await).await;
    let plain = world.registry("plain").await;

    let expected = Registry {
        id,
        name: new.name.clone(),
        url: new.url,
        services: new.services,
        hosts: new.hosts,
        trust: new.trust,
        token_lifetime: new.token_lifetime,
        read_at: None,
        secret_generation: 0,
        created_at: new.created_at,
    };
    let (by_id, by_name, all) = world
        .read(async |tx| {
            let by_id = tx.registries().by_id(id).await?;
            let by_name = tx.registries().by_name(&new.name).await?;
            Ok((by_id, by_name, tx.registries().all().await?))
        })
        .await;
    assert_eq!(by_id.as_ref(), Some(&expected));
    assert_eq!(by_name.as_ref(), Some(&expected));
    assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), [id, plain]);
    assert_eq!(all.first(), Some(&expected));
    assert_eq!((all[1].trust, all[1].token_lifetime), (KeyTrust::Bundle, None));
    assert!(all[1].hosts.is_empty());
}

pub async fn a_registry_that_is_not_there_is_not_found(world: World) {
    world.registry("a_b").await;
    let found = world.read(async |tx| tx.registries().by_name(&named("axb")).await).await;
    assert_eq!(found, None);
    let found = world.read(async |tx| tx.registries().by_id(RegistryId(4711)).await).await;
    assert_eq!(found, None);
}

pub async fn name_address_and_services_of_a_registry_are_given_once(world: World) {
    let other = registry("other");
    let taken = [
        NewRegistry { name: named("main"), ..other.clone() },
        NewRegistry { url: registry("main").url, ..other.clone() },
        NewRegistry { services: vec![named("free"), named("main")], ..other.clone() },
    ];
    world.registry("main").await;
    world
        .write(async |tx| {
            for new in &taken {
                let again = tx.registries().add(new).await;
                assert!(matches!(again, Err(StoreError::Taken)), "{new:?}: {again:?}");
            }
            tx.registries().add(&other).await
        })
        .await;

    let all = world.read(async |tx| tx.registries().all().await).await;
    assert_eq!(all.len(), 2, "what was refused left nothing: {all:?}");
    assert_eq!(all[1].services, [named("other")]);
}

pub async fn when_a_catalog_was_first_read_stays(world: World) {
    let (id, other) = (world.registry("main").await, world.registry("other").await);
    for second in [5, 9, 3] {
        world.write(async |tx| tx.registries().set_read(id, at(second)).await).await;
    }
    let read_at =
        async |id| world.read(async |tx| tx.registries().by_id(id).await).await.unwrap().read_at;
    assert_eq!(read_at(id).await, Some(at(5)));
    assert_eq!(read_at(other).await, None);
}

pub async fn a_registry_goes_by_the_hosts_it_was_given_last(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let hosts = |names: &[&str]| names.iter().map(|name| named(name)).collect::<Vec<_>>();
    let mut seen = Vec::new();
    for names in [&["b.test", "a.test:5000"][..], &["c.test"], &[]] {
        let wanted = hosts(names);
        world.write(async |tx| tx.registries().set_hosts(main, &wanted).await).await;
        let found = world.read(async |tx| tx.registries().by_id(main).await).await;
        seen.push(found.unwrap().hosts == wanted);
        let untouched = world.read(async |tx| tx.registries().by_id(other).await).await;
        assert!(untouched.unwrap().hosts.is_empty());
    }
    assert_eq!(seen, [true; 3]);
}

pub async fn a_registry_moves_to_an_address_that_is_free(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let there = async |id, url: &RegistryUrl, life| {
        world.write(async |tx| Ok(tx.registries().set_address(id, url, life).await.is_ok())).await
    };
    let (url, life) = (named("https://new.test"), Some(Duration::from_secs(60)));
    assert!(there(main, &url, life).await);
    assert!(there(main, &url, None).await, "its own address is no other's");
    assert!(there(main, &url, life).await);
    assert!(!there(other, &url, None).await, "it is taken");
    let all = world.read(async |tx| tx.registries().all().await).await;
    assert_eq!((&all[0].url, all[0].token_lifetime), (&url, life));
    assert_eq!((&all[1].url, all[1].token_lifetime), (&registry("other").url, None));
}

pub async fn each_secret_of_a_registry_is_another(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    for number in 1..3 {
        let made = world.write(async |tx| tx.registries().renew_secret(main).await).await;
        assert_eq!(made, number);
    }
    let generation = async |id| {
        let found = world.read(async |tx| tx.registries().by_id(id).await).await;
        found.unwrap().secret_generation
    };
    assert_eq!((generation(main).await, generation(other).await), (2, 0));
}

pub async fn a_registry_goes_in_parts_with_all_that_is_known_of_it(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    for registry in [main, other] {
        let namespace = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
        for number in 0..5 {
            let path = named(&format!("qa/app-{number}"));
            world.write(async |tx| tx.repositories().ensure(namespace, &path, at(1)).await).await;
        }
        let job = JobKind::FirstSync { registry };
        world.write(async |tx| tx.jobs().enqueue(&job, at(1)).await).await;
        world.write(async |tx| tx.syncs().begin(registry, at(1)).await).await;
        let garbage = [unreadable("g1"), unreadable("g2")];
        world.write(async |tx| tx.inbox().accept(registry, &garbage, at(1)).await).await;
    }
    let holdings = async |id| world.read(async |tx| tx.registries().holdings(id).await).await;
    let all = Holdings { namespaces: 1, repositories: 5 };
    assert_eq!(holdings(main).await, all);

    let services = registry("main").services;
    let held = async || {
        let service = services[0].clone();
        world.read(async |tx| tx.registries().held(&service).await).await
    };
    assert_eq!(held().await, None);
    world.write(async |tx| tx.registries().silence(main, at(99)).await).await;
    assert_eq!(held().await, Some(at(99)));
    world.write(async |tx| tx.registries().silence(main, at(200)).await).await;
    assert_eq!(held().await, Some(at(99)), "it had none any more");
    let silent = world.read(async |tx| tx.registries().by_id(main).await).await.unwrap();
    assert!(silent.services.is_empty());
    let mut parts = Vec::new();
    loop {
        let part = world.write(async |tx| tx.registries().clear(main, 2).await).await;
        if part == 0 {
            break;
        }
        parts.push(part);
    }
    assert_eq!(parts, [2, 2, 1, 3], "the repositories first, then notifications and jobs");
    let forget =
        async || world.write(async |tx| tx.registries().forget_namespaces(main, 1).await).await;
    let mut forgotten = Vec::new();
    loop {
        let part = forget().await;
        assert!(part.len() <= 1);
        if part.is_empty() {
            break;
        }
        forgotten.extend(part);
    }
    assert_eq!(forgotten.len() as u64, all.namespaces, "{forgotten:?}");
    world.write(async |tx| tx.registries().remove(main).await).await;

    assert_eq!(world.read(async |tx| tx.registries().by_id(main).await).await, None);
    assert_eq!(holdings(main).await, Holdings::default());
    assert_eq!(holdings(other).await, all, "the other is as it was");
    let (jobs, lag, latest) = world
        .read(async |tx| {
            let jobs = tx.jobs().waiting().await?;
            Ok((jobs, tx.inbox().lag().await?.parked, tx.syncs().latest(main).await?))
        })
        .await;
    assert_eq!((jobs, lag, latest), (1, 2, None));
    let again = world.write(async |tx| tx.registries().add(&registry("main")).await).await;
    assert_ne!(again, main, "a number is given once");
}

fn unreadable(id: &str) -> Incoming {
    Incoming::Unreadable { id: id.into(), error: "odd".into(), raw: "{".into() }
}
