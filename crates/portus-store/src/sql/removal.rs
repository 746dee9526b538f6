//! Takes a registry out of the tables, in parts.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::RegistryId;
use portus_core::port::StoreError;
use portus_core::registry::Holdings;

use super::super::Connection;
use crate::error::store_error;
use crate::schema::{inbox, jobs, namespaces, registries, registry_services, repositories};
use crate::values::count;

pub(super) async fn holdings(
    conn: &mut Connection,
    registry: RegistryId,
) -> Result<Holdings, StoreError> {
    let namespaces: i64 = namespaces::table
        .filter(namespaces::registry_id.eq(registry.0))
        .count()
        .get_result(conn)
        .await
        .map_err(store_error)?;
    let repositories: i64 = repositories::table
        .filter(repositories::registry_id.eq(registry.0))
        .count()
        .get_result(conn)
        .await
        .map_err(store_error)?;
    Ok(Holdings {
        namespaces: count("namespaces", namespaces)?,
        repositories: count("repositories", repositories)?,
    })
}

pub(super) async fn silence(conn: &mut Connection, registry: RegistryId) -> Result<(), StoreError> {
    diesel::delete(registry_services::table)
        .filter(registry_services::registry_id.eq(registry.0))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// A part of the repositories; once there are none, of the notifications and jobs.
pub(super) async fn clear(
    conn: &mut Connection,
    registry: RegistryId,
    limit: u32,
) -> Result<u64, StoreError> {
    macro_rules! part {
        ($conn:expr, $table:ident) => {{
            let ids: Vec<i64> = $table::table
                .filter($table::registry_id.eq(registry.0))
                .select($table::id)
                .limit(limit.into())
                .load($conn)
                .await
                .map_err(store_error)?;
            if ids.is_empty() {
                0
            } else {
                diesel::delete($table::table)
                    .filter($table::id.eq_any(ids))
                    .execute($conn)
                    .await
                    .map_err(store_error)?
            }
        }};
    }
    let repositories = part!(&mut *conn, repositories);
    if repositories > 0 {
        return Ok(repositories as u64);
    }
    let events = part!(&mut *conn, inbox);
    let jobs = part!(&mut *conn, jobs);
    Ok((events + jobs) as u64)
}

/// What refers to it goes along.
pub(super) async fn remove(conn: &mut Connection, registry: RegistryId) -> Result<(), StoreError> {
    diesel::delete(registries::table.find(registry.0)).execute(conn).await.map_err(store_error)?;
    Ok(())
}
