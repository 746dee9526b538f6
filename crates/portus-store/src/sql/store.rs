use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use portus_core::port::{Store, StoreError, UnitOfWork};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::pool::{SqlPool, within};
use super::unit_of_work::SqlUnitOfWork;
use crate::error::unavailable;

/// Units of work in a database.
pub(super) struct SqlStore {
    pool: SqlPool,
    writers: Arc<Semaphore>,
}

impl SqlStore {
    pub(super) fn new(pool: SqlPool, writers: usize) -> Self {
        Self { pool, writers: Arc::new(Semaphore::new(writers)) }
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let turn = self.writers.clone().acquire_owned();
        within(TURN, async { turn.await.map_err(unavailable) }).await
    }
}

/// As long as SQLite itself would wait for another process.
const TURN: Duration = Duration::from_secs(5);

#[async_trait]
impl Store for SqlStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let turn = self.turn().await?;
        Ok(Box::new(SqlUnitOfWork::begin(self.pool.lease().await?, turn).await?))
    }

    async fn snapshot(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(SqlUnitOfWork::snapshot(self.pool.lease().await?).await?))
    }
}
