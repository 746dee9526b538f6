//! Whom rights come to.

use portus_core::account::Account;
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::Slice;
use portus_core::port::TeamPlace;
use portus_core::team::Role;

use crate::world::{World, at, of_team, walk};

pub async fn admins_are_listed_by_name_while_they_may_act(world: World) {
    for name in ["zoe", "Bob", "alice", "carol", "dave"] {
        let account = world.person(name).await;
        world
            .write(async |tx| {
                tx.accounts().set_admin(account, name != "dave").await?;
                tx.accounts().set_enabled(account, name != "carol").await
            })
            .await;
    }
    let rows = walk(
        |one: &Account| one.name.key(),
        async |slice| world.rights.admins(&slice).await.unwrap(),
    )
    .await;
    let names: Vec<&str> = rows.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["alice", "Bob", "zoe"]);
}

pub async fn members_are_listed_by_name_while_they_may_act(world: World) {
    let (qa, other) = (world.team("qa").await, world.team("other").await);
    for (name, role) in [("zoe", Role::Viewer), ("Bob", Role::Owner), ("gone", Role::Owner)] {
        let account = world.person(name).await;
        world.member(qa, account, role).await;
        world.write(async |tx| tx.accounts().set_enabled(account, name != "gone").await).await;
    }
    let alice = world.person("alice").await;
    world.member(other, alice, Role::Owner).await;
    world.bot("ci", qa, Role::Contributor).await;
    let rows = walk(
        |(account, _): &(Account, Role)| account.name.key(),
        async |slice| world.rights.members(qa, &slice).await.unwrap(),
    )
    .await;
    let found: Vec<_> =
        rows.iter().map(|(one, role)| (one.name.as_str(), *role, one.is_bot())).collect();
    assert_eq!(
        found,
        [
            ("Bob", Role::Owner, false),
            ("ci", Role::Contributor, true),
            ("zoe", Role::Viewer, false)
        ]
    );
    assert_eq!(world.rights.roles(alice).await.unwrap(), [(other, Role::Owner)]);
    world.member(qa, alice, Role::Viewer).await;
    let roles = world.rights.roles(alice).await.unwrap();
    assert_eq!(roles, [(qa, Role::Viewer), (other, Role::Owner)]);
}

pub async fn the_namespaces_of_a_team_are_listed_by_registry_and_name(world: World) {
    let (qa, other) = (world.team("qa").await, world.team("other").await);
    for registry in ["two", "one"] {
        let id = world.registry(registry).await;
        if registry == "one" {
            world.write(async |tx| tx.registries().set_read(id, at(1)).await).await;
        }
        for name in ["b", "a", "c"] {
            let owner = if name == "c" { other } else { qa };
            world.namespace(id, name, of_team(owner, Visibility::Protected)).await;
        }
        world.namespace(id, "d", NamespaceKind::Orphan).await;
    }
    let rows = walk(
        |place: &TeamPlace| (place.registry.clone(), place.name.clone()),
        async |slice| world.rights.namespaces(qa, &slice).await.unwrap(),
    )
    .await;
    let found: Vec<_> = rows
        .iter()
        .map(|place| (format!("{}/{}", place.registry, place.name), place.registry_read))
        .collect();
    let expected = [("one/a", true), ("one/b", true), ("two/a", false), ("two/b", false)];
    assert_eq!(found, expected.map(|(name, read)| (name.to_owned(), read)));
    assert!(rows.iter().all(|place| place.kind == of_team(qa, Visibility::Protected)));
    for after in ["", "/", "%", "\0", "one"] {
        let slice = Slice { after: Some(after.into()), limit: 9 };
        world.rights.namespaces(qa, &slice).await.unwrap();
        world.rights.members(qa, &slice).await.unwrap();
        world.rights.admins(&slice).await.unwrap();
    }
}
