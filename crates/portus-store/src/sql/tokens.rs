use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use portus_core::account::UsernameKey;
use portus_core::credential::{
    ApplicationToken, Limits, NewApplicationToken, NewRefreshToken, RefreshToken, TokenLabel,
};
use portus_core::id::{AccountId, ApplicationTokenId, NamespaceId, RefreshTokenId};
use portus_core::port::{Fingerprint, StoreError, Tokens};

use super::super::dialect;
use super::lookups::{APPLICATION_TOKEN, ApplicationTokenRow, application_token};
use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::{
    application_token_namespaces, application_tokens, login_failures, refresh_tokens, registries,
};
use crate::values::{PRUNED_AT_ONCE, count, micros, parsed, storable, time};

#[async_trait]
impl Tokens for SqlUnitOfWork {
    async fn add_application(
        &mut self,
        token: &NewApplicationToken,
    ) -> Result<ApplicationTokenId, StoreError> {
        let added: Option<i64> = diesel::insert_into(application_tokens::table)
            .values((
                application_tokens::account_id.eq(token.account.0),
                application_tokens::label.eq(token.label.as_str()),
                application_tokens::digest.eq(&token.digest.0[..]),
                narrowed(&token.limits),
                application_tokens::created_at.eq(micros(token.created_at)),
            ))
            .on_conflict((application_tokens::account_id, application_tokens::label))
            .do_nothing()
            .returning(application_tokens::id)
            .get_result(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        let Some(id) = added else { return Err(StoreError::Taken) };
        let namespaces: Vec<_> = (token.limits.namespaces.iter().flat_map(|listed| listed.iter()))
            .map(|namespace| {
                (
                    application_token_namespaces::token_id.eq(id),
                    application_token_namespaces::namespace_id.eq(namespace.0),
                )
            })
            .collect();
        if !namespaces.is_empty() {
            dialect::insert_all!(self.conn(), application_token_namespaces::table, namespaces)
                .map_err(store_error)?;
        }
        Ok(ApplicationTokenId(id))
    }

    async fn revoke_application(
        &mut self,
        account: AccountId,
        label: &TokenLabel,
    ) -> Result<bool, StoreError> {
        let removed = diesel::delete(application_tokens::table)
            .filter(application_tokens::account_id.eq(account.0))
            .filter(application_tokens::label.eq(label.as_str()))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed > 0)
    }

    async fn applications(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<ApplicationToken>, StoreError> {
        let rows: Vec<ApplicationTokenRow> = application_tokens::table
            .filter(application_tokens::account_id.eq(account.0))
            .order((application_tokens::created_at.desc(), application_tokens::id.desc()))
            .select(APPLICATION_TOKEN)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        let places: Vec<(i64, i64)> = application_token_namespaces::table
            .inner_join(application_tokens::table)
            .filter(application_tokens::account_id.eq(account.0))
            .select((
                application_token_namespaces::token_id,
                application_token_namespaces::namespace_id,
            ))
            .load(self.conn())
            .await
            .map_err(store_error)?;
        let mut namespaces: HashMap<i64, BTreeSet<NamespaceId>> = HashMap::new();
        for (token, namespace) in places {
            namespaces.entry(token).or_default().insert(NamespaceId(namespace));
        }
        rows.into_iter()
            .map(|row| {
                let namespaces = namespaces.remove(&row.0).unwrap_or_default();
                application_token(row, namespaces)
            })
            .collect()
    }

    async fn add_refresh(
        &mut self,
        token: &NewRefreshToken,
        limit: u32,
    ) -> Result<RefreshTokenId, StoreError> {
        let client: String = storable(&token.client).chars().take(100).collect();
        let id: i64 = diesel::insert_into(refresh_tokens::table)
            .values((
                refresh_tokens::account_id.eq(token.account.0),
                refresh_tokens::registry_id.eq(token.registry.0),
                refresh_tokens::digest.eq(&token.digest.0[..]),
                refresh_tokens::client.eq(client),
                refresh_tokens::address.eq(&token.address),
                refresh_tokens::created_at.eq(micros(token.created_at)),
                refresh_tokens::last_used_at.eq(micros(token.created_at)),
            ))
            .returning(refresh_tokens::id)
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        let newest = refresh_tokens::table
            .filter(refresh_tokens::account_id.eq(token.account.0))
            .order((refresh_tokens::created_at.desc(), refresh_tokens::id.desc()))
            .select(refresh_tokens::id)
            .limit(limit.into())
            .load::<i64>(self.conn())
            .await
            .map_err(store_error)?;
        diesel::delete(refresh_tokens::table)
            .filter(refresh_tokens::account_id.eq(token.account.0))
            .filter(refresh_tokens::id.ne_all(newest))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(RefreshTokenId(id))
    }

    async fn count_refresh(&mut self, account: AccountId) -> Result<u64, StoreError> {
        let tokens = refresh_tokens::table.filter(refresh_tokens::account_id.eq(account.0));
        let number: i64 = tokens.count().get_result(self.conn()).await.map_err(store_error)?;
        count("refresh_tokens", number)
    }

    async fn refreshes(&mut self, account: AccountId) -> Result<Vec<RefreshToken>, StoreError> {
        let rows: Vec<RefreshTokenRow> = refresh_tokens::table
            .inner_join(registries::table)
            .filter(refresh_tokens::account_id.eq(account.0))
            .order((refresh_tokens::last_used_at.desc(), refresh_tokens::id.desc()))
            .select((
                refresh_tokens::id,
                registries::name,
                refresh_tokens::client,
                refresh_tokens::address,
                refresh_tokens::created_at,
                refresh_tokens::last_used_at,
            ))
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.into_iter().map(refresh_token).collect()
    }

    async fn revoke_one_refresh(
        &mut self,
        account: AccountId,
        token: RefreshTokenId,
    ) -> Result<bool, StoreError> {
        let removed = diesel::delete(refresh_tokens::table.find(token.0))
            .filter(refresh_tokens::account_id.eq(account.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed > 0)
    }

    async fn revoke_refresh(&mut self, account: AccountId) -> Result<u64, StoreError> {
        let removed = diesel::delete(refresh_tokens::table)
            .filter(refresh_tokens::account_id.eq(account.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed as u64)
    }

    async fn application_used(
        &mut self,
        token: ApplicationTokenId,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        let at = micros(at);
        let earlier = application_tokens::last_used_at.lt(at);
        diesel::update(application_tokens::table)
            .filter(application_tokens::id.eq(token.0))
            .filter(application_tokens::last_used_at.is_null().or(earlier.assume_not_null()))
            .set(application_tokens::last_used_at.eq(at))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn refresh_used(
        &mut self,
        token: RefreshTokenId,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        let at = micros(at);
        diesel::update(refresh_tokens::table)
            .filter(refresh_tokens::id.eq(token.0).and(refresh_tokens::last_used_at.lt(at)))
            .set(refresh_tokens::last_used_at.eq(at))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn prune_refresh(&mut self, unused_since: SystemTime) -> Result<u64, StoreError> {
        let old = refresh_tokens::table
            .filter(refresh_tokens::last_used_at.lt(micros(unused_since)))
            .select(refresh_tokens::id)
            .limit(PRUNED_AT_ONCE)
            .load::<i64>(self.conn())
            .await
            .map_err(store_error)?;
        let removed = diesel::delete(refresh_tokens::table)
            .filter(refresh_tokens::id.eq_any(old))
            // One that was used meanwhile stays.
            .filter(refresh_tokens::last_used_at.lt(micros(unused_since)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed as u64)
    }

    async fn add_failure(
        &mut self,
        name: &UsernameKey,
        address: &str,
        password: Fingerprint,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        diesel::insert_into(login_failures::table)
            .values((
                login_failures::name_key.eq(name.as_str()),
                login_failures::address.eq(address),
                login_failures::password.eq(password.0),
                login_failures::at.eq(micros(at)),
            ))
            .on_conflict((
                login_failures::name_key,
                login_failures::address,
                login_failures::password,
            ))
            .do_update()
            .set(login_failures::at.eq(micros(at)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn prune_failures(&mut self, before: SystemTime) -> Result<u64, StoreError> {
        // SQLite takes `$1` too. The time is asked for twice, since one that was tried again
        // meanwhile stays.
        let removed = diesel::sql_query(format!(
            "DELETE FROM login_failures WHERE at < $1 AND (name_key, address, password) IN
               (SELECT name_key, address, password FROM login_failures
                WHERE at < $1 LIMIT {PRUNED_AT_ONCE})"
        ))
        .bind::<BigInt, _>(micros(before))
        .execute(self.conn())
        .await
        .map_err(store_error)?;
        Ok(removed as u64)
    }
}

/// Number, registry, client, address, when it was made and last used.
type RefreshTokenRow = (i64, String, String, String, i64, i64);

fn refresh_token(row: RefreshTokenRow) -> Result<RefreshToken, StoreError> {
    let (id, registry, client, address, created_at, last_used_at) = row;
    Ok(RefreshToken {
        id: RefreshTokenId(id),
        registry: parsed("registries.name", &registry)?,
        client,
        address,
        created_at: time(created_at),
        last_used_at: time(last_used_at),
    })
}

type Narrowed = (
    diesel::dsl::Eq<application_tokens::can_pull, bool>,
    diesel::dsl::Eq<application_tokens::can_push, bool>,
    diesel::dsl::Eq<application_tokens::can_delete, bool>,
    diesel::dsl::Eq<application_tokens::can_api, bool>,
    diesel::dsl::Eq<application_tokens::everywhere, bool>,
    diesel::dsl::Eq<application_tokens::expires_at, Option<i64>>,
);

fn narrowed(limits: &Limits) -> Narrowed {
    (
        application_tokens::can_pull.eq(limits.actions.pull),
        application_tokens::can_push.eq(limits.actions.push),
        application_tokens::can_delete.eq(limits.actions.delete),
        application_tokens::can_api.eq(limits.actions.api),
        application_tokens::everywhere.eq(limits.namespaces.is_none()),
        application_tokens::expires_at.eq(limits.expires_at.map(micros)),
    )
}
