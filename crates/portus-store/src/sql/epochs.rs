use std::time::Instant;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl, TransactionManager};
use portus_core::port::{Epoch, Known, StoreError};

use super::super::{Connection, dialect};
use super::pool::within_limit;
use super::registries::every_registry;
use crate::epochs::{Source, Watching};
use crate::error::{store_error, unavailable};
use crate::schema::policy_epoch;
use crate::statements::Purpose;

/// Opens connections that only look at the epoch.
pub(super) struct SqlSource {
    target: dialect::Target,
}

impl SqlSource {
    pub(super) fn new(target: dialect::Target) -> Self {
        Self { target }
    }
}

struct SqlWatching {
    conn: Connection,
    /// What SQLite's file was at when it was last looked at.
    version: Option<i64>,
}

type Transactions = <Connection as AsyncConnection>::TransactionManager;

#[async_trait]
impl Source for SqlSource {
    async fn open(&self) -> Result<Box<dyn Watching>, StoreError> {
        within_limit(async {
            let opened = dialect::open(&self.target, Purpose::Store).await;
            let mut conn = opened.map_err(unavailable)?;
            // A pooler may refuse this; then the poll finds what changed.
            if let Err(error) = dialect::listen(&mut conn).await {
                tracing::debug!(%error, "notifications of changes are not to be had here");
            }
            Ok(Box::new(SqlWatching { conn, version: None }) as Box<dyn Watching>)
        })
        .await
    }
}

#[async_trait]
impl Watching for SqlWatching {
    async fn wait(&mut self) -> Result<Option<Instant>, StoreError> {
        dialect::wait(&mut self.conn, &mut self.version).await.map_err(store_error)
    }

    async fn epoch(&mut self) -> Result<Epoch, StoreError> {
        within_limit(async { read_epoch(&mut self.conn).await }).await
    }

    async fn known(&mut self) -> Result<Known, StoreError> {
        within_limit(async {
            let conn = &mut self.conn;
            dialect::snapshot(conn).await.map_err(store_error)?;
            let epoch = read_epoch(conn).await?;
            let registries = every_registry(conn).await?;
            Transactions::rollback_transaction(conn).await.map_err(store_error)?;
            Ok(Known { epoch, registries })
        })
        .await
    }
}

async fn read_epoch(conn: &mut Connection) -> Result<Epoch, StoreError> {
    let epoch = policy_epoch::table.select(policy_epoch::epoch).first(conn).await;
    epoch.map(Epoch).map_err(store_error)
}
