//! What is found by part of its name.

use portus_core::id::{NamespaceId, RegistryId};
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::search::{FoundRepository, SearchText};
use portus_core::team::Role;

use super::browse::put;
use crate::world::{World, as_of, digest, named, of_team, seen, walk};

const ALL: NamespaceFilter = NamespaceFilter::EVERY;

async fn paths(world: &World, text: &str) -> Vec<String> {
    let text: SearchText = named(text);
    let key = |one: &FoundRepository| (one.registry.clone(), one.path.clone());
    let rows =
        walk(key, async |slice| world.search.repositories(&ALL, &text, &slice).await.unwrap());
    rows.await.into_iter().map(|one| one.path.to_string()).collect()
}

async fn furnished(world: &World) -> RegistryId {
    let registry = world.registry("main").await;
    for path in [
        "zz/app",
        "app",
        "app/web",
        "application/x",
        "qa/my-app",
        "qa/app-app",
        "qa/myapp",
        "qa/web_app.v1",
        "app-app/app",
    ] {
        put(world, registry, path).await;
    }
    registry
}

pub async fn repositories_are_found_from_each_word_on_the_best_first(world: World) {
    furnished(&world).await;
    let found = paths(&world, "app").await;
    assert_eq!(
        found,
        [
            // Whose path is it, or ends with it, in the order in which they came.
            "zz/app",
            "app",
            "qa/my-app",
            "qa/app-app",
            "app-app/app",
            // Whose path begins with it, in the order of texts.
            "app/web",
            "application/x",
            // The others.
            "qa/web_app.v1",
        ]
    );
    assert_eq!(paths(&world, "APP.v").await, ["qa/web_app.v1"]);
    assert_eq!(paths(&world, "qa/my").await, ["qa/my-app", "qa/myapp"]);
    assert_eq!(paths(&world, "yapp").await, [""; 0]);
}

pub async fn tags_are_found_by_how_they_begin(world: World) {
    let repository = world.repository().await;
    let names = ["1.0", "1.0.1", "1.00", "1.0-rc", "1_0", "V1.0", "10"];
    world
        .write(async |tx| {
            let tx = tx.repositories();
            for (second, name) in (1..).zip(names) {
                let as_of = as_of(second, name);
                tx.add_manifest(repository, &seen('a', second), &as_of).await?;
                tx.set_tag(repository, &named(name), &digest('a'), &as_of, None).await?;
            }
            Ok(())
        })
        .await;
    let tags = async |text: &str| {
        let text: SearchText = named(text);
        let rows = walk(
            |one: &portus_core::search::FoundTag| one.name.clone(),
            async |slice| world.search.tags(&ALL, &text, &slice).await.unwrap(),
        )
        .await;
        assert!(
            rows.iter().all(|one| one.path.to_string() == "qa/app" && one.digest == digest('a'))
        );
        rows.iter().map(|one| one.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(tags("1.0").await, ["1.0", "1.0-rc", "1.0.1", "1.00"]);
    assert_eq!(tags("V1").await, ["V1.0"]);
    assert_eq!(tags("v1").await, [""; 0]);
}

pub async fn manifests_are_found_by_their_first_digits(world: World) {
    let registry = world.registry("main").await;
    for path in ["qa/a", "qa/b"] {
        put(&world, registry, path).await;
    }
    let found = async |digits: &str| {
        let rows = walk(
            |one: &portus_core::search::FoundManifest| one.path.clone(),
            async |slice| world.search.manifests(&ALL, digits, &slice).await.unwrap(),
        )
        .await;
        assert!(rows.iter().all(|one| one.digest == digest('a')));
        rows.iter().map(|one| one.path.to_string()).collect::<Vec<_>>()
    };
    for digits in ["sha256:a", "sha256:aaaaaa", digest('a').as_str()] {
        assert_eq!(found(digits).await, ["qa/a", "qa/b"], "{digits}");
    }
    for digits in ["sha256:b", "sha512:a"] {
        assert_eq!(found(digits).await, [""; 0], "{digits}");
    }
}

pub async fn namespaces_and_teams_are_found_by_how_they_begin(world: World) {
    let alice = world.person("alice").await;
    for name in ["Pay", "payments", "pa", "Payroll", "zpay"] {
        let team = world.team(name).await;
        if name != "payments" {
            world.member(team, alice, Role::Viewer).await;
        }
    }
    for registry in ["one", "two"] {
        let registry = world.registry(registry).await;
        for name in ["", "pay", "payments", "pa", "zpay"] {
            let kind = match name {
                "" => NamespaceKind::Global { visibility: Visibility::Public },
                _ => NamespaceKind::Orphan,
            };
            world.namespace(registry, name, kind).await;
        }
    }
    let text: SearchText = named("PAY");
    let rows = walk(
        |one: &portus_core::search::FoundNamespace| (one.name.clone(), one.registry.clone()),
        async |slice| world.search.namespaces(&ALL, &text, &slice).await.unwrap(),
    )
    .await;
    let found: Vec<String> =
        rows.iter().map(|one| format!("{}/{}", one.registry, one.name)).collect();
    assert_eq!(found, ["one/pay", "two/pay", "one/payments", "two/payments"]);
    for (member, expected) in
        [(None, vec!["Pay", "payments", "Payroll"]), (Some(alice), vec!["Pay", "Payroll"])]
    {
        let rows = walk(
            |one: &portus_core::search::FoundTeam| one.name.key(),
            async |slice| world.search.teams(member, &text, &slice).await.unwrap(),
        )
        .await;
        let found: Vec<&str> = rows.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(found, expected);
    }
}

/// SR23: a search finds what the lists show, and nothing besides.
pub async fn only_what_may_be_seen_is_found(world: World) {
    let (registry, team) = (world.registry("main").await, world.team("qa").await);
    let alice = world.person("alice").await;
    world.member(team, alice, Role::Viewer).await;
    let mut ids: Vec<(NamespaceId, &str)> = Vec::new();
    for (name, kind) in [
        ("ours-app", of_team(team, Visibility::Private)),
        ("open-app", NamespaceKind::Personal { account: alice, visibility: Visibility::Public }),
        ("none-app", NamespaceKind::Orphan),
    ] {
        ids.push((world.namespace(registry, name, kind).await, name));
        put(&world, registry, &format!("{name}/app")).await;
    }
    let member = NamespaceFilter {
        every: false,
        role: Some(Role::Viewer),
        account: Some(alice),
        ..NamespaceFilter::EVERY
    };
    let stranger = NamespaceFilter {
        every: false,
        visibilities: vec![Visibility::Public],
        ..NamespaceFilter::EVERY
    };
    for (filter, expected) in [
        (&member, vec!["ours-app"]),
        (&stranger, vec!["open-app"]),
        (&NamespaceFilter::EVERY, vec!["none-app", "open-app", "ours-app"]),
    ] {
        let (slice, search) = (Slice::first(10), &world.search);
        let repositories = search.repositories(filter, &named("app"), &slice).await.unwrap().rows;
        let mut found: Vec<String> =
            repositories.iter().map(|one| one.path.namespace().unwrap().to_string()).collect();
        found.sort();
        assert_eq!(found, expected);
        let manifests = search.manifests(filter, "sha256:aaaaaa", &slice).await.unwrap().rows;
        assert_eq!(manifests.len(), expected.len());
        for (_, name) in &ids {
            let found = search.namespaces(filter, &named(name), &slice).await.unwrap().rows;
            assert_eq!(found.len(), usize::from(expected.contains(name)), "{name}");
        }
    }
}

pub async fn what_is_gone_is_not_found(world: World) {
    let registry = world.registry("main").await;
    put(&world, registry, "qa/app").await;
    let gone = world
        .write(async |tx| {
            let repository = tx.repositories().by_path(registry, &named("qa/app")).await?.unwrap();
            let tx = tx.repositories();
            tx.set_tag(repository, &named("one"), &digest('a'), &as_of(2, "t"), None).await?;
            tx.remove_tag(repository, &named("one"), &as_of(3, "g")).await?;
            Ok(repository)
        })
        .await;
    let slice = Slice::first(10);
    let tags = async || world.search.tags(&ALL, &named("one"), &slice).await.unwrap().rows.len();
    assert_eq!((tags().await, paths(&world, "app").await.len()), (0, 1));
    world
        .write(async |tx| {
            tx.repositories().remove_manifest(gone, &digest('a'), &as_of(4, "m")).await
        })
        .await;
    let manifests = world.search.manifests(&ALL, "sha256:a", &slice).await.unwrap().rows.len();
    assert_eq!((manifests, paths(&world, "app").await.len()), (0, 0));
}

/// SR10
pub async fn no_character_stands_for_others_in_a_search(world: World) {
    let registry = furnished(&world).await;
    for name in ["100% qa", "100\\qa", "100_qa", "100xqa", "100'qa"] {
        world.team(name).await;
    }
    world.namespace(registry, "axb", NamespaceKind::Orphan).await;
    world.namespace(registry, "a_b", NamespaceKind::Orphan).await;
    let slice = Slice::first(10);
    for text in [
        "%%",
        "ap%",
        "__",
        "a_p",
        "\\a",
        "app\\",
        "a'p",
        "qa/%",
        "\0\0",
        "a\0",
        "[a-z]",
        "*app",
        "\u{10ffff}\u{10ffff}",
        "a\u{d7ff}",
    ] {
        assert_eq!(paths(&world, text).await, [""; 0], "{text:?}");
        let tags = world.search.tags(&ALL, &named(text), &slice).await.unwrap();
        let namespaces = world.search.namespaces(&ALL, &named(text), &slice).await.unwrap();
        assert_eq!(
            (tags.rows.len(), namespaces.rows.len()),
            (0, usize::from(text == "a_")),
            "{text:?}"
        );
    }
    assert_eq!(paths(&world, "web_a").await, ["qa/web_app.v1"]);
    for name in ["100% qa", "100\\qa", "100_qa", "100xqa", "100'qa"] {
        for text in [name, &name[..4]] {
            let found = world.search.teams(None, &named(text), &slice).await.unwrap().rows;
            let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(names, [name], "{text}");
        }
    }
    let found = world.search.namespaces(&ALL, &named("a_"), &slice).await.unwrap().rows;
    assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["a_b"]);
}

pub async fn any_cursor_finds_something_or_nothing(world: World) {
    furnished(&world).await;
    let text: SearchText = named("app");
    for after in [
        "",
        "/",
        "0",
        "0/x/y",
        "1/1/app",
        "2/9999999999999999999/app",
        "9/1/app",
        "\0",
        "%",
        "1/app",
    ] {
        let slice = Slice { after: Some(after.into()), limit: 9 };
        let search = &world.search;
        let failed = [
            search.repositories(&ALL, &text, &slice).await.err(),
            search.tags(&ALL, &text, &slice).await.err(),
            search.manifests(&ALL, "sha256:a", &slice).await.err(),
            search.namespaces(&ALL, &text, &slice).await.err(),
            search.teams(None, &text, &slice).await.err(),
        ];
        assert!(failed.iter().all(Option::is_none), "after {after:?}: {failed:?}");
    }
}
