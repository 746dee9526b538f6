use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::{NamespaceId, RegistryId};
use portus_core::port::{NamespaceKey, Registries, StoreError};
use portus_core::registry::{
    Holdings, NewRegistry, Registry, RegistryHost, RegistryName, RegistryUrl, ServiceName,
};

use super::super::{Connection, dialect};
use super::removal;
use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::{registries, registry_hosts, registry_services};
use crate::values::{count, key_trust, length, micros, parsed, time};

#[async_trait]
impl Registries for SqlUnitOfWork {
    async fn add(&mut self, registry: &NewRegistry) -> Result<RegistryId, StoreError> {
        let added: Option<i64> = diesel::insert_into(registries::table)
            .values((
                registries::name.eq(registry.name.as_str()),
                registries::url.eq(registry.url.as_str()),
                registries::trust.eq(registry.trust.as_str()),
                registries::token_lifetime.eq(registry.token_lifetime.map(length)),
                registries::secret_generation.eq(0),
                registries::created_at.eq(micros(registry.created_at)),
            ))
            .on_conflict_do_nothing()
            .returning(registries::id)
            .get_result(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        let Some(id) = added else { return Err(StoreError::Taken) };
        if !add_services(self.conn(), id, &registry.services).await.map_err(store_error)? {
            // The unit of work may go on, and then keeps no half of it.
            diesel::delete(registries::table.find(id))
                .execute(self.conn())
                .await
                .map_err(store_error)?;
            return Err(StoreError::Taken);
        }
        add_hosts(self.conn(), id, &registry.hosts).await.map_err(store_error)?;
        Ok(RegistryId(id))
    }

    async fn set_read(&mut self, registry: RegistryId, at: SystemTime) -> Result<(), StoreError> {
        diesel::update(registries::table)
            .filter(registries::id.eq(registry.0).and(registries::read_at.is_null()))
            .set(registries::read_at.eq(micros(at)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn set_hosts(
        &mut self,
        registry: RegistryId,
        hosts: &[RegistryHost],
    ) -> Result<(), StoreError> {
        diesel::delete(registry_hosts::table)
            .filter(registry_hosts::registry_id.eq(registry.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        add_hosts(self.conn(), registry.0, hosts).await.map_err(store_error)?;
        Ok(())
    }

    async fn set_address(
        &mut self,
        registry: RegistryId,
        url: &RegistryUrl,
        token_lifetime: Option<Duration>,
    ) -> Result<(), StoreError> {
        // Adding and changing registries raises the epoch first, so that they wait for each other.
        let taken = registries::table
            .filter(registries::url.eq(url.as_str()).and(registries::id.ne(registry.0)));
        let taken: bool =
            diesel::select(exists(taken)).get_result(self.conn()).await.map_err(store_error)?;
        if taken {
            return Err(StoreError::Taken);
        }
        diesel::update(registries::table.find(registry.0))
            .set((
                registries::url.eq(url.as_str()),
                registries::token_lifetime.eq(token_lifetime.map(length)),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn renew_secret(&mut self, registry: RegistryId) -> Result<u32, StoreError> {
        let generation: i64 = diesel::update(registries::table.find(registry.0))
            .set(registries::secret_generation.eq(registries::secret_generation + 1))
            .returning(registries::secret_generation)
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        count("registries.secret_generation", generation)
    }

    async fn holdings(&mut self, registry: RegistryId) -> Result<Holdings, StoreError> {
        removal::holdings(self.conn(), registry).await
    }

    async fn silence(
        &mut self,
        registry: RegistryId,
        held_until: SystemTime,
    ) -> Result<(), StoreError> {
        removal::silence(self.conn(), registry, held_until).await
    }

    async fn held(&mut self, service: &ServiceName) -> Result<Option<SystemTime>, StoreError> {
        removal::held(self.conn(), service).await
    }

    async fn forget_namespaces(
        &mut self,
        registry: RegistryId,
        limit: u32,
    ) -> Result<Vec<(NamespaceId, NamespaceKey)>, StoreError> {
        removal::forget_namespaces(self.conn(), registry, limit).await
    }

    async fn clear(&mut self, registry: RegistryId, limit: u32) -> Result<u64, StoreError> {
        removal::clear(self.conn(), registry, limit).await
    }

    async fn remove(&mut self, registry: RegistryId) -> Result<(), StoreError> {
        removal::remove(self.conn(), registry).await
    }

    async fn all(&mut self) -> Result<Vec<Registry>, StoreError> {
        every_registry(self.conn()).await
    }

    async fn by_name(&mut self, name: &RegistryName) -> Result<Option<Registry>, StoreError> {
        let rows: Vec<RegistryRow> = registries::table
            .filter(registries::name.eq(name.as_str()))
            .select(RegistryRow::as_select())
            .load(self.conn())
            .await
            .map_err(store_error)?;
        Ok(with_parts(self.conn(), rows).await?.pop())
    }

    async fn by_id(&mut self, registry: RegistryId) -> Result<Option<Registry>, StoreError> {
        let rows: Vec<RegistryRow> = registries::table
            .find(registry.0)
            .select(RegistryRow::as_select())
            .load(self.conn())
            .await
            .map_err(store_error)?;
        Ok(with_parts(self.conn(), rows).await?.pop())
    }
}

/// Every registry, by name.
pub(super) async fn every_registry(conn: &mut Connection) -> Result<Vec<Registry>, StoreError> {
    let rows: Vec<RegistryRow> = registries::table
        .order(registries::name)
        .select(RegistryRow::as_select())
        .load(conn)
        .await
        .map_err(store_error)?;
    with_parts(conn, rows).await
}

/// Says whether each of the services was free.
async fn add_services(
    conn: &mut Connection,
    registry: i64,
    services: &[ServiceName],
) -> QueryResult<bool> {
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for (position, service) in (0i64..).zip(services) {
        if seen.insert(service) {
            rows.push((
                registry_services::registry_id.eq(registry),
                registry_services::position.eq(position),
                registry_services::service.eq(service.to_string()),
            ));
        }
    }
    let wanted = rows.len();
    let unique = registry_services::service;
    let added = dialect::insert_all!(conn, registry_services::table, rows, unless unique)?;
    Ok(added == wanted)
}

async fn add_hosts(
    conn: &mut Connection,
    registry: i64,
    hosts: &[RegistryHost],
) -> QueryResult<usize> {
    let rows: Vec<_> = (0i64..)
        .zip(hosts)
        .map(|(position, host)| {
            (
                registry_hosts::registry_id.eq(registry),
                registry_hosts::position.eq(position),
                registry_hosts::host.eq(host.to_string()),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(0);
    }
    dialect::insert_all!(conn, registry_hosts::table, rows)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = registries)]
struct RegistryRow {
    id: i64,
    name: String,
    url: String,
    trust: String,
    token_lifetime: Option<i64>,
    read_at: Option<i64>,
    secret_generation: i64,
    created_at: i64,
}

async fn with_parts(
    conn: &mut Connection,
    rows: Vec<RegistryRow>,
) -> Result<Vec<Registry>, StoreError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let services: Vec<(i64, String)> = registry_services::table
        .filter(registry_services::registry_id.eq_any(&ids))
        .order((registry_services::registry_id, registry_services::position))
        .select((registry_services::registry_id, registry_services::service))
        .load(conn)
        .await
        .map_err(store_error)?;
    let hosts: Vec<(i64, String)> = registry_hosts::table
        .filter(registry_hosts::registry_id.eq_any(&ids))
        .order((registry_hosts::registry_id, registry_hosts::position))
        .select((registry_hosts::registry_id, registry_hosts::host))
        .load(conn)
        .await
        .map_err(store_error)?;
    let (mut services, mut hosts) = (grouped(services), grouped(hosts));
    rows.into_iter()
        .map(|row| {
            let services = services.remove(&row.id).unwrap_or_default();
            let hosts = hosts.remove(&row.id).unwrap_or_default();
            registry(row, &services, &hosts)
        })
        .collect()
}

fn grouped(rows: Vec<(i64, String)>) -> HashMap<i64, Vec<String>> {
    let mut groups: HashMap<i64, Vec<String>> = HashMap::new();
    for (registry, text) in rows {
        groups.entry(registry).or_default().push(text);
    }
    groups
}

fn registry(
    row: RegistryRow,
    services: &[String],
    hosts: &[String],
) -> Result<Registry, StoreError> {
    let services = services.iter().map(|text| parsed("registry_services.service", text));
    let hosts = hosts.iter().map(|text| parsed("registry_hosts.host", text));
    let lifetime: Option<u64> =
        row.token_lifetime.map(|micros| count("registries.token_lifetime", micros)).transpose()?;
    Ok(Registry {
        id: RegistryId(row.id),
        name: parsed("registries.name", &row.name)?,
        url: parsed("registries.url", &row.url)?,
        services: services.collect::<Result<_, _>>()?,
        hosts: hosts.collect::<Result<_, _>>()?,
        trust: key_trust(&row.trust)?,
        token_lifetime: lifetime.map(Duration::from_micros),
        read_at: row.read_at.map(time),
        secret_generation: count("registries.secret_generation", row.secret_generation)?,
        created_at: time(row.created_at),
    })
}
