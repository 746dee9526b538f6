use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager};
use portus_core::port::StoreError;

use super::super::{Connection, dialect};
use super::pool::{SqlPool, within_limit};
use crate::database::Schema;
use crate::error::store_error;
use crate::migrations::{MigrateError, pending};

diesel::table! {
    migrations (step) {
        step -> Text,
    }
}

/// The tables of a database.
pub(super) struct SqlSchema {
    pool: SqlPool,
}

impl SqlSchema {
    pub(super) fn new(pool: SqlPool) -> Self {
        Self { pool }
    }
}

type Transactions = <Connection as AsyncConnection>::TransactionManager;

#[async_trait]
impl Schema for SqlSchema {
    async fn migrate(&self) -> Result<Vec<String>, MigrateError> {
        let mut lease = self.pool.lease().await?;
        dialect::begin_migration(lease.conn()).await.map_err(store_error)?;
        // Returning early closes the connection, which undoes every step.
        let done = run_steps(lease.conn()).await?;
        Transactions::commit_transaction(lease.conn()).await.map_err(store_error)?;
        Ok(lease.end(Ok(done))?)
    }

    async fn pending(&self) -> Result<Vec<String>, MigrateError> {
        let mut lease = self.pool.lease().await?;
        let has_any = dialect::has_steps(lease.conn()).await.map_err(store_error)?;
        let applied = if has_any { applied(lease.conn()).await } else { Ok(Vec::new()) };
        let applied = applied.map_err(store_error)?;
        let steps = pending(&applied)?;
        Ok(lease.end(Ok(steps.into_iter().map(|step| step.name.to_owned()).collect()))?)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        within_limit(async {
            let mut lease = self.pool.lease().await?;
            let one = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"));
            let answer = one.execute(lease.conn()).await;
            lease.end(answer.map(|_| ()))
        })
        .await
    }
}

async fn run_steps(conn: &mut Connection) -> Result<Vec<String>, MigrateError> {
    conn.batch_execute(dialect::STEP_TABLE).await.map_err(store_error)?;
    let applied = applied(conn).await.map_err(store_error)?;
    let mut done = Vec::new();
    for step in pending(&applied)? {
        let failed = |source| MigrateError::Step { step: step.name, source };
        conn.batch_execute(dialect::sql(step)).await.map_err(failed)?;
        diesel::insert_into(migrations::table)
            .values(migrations::step.eq(step.name))
            .execute(conn)
            .await
            .map_err(failed)?;
        done.push(step.name.to_owned());
    }
    Ok(done)
}

async fn applied(conn: &mut Connection) -> QueryResult<Vec<String>> {
    migrations::table.select(migrations::step).order(migrations::step).load(conn).await
}
