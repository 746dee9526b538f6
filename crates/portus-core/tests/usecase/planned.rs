//! What a deletion says beforehand.

use portus_core::id::RepositoryId;
use portus_core::image::SeenManifest;
use portus_core::image::{Child, Descriptor, ManifestDetails, MediaType, OCI_INDEX, OCI_MANIFEST};
use portus_core::policy::Switches;
use portus_core::port::{Described, StoreError, Tx, Weight};
use portus_core::tag::AsOf;
use portus_core::usecase::{DeletionPlan, Wanted};

use crate::deletion::{arranged, repository, tags};
use crate::remote::{Deletes, Table, digest};
use crate::world::World;

fn part(digit: u32, size: u64) -> Descriptor {
    Descriptor { media_type: MediaType::new(OCI_MANIFEST), digest: digest(digit), size }
}

fn image(layers: &[u32]) -> ManifestDetails {
    ManifestDetails {
        media_type: MediaType::new(OCI_MANIFEST),
        layers: layers.iter().map(|digit| part(*digit, 10)).collect(),
        ..ManifestDetails::default()
    }
}

async fn put(tx: &mut Tx, of: RepositoryId, digit: u32, details: ManifestDetails) {
    let as_of = AsOf { at: std::time::SystemTime::UNIX_EPOCH, event: "e".into() };
    let (media_type, pushed_at) = (details.media_type.clone(), as_of.at);
    let seen = SeenManifest { digest: digest(digit), media_type, pushed_at };
    tx.repositories().add_manifest(of, &seen, &as_of).await.unwrap();
    let read = Described::Read(Box::new(details));
    tx.repositories().describe(of, &digest(digit), &read).await.unwrap();
}

async fn fill(world: &World, images: Vec<(u32, ManifestDetails)>) {
    let registry = world.registry().await.id;
    let done = world.store.write::<_, StoreError>(async |tx| {
        let path = "qa/app".parse().unwrap();
        let app = tx.repositories().by_path(registry, &path).await?.unwrap();
        for (digit, details) in images {
            put(tx, app, digit, details).await;
        }
        Ok(())
    });
    done.await.unwrap();
}

async fn plan(world: &World, table: &Table, wanted: &Wanted) -> DeletionPlan {
    let actor = world.actor("alice").await;
    world.delete_images(table).plan.plan(&actor, wanted).await.unwrap()
}

fn manifest(digit: u32) -> Wanted {
    Wanted::Manifest("main".parse().unwrap(), "qa/app".parse().unwrap(), digest(digit))
}

/// As many as an index of a few megabytes can name.
#[tokio::test]
async fn an_index_of_ten_thousand_manifests_is_planned_in_one_go() {
    let (world, table) = arranged(Switches::default()).await;
    let children: Vec<Child> = (0..10_000)
        .map(|n| Child { descriptor: part(100_000 + n, 1), platform: None, attests: None })
        .collect();
    let index = ManifestDetails {
        media_type: MediaType::new(OCI_INDEX),
        children,
        ..ManifestDetails::default()
    };
    let images = (0..10_000).map(|n| (100_000 + n, image(&[200_000 + n, 9])));
    fill(&world, images.chain([(99, index)]).collect()).await;
    let plan = plan(&world, &table, &manifest(99)).await;
    assert_eq!((plan.manifests.len(), plan.sums.manifests), (10_001, 10_001));
    // `9` is in every image of the table, and counts once.
    let shared = Weight { size: 100_010, shared: 1, shared_size: 10 };
    assert_eq!((plan.weight, plan.weight.freed()), (shared, 100_000));
}

#[tokio::test]
async fn what_is_about_an_image_is_named_before_that_goes() {
    let (world, table) = arranged(Switches::default()).await;
    let about = |digit| ManifestDetails { subject: Some(digest(digit)), ..image(&[50]) };
    fill(&world, vec![(77, about(101)), (78, about(103))]).await;
    let told = |plan: &DeletionPlan| -> Vec<_> {
        plan.left_alone().iter().map(|one| (one.of.clone(), one.digest.clone())).collect()
    };
    let whole = plan(&world, &table, &manifest(103)).await;
    assert_eq!(told(&whole), [(digest(103), digest(78))]);
    // By tag the image stays, and so does what is about it.
    let by_tag = plan(&world, &table, &tags(&["3"])).await;
    assert_eq!((told(&by_tag).len(), by_tag.weight), (0, Weight::default()));
    table.0.lock().unwrap().deletes = Deletes::ByDigest;
    let by_digest = plan(&world, &table, &tags(&["3"])).await;
    assert_eq!(told(&by_digest), [(digest(103), digest(78))]);
    assert_eq!(by_digest.weight, whole.weight);
    // Of what all goes, nothing is left alone.
    assert!(told(&plan(&world, &table, &repository()).await).is_empty());
}
