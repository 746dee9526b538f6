//! Lists.

use portus_core::account::Account;
use portus_core::id::{NamespaceId, RegistryId};
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::{BotRow, NamespaceRow, RepositoryRow, Slice, TagRow, TeamRow};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{AccountFilter, ActivityFilter, RepositoryFilter};
use portus_core::secret::SecretDigest;
use portus_core::team::Role;

use crate::world::{World, as_of, at, digest, named, of_team, seen, walk};

/// Names in the order of their bytes, which is not that of a dictionary.
const NAMES: [&str; 12] = ["%", "10", "9", "\\", "_", "a-b", "a.b", "a_b", "ab", "b", "z", "é"];

pub async fn accounts_are_listed_by_name(world: World) {
    let team = world.team("qa").await;
    for (number, name) in NAMES.iter().rev().enumerate() {
        if number % 2 == 0 {
            world.bot(name, team, Role::Viewer).await;
        } else {
            let personal = named(&format!("own-{number}"));
            let kind = portus_core::account::AccountKind::Person { admin: false, personal };
            let new = portus_core::account::NewAccount {
                kind,
                name: named(name),
                ..crate::world::person("a")
            };
            world.write(async |tx| tx.accounts().add(&new).await).await;
        }
    }
    for bots in [None, Some(true), Some(false)] {
        let rows = walk(
            |account: &Account| account.name.clone(),
            async |slice| world.browse.accounts(AccountFilter { bots }, &slice).await.unwrap(),
        )
        .await;
        let names: Vec<&str> = rows.iter().map(|account| account.name.as_str()).collect();
        let wanted = |number: usize| bots.is_none_or(|bots| bots == (number % 2 == 1));
        let expected: Vec<&str> =
            (0..).zip(NAMES).filter(|(number, _)| wanted(*number)).map(|(_, name)| name).collect();
        assert_eq!(names, expected, "bots: {bots:?}");
        for row in rows {
            let stored = world.read(async |tx| tx.accounts().by_id(row.id).await).await;
            assert_eq!(Some(row), stored);
        }
    }
}

pub async fn bots_are_listed_by_name_with_their_team_and_tokens(world: World) {
    use portus_core::credential::{Limits, NewApplicationToken};
    let team = world.team("Qa").await;
    world.person("alice").await;
    for name in NAMES.iter().rev() {
        world.bot(name, team, Role::Viewer).await;
    }
    let robot = world.bot("Robot", team, Role::Contributor).await;
    world
        .write(async |tx| {
            for number in 0..2 {
                let token = NewApplicationToken {
                    account: robot,
                    label: named(&format!("token {number}")),
                    limits: Limits::NONE,
                    digest: SecretDigest([number; 32]),
                    created_at: at(1),
                };
                tx.tokens().add_application(&token).await?;
            }
            tx.accounts().set_enabled(robot, false).await
        })
        .await;

    let rows =
        walk(|bot: &BotRow| bot.name.key(), async |slice| world.browse.bots(&slice).await.unwrap());
    let rows = rows.await;
    let mut expected = NAMES.to_vec();
    expected.insert(10, "Robot");
    assert_eq!(rows.iter().map(|bot| bot.name.as_str()).collect::<Vec<_>>(), expected);
    let (robot, other) = (&rows[10], &rows[0]);
    assert_eq!((robot.team.as_str(), robot.role, robot.enabled), ("Qa", Role::Contributor, false));
    assert_eq!((robot.tokens, robot.created_at), (2, at(1)));
    assert_eq!((other.tokens, other.enabled, other.role), (0, true, Role::Viewer));
}

pub async fn teams_are_listed_by_name_with_what_is_in_them(world: World) {
    for name in NAMES.iter().rev() {
        world.team(name).await;
    }
    let team = world.team("Middle team").await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    world.member(team, alice, Role::Owner).await;
    world.member(team, bob, Role::Owner).await;
    world.bot("robot", team, Role::Contributor).await;
    world.write(async |tx| tx.accounts().set_enabled(bob, false).await).await;
    for registry in ["main", "other"] {
        let registry = world.registry(registry).await;
        world.namespace(registry, "one", of_team(team, Visibility::Private)).await;
        world.namespace(registry, "two", NamespaceKind::Orphan).await;
    }

    let rows = walk(
        |team: &TeamRow| team.name.key(),
        async |slice| world.browse.teams(&slice).await.unwrap(),
    )
    .await;
    let mut expected = NAMES.to_vec();
    expected.insert(10, "Middle team");
    assert_eq!(rows.iter().map(|team| team.name.as_str()).collect::<Vec<_>>(), expected);
    let full = TeamRow {
        id: team,
        name: named("Middle team"),
        members: 3,
        owners: 1,
        namespaces: 2,
        created_at: at(1),
    };
    assert_eq!(rows[10], full);
    assert_eq!((rows[0].members, rows[0].owners, rows[0].namespaces), (0, 0, 0));
}

pub async fn namespaces_are_listed_by_registry_and_name(world: World) {
    let (alice, team) = (world.person("Alice").await, world.team("Qa").await);
    let names = ["", "10", "9", "a-b", "a.b", "a_b", "ab", "b"];
    for registry in ["b", "a.b", "a", "C"] {
        let registry = world.registry(registry).await;
        for name in names.iter().rev() {
            let kind = match *name {
                "" => NamespaceKind::Global { visibility: Visibility::Public },
                "9" => of_team(team, Visibility::Protected),
                "b" => NamespaceKind::Personal { account: alice, visibility: Visibility::Private },
                _ => NamespaceKind::Orphan,
            };
            world.namespace(registry, name, kind).await;
        }
    }
    let rows = walk(
        |row: &NamespaceRow| (row.registry.clone(), row.name.clone()),
        async |slice| world.browse.namespaces(&NamespaceFilter::EVERY, &slice).await.unwrap(),
    )
    .await;
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.registry.as_str(), row.name.as_ref().map_or("", |name| name.as_str())))
        .collect();
    let expected: Vec<_> = ["C", "a", "a.b", "b"]
        .into_iter()
        .flat_map(|registry| names.into_iter().map(move |name| (registry, name)))
        .collect();
    assert_eq!(found, expected);
    for row in rows {
        let stored = world.read(async |tx| tx.namespaces().by_id(row.id).await).await.unwrap();
        assert_eq!((row.kind, row.name), (stored.kind, stored.name));
        let owner = match row.kind {
            NamespaceKind::Global { .. } | NamespaceKind::Orphan => None,
            NamespaceKind::Personal { .. } => Some("Alice"),
            NamespaceKind::Team { .. } => Some("Qa"),
        };
        assert_eq!((row.owner.as_deref(), row.repositories), (owner, 0));
    }
}

pub async fn repositories_are_listed_by_registry_and_path(world: World) {
    let paths =
        ["10", "9", "a-b/x", "a.b/x", "a/10", "a/9", "a/b-c", "a/b/c", "a/b_c", "a_b/x", "axb/x"];
    for registry in ["b", "a"] {
        let registry = world.registry(registry).await;
        for path in paths.iter().rev() {
            put(&world, registry, path).await;
        }
    }
    let mut in_bytes = paths.to_vec();
    in_bytes.sort();
    for (registry, namespace, expected) in [
        (None, None, in_bytes.clone()),
        (None, Some(None), vec!["10", "9"]),
        (None, Some(Some("a_b")), vec!["a_b/x"]),
        (None, Some(Some("a")), vec!["a/10", "a/9", "a/b-c", "a/b/c", "a/b_c"]),
        (Some("a"), None, in_bytes),
        (Some("a"), Some(Some("a-b")), vec!["a-b/x"]),
        (Some("a"), Some(Some("unused")), vec![]),
    ] {
        let wanted = match registry {
            None => None,
            Some(name) => {
                let found = world.read(async |tx| tx.registries().by_name(&named(name)).await);
                Some(found.await.unwrap().id)
            }
        };
        let filter = RepositoryFilter {
            readable: NamespaceFilter::EVERY,
            registry: wanted,
            namespace: namespace.map(|name| name.map(named)),
        };
        let key = |row: &RepositoryRow| (row.registry.clone(), row.path.to_string());
        let rows =
            walk(key, async |slice| world.browse.repositories(&filter, &slice).await.unwrap())
                .await;
        let found: Vec<_> = rows.iter().map(key).collect();
        let registries = registry.map_or(vec!["a", "b"], |name| vec![name]);
        let expected: Vec<_> = registries
            .into_iter()
            .flat_map(|registry| {
                expected.iter().map(move |path| (named(registry), (*path).to_owned()))
            })
            .collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    let rows = world
        .browse
        .namespaces(&NamespaceFilter::EVERY, &portus_core::page::Slice::first(100))
        .await
        .unwrap()
        .rows;
    let counts: Vec<_> = rows.iter().take(6).map(|row| row.repositories).collect();
    assert_eq!(counts, [2, 5, 1, 1, 1, 1], "{rows:?}");
}

pub async fn tags_are_listed_by_name(world: World) {
    let repository = world.repository().await;
    let names = ["1", "10", "9", "A", "B", "_x", "a", "a-b", "a.b", "a_b", "ab", "b"];
    world
        .write(async |tx| {
            let tx = tx.repositories();
            for (second, name) in (1..).zip(names.iter().rev()) {
                let as_of = as_of(second, name);
                tx.add_manifest(repository, &seen('a', second), &as_of).await?;
                tx.set_tag(repository, &named(name), &digest('a'), &as_of, None).await?;
            }
            Ok(())
        })
        .await;
    let rows = walk(
        |row: &TagRow| row.name.clone(),
        async |slice| world.browse.tags(repository, &slice).await.unwrap(),
    )
    .await;
    let mut expected = names.to_vec();
    expected.sort();
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), expected);
    let elsewhere = portus_core::id::RepositoryId(4711);
    let none = world.browse.tags(elsewhere, &portus_core::page::Slice::first(9)).await.unwrap();
    assert_eq!(none.rows, []);
}

/// Whoever types one gets some page or other.
pub async fn a_cursor_that_no_page_gave_breaks_nothing(world: World) {
    let repository = world.repository().await;
    let all =
        RepositoryFilter { readable: NamespaceFilter::EVERY, registry: None, namespace: None };
    let texts = ["", "/", "%", "'", "x", "é/é", "-1", "-1.-1", "9.9.9", "1\0"];
    let long = ["9".repeat(40), "9".repeat(19) + ".1", "x".repeat(100_000)];
    for after in texts.into_iter().map(str::to_owned).chain(long) {
        let slice = Slice { after: Some(after.clone()), limit: 9 };
        let browse = &world.browse;
        let failed = [
            browse.accounts(AccountFilter::default(), &slice).await.err(),
            browse.activities(&ActivityFilter::default(), &slice).await.err(),
            browse.bots(&slice).await.err(),
            browse.namespaces(&NamespaceFilter::EVERY, &slice).await.err(),
            browse.parked(&slice).await.err(),
            browse.repositories(&all, &slice).await.err(),
            browse.tags(repository, &slice).await.err(),
            browse.teams(&slice).await.err(),
        ];
        let shown: String = after.chars().take(50).collect();
        assert!(failed.iter().all(Option::is_none), "after {shown:?}: {failed:?}");
    }
}

/// Tells of a manifest in a repository, making what it is in.
pub async fn put(world: &World, registry: RegistryId, path: &str) -> NamespaceId {
    let path: portus_core::repository::RepositoryPath = named(path);
    world
        .write(async |tx| {
            let known = tx.namespaces().by_name(registry, path.namespace()).await?;
            let namespace = match known {
                Some(namespace) => namespace.id,
                None => {
                    let name = path.namespace().map_or("", |name| name.as_str());
                    let visibility = Visibility::Private;
                    let kind = match name {
                        "" => NamespaceKind::Global { visibility },
                        _ => NamespaceKind::Orphan,
                    };
                    tx.namespaces().add(&crate::world::namespace(registry, name, kind)).await?
                }
            };
            let repository = tx.repositories().ensure(namespace, &path, at(1)).await?;
            tx.repositories().add_manifest(repository, &seen('a', 1), &as_of(1, "e")).await?;
            Ok(namespace)
        })
        .await
}
