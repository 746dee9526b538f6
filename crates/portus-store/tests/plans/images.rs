//! Questions about what is in a repository and in an image.

use portus_core::digest::Digest;
use portus_core::id::{NamespaceId, RepositoryId};
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::port::{StoreError, Weighed, Weight};
use portus_core::shelf::{ImageFilter, ImageOrder};
use portus_store::Database;

use crate::world::named;

/// How many statements [`ask`] takes.
pub const QUESTIONS: usize = 34;

pub async fn ask(database: &Database) {
    let (images, of) = (&database.images, RepositoryId(7));
    let slice = Slice::first(50);
    for order in ImageOrder::ALL {
        for text in [None, Some("at".to_owned())] {
            let filter = ImageFilter { order, named: text, companions: false };
            let page = images.images(of, &filter, &slice).await.unwrap();
            assert_eq!(page.rows.len(), 1);
        }
    }
    let digest = named(&format!("sha256:{}", "a".repeat(64)));
    assert!(images.about(of, &digest).await.unwrap().is_some());
    assert_eq!(images.referrers(of, &[digest]).await.unwrap(), []);
    assert_eq!(images.manifests(of, Some(false), &slice).await.unwrap().rows, []);
    for tagged in [None, Some(true)] {
        assert_eq!(images.manifests(of, tagged, &slice).await.unwrap().rows.len(), 1);
    }
    let label = ("version", "1.777");
    let found = images.manifests_with_label(&NamespaceFilter::EVERY, label, &slice).await.unwrap();
    assert_eq!(found.rows.len(), 11);
    deletions(database).await;
}

/// What is looked at before something goes: the layer of one manifest is in every other one, too,
/// and so is what an index names.
async fn deletions(database: &Database) {
    let (images, of) = (&database.images, RepositoryId(7));
    let digest = |digit: &str| -> Digest { named(&format!("sha256:{}", digit.repeat(64))) };
    let (image, child) = (digest("a"), digest("c"));
    let weight = Weight { size: 1, shared: 1, shared_size: 1 };
    let within = Some(std::sync::Arc::new([NamespaceId(5)].into()));
    let some = NamespaceFilter { within, ..NamespaceFilter::EVERY };
    assert_eq!(images.size_of(of).await.unwrap(), 1);
    for (which, readable, weight) in [
        (Weighed::Manifests(of, vec![image.clone()]), &NamespaceFilter::EVERY, weight),
        (Weighed::Repository(of), &NamespaceFilter::EVERY, weight),
        (Weighed::Repository(of), &some, weight),
        (Weighed::Namespace(NamespaceId(5)), &some, Weight { shared: 0, shared_size: 0, ..weight }),
    ] {
        assert_eq!(images.weigh(&which, readable).await.unwrap(), weight, "{which:?}");
    }
    let found: Result<_, StoreError> = database
        .store
        .read(async |tx| {
            let indexes = tx.deletions().indexes_of(of, &child).await?.len();
            let only = tx.remains().only_of(of, &image).await?.len();
            let sums = tx.deletions().sums_of_repository(of).await?;
            Ok((indexes, only, sums.manifests, sums.comments))
        })
        .await;
    assert_eq!(found.unwrap(), (1, 0, 1, 1));
}
