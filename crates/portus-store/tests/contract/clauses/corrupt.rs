//! Values that no version wrote; only a database can hold them.

use portus_core::activity::{Actor, NewActivity};
use portus_core::id::{AccountId, KeyId};
use portus_core::key::{KeyAlgorithm, KeyState, NewKey};
use portus_core::namespace::Visibility;
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::port::{ActivityFilter, JobKind, RepositoryFilter, StoreError};
use portus_core::team::Role;

use crate::raw::Raw;
use crate::world::{World, as_of, at, digest, named, of_team, pushes, seen};

const VALUE: &str = "what no version wrote";

pub async fn a_value_that_no_version_wrote_is_named_with_table_and_column(world: World) {
    if matches!(world.raw, Raw::Memory) {
        return;
    }
    fill(&world).await;
    let mut wrong = Vec::new();
    for column in COLUMNS {
        let (table, name) = column.split_once('.').unwrap();
        let saved = world.raw.overwrite(table, name, VALUE).await;
        let told = told(&world, column).await;
        if !told.as_ref().is_some_and(|told| told.contains(column) && told.contains(VALUE)) {
            wrong.push(format!("{column}: {told:?}"));
        }
        world.raw.overwrite(table, name, &saved).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// It would be in the way of all others for ever.
pub async fn an_event_that_cannot_be_read_any_more_is_parked_and_the_others_go_on(world: World) {
    if matches!(world.raw, Raw::Memory) {
        return;
    }
    let registry = world.registry("main").await;
    for column in ["action", "repository"] {
        world.accept(registry, &pushes(&[(&format!("{column}-1"), "qa/app")]), 1).await;
        world.accept(registry, &pushes(&[(&format!("{column}-2"), "qa/app")]), 1).await;
        world.raw.overwrite("inbox", column, VALUE).await;
        let good = format!("{column}-3");
        world.accept(registry, &pushes(&[(&good, "qa/app")]), 1).await;
        // Fewer at a time than there are in the way.
        let claimed = world
            .write(async |tx| {
                let claimed = tx.inbox().claim(at(9), 1).await?.unwrap();
                let ids: Vec<_> = claimed.events.iter().map(|waiting| waiting.id).collect();
                tx.inbox().finish(&ids, at(9)).await?;
                Ok(claimed)
            })
            .await;
        let ids: Vec<_> = claimed.events.iter().map(|waiting| &*waiting.event.id).collect();
        assert_eq!(ids, [good]);
        let parked = world.browse.parked(&Slice::first(10)).await.unwrap().rows;
        let told = format!("inbox.{column} is {VALUE}");
        let rows: Vec<_> = parked.iter().filter(|row| row.error.contains(&told)).collect();
        let ids: Vec<_> = rows.iter().map(|row| row.event.to_string()).collect();
        assert_eq!(ids, [format!("{column}-1"), format!("{column}-2")]);
    }
}

const COLUMNS: [&str; 13] = [
    "accounts.kind",
    "accounts.name",
    "activities.outcome",
    "jobs.kind",
    "manifests.details",
    "members.role",
    "namespaces.kind",
    "namespaces.visibility",
    "registries.trust",
    "repositories.path",
    "signing_keys.algorithm",
    "signing_keys.state",
    "tags.digest",
];

async fn fill(world: &World) {
    let registry = world.registry("main").await;
    let team = world.team("qa").await;
    let alice = world.person("alice").await;
    world.member(team, alice, Role::Owner).await;
    let namespace = world.namespace(registry, "qa", of_team(team, Visibility::Public)).await;
    let activity = NewActivity::done("a.a", &Actor::PORTUS, at(1), "qa");
    let key = NewKey {
        key_id: "one".into(),
        algorithm: KeyAlgorithm::Es256,
        sealed: vec![1],
        certificate: String::new(),
        certificate_ends: at(9),
        state: KeyState::Active,
        created_at: at(1),
    };
    world
        .write(async |tx| {
            tx.audit().append(&[activity]).await?;
            tx.jobs().enqueue(&JobKind::FirstSync { registry }, at(1)).await?;
            let repository = tx.repositories().ensure(namespace, &named("qa/app"), at(1)).await?;
            let as_of = as_of(1, "e");
            tx.repositories().add_manifest(repository, &seen('a', 1), &as_of).await?;
            let tag = named("latest");
            tx.repositories().set_tag(repository, &tag, &digest('a'), &as_of, None).await?;
            let _: KeyId = tx.keys().add(&key).await?;
            Ok(())
        })
        .await;
}

/// What the store says when it is asked for something that is in the column.
async fn told(world: &World, column: &str) -> Option<String> {
    let slice = Slice::first(10);
    let failed: Result<(), StoreError> = match column.split_once('.')?.0 {
        "accounts" => {
            world.store.read(async |tx| tx.accounts().by_id(AccountId(1)).await.map(|_| ())).await
        }
        "activities" => {
            world.browse.activities(&ActivityFilter::default(), &slice).await.map(|_| ())
        }
        "jobs" => {
            world.store.write(async |tx| tx.jobs().claim(at(9), at(9), 9).await.map(|_| ())).await
        }
        "manifests" | "tags" => {
            let found = world
                .read(async |tx| {
                    let registry = tx.registries().by_name(&named("main")).await?.unwrap().id;
                    tx.repositories().by_path(registry, &named("qa/app")).await
                })
                .await;
            world.browse.tags(found?, &slice).await.map(|_| ())
        }
        "members" => {
            world
                .store
                .read(async |tx| {
                    let team = tx.teams().by_name(&named("qa")).await?;
                    tx.teams().members(team.unwrap().id).await.map(|_| ())
                })
                .await
        }
        "namespaces" => world.browse.namespaces(&NamespaceFilter::EVERY, &slice).await.map(|_| ()),
        "registries" => world.store.read(async |tx| tx.registries().all().await.map(|_| ())).await,
        "repositories" => {
            let readable = NamespaceFilter::EVERY;
            let filter = RepositoryFilter { readable, registry: None, namespace: None };
            world.browse.repositories(&filter, &slice).await.map(|_| ())
        }
        "signing_keys" => world.store.read(async |tx| tx.keys().all().await.map(|_| ())).await,
        other => panic!("nobody asks for {other}"),
    };
    match failed {
        Err(error @ StoreError::Corrupt(_)) => Some(error.to_string()),
        Err(other) => Some(format!("{other:?}")),
        Ok(()) => None,
    }
}
