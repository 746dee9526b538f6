use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl, TransactionManager};
use portus_core::id::RepositoryId;
use portus_core::port::{
    Accounts, Answers, Arrivals, Audit, Deletions, Going, Inbox, Jobs, Keys, Namespaces,
    PasswordLinks, Registries, Remains, Repositories, Sessions, StoreError, Syncs, Teams, Tokens,
    UnitOfWork, Words,
};
use tokio::sync::OwnedSemaphorePermit;

use super::super::{Connection, dialect};
use super::pool::Lease;
use crate::error::{store_error, unavailable};
use crate::schema::policy_epoch;
use crate::statements::{Purpose, Statements};

/// An open transaction on a connection of its own. Dropping it closes the connection: back in the
/// pool it would keep its locks until its next use.
pub(super) struct SqlUnitOfWork {
    // Dropped in this order: the connection is gone before the next writer's turn comes.
    lease: Lease,
    _turn: Option<OwnedSemaphorePermit>,
    is_snapshot: bool,
    failed: Arc<AtomicBool>,
    locked: BTreeSet<RepositoryId>,
}

type Transactions = <Connection as AsyncConnection>::TransactionManager;

impl SqlUnitOfWork {
    pub(super) async fn begin(
        lease: Lease,
        turn: OwnedSemaphorePermit,
    ) -> Result<Self, StoreError> {
        let mut work = Self::new(lease, Some(turn));
        dialect::begin(work.conn()).await.map_err(store_error)?;
        Ok(work)
    }

    pub(super) async fn snapshot(lease: Lease) -> Result<Self, StoreError> {
        let mut work = Self::new(lease, None);
        work.is_snapshot = true;
        dialect::snapshot(work.conn()).await.map_err(store_error)?;
        Ok(work)
    }

    fn new(mut lease: Lease, turn: Option<OwnedSemaphorePermit>) -> Self {
        let statements = Statements::of(Purpose::Store);
        let failed = statements.failed();
        lease.conn().set_instrumentation(statements);
        Self { lease, _turn: turn, is_snapshot: false, failed, locked: BTreeSet::new() }
    }

    pub(super) fn conn(&mut self) -> &mut Connection {
        self.lease.conn()
    }

    /// Makes other units of work that change this repository wait: what was said of it is compared
    /// here, not in the database.
    pub(super) async fn lock(&mut self, repository: RepositoryId) -> Result<(), StoreError> {
        if !self.locked.insert(repository) {
            return Ok(());
        }
        dialect::lock_repository(self.conn(), repository.0).await.map_err(store_error)
    }

    async fn undo(mut self) -> Result<(), StoreError> {
        Transactions::rollback_transaction(self.conn()).await.map_err(store_error)?;
        if self.is_snapshot {
            dialect::end_snapshot(self.conn()).await.map_err(store_error)?;
        }
        self.lease.end(Ok(()))
    }
}

#[async_trait]
impl UnitOfWork for SqlUnitOfWork {
    fn accounts(&mut self) -> &mut dyn Accounts {
        self
    }
    fn answers(&mut self) -> &mut dyn Answers {
        self
    }
    fn arrivals(&mut self) -> &mut dyn Arrivals {
        self
    }
    fn audit(&mut self) -> &mut dyn Audit {
        self
    }
    fn deletions(&mut self) -> &mut dyn Deletions {
        self
    }
    fn going(&mut self) -> &mut dyn Going {
        self
    }
    fn inbox(&mut self) -> &mut dyn Inbox {
        self
    }
    fn jobs(&mut self) -> &mut dyn Jobs {
        self
    }
    fn keys(&mut self) -> &mut dyn Keys {
        self
    }
    fn namespaces(&mut self) -> &mut dyn Namespaces {
        self
    }
    fn password_links(&mut self) -> &mut dyn PasswordLinks {
        self
    }
    fn registries(&mut self) -> &mut dyn Registries {
        self
    }
    fn remains(&mut self) -> &mut dyn Remains {
        self
    }
    fn repositories(&mut self) -> &mut dyn Repositories {
        self
    }
    fn sessions(&mut self) -> &mut dyn Sessions {
        self
    }

    fn syncs(&mut self) -> &mut dyn Syncs {
        self
    }
    fn teams(&mut self) -> &mut dyn Teams {
        self
    }
    fn tokens(&mut self) -> &mut dyn Tokens {
        self
    }

    fn words(&mut self) -> &mut dyn Words {
        self
    }

    async fn raise_epoch(&mut self) -> Result<(), StoreError> {
        diesel::update(policy_epoch::table)
            .set(policy_epoch::epoch.eq(policy_epoch::epoch + 1))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        dialect::announce_epoch(self.conn()).await.map_err(store_error)
    }

    async fn settle_epoch(&mut self) -> Result<(), StoreError> {
        dialect::settle_epoch(self.conn()).await.map_err(store_error)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        // PostgreSQL would undo it all and call that a success; SQLite would keep the rest.
        if AtomicBool::load(&self.failed, Ordering::Relaxed) {
            self.undo().await?;
            return Err(unavailable("a statement of this unit of work failed"));
        }
        Transactions::commit_transaction(self.conn()).await.map_err(store_error)?;
        if self.is_snapshot {
            dialect::end_snapshot(self.conn()).await.map_err(store_error)?;
        }
        self.lease.end(Ok(()))
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.undo().await
    }
}
