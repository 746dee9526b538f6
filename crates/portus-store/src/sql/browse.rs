use async_trait::async_trait;
use portus_core::account::Account;
use portus_core::activity::Activity;
use portus_core::id::RepositoryId;
use portus_core::page::{
    BotRow, NamespaceRow, Page, ParkedRow, RepositoryRow, Slice, TagRow, TeamRow,
};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{AccountFilter, ActivityFilter, Browse, RepositoryFilter, StoreError};

use super::pool::SqlPool;

/// Lists.
pub(super) struct SqlBrowse {
    pool: SqlPool,
}

impl SqlBrowse {
    pub(super) fn new(pool: SqlPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl Browse for SqlBrowse {
    async fn accounts(
        &self,
        _filter: AccountFilter,
        _slice: &Slice,
    ) -> Result<Page<Account>, StoreError> {
        let _ = &self.pool;
        Ok(Page { rows: vec![], next: None })
    }
    async fn activities(
        &self,
        _filter: &ActivityFilter,
        _slice: &Slice,
    ) -> Result<Page<Activity>, StoreError> {
        Ok(Page { rows: vec![], next: None })
    }
    async fn bots(&self, _slice: &Slice) -> Result<Page<BotRow>, StoreError> {
        Ok(Page { rows: vec![], next: None })
    }
    async fn namespaces(
        &self,
        _filter: &NamespaceFilter,
        _slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError> {
        Ok(Page { rows: vec![], next: None })
    }
    async fn parked(&self, _slice: &Slice) -> Result<Page<ParkedRow>, StoreError> {
        Ok(Page { rows: vec![], next: None })
    }
    async fn repositories(
        &self,
        _filter: &RepositoryFilter,
        _slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        Ok(Page { rows: vec![], next: None })
    }
    async fn tags(
        &self,
        _repository: RepositoryId,
        _slice: &Slice,
    ) -> Result<Page<TagRow>, StoreError> {
        Ok(Page { rows: vec![], next: None })
    }
    async fn teams(&self, _slice: &Slice) -> Result<Page<TeamRow>, StoreError> {
        Ok(Page { rows: vec![], next: None })
    }
}
