use async_trait::async_trait;

use super::StoreError;
use crate::id::AccountId;
use crate::page::{Page, Slice};
use crate::policy::NamespaceFilter;
use crate::search::{
    FoundManifest, FoundNamespace, FoundRepository, FoundTag, FoundTeam, SearchText,
};

/// Finds things by part of their name. Lists come the best first, in an order that stays, and are
/// walked by key.
#[async_trait]
pub trait Search: Send + Sync {
    /// Repositories with something in them whose path has a word that begins like this: first those
    /// whose path is it or ends with it, then those whose path begins like it, then the others.
    async fn repositories(
        &self,
        readable: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundRepository>, StoreError>;

    /// Tags that begin like this, letter by letter; those of the very name first.
    async fn tags(
        &self,
        readable: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundTag>, StoreError>;

    /// Manifests whose digest begins like `digits`, as [`SearchText::digest`] has it.
    async fn manifests(
        &self,
        readable: &NamespaceFilter,
        digits: &str,
        slice: &Slice,
    ) -> Result<Page<FoundManifest>, StoreError>;

    /// Namespaces whose name begins like this, that of the very name first.
    async fn namespaces(
        &self,
        readable: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundNamespace>, StoreError>;

    /// Teams whose name begins like this, that of the very name first; only those that `member` is
    /// in, where that is said.
    async fn teams(
        &self,
        member: Option<AccountId>,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundTeam>, StoreError>;
}
