//! What was told of tags and manifests, in every order: the end is the same.

use portus_core::catalog::KnownTags;
use portus_core::digest::Digest;
use portus_core::id::{NamespaceId, RepositoryId};
use portus_core::namespace::NamespaceKind;
use portus_core::page::{Page, Slice, TagRow};
use portus_core::port::{StoreError, Tx};
use portus_core::tag::AsOf;
use tokio::task::JoinSet;

use crate::world::{World, as_of, at, digest, named, seen};

/// One thing a registry tells of, or a crawl sees.
#[derive(Clone, Debug)]
struct Told {
    as_of: AsOf,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// A tag points at a manifest, by somebody.
    Pushed(&'static str, char, Option<&'static str>),
    /// A manifest came without a tag.
    Stored(char),
    /// A tag is gone.
    Untagged(&'static str),
    /// A manifest is gone.
    Removed(char),
    /// A manifest was read.
    Pulled(char, u32),
}

/// What a repository looks like in the end.
#[derive(Debug, PartialEq)]
struct End {
    known: KnownTags,
    manifests: Vec<Digest>,
    rows: Vec<TagRow>,
}

pub async fn pushes_and_removals_end_alike_in_any_order(world: World) {
    let end = same_in_every_order(
        &world,
        &[
            told(1, "e1", What::Pushed("latest", 'a', Some("alice"))),
            told(2, "e2", What::Untagged("latest")),
            told(3, "e3", What::Pushed("latest", 'b', Some("bob"))),
            told(4, "e4", What::Pushed("latest", 'a', Some("carol"))),
            told(5, "e5", What::Removed('b')),
        ],
    )
    .await;
    assert_eq!(end.manifests, [digest('a')]);
    let row = &end.rows[0];
    assert_eq!((end.rows.len(), &row.digest, row.pushed_at), (1, &digest('a'), at(4)));
    let (author, first) = (row.author.as_deref(), row.first_author.as_deref());
    assert_eq!((author, first), (Some("carol"), Some("alice")));
}

pub async fn a_manifest_that_goes_and_comes_back_ends_alike_in_any_order(world: World) {
    let end = same_in_every_order(
        &world,
        &[
            told(1, "e1", What::Pushed("one", 'a', Some("alice"))),
            told(2, "e2", What::Removed('a')),
            told(3, "e3", What::Pushed("two", 'a', Some("alice"))),
            told(3, "e4", What::Pulled('a', 2)),
            told(4, "e5", What::Stored('b')),
        ],
    )
    .await;
    assert_eq!(end.manifests, [digest('a'), digest('b')]);
    let tags: Vec<_> = end.rows.iter().map(|row| (row.name.as_str(), row.pulls)).collect();
    assert_eq!(tags, [("two", 2)]);
    let known: Vec<_> =
        end.known.iter().map(|(tag, known)| (tag.as_str(), known.digest.is_some())).collect();
    assert_eq!(known, [("one", false), ("two", true)]);
}

pub async fn a_manifest_that_goes_twice_ends_alike_in_any_order(world: World) {
    let end = same_in_every_order(
        &world,
        &[
            told(1, "e1", What::Pushed("latest", 'a', Some("alice"))),
            told(2, "e2", What::Removed('a')),
            told(3, "e3", What::Pushed("latest", 'a', Some("bob"))),
            told(4, "e4", What::Removed('a')),
            told(5, "e5", What::Untagged("other")),
        ],
    )
    .await;
    assert_eq!((end.manifests.len(), end.rows.len()), (0, 0));
    assert!(end.known.values().all(|known| known.digest.is_none()), "{:?}", end.known);
}

/// Of one moment, the id of the event decides, and a crawl is older than any event.
pub async fn of_one_moment_everything_ends_alike_in_any_order(world: World) {
    let end = same_in_every_order(
        &world,
        &[
            told(1, "", What::Pushed("latest", 'c', None)),
            told(1, "e0", What::Removed('b')),
            told(1, "e1", What::Pushed("latest", 'a', Some("alice"))),
            told(1, "e2", What::Pushed("other", 'b', Some("bob"))),
            told(1, "e3", What::Untagged("latest")),
        ],
    )
    .await;
    assert_eq!(end.manifests, [digest('a'), digest('b'), digest('c')]);
    let tags: Vec<_> = end.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(tags, ["other"]);
    assert_eq!(end.known[&named("latest")].as_of, as_of(1, "e3"));
}

/// Where nothing else tells them apart, what is gone is gone.
pub async fn of_a_word_and_a_removal_as_new_as_it_the_removal_holds_in_any_order(world: World) {
    let end = same_in_every_order(
        &world,
        &[
            told(1, "e0", What::Pushed("latest", 'a', Some("alice"))),
            told(1, "e1", What::Pushed("latest", 'a', Some("alice"))),
            told(1, "e1", What::Untagged("latest")),
            told(1, "e1", What::Removed('a')),
        ],
    )
    .await;
    assert_eq!((end.manifests.len(), end.rows.len()), (0, 0));
}

/// A word from between a push and the removal of what it pushed still counts.
pub async fn a_crawl_between_events_ends_alike_in_any_order(world: World) {
    let end = same_in_every_order(
        &world,
        &[
            told(2, "e1", What::Pushed("latest", 'b', Some("bob"))),
            told(3, "", What::Pushed("latest", 'a', None)),
            told(5, "e2", What::Removed('b')),
            told(1, "e3", What::Pushed("latest", 'a', Some("alice"))),
            told(9, "e4", What::Pulled('b', 1)),
        ],
    )
    .await;
    let row = &end.rows[0];
    assert_eq!((end.rows.len(), &row.digest), (1, &digest('a')));
    assert_eq!(end.known[&named("latest")].as_of, as_of(3, ""));
}

pub async fn what_is_told_at_once_ends_as_if_told_in_order(world: World) {
    let repository = world.repository().await;
    for round in 0..6 {
        let tag = format!("tag-{round}");
        let mut tellers = JoinSet::new();
        for second in 1..=8 {
            let (store, tag) = (world.store.clone(), tag.clone());
            tellers.spawn(async move {
                let (digit, tag) = (['a', 'b'][second % 2], named(&tag));
                let as_of = as_of(second as u64, &format!("e{second}"));
                let told: Result<_, StoreError> = store
                    .write(async |tx| {
                        let tx = tx.repositories();
                        tx.add_manifest(repository, &seen(digit, 1), &as_of).await?;
                        let by = Some((None, "alice"));
                        tx.set_tag(repository, &tag, &digest(digit), &as_of, by).await
                    })
                    .await;
                told.unwrap();
            });
        }
        tellers.join_all().await;
        let known = world.read(async |tx| tx.repositories().known_tags(repository).await).await;
        let tag = &known[&named(&tag)];
        assert_eq!((&tag.digest, &tag.as_of), (&Some(digest('a')), &as_of(8, "e8")));
    }
}

async fn same_in_every_order(world: &World, told: &[Told]) -> End {
    let registry = world.registry("main").await;
    let namespace = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
    let mut orders = Vec::new();
    permute(told.to_vec(), &mut Vec::new(), &mut orders);
    let mut first: Option<End> = None;
    for (number, order) in orders.iter().enumerate() {
        let end = end(world, namespace, &format!("qa/app-{number}"), order).await;
        match &first {
            None => first = Some(end),
            Some(first) => assert_eq!(end, *first, "after {order:#?}"),
        }
    }
    first.unwrap()
}

fn permute(rest: Vec<Told>, chosen: &mut Vec<Told>, orders: &mut Vec<Vec<Told>>) {
    if rest.is_empty() {
        orders.push(chosen.clone());
    }
    for number in 0..rest.len() {
        let mut rest = rest.clone();
        chosen.push(rest.remove(number));
        permute(rest, chosen, orders);
        chosen.pop();
    }
}

async fn end(world: &World, namespace: NamespaceId, path: &str, order: &[Told]) -> End {
    let (repository, known, manifests) = world
        .write(async |tx| {
            let repository = tx.repositories().ensure(namespace, &named(path), at(1)).await?;
            for told in order {
                apply(tx, repository, told).await?;
            }
            let known = tx.repositories().known_tags(repository).await?;
            let digests = ['a', 'b', 'c'].map(digest);
            let manifests = tx.repositories().known_manifests(repository, &digests).await?;
            Ok((repository, known, manifests))
        })
        .await;
    let mut manifests = manifests;
    manifests.sort();
    let Page { rows, .. } = world.browse.tags(repository, &Slice::first(10)).await.unwrap();
    End { known, manifests, rows }
}

async fn apply(tx: &mut Tx, repository: RepositoryId, told: &Told) -> Result<(), StoreError> {
    let repositories = tx.repositories();
    let as_of = &told.as_of;
    let second = as_of.at.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap().as_secs();
    match told.what {
        What::Pushed(tag, digit, by) => {
            repositories.add_manifest(repository, &seen(digit, second), as_of).await?;
            let by = by.map(|name| (None, name));
            repositories.set_tag(repository, &named(tag), &digest(digit), as_of, by).await?;
        }
        What::Stored(digit) => {
            repositories.add_manifest(repository, &seen(digit, second), as_of).await?;
        }
        What::Untagged(tag) => {
            repositories.remove_tag(repository, &named(tag), as_of).await?;
        }
        What::Removed(digit) => {
            repositories.remove_manifest(repository, &digest(digit), as_of).await?;
        }
        What::Pulled(digit, count) => {
            repositories.count_pulls(repository, &digest(digit), as_of.at, count).await?;
        }
    }
    Ok(())
}

fn told(second: u64, event: &str, what: What) -> Told {
    Told { as_of: as_of(second, event), what }
}
