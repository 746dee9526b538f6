//! Single things that someone looks at: a repository, a tag, a manifest with its parts.

use portus_core::id::RepositoryId;
use portus_core::image::{
    Child, DOCKER_MANIFEST, Descriptor, ManifestDetails, MediaType, OCI_INDEX, OCI_MANIFEST,
};
use portus_core::page::{DetailsState, ManifestView, RepositoryRow, Slice, TagRow};
use portus_core::port::Described;

use crate::world::{World, as_of, at, digest, named, seen};

pub async fn a_repository_with_something_in_it_is_seen(world: World) {
    let repository = world.repository().await;
    let row = async || world.browse.repository(repository).await.unwrap();
    assert_eq!(row().await, None, "nothing was pushed");
    set(&world, repository, "one", 'a', 2).await;
    set(&world, repository, "two", 'b', 4).await;
    world
        .write(async |tx| tx.repositories().count_pulls(repository, &digest('a'), at(9), 3).await)
        .await;
    let expected = RepositoryRow {
        registry: named("main"),
        path: named("qa/app"),
        tags: 2,
        pushed_at: Some(at(4)),
        pulls: 3,
        stars: 0,
    };
    assert_eq!(row().await, Some(expected));
    remove(&world, repository, 'a').await;
    assert_eq!(row().await.unwrap().tags, 1);
    remove(&world, repository, 'b').await;
    assert_eq!(row().await, None, "all of it is gone");
    assert_eq!(world.browse.repository(RepositoryId(4711)).await.unwrap(), None);
}

pub async fn a_tag_is_seen_while_it_is_there(world: World) {
    let repository = world.repository().await;
    for (name, digit, second) in [("a_b", 'a', 2), ("axb", 'b', 3), ("A_B", 'c', 4)] {
        set(&world, repository, name, digit, second).await;
    }
    describe(&world, repository, 'a', image(&['1', '2'])).await;
    let rows = world.browse.tags(repository, &Slice::first(9)).await.unwrap().rows;
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert_eq!(tag(&world, repository, row.name.as_str()).await, Some(row));
    }
    assert_eq!(tag(&world, repository, "a").await, None);
    assert_eq!(tag(&world, RepositoryId(4711), "a_b").await, None);
    world
        .write(async |tx| {
            tx.repositories().remove_tag(repository, &named("axb"), &as_of(9, "gone")).await
        })
        .await;
    assert_eq!(tag(&world, repository, "axb").await, None, "it was removed");
    remove(&world, repository, 'a').await;
    assert_eq!(tag(&world, repository, "a_b").await, None, "it went with its manifest");
    assert!(tag(&world, repository, "A_B").await.is_some());
}

pub async fn an_image_is_seen_with_its_parts(world: World) {
    let repository = world.repository().await;
    for (name, second) in [("b", 2), ("B", 3), ("a", 4)] {
        set(&world, repository, name, 'a', second).await;
    }
    // Not in the order of their digests, and one of them twice.
    let details = image(&['9', '1', '5', '1']);
    describe(&world, repository, 'a', details.clone()).await;
    let expected = ManifestView {
        digest: digest('a'),
        media_type: MediaType::new(DOCKER_MANIFEST),
        artifact_type: Some(MediaType::new("application/vnd.example+json")),
        size: Some(105 + 9 + 1 + 5 + 1),
        platforms: vec!["linux/arm64/v8".into()],
        details: DetailsState::Read,
        // When a tag was last pushed that points at it.
        pushed_at: at(4),
        config: details.config.clone(),
        layers: details.layers.clone(),
        children: Vec::new(),
        tags: vec![named("B"), named("a"), named("b")],
    };
    assert_eq!(manifest(&world, repository, 'a').await, Some(expected));
    // Read anew, it has what it has now.
    let fewer = ManifestDetails { config: None, ..image(&['3']) };
    describe(&world, repository, 'a', fewer.clone()).await;
    let found = manifest(&world, repository, 'a').await.unwrap();
    assert_eq!((found.config, found.layers), (None, fewer.layers));
}

pub async fn an_index_is_seen_with_its_children(world: World) {
    let repository = world.repository().await;
    set(&world, repository, "latest", 'f', 2).await;
    let child = |digit, platform: Option<&str>| Child {
        descriptor: part(OCI_MANIFEST, digit, 500),
        platform: platform.map(named),
        attests: None,
    };
    let children = vec![
        child('9', Some("linux/arm64/v8")),
        child('1', Some("linux/amd64")),
        // An attestation, which runs on nothing.
        child('5', None),
    ];
    let index = ManifestDetails {
        media_type: MediaType::new(OCI_INDEX),
        children: children.clone(),
        ..ManifestDetails::default()
    };
    describe(&world, repository, 'f', index).await;
    let found = manifest(&world, repository, 'f').await.unwrap();
    assert_eq!(found.children, children, "in their order");
    assert_eq!(found.platforms, ["linux/arm64/v8", "linux/amd64"]);
    assert_eq!((found.size, found.config, found.layers.len()), (None, None, 0));
    assert_eq!(found.media_type.as_str(), OCI_INDEX);
}

pub async fn a_manifest_is_seen_before_it_was_read(world: World) {
    let repository = world.repository().await;
    set(&world, repository, "latest", 'a', 2).await;
    let pending = ManifestView {
        digest: digest('a'),
        media_type: MediaType::new(OCI_MANIFEST),
        artifact_type: None,
        size: None,
        platforms: Vec::new(),
        details: DetailsState::Pending,
        pushed_at: at(2),
        config: None,
        layers: Vec::new(),
        children: Vec::new(),
        tags: vec![named("latest")],
    };
    assert_eq!(manifest(&world, repository, 'a').await.as_ref(), Some(&pending));
    world
        .write(async |tx| {
            tx.repositories().describe(repository, &digest('a'), &Described::Failed).await
        })
        .await;
    let failed = ManifestView { details: DetailsState::Failed, ..pending };
    assert_eq!(manifest(&world, repository, 'a').await, Some(failed));
}

pub async fn only_the_tags_that_are_on_a_manifest_now_are_seen_on_it(world: World) {
    let repository = world.repository().await;
    for name in ["gone", "moved", "stays"] {
        set(&world, repository, name, 'a', 2).await;
    }
    set(&world, repository, "moved", 'b', 3).await;
    let gone = as_of(3, "gone");
    world
        .write(async |tx| tx.repositories().remove_tag(repository, &named("gone"), &gone).await)
        .await;
    let tags = async |digit| manifest(&world, repository, digit).await.unwrap().tags;
    assert_eq!(tags('a').await, [named("stays")]);
    assert_eq!(tags('b').await, [named("moved")]);
    remove(&world, repository, 'a').await;
    assert_eq!(manifest(&world, repository, 'a').await, None, "it was removed");
    assert_eq!(tags('b').await, [named("moved")]);
}

/// Who may see one repository may see nothing of another by knowing a digest.
pub async fn a_manifest_of_another_repository_is_not_seen(world: World) {
    let one = world.repository().await;
    let registry = world.registry("other").await;
    let kind = portus_core::namespace::NamespaceKind::Orphan;
    let namespace = world.namespace(registry, "qa", kind).await;
    let path = named("qa/app");
    let other =
        world.write(async |tx| tx.repositories().ensure(namespace, &path, at(1)).await).await;
    set(&world, one, "one", 'a', 2).await;
    set(&world, other, "other", 'a', 3).await;
    set(&world, other, "more", 'b', 3).await;
    describe(&world, other, 'a', image(&['1'])).await;
    let found = manifest(&world, one, 'a').await.unwrap();
    assert_eq!((found.tags, found.details), (vec![named("one")], DetailsState::Pending));
    assert_eq!(manifest(&world, one, 'b').await, None);
    assert_eq!(tag(&world, one, "more").await, None);
}

async fn set(world: &World, repository: RepositoryId, tag: &str, digit: char, second: u64) {
    let as_of = as_of(second, "event");
    world
        .write(async |tx| {
            let tx = tx.repositories();
            tx.add_manifest(repository, &seen(digit, second), &as_of).await?;
            let by = Some((None, "alice"));
            tx.set_tag(repository, &named(tag), &digest(digit), &as_of, by).await
        })
        .await;
}

async fn remove(world: &World, repository: RepositoryId, digit: char) {
    let as_of = as_of(99, "gone");
    world
        .write(async |tx| {
            tx.repositories().remove_manifest(repository, &digest(digit), &as_of).await
        })
        .await;
}

async fn describe(world: &World, repository: RepositoryId, digit: char, details: ManifestDetails) {
    let (digest, read) = (digest(digit), Described::Read(Box::new(details)));
    world.write(async |tx| tx.repositories().describe(repository, &digest, &read).await).await;
}

async fn tag(world: &World, repository: RepositoryId, name: &str) -> Option<TagRow> {
    world.browse.tag(repository, &named(name)).await.unwrap()
}

async fn manifest(world: &World, repository: RepositoryId, digit: char) -> Option<ManifestView> {
    world.browse.manifest(repository, &digest(digit)).await.unwrap()
}

/// An artifact in the form of an image, whose layers have these digits and as many bytes.
fn image(layers: &[char]) -> ManifestDetails {
    let layer = "application/vnd.oci.image.layer.v1.tar+gzip";
    let layers = layers.iter().map(|digit| part(layer, *digit, digit.to_digit(16).unwrap().into()));
    ManifestDetails {
        media_type: MediaType::new(DOCKER_MANIFEST),
        artifact_type: Some(MediaType::new("application/vnd.example+json")),
        config: Some(part("application/vnd.oci.image.config.v1+json", '7', 105)),
        layers: layers.collect(),
        platform: Some(named("linux/arm64/v8")),
        ..ManifestDetails::default()
    }
}

fn part(media_type: &str, digit: char, size: u64) -> Descriptor {
    Descriptor { media_type: MediaType::new(media_type), digest: digest(digit), size }
}
