use std::future::Future;
use std::time::Duration;

use diesel::QueryResult;
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use portus_core::port::StoreError;

use super::super::{Connection, dialect};
use crate::database::ConnectError;
use crate::error::{store_error, unavailable};
use crate::statements::Purpose;

/// Connections of one kind.
#[derive(Clone)]
pub(super) struct SqlPool(Pool<Connection>);

impl SqlPool {
    pub(super) fn new(
        target: &dialect::Target,
        purpose: Purpose,
        size: usize,
    ) -> Result<Self, ConnectError> {
        let pool = Pool::builder(dialect::manager(target, purpose)).max_size(size).build();
        Ok(Self(pool.map_err(|error| ConnectError::Pool(Box::new(error)))?))
    }

    /// A connection, or `Unavailable` where none becomes free in two seconds.
    pub(super) async fn lease(&self) -> Result<Lease, StoreError> {
        let leased = within(WAIT, async { self.0.get().await.map_err(away) }).await?;
        Ok(Lease(Some(leased)))
    }
}

fn away(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(cause) => unavailable(cause),
        other => unavailable(other),
    }
}

/// A connection in use. Dropped before [`Lease::end`] it is closed: a statement may still run on
/// it, or a transaction be open, as when a client hangs up.
pub(super) struct Lease(Option<Object<Connection>>);

impl Lease {
    pub(super) fn conn(&mut self) -> &mut Connection {
        self.0.as_mut().expect("only `end` takes the connection, and it consumes the lease")
    }

    /// Gives the connection back, once it answered.
    pub(super) fn end<T>(mut self, answer: QueryResult<T>) -> Result<T, StoreError> {
        self.0 = None;
        answer.map_err(store_error)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.take().map(Object::take);
    }
}

/// Ends what takes longer than a statement may.
pub(super) async fn within_limit<T>(
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    within(STATEMENT, work).await
}

pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(late) => Err(unavailable(late)),
    }
}

const STATEMENT: Duration = Duration::from_secs(5);
const WAIT: Duration = Duration::from_secs(2);
