use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::KeyId;
use portus_core::key::{Installation, KeyState, NewKey, StoredKey};
use portus_core::port::{Keys, StoreError};

use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::{installation, signing_keys};
use crate::values::{key_state, micros, parsed, time};

#[async_trait]
impl Keys for SqlUnitOfWork {
    async fn install(&mut self, new: &Installation) -> Result<(), StoreError> {
        let added = diesel::insert_into(installation::table)
            .values((
                installation::one.eq(1),
                installation::id.eq(&*new.id),
                installation::seal_check.eq(&new.seal_check),
                installation::ca_certificate.eq(&new.ca_certificate),
                installation::ca_sealed.eq(&new.ca_sealed),
                installation::created_at.eq(micros(new.created_at)),
            ))
            .on_conflict_do_nothing()
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        if added == 0 { Err(StoreError::Taken) } else { Ok(()) }
    }

    async fn installation(&mut self) -> Result<Option<Installation>, StoreError> {
        let row: Option<(i64, String, Vec<u8>, String, Vec<u8>, i64)> =
            installation::table.first(self.conn()).await.optional().map_err(store_error)?;
        Ok(row.map(|(_, id, seal_check, ca_certificate, ca_sealed, created_at)| Installation {
            id: id.into(),
            seal_check,
            ca_certificate,
            ca_sealed,
            created_at: time(created_at),
        }))
    }

    async fn add(&mut self, key: &NewKey) -> Result<KeyId, StoreError> {
        let id: i64 = diesel::insert_into(signing_keys::table)
            .values((
                signing_keys::key_id.eq(&key.key_id),
                signing_keys::algorithm.eq(key.algorithm.as_str()),
                signing_keys::sealed.eq(&key.sealed),
                signing_keys::certificate.eq(&key.certificate),
                signing_keys::certificate_ends.eq(micros(key.certificate_ends)),
                signing_keys::state.eq(key.state.as_str()),
                signing_keys::created_at.eq(micros(key.created_at)),
            ))
            .returning(signing_keys::id)
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        Ok(KeyId(id))
    }

    async fn all(&mut self) -> Result<Vec<StoredKey>, StoreError> {
        let rows: Vec<KeyRow> = signing_keys::table
            .order((signing_keys::created_at.desc(), signing_keys::id.desc()))
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.into_iter().map(stored_key).collect()
    }

    async fn set_state(
        &mut self,
        key: KeyId,
        state: KeyState,
        retired_at: Option<SystemTime>,
    ) -> Result<(), StoreError> {
        diesel::update(signing_keys::table.find(key.0))
            .set((
                signing_keys::state.eq(state.as_str()),
                signing_keys::retired_at.eq(retired_at.map(micros)),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn set_certificate(
        &mut self,
        key: KeyId,
        certificate: &str,
        ends: SystemTime,
    ) -> Result<(), StoreError> {
        diesel::update(signing_keys::table.find(key.0))
            .set((
                signing_keys::certificate.eq(certificate),
                signing_keys::certificate_ends.eq(micros(ends)),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn prune(&mut self, retired_before: SystemTime) -> Result<u64, StoreError> {
        let removed = diesel::delete(signing_keys::table)
            .filter(signing_keys::state.eq(KeyState::Retired.as_str()))
            .filter(signing_keys::retired_at.lt(micros(retired_before)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed as u64)
    }
}

#[derive(Queryable)]
struct KeyRow {
    id: i64,
    key_id: String,
    algorithm: String,
    sealed: Vec<u8>,
    certificate: String,
    certificate_ends: i64,
    state: String,
    created_at: i64,
    retired_at: Option<i64>,
}

fn stored_key(row: KeyRow) -> Result<StoredKey, StoreError> {
    Ok(StoredKey {
        id: KeyId(row.id),
        key_id: row.key_id,
        algorithm: parsed("signing_keys.algorithm", &row.algorithm)?,
        sealed: row.sealed,
        certificate: row.certificate,
        certificate_ends: time(row.certificate_ends),
        state: key_state(&row.state)?,
        created_at: time(row.created_at),
        retired_at: row.retired_at.map(time),
    })
}
