//! The look-ups of the token endpoint.

use portus_core::account::Username;
use portus_core::id::AccountId;
use portus_core::namespace::{NamespaceKind, NamespaceName, Visibility};
use portus_core::port::{KnownNamespace, Login, NamespaceKey};
use portus_core::team::Role;

use crate::world::{World, named, of_team, person};

pub async fn someone_who_signs_in_is_found_in_any_case(world: World) {
    let team = world.team("qa").await;
    let alice = world.person("Alice").await;
    world.bot("robot", team, Role::Viewer).await;
    let no_password = portus_core::account::NewAccount { password: None, ..person("external") };
    world.write(async |tx| tx.accounts().add(&no_password).await).await;

    let account = world.read(async |tx| tx.accounts().by_id(alice).await).await.unwrap();
    for name in ["alice", "ALICE"] {
        let login = person_by(&world, name).await.unwrap();
        assert_eq!(login, Login { account: account.clone(), password: person("a").password });
    }
    assert_eq!(person_by(&world, "external").await.unwrap().password, None);
    for name in ["robot", "nobody", "alic_", "%"] {
        assert_eq!(person_by(&world, name).await, None, "{name}");
    }
    world.write(async |tx| tx.accounts().set_enabled(alice, false).await).await;
    assert!(!person_by(&world, "alice").await.unwrap().account.enabled, "the asker decides");
}

async fn person_by(world: &World, name: &str) -> Option<Login> {
    world.lookups.person(&named::<Username>(name).key()).await.unwrap()
}

pub async fn namespaces_are_found_as_the_asker_stands_to_them(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let (qa, dev) = (world.team("qa").await, world.team("dev").await);
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    world.member(qa, alice, Role::Contributor).await;
    world.member(dev, bob, Role::Owner).await;
    let kinds = [
        ("", NamespaceKind::Global { visibility: Visibility::Public }),
        ("dev", of_team(dev, Visibility::Private)),
        ("found", NamespaceKind::Orphan),
        ("own", NamespaceKind::Personal { account: alice, visibility: Visibility::Protected }),
        ("qa", of_team(qa, Visibility::Protected)),
        ("qa2", of_team(qa, Visibility::Private)),
    ];
    let mut expected = Vec::new();
    for (name, kind) in kinds {
        let id = world.namespace(main, name, kind).await;
        expected.push(KnownNamespace { id, name: name_of(name), kind, role: None });
    }
    world.namespace(other, "qa", of_team(dev, Visibility::Public)).await;

    let names = ["", "dev", "found", "own", "qa", "qa", "unused"].map(name_of);
    for (asker, role_in_dev, role_in_qa) in [
        (None, None, None),
        (Some(alice), None, Some(Role::Contributor)),
        (Some(bob), Some(Role::Owner), None),
    ] {
        let mut found = world.lookups.namespaces(main, &names, asker).await.unwrap();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        let mut expected = expected[..5].to_vec();
        expected[1].role = role_in_dev;
        expected[4].role = role_in_qa;
        assert_eq!(found, expected, "asked by {asker:?}");
    }
    assert_eq!(world.lookups.namespaces(main, &[], Some(alice)).await.unwrap(), []);
    let only = world.lookups.namespaces(main, &[name_of("qa2")], None).await.unwrap();
    assert_eq!(only, expected[5..]);
}

fn name_of(text: &str) -> NamespaceKey {
    (!text.is_empty()).then(|| named(text))
}

pub async fn a_name_is_claimable_by_an_owner_of_its_team_while_nobody_has_it(world: World) {
    let registry = world.registry("main").await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    for name in ["QA", "dev", "used", "bob", "a.b", "a_b"] {
        let team = world.team(name).await;
        let role = if name == "dev" { Role::Contributor } else { Role::Owner };
        world.member(team, alice, role).await;
        world.member(team, bob, Role::Viewer).await;
    }
    world.namespace(registry, "used", NamespaceKind::Orphan).await;

    for (name, asker, expected) in [
        ("qa", alice, true),
        ("qa", bob, false),
        ("dev", alice, false),
        ("used", alice, false),
        ("bob", alice, false),
        ("a.b", alice, true),
        ("a-b", alice, false),
        ("axb", alice, false),
        ("unused", alice, false),
        ("qa", AccountId(4711), false),
    ] {
        let name: NamespaceName = named(name);
        let answer = world.lookups.claimable(std::slice::from_ref(&name), asker).await.unwrap();
        assert_eq!(answer.contains(&name), expected, "{name} by {asker}");
    }
    let names = ["unused", "qa", "a.b", "dev"].map(named::<NamespaceName>);
    let mut answer = world.lookups.claimable(&names, alice).await.unwrap();
    answer.sort();
    assert_eq!(answer, ["a.b", "qa"].map(named::<NamespaceName>));
}
