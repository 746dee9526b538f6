//! Questions about what is in a repository and in an image.

use portus_core::id::RepositoryId;
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::shelf::{ImageFilter, ImageOrder};
use portus_store::Database;

use crate::world::named;

/// How many statements [`ask`] takes.
pub const QUESTIONS: usize = 17;

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
    assert_eq!(images.untagged(of, &slice).await.unwrap().rows, []);
    let label = ("version", "1.777");
    let found = images.manifests_with_label(&NamespaceFilter::EVERY, label, &slice).await.unwrap();
    assert_eq!(found.rows.len(), 11);
}
