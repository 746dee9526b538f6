//! Repositories, with their tags and manifests.

use std::time::Duration;

use portus_core::catalog::KnownTag;
use portus_core::id::RepositoryId;
use portus_core::image::{
    Child, DOCKER_MANIFEST, Descriptor, ManifestDetails, MediaType, OCI_INDEX, OCI_MANIFEST,
    SeenManifest,
};
use portus_core::namespace::NamespaceKind;
use portus_core::page::{DetailsState, RepositoryRow, Slice, TagRow};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{Described, RepositoryFilter, TagChange};
use portus_core::tag::AsOf;
use tokio::task::JoinSet;

use crate::world::{World, as_of, at, digest, named, seen};

pub async fn a_repository_is_made_once(world: World) {
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let qa = world.namespace(main, "qa", NamespaceKind::Orphan).await;
    let elsewhere = world.namespace(other, "qa", NamespaceKind::Orphan).await;
    let mut makers = JoinSet::new();
    for _ in 0..8 {
        let world = world.clone();
        makers.spawn(async move {
            let path = named("qa/a_b");
            world.write(async |tx| tx.repositories().ensure(qa, &path, at(1)).await).await
        });
    }
    let mut made = makers.join_all().await;
    made.dedup();
    assert_eq!(made.len(), 1, "{made:?}");

    world
        .write(async |tx| {
            let repositories = tx.repositories();
            assert_ne!(repositories.ensure(qa, &named("qa/axb"), at(1)).await?, made[0]);
            assert_ne!(repositories.ensure(elsewhere, &named("qa/a_b"), at(1)).await?, made[0]);
            let found = repositories.by_path(main, &named("qa/a_b")).await?;
            assert_eq!(found, Some(made[0]));
            assert_eq!(repositories.by_path(main, &named("qa/other")).await?, None);
            assert_eq!(repositories.by_path(other, &named("qa/axb")).await?, None);
            Ok(())
        })
        .await;
}

pub async fn a_manifest_is_to_be_read_when_it_is_new_or_came_back(world: World) {
    let repository = world.repository().await;
    world
        .write(async |tx| {
            let tx = tx.repositories();
            assert!(tx.add_manifest(repository, &seen('a', 1), &as_of(1, "1")).await?);
            assert!(!tx.add_manifest(repository, &seen('a', 1), &as_of(1, "1")).await?);
            assert!(!tx.add_manifest(repository, &seen('a', 2), &as_of(2, "2")).await?);
            assert!(tx.remove_manifest(repository, &digest('a'), &as_of(3, "3")).await?);
            assert!(!tx.remove_manifest(repository, &digest('a'), &as_of(3, "3")).await?);
            assert!(!tx.add_manifest(repository, &seen('a', 2), &as_of(2, "9")).await?, "older");
            assert!(tx.add_manifest(repository, &seen('a', 4), &as_of(4, "4")).await?);
            assert!(!tx.remove_manifest(repository, &digest('a'), &as_of(3, "5")).await?, "older");
            assert!(!tx.remove_manifest(repository, &digest('b'), &as_of(5, "6")).await?, "a blob");
            assert!(!tx.add_manifest(repository, &seen('b', 4), &as_of(4, "7")).await?, "gone");
            Ok(())
        })
        .await;
}

pub async fn only_manifests_that_are_there_are_known(world: World) {
    let repository = world.repository().await;
    let asked = ['a', 'b', 'd'].map(digest);
    let mut known = world
        .write(async |tx| {
            let tx = tx.repositories();
            for digit in ['a', 'b', 'c', 'd'] {
                tx.add_manifest(repository, &seen(digit, 1), &as_of(1, "1")).await?;
            }
            tx.remove_manifest(repository, &digest('b'), &as_of(2, "2")).await?;
            assert!(tx.known_manifests(repository, &[]).await?.is_empty());
            tx.known_manifests(repository, &asked).await
        })
        .await;
    known.sort();
    assert_eq!(known, [digest('a'), digest('d')]);
}

pub async fn an_older_word_of_a_tag_changes_nothing(world: World) {
    let repository = world.repository().await;
    let steps = [
        ('a', 2, "2", TagChange::Set),
        ('a', 3, "3", TagChange::Same),
        ('a', 3, "3", TagChange::Same),
        ('b', 2, "9", TagChange::Older),
        ('b', 3, "2", TagChange::Older),
        ('b', 3, "4", TagChange::Set),
        ('a', 4, "", TagChange::Set),
    ];
    for (digit, second, event, expected) in steps {
        let change = set(&world, repository, "latest", digit, second, event).await;
        assert_eq!(change, expected, "{digit} as of {second}/{event}");
    }
    let known = known(&world, repository, "latest").await.unwrap();
    assert_eq!(known, KnownTag { digest: Some(digest('a')), as_of: as_of(4, "") });
}

pub async fn a_removed_tag_is_remembered(world: World) {
    let repository = world.repository().await;
    set(&world, repository, "latest", 'a', 2, "2").await;
    let remove = async |tag: &str, second, event| {
        let as_of = as_of(second, event);
        world
            .write(async |tx| tx.repositories().remove_tag(repository, &named(tag), &as_of).await)
            .await
    };
    assert!(!remove("latest", 1, "1").await, "what came after stays");
    assert!(remove("latest", 3, "3").await);
    assert!(!remove("latest", 4, "4").await, "it is gone already");
    assert!(!remove("never", 4, "4").await);
    assert_eq!(
        known(&world, repository, "latest").await,
        Some(KnownTag { digest: None, as_of: as_of(4, "4") })
    );
    assert!(tags(&world, repository).await.is_empty());

    assert_eq!(set(&world, repository, "latest", 'b', 3, "9").await, TagChange::Older);
    assert_eq!(set(&world, repository, "never", 'b', 3, "9").await, TagChange::Older);
    assert!(tags(&world, repository).await.is_empty());
    assert_eq!(set(&world, repository, "latest", 'a', 5, "5").await, TagChange::Set);
    assert_eq!(tags(&world, repository).await.len(), 1);
}

pub async fn a_removed_manifest_takes_along_the_tags_that_are_not_newer(world: World) {
    let repository = world.repository().await;
    for (tag, digit, second) in [("one", 'a', 1), ("two", 'a', 2), ("five", 'a', 5), ("b", 'b', 1)]
    {
        set(&world, repository, tag, digit, second, "event").await;
    }
    let removed = world
        .write(async |tx| {
            tx.repositories().remove_manifest(repository, &digest('a'), &as_of(3, "gone")).await
        })
        .await;
    assert!(removed);
    let left: Vec<String> =
        tags(&world, repository).await.iter().map(|row| row.name.to_string()).collect();
    assert_eq!(left, ["b", "five"]);
    assert_eq!(known(&world, repository, "one").await.unwrap().digest, None);
    assert_eq!(set(&world, repository, "one", 'a', 2, "late").await, TagChange::Older);
    assert_eq!(tags(&world, repository).await.len(), 2);
}

pub async fn who_pushed_a_tag_first_and_last_is_kept(world: World) {
    let repository = world.repository().await;
    let [alice, bob] = [world.person("alice").await, world.person("bob").await];
    let pushes =
        [(Some(alice), "alice", 'b', 5), (Some(bob), "bob", 'a', 3), (None, "carol", 'c', 7)];
    for (account, name, digit, second) in pushes {
        world
            .write(async |tx| {
                let tx = tx.repositories();
                let as_of = as_of(second, name);
                tx.add_manifest(repository, &seen(digit, second), &as_of).await?;
                let by = Some((account, name));
                tx.set_tag(repository, &named("latest"), &digest(digit), &as_of, by).await
            })
            .await;
        let row = tags(&world, repository).await.remove(0);
        let newest: &str = if second == 3 { "alice" } else { name };
        assert_eq!(row.author.as_deref(), Some(newest));
        assert_eq!(row.pushed_at, at(second.max(5)));
    }
    let row = tags(&world, repository).await.remove(0);
    assert_eq!(row.first_author.as_deref(), Some("bob"), "though the word of it came later");
}

pub async fn pulls_count_for_the_manifest_and_so_for_each_tag_on_it(world: World) {
    let repository = world.repository().await;
    let day = Duration::from_secs(24 * 60 * 60);
    let pull = async |digit, at, count| {
        let digest = digest(digit);
        world
            .write(async |tx| tx.repositories().count_pulls(repository, &digest, at, count).await)
            .await;
    };
    pull('a', at(9) + day, 2).await; // before anyone told of the manifest
    for (tag, digit) in [("one", 'a'), ("two", 'a'), ("other", 'b')] {
        set(&world, repository, tag, digit, 2, "event").await;
    }
    pull('a', at(9), 1).await;
    pull('a', at(8), 4_000_000_000).await;
    pull('c', at(9), 5).await; // under no tag

    let rows = tags(&world, repository).await;
    let counted: Vec<_> =
        rows.iter().map(|row| (row.name.as_str(), row.pulls, row.pulled_at)).collect();
    let last = Some(at(9) + day);
    assert_eq!(
        counted,
        [("one", 4_000_000_003, last), ("other", 0, None), ("two", 4_000_000_003, last)]
    );
    assert_eq!(repositories(&world).await[0].pulls, 4_000_000_008);
}

pub async fn pulls_counted_at_once_all_count(world: World) {
    let repository = world.repository().await;
    set(&world, repository, "one", 'a', 2, "event").await;
    let mut counters = JoinSet::new();
    for _ in 0..8 {
        let world = world.clone();
        counters.spawn(async move {
            let digest = digest('a');
            for _ in 0..5 {
                let count = async |tx: &mut portus_core::port::Tx| {
                    tx.repositories().count_pulls(repository, &digest, at(9), 1).await
                };
                world.write(count).await;
            }
        });
    }
    counters.join_all().await;
    assert_eq!(tags(&world, repository).await[0].pulls, 40);
    assert_eq!(repositories(&world).await[0].pulls, 40);
}

pub async fn what_reading_an_image_told_is_shown(world: World) {
    let repository = world.repository().await;
    set(&world, repository, "latest", 'a', 2, "event").await;
    let row = tags(&world, repository).await.remove(0);
    assert_eq!((row.details, row.size), (DetailsState::Pending, None));
    assert_eq!((row.platforms.len(), row.media_type.as_str()), (0, OCI_MANIFEST));

    describe(&world, repository, 'a', &Described::Failed).await;
    assert_eq!(tags(&world, repository).await[0].details, DetailsState::Failed);

    let details = image('1', &[10, 20], Some("linux/arm/v7"));
    for _ in 0..2 {
        describe(&world, repository, 'a', &Described::Read(Box::new(details.clone()))).await;
        let row = tags(&world, repository).await.remove(0);
        assert_eq!((row.details, row.size), (DetailsState::Read, Some(135)));
        assert_eq!((row.platforms, row.artifact_type), (vec!["linux/arm/v7".to_owned()], None));
    }
    let fewer = ManifestDetails {
        artifact_type: Some(MediaType::new("application/vnd.example+json")),
        media_type: MediaType::new(DOCKER_MANIFEST),
        platform: None,
        ..image('1', &[10], None)
    };
    describe(&world, repository, 'a', &Described::Read(Box::new(fewer))).await;
    let row = tags(&world, repository).await.remove(0);
    assert_eq!((row.size, row.platforms.len()), (Some(115), 0));
    let artifact_type = row.artifact_type.as_ref().map(MediaType::as_str);
    assert_eq!(artifact_type, Some("application/vnd.example+json"));
    assert_eq!(row.media_type.as_str(), DOCKER_MANIFEST);
}

pub async fn what_reading_an_index_told_is_shown(world: World) {
    let repository = world.repository().await;
    set(&world, repository, "latest", 'f', 2, "event").await;
    for (digit, platform) in [('1', "linux/amd64"), ('2', "linux/arm64")] {
        world
            .write(async |tx| {
                let seen = seen(digit, 1);
                tx.repositories().add_manifest(repository, &seen, &as_of(1, "e")).await
            })
            .await;
        let details = image('9', &[50], Some(platform));
        describe(&world, repository, digit, &Described::Read(Box::new(details))).await;
    }
    let child = |digit, platform: Option<&str>| Child {
        descriptor: Descriptor {
            media_type: MediaType::new(OCI_MANIFEST),
            digest: digest(digit),
            size: 500,
        },
        platform: platform.map(named),
        attests: None,
    };
    let index = ManifestDetails {
        media_type: MediaType::new(OCI_INDEX),
        config: None,
        layers: vec![],
        children: vec![child('1', Some("linux/amd64")), child('2', Some("linux/arm64"))],
        ..image('9', &[], None)
    };
    describe(&world, repository, 'f', &Described::Read(Box::new(index))).await;
    let row = tags(&world, repository).await.remove(0);
    assert_eq!((row.details, row.media_type.as_str()), (DetailsState::Read, OCI_INDEX));
    assert_eq!(row.platforms, ["linux/amd64", "linux/arm64"]);
    assert_eq!(row.size, Some(155), "of the two images together, what both have counted once");
}

pub async fn what_is_said_of_a_manifest_that_is_not_there_is_dropped(world: World) {
    let repository = world.repository().await;
    describe(&world, repository, 'a', &Described::Failed).await;
    let details = image('1', &[10], None);
    describe(&world, repository, 'a', &Described::Read(Box::new(details))).await;
    assert_eq!(set(&world, repository, "latest", 'a', 2, "event").await, TagChange::Set);
    assert_eq!(tags(&world, repository).await[0].details, DetailsState::Pending);
}

pub async fn a_crawl_names_no_type_and_a_push_does(world: World) {
    let repository = world.repository().await;
    let nameless = |second| SeenManifest { media_type: MediaType::default(), ..seen('a', second) };
    for (seen, event, expected) in
        [(nameless(2), "", ""), (seen('a', 3), "3", OCI_MANIFEST), (nameless(4), "", OCI_MANIFEST)]
    {
        let as_of = AsOf { at: seen.pushed_at, event: event.into() };
        world
            .write(async |tx| {
                let tx = tx.repositories();
                tx.add_manifest(repository, &seen, &as_of).await?;
                tx.set_tag(repository, &named("latest"), &digest('a'), &as_of, None).await
            })
            .await;
        assert_eq!(tags(&world, repository).await[0].media_type.as_str(), expected);
    }
}

pub async fn only_repositories_with_something_in_them_are_listed(world: World) {
    let repository = world.repository().await;
    assert!(repositories(&world).await.is_empty());
    set(&world, repository, "one", 'a', 2, "event").await;
    set(&world, repository, "two", 'b', 4, "event").await;
    let rows = repositories(&world).await;
    let expected = RepositoryRow {
        registry: named("main"),
        path: named("qa/app"),
        tags: 2,
        pushed_at: Some(at(4)),
        pulls: 0,
        stars: 0,
    };
    assert_eq!(rows, [expected]);

    world
        .write(async |tx| {
            let as_of = as_of(9, "gone");
            tx.repositories().remove_manifest(repository, &digest('a'), &as_of).await?;
            tx.repositories().remove_manifest(repository, &digest('b'), &as_of).await
        })
        .await;
    assert!(repositories(&world).await.is_empty(), "all of it is gone");
}

async fn set(
    world: &World,
    repository: RepositoryId,
    tag: &str,
    digit: char,
    second: u64,
    event: &str,
) -> TagChange {
    let as_of = as_of(second, event);
    world
        .write(async |tx| {
            let tx = tx.repositories();
            tx.add_manifest(repository, &seen(digit, second), &as_of).await?;
            let by = (!event.is_empty()).then_some((None, "alice"));
            tx.set_tag(repository, &named(tag), &digest(digit), &as_of, by).await
        })
        .await
}

async fn describe(world: &World, repository: RepositoryId, digit: char, described: &Described) {
    let digest = digest(digit);
    world.write(async |tx| tx.repositories().describe(repository, &digest, described).await).await;
}

async fn known(world: &World, repository: RepositoryId, tag: &str) -> Option<KnownTag> {
    world.read(async |tx| tx.repositories().known_tags(repository).await).await.remove(&named(tag))
}

async fn tags(world: &World, repository: RepositoryId) -> Vec<TagRow> {
    world.browse.tags(repository, &Slice::first(100)).await.unwrap().rows
}

async fn repositories(world: &World) -> Vec<RepositoryRow> {
    let filter =
        RepositoryFilter { readable: NamespaceFilter::EVERY, registry: None, namespace: None };
    world.browse.repositories(&filter, &Slice::first(100)).await.unwrap().rows
}

/// An image with a configuration of 105 bytes and layers of these sizes.
fn image(config: char, layers: &[u64], platform: Option<&str>) -> ManifestDetails {
    let part = |digit, size| Descriptor {
        media_type: MediaType::new("application/vnd.oci.image.layer.v1.tar+gzip"),
        digest: digest(digit),
        size,
    };
    ManifestDetails {
        media_type: MediaType::new(OCI_MANIFEST),
        artifact_type: None,
        config: Some(part(config, 105)),
        layers: layers.iter().map(|size| part('e', *size)).collect(),
        platform: platform.map(named),
        ..ManifestDetails::default()
    }
}
