//! How much images take.

use portus_core::id::{NamespaceId, RepositoryId};
use portus_core::image::{Descriptor, ManifestDetails, MediaType, OCI_MANIFEST};
use portus_core::namespace::NamespaceKind;
use portus_core::policy::NamespaceFilter;
use portus_core::port::{Described, StoreError, Weighed, Weight};

use super::deletions::place;
use crate::world::{World, as_of, at, digest, named, seen};

pub async fn what_several_images_have_counts_once(world: World) {
    let (_, namespace) = place(&world).await;
    let app = image(&world, namespace, "qa/app", 'a', "12").await;
    image(&world, namespace, "qa/app", 'b', "1233").await;
    let size = async || world.images.size_of(app).await.unwrap();
    // Two configurations and three layers.
    assert_eq!(size().await, 2 * CONFIG + 3 * LAYER);
    world
        .write(async |tx| tx.repositories().remove_manifest(app, &digest('b'), &as_of(9, "")).await)
        .await;
    assert_eq!(size().await, CONFIG + 2 * LAYER);
    assert_eq!(world.images.size_of(RepositoryId(4711)).await.unwrap(), 0);
}

pub async fn what_others_have_too_stays(world: World) {
    let (_, namespace) = place(&world).await;
    let other = world.registry("other").await;
    let elsewhere = world.namespace(other, "qa", NamespaceKind::Orphan).await;
    let app = image(&world, namespace, "qa/app", 'a', "123").await;
    image(&world, namespace, "qa/app", 'b', "14").await;
    image(&world, namespace, "qa/tool", 'c', "2").await;
    // Another registry has another storage.
    image(&world, elsewhere, "qa/app", 'd', "3").await;
    let every = NamespaceFilter::EVERY;
    let weigh = async |which, readable: &NamespaceFilter| {
        world.images.weigh(&which, readable).await.unwrap()
    };
    let first = Weighed::Manifests(app, vec![digest('a'), digest('f')]);
    let weight = Weight { size: CONFIG + 3 * LAYER, shared: 2, shared_size: 2 * LAYER };
    assert_eq!(weigh(first.clone(), &every).await, weight);
    assert_eq!(weight.freed(), CONFIG + LAYER);
    let both = Weighed::Manifests(app, vec![digest('a'), digest('b')]);
    let whole = Weight { size: 2 * CONFIG + 4 * LAYER, shared: 1, shared_size: LAYER };
    assert_eq!(weigh(both, &every).await, whole);
    assert_eq!(weigh(Weighed::Repository(app), &every).await, whole);
    // What the asker may not see says nothing.
    let nobody = NamespaceFilter { every: false, ..NamespaceFilter::EVERY };
    let alone = Weight { shared: 0, shared_size: 0, ..whole };
    assert_eq!(weigh(Weighed::Repository(app), &nobody).await, alone);

    let all = Weight { size: 3 * CONFIG + 4 * LAYER, shared: 0, shared_size: 0 };
    assert_eq!(weigh(Weighed::Namespace(namespace), &every).await, all);
    for nothing in [
        Weighed::Manifests(app, Vec::new()),
        Weighed::Manifests(app, vec![digest('f')]),
        Weighed::Repository(RepositoryId(4711)),
        Weighed::Namespace(NamespaceId(4711)),
    ] {
        assert_eq!(weigh(nothing, &every).await, Weight::default());
    }
}

const CONFIG: u64 = 7;
const LAYER: u64 = 100;

/// An image with a configuration of its own and these layers.
async fn image(
    world: &World,
    namespace: NamespaceId,
    path: &str,
    digit: char,
    layers: &str,
) -> RepositoryId {
    let part = |digest, size| Descriptor { media_type: MediaType::new("a/b"), digest, size };
    let config = format!("sha256:{}", format!("{digit}0").repeat(32));
    let details = ManifestDetails {
        media_type: MediaType::new(OCI_MANIFEST),
        config: Some(part(named(&config), CONFIG)),
        layers: layers.chars().map(|layer| part(digest(layer), LAYER)).collect(),
        ..ManifestDetails::default()
    };
    world
        .write(async |tx| {
            let app = tx.repositories().ensure(namespace, &named(path), at(1)).await?;
            tx.repositories().add_manifest(app, &seen(digit, 2), &as_of(2, "e")).await?;
            let read = Described::Read(Box::new(details));
            tx.repositories().describe(app, &digest(digit), &read).await?;
            Ok::<_, StoreError>(app)
        })
        .await
}
