//! What goes along with what is deleted, and what is left of it.

use portus_core::id::RepositoryId;
use portus_core::image::{Child, Descriptor, ManifestDetails, MediaType, OCI_INDEX, OCI_MANIFEST};
use portus_core::page::Slice;
use portus_core::port::{Described, SaidOf, StoreError, Sums};

use super::deletions::{comment, filled, place};
use crate::world::{World, as_of, at, digest, named, seen};

pub async fn an_index_takes_along_what_nothing_else_names(world: World) {
    let (_, namespace) = place(&world).await;
    let app = world
        .write(async |tx| {
            let app = tx.repositories().ensure(namespace, &named("qa/multi"), at(1)).await?;
            for (index, names) in [('1', "abcda"), ('2', "b")] {
                index_of(tx, app, index, names).await?;
            }
            for digit in ['a', 'b', 'c'] {
                let (manifest, word) = (seen(digit, 2), as_of(2, "e"));
                tx.repositories().add_manifest(app, &manifest, &word).await?;
            }
            let (tag, word) = (named("tag"), as_of(3, "e"));
            tx.repositories().set_tag(app, &tag, &digest('c'), &word, None).await?;
            Ok::<_, StoreError>(app)
        })
        .await;
    let only =
        async |digit| world.read(async |tx| tx.remains().only_of(app, &digest(digit)).await).await;
    // The other index names `b`, a tag is on `c`, and `d` is not there.
    assert_eq!(only('1').await, [digest('a')]);
    assert_eq!((only('2').await, only('a').await), (vec![], vec![]));
    world
        .write(async |tx| tx.repositories().remove_manifest(app, &digest('2'), &as_of(9, "")).await)
        .await;
    assert_eq!(only('1').await, [digest('a'), digest('b')]);
    assert_eq!(only('2').await, []);
    // What another repository has is another thing.
    let other = world
        .write(async |tx| {
            let other = tx.repositories().ensure(namespace, &named("qa/other"), at(1)).await?;
            index_of(tx, other, '3', "a").await?;
            Ok::<_, StoreError>(other)
        })
        .await;
    assert_eq!(only('1').await, [digest('a'), digest('b')]);
    let there = world.read(async |tx| tx.remains().only_of(other, &digest('3')).await).await;
    assert_eq!(there, []);
}

pub async fn only_what_was_in_an_empty_repository_is_forgotten(world: World) {
    let (registry, namespace) = place(&world).await;
    let app = filled(&world, namespace).await;
    let empty = async || world.write(async |tx| tx.remains().is_empty(app).await).await;
    let forget = async |limit| {
        let mut gone = 0;
        loop {
            match world.write(async |tx| tx.remains().forget_past(app, limit).await).await {
                0 => return gone,
                more => gone += more,
            }
        }
    };
    assert_eq!((empty().await, forget(9).await), (false, 0));
    world
        .write(async |tx| {
            for digit in ['a', 'b', 'c'] {
                let gone = as_of(9, "");
                tx.repositories().remove_manifest(app, &digest(digit), &gone).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await;
    let past = async || {
        let page = world.images.past(app, &named("1"), &Slice::first(9)).await.unwrap();
        page.rows.len()
    };
    assert_eq!((empty().await, past().await), (true, 1));
    assert!(forget(2).await >= 7, "three tags, three manifests, pulls");
    assert_eq!((forget(2).await, past().await), (0, 0));
    let found =
        world.read(async |tx| tx.repositories().by_path(registry, &named("qa/app")).await).await;
    assert_eq!(found, Some(app));

    // A late word of it changes nothing; one that is newer begins anew.
    let push = async |second| {
        world
            .write(async |tx| {
                let (manifest, word) = (seen('a', second), as_of(second, "late"));
                tx.repositories().add_manifest(app, &manifest, &word).await?;
                let (tag, digest) = (named("1"), digest('a'));
                tx.repositories().set_tag(app, &tag, &digest, &word, None).await
            })
            .await
    };
    push(5).await;
    assert!(empty().await);
    assert!(world.browse.tags(app, &Slice::first(9)).await.unwrap().rows.is_empty());
    push(12).await;
    let rows = world.browse.tags(app, &Slice::first(9)).await.unwrap().rows;
    assert_eq!((rows.len(), rows[0].pulls, rows[0].pushed_at), (1, 0, at(12)));
    assert_eq!(world.browse.repository(app).await.unwrap().unwrap().pulls, 0);
    assert!(!empty().await);
}

pub async fn what_was_said_of_a_repository_is_forgotten(world: World) {
    let (_, namespace) = place(&world).await;
    let (app, reader) = (filled(&world, namespace).await, world.person("reader").await);
    let other = world
        .write(async |tx| tx.repositories().ensure(namespace, &named("qa/other"), at(1)).await)
        .await;
    world
        .write(async |tx| {
            for of in [app, other] {
                tx.words().describe_repository(of, &named("What it is for")).await?;
                tx.words().star(reader, of, at(1)).await?;
                tx.words().add_comment(&comment(of)).await?;
            }
            tx.remains().forget_said(app).await
        })
        .await;
    let said = async |of: RepositoryId| {
        let Sums { descriptions, comments, stars, .. } =
            world.read(async |tx| tx.deletions().sums_of_repository(of).await).await;
        (descriptions, comments, stars)
    };
    assert_eq!((said(app).await, said(other).await), ((0, 0, 0), (1, 1, 1)));
    assert!(!world.explore.is_starred(reader, app).await.unwrap());
    assert_eq!(world.explore.description(SaidOf::Repository(app)).await.unwrap(), "");
    assert_eq!(world.browse.repository(app).await.unwrap().unwrap().stars, 0);
}

async fn index_of(
    tx: &mut portus_core::port::Tx,
    app: RepositoryId,
    index: char,
    names: &str,
) -> Result<(), StoreError> {
    let child = |digit| Child {
        descriptor: Descriptor {
            media_type: MediaType::new(OCI_MANIFEST),
            digest: digest(digit),
            size: 1,
        },
        platform: None,
        attests: None,
    };
    let details = ManifestDetails {
        media_type: MediaType::new(OCI_INDEX),
        children: names.chars().map(child).collect(),
        ..ManifestDetails::default()
    };
    tx.repositories().add_manifest(app, &seen(index, 2), &as_of(2, "e")).await?;
    let read = Described::Read(Box::new(details));
    tx.repositories().describe(app, &digest(index), &read).await
}
