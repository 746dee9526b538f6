use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::account::{PasswordHash, UsernameKey};
use portus_core::credential::{ApplicationToken, Limits, RefreshTokenOwner, TokenActions};
use portus_core::id::{AccountId, ApplicationTokenId, NamespaceId, RefreshTokenId, RegistryId};
use portus_core::namespace::NamespaceName;
use portus_core::port::{
    Fingerprint, KnownNamespace, Login, Lookups, NamespaceKey, StoreError, TokenOwner,
};
use portus_core::secret::SecretDigest;
use portus_core::team::Role;

use super::accounts::{ACCOUNT, AccountRow, PERSON, account};
use super::namespaces::{KIND, KindRow, namespace_kind, namespace_name, stored_name};
use super::pool::{SqlPool, within_limit};
use crate::schema::{
    accounts, application_token_namespaces, application_tokens, deleted_names, login_failures,
    members, namespaces, refresh_tokens, teams,
};
use crate::values::{micros, parsed, time};

/// Look-ups: one statement each, on connections of their own.
pub(super) struct SqlLookups {
    pool: SqlPool,
}

impl SqlLookups {
    pub(super) fn new(pool: SqlPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl Lookups for SqlLookups {
    async fn person(&self, name: &UsernameKey) -> Result<Option<Login>, StoreError> {
        within_limit(async {
            let query = accounts::table
                .filter(accounts::name_key.eq(name.as_str()).and(accounts::kind.eq(PERSON)))
                .select((ACCOUNT, accounts::password_hash));
            let mut lease = self.pool.lease().await?;
            let row = query.first(lease.conn()).await.optional();
            let row: Option<(AccountRow, Option<String>)> = lease.end(row)?;
            let Some((row, hash)) = row else { return Ok(None) };
            let password = hash.map(|hash| PasswordHash(hash.into()));
            Ok(Some(Login { account: account(row)?, password }))
        })
        .await
    }

    async fn application_token(
        &self,
        digest: &SecretDigest,
    ) -> Result<Option<TokenOwner>, StoreError> {
        within_limit(async {
            let query = application_tokens::table
                .inner_join(accounts::table)
                .left_join(application_token_namespaces::table)
                .filter(application_tokens::digest.eq(&digest.0[..]))
                .select((
                    ACCOUNT,
                    APPLICATION_TOKEN,
                    application_token_namespaces::namespace_id.nullable(),
                ));
            let mut lease = self.pool.lease().await?;
            let rows = query.load(lease.conn()).await;
            let rows: Vec<(AccountRow, ApplicationTokenRow, Option<i64>)> = lease.end(rows)?;
            let namespaces = rows.iter().filter_map(|(_, _, id)| id.map(NamespaceId)).collect();
            let Some((owner, token, _)) = rows.into_iter().next() else { return Ok(None) };
            let token = application_token(token, namespaces)?;
            Ok(Some(TokenOwner { account: account(owner)?, token }))
        })
        .await
    }

    async fn refresh_token(
        &self,
        digest: &SecretDigest,
    ) -> Result<Option<RefreshTokenOwner>, StoreError> {
        within_limit(async {
            let query = refresh_tokens::table
                .inner_join(accounts::table)
                .filter(refresh_tokens::digest.eq(&digest.0[..]))
                .select((
                    ACCOUNT,
                    (refresh_tokens::id, refresh_tokens::registry_id, refresh_tokens::last_used_at),
                ));
            let mut lease = self.pool.lease().await?;
            let row = query.first(lease.conn()).await.optional();
            let row: Option<(AccountRow, (i64, i64, i64))> = lease.end(row)?;
            let Some((owner, (id, registry, last_used_at))) = row else { return Ok(None) };
            Ok(Some(RefreshTokenOwner {
                id: RefreshTokenId(id),
                account: account(owner)?,
                registry: RegistryId(registry),
                last_used_at: time(last_used_at),
            }))
        })
        .await
    }

    async fn namespaces(
        &self,
        registry: RegistryId,
        names: &[NamespaceKey],
        asker: Option<AccountId>,
    ) -> Result<Vec<KnownNamespace>, StoreError> {
        let names: Vec<&str> = names.iter().map(|name| stored_name(name.as_ref())).collect();
        within_limit(async {
            let asker_in_team = members::team_id
                .nullable()
                .eq(namespaces::team_id)
                .and(members::account_id.nullable().eq(asker.map(|asker| asker.0)));
            let query = namespaces::table
                .left_join(members::table.on(asker_in_team))
                .filter(namespaces::registry_id.eq(registry.0))
                .filter(namespaces::name.eq_any(names))
                .select((namespaces::id, namespaces::name, KIND, members::role.nullable()));
            let mut lease = self.pool.lease().await?;
            let rows = query.load(lease.conn()).await;
            let rows: Vec<KnownRow> = lease.end(rows)?;
            rows.into_iter().map(known_namespace).collect()
        })
        .await
    }

    async fn claimable(
        &self,
        names: &[NamespaceName],
        asker: AccountId,
    ) -> Result<Vec<NamespaceName>, StoreError> {
        let names: Vec<&str> = names.iter().map(NamespaceName::as_str).collect();
        within_limit(async {
            let reserved =
                accounts::table.filter(accounts::personal_name.eq(teams::name_key.nullable()));
            let used = namespaces::table.filter(namespaces::name.eq(teams::name_key));
            let deleted = deleted_names::table.filter(deleted_names::name.eq(teams::name_key));
            let query = teams::table
                .inner_join(members::table)
                .filter(teams::name_key.eq_any(names))
                .filter(members::account_id.eq(asker.0))
                .filter(members::role.eq(Role::Owner.as_str()))
                .filter(not(exists(reserved)).and(not(exists(used))).and(not(exists(deleted))))
                .select(teams::name_key);
            let mut lease = self.pool.lease().await?;
            let rows = query.load(lease.conn()).await;
            let rows: Vec<String> = lease.end(rows)?;
            rows.iter().map(|name| parsed("teams.name_key", name)).collect()
        })
        .await
    }

    async fn failures(
        &self,
        name: &UsernameKey,
        address: &str,
        since: SystemTime,
    ) -> Result<Vec<Fingerprint>, StoreError> {
        within_limit(async {
            let query = login_failures::table
                .filter(login_failures::name_key.eq(name.as_str()))
                .filter(login_failures::address.eq(address))
                .filter(login_failures::at.ge(micros(since)))
                .order(login_failures::password)
                .select(login_failures::password)
                .limit(MAX_FAILURES);
            let mut lease = self.pool.lease().await?;
            let rows = query.load(lease.conn()).await;
            let rows: Vec<i64> = lease.end(rows)?;
            Ok(rows.into_iter().map(Fingerprint).collect())
        })
        .await
    }
}

const MAX_FAILURES: i64 = 50;

type KnownRow = (i64, String, KindRow, Option<String>);

fn known_namespace((id, name, kind, role): KnownRow) -> Result<KnownNamespace, StoreError> {
    Ok(KnownNamespace {
        id: NamespaceId(id),
        name: namespace_name(&name)?,
        kind: namespace_kind(kind)?,
        role: role.map(|role| parsed("members.role", &role)).transpose()?,
    })
}

type ApplicationTokenColumns = (
    application_tokens::id,
    application_tokens::account_id,
    application_tokens::label,
    (
        application_tokens::can_pull,
        application_tokens::can_push,
        application_tokens::can_delete,
        application_tokens::can_api,
    ),
    application_tokens::everywhere,
    application_tokens::expires_at,
    application_tokens::created_at,
    application_tokens::last_used_at,
);

/// The columns that [`application_token`] reads.
pub(super) const APPLICATION_TOKEN: ApplicationTokenColumns = (
    application_tokens::id,
    application_tokens::account_id,
    application_tokens::label,
    (
        application_tokens::can_pull,
        application_tokens::can_push,
        application_tokens::can_delete,
        application_tokens::can_api,
    ),
    application_tokens::everywhere,
    application_tokens::expires_at,
    application_tokens::created_at,
    application_tokens::last_used_at,
);

pub(super) type ApplicationTokenRow =
    (i64, i64, String, (bool, bool, bool, bool), bool, Option<i64>, i64, Option<i64>);

pub(super) fn application_token(
    row: ApplicationTokenRow,
    namespaces: BTreeSet<NamespaceId>,
) -> Result<ApplicationToken, StoreError> {
    let (id, account, label, (pull, push, delete, api), everywhere, expires, created, used) = row;
    Ok(ApplicationToken {
        id: ApplicationTokenId(id),
        account: AccountId(account),
        label: parsed("application_tokens.label", &label)?,
        limits: Limits {
            actions: TokenActions { pull, push, delete, api },
            namespaces: (!everywhere).then(|| Arc::new(namespaces)),
            expires_at: expires.map(time),
        },
        created_at: time(created),
        last_used_at: used.map(time),
    })
}
