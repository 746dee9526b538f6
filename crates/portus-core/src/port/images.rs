use async_trait::async_trait;

use super::{Blobs, StoreError};
use crate::companion::Referrer;
use crate::digest::Digest;
use crate::id::RepositoryId;
use crate::page::{Page, Slice};
use crate::policy::NamespaceFilter;
use crate::shelf::{About, ImageFilter, ImageRow, LabelledRow, ManifestRow, PastRow};
use crate::tag::TagName;

/// What is in a repository, for people to look at: read-only, as [`super::Browse`]. Whether the
/// asker may see the repository was decided before.
#[async_trait]
pub trait Images: Blobs {
    /// What a manifest that is there says beside what it is made of.
    async fn about(
        &self,
        repository: RepositoryId,
        digest: &Digest,
    ) -> Result<Option<About>, StoreError>;

    /// The images of a repository, one for each digest that has a tag of the wanted kind.
    async fn images(
        &self,
        repository: RepositoryId,
        filter: &ImageFilter,
        slice: &Slice,
    ) -> Result<Page<ImageRow>, StoreError>;

    /// Manifests whose image has a label of this name and a value that starts so, by value, of what
    /// the asker may see.
    async fn manifests_with_label(
        &self,
        readable: &NamespaceFilter,
        (name, value): (&str, &str),
        slice: &Slice,
    ) -> Result<Page<LabelledRow>, StoreError>;

    /// What a tag was set to, newest first.
    async fn past(
        &self,
        repository: RepositoryId,
        tag: &TagName,
        slice: &Slice,
    ) -> Result<Page<PastRow>, StoreError>;

    /// The manifests that are about one of these, as a subject, by a tag or in an index; at most a
    /// thousand, by digest.
    async fn referrers(
        &self,
        repository: RepositoryId,
        of: &[Digest],
    ) -> Result<Vec<Referrer>, StoreError>;

    /// The manifests that are there, newest first; perhaps only those that a tag points at, or that
    /// none does.
    async fn manifests(
        &self,
        repository: RepositoryId,
        tagged: Option<bool>,
        slice: &Slice,
    ) -> Result<Page<ManifestRow>, StoreError>;
}
