//! What is kept beside the images themselves, so that lists and the home page need not look for it.

use std::time::SystemTime;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use portus_core::id::RepositoryId;
use portus_core::port::StoreError;

use super::super::Connection;
use super::repositories::DAY;
use crate::error::store_error;
use crate::schema::{repositories, traffic};
use crate::values::micros;

/// Counts pushes and pulls for the namespace of a repository, on the day of a moment.
pub(super) async fn count(
    conn: &mut Connection,
    repository: RepositoryId,
    at: SystemTime,
    (pushes, pulls): (i64, i64),
) -> Result<(), StoreError> {
    let namespace: i64 = repositories::table
        .find(repository.0)
        .select(repositories::namespace_id)
        .first(conn)
        .await
        .map_err(store_error)?;
    diesel::insert_into(traffic::table)
        .values((
            traffic::namespace_id.eq(namespace),
            traffic::day.eq(micros(at).div_euclid(DAY)),
            traffic::pushes.eq(pushes),
            traffic::pulls.eq(pulls),
        ))
        .on_conflict((traffic::namespace_id, traffic::day))
        .do_update()
        .set((
            traffic::pushes.eq(traffic::pushes + excluded(traffic::pushes)),
            traffic::pulls.eq(traffic::pulls + excluded(traffic::pulls)),
        ))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// Brings up to date when a repository was last pushed to, after its tags or manifests changed.
pub(super) async fn settle_push(
    conn: &mut Connection,
    repository: RepositoryId,
) -> Result<(), StoreError> {
    diesel::update(repositories::table.find(repository.0))
        .filter(sql::<Bool>("repositories.pushed_at IS DISTINCT FROM ").sql(LAST_PUSH))
        .set(repositories::pushed_at.eq(sql::<Nullable<BigInt>>(LAST_PUSH)))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// When a tag was last pushed; where none is left, when a manifest came first.
const LAST_PUSH: &str = "COALESCE(
    (SELECT MAX(tags.pushed_at) FROM tags
        WHERE tags.repository_id = repositories.id AND tags.present),
    (SELECT MAX(manifests.pushed_at) FROM manifests
        WHERE manifests.repository_id = repositories.id AND manifests.present))";
