//! Takes a registry out of the tables, in parts.

use std::time::SystemTime;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::{NamespaceId, RegistryId};
use portus_core::port::{NamespaceKey, StoreError};
use portus_core::registry::{Holdings, ServiceName};

use super::super::Connection;
use super::namespaces::namespace_name;
use crate::error::store_error;
use crate::schema::{
    held_services, inbox, jobs, namespaces, registries, registry_services, repositories,
};
use crate::values::{count, micros, time};

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

pub(super) async fn silence(
    conn: &mut Connection,
    registry: RegistryId,
    held_until: SystemTime,
) -> Result<(), StoreError> {
    let services: Vec<String> = diesel::delete(registry_services::table)
        .filter(registry_services::registry_id.eq(registry.0))
        .returning(registry_services::service)
        .get_results(conn)
        .await
        .map_err(store_error)?;
    for service in services {
        let until = || held_services::held_until.eq(micros(held_until));
        diesel::insert_into(held_services::table)
            .values((held_services::service.eq(service), until()))
            .on_conflict(held_services::service)
            .do_update()
            .set(until())
            .execute(conn)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

pub(super) async fn held(
    conn: &mut Connection,
    service: &ServiceName,
) -> Result<Option<SystemTime>, StoreError> {
    let until: Option<i64> = held_services::table
        .find(service.as_str())
        .select(held_services::held_until)
        .first(conn)
        .await
        .optional()
        .map_err(store_error)?;
    Ok(until.map(time))
}

pub(super) async fn forget_namespaces(
    conn: &mut Connection,
    registry: RegistryId,
    limit: u32,
) -> Result<Vec<(NamespaceId, NamespaceKey)>, StoreError> {
    let rows: Vec<(i64, String)> = namespaces::table
        .filter(namespaces::registry_id.eq(registry.0))
        .order(namespaces::id)
        .limit(limit.into())
        .select((namespaces::id, namespaces::name))
        .load(conn)
        .await
        .map_err(store_error)?;
    let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    if !ids.is_empty() {
        diesel::delete(namespaces::table)
            .filter(namespaces::id.eq_any(ids))
            .execute(conn)
            .await
            .map_err(store_error)?;
    }
    rows.into_iter().map(|(id, name)| Ok((NamespaceId(id), namespace_name(&name)?))).collect()
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
