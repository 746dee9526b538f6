use async_trait::async_trait;
use portus_core::companion::Referrer;
use portus_core::digest::Digest;
use portus_core::id::RepositoryId;
use portus_core::page::{Page, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{Images, StoreError};
use portus_core::shelf::{About, ImageFilter, ImageRow, LabelledRow, ManifestRow, PastRow};
use portus_core::tag::TagName;

use super::browse::SqlBrowse;
use super::{about, labels, manifest_rows, past, referrers, shelf};

#[async_trait]
impl Images for SqlBrowse {
    async fn about(&self, of: RepositoryId, digest: &Digest) -> Result<Option<About>, StoreError> {
        about::about(self, of, digest).await
    }

    async fn images(
        &self,
        of: RepositoryId,
        filter: &ImageFilter,
        slice: &Slice,
    ) -> Result<Page<ImageRow>, StoreError> {
        shelf::images(self, of, filter, slice).await
    }

    async fn manifests_with_label(
        &self,
        readable: &NamespaceFilter,
        (name, value): (&str, &str),
        slice: &Slice,
    ) -> Result<Page<LabelledRow>, StoreError> {
        labels::manifests_with(self, readable, (name, value), slice).await
    }

    async fn past(
        &self,
        of: RepositoryId,
        tag: &TagName,
        slice: &Slice,
    ) -> Result<Page<PastRow>, StoreError> {
        past::past(self, of, tag, slice).await
    }

    async fn referrers(
        &self,
        of: RepositoryId,
        digests: &[Digest],
    ) -> Result<Vec<Referrer>, StoreError> {
        referrers::referrers(self, of, digests).await
    }

    async fn manifests(
        &self,
        of: RepositoryId,
        tagged: Option<bool>,
        slice: &Slice,
    ) -> Result<Page<ManifestRow>, StoreError> {
        manifest_rows::manifests(self, of, tagged, slice).await
    }
}
