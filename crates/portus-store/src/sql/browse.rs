use async_trait::async_trait;
use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use diesel_async::methods::LoadQuery;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use portus_core::account::Account;
use portus_core::activity::Activity;
use portus_core::digest::Digest;
use portus_core::id::RepositoryId;
use portus_core::page::{
    BotRow, ManifestView, NamespaceRow, Page, ParkedRow, RepositoryRow, Slice, TagRow, TeamRow,
};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{AccountFilter, ActivityFilter, Browse, RepositoryFilter, StoreError};
use portus_core::secret::SecretDigest;
use portus_core::session::SessionOwner;
use portus_core::tag::TagName;
use portus_core::team::Role;

use super::super::Connection;
use super::accounts::{ACCOUNT, AccountRow, BOT, PERSON, account};
use super::activities;
use super::held_rows::{bot_rows, namespace_key, namespace_rows};
use super::listed::{
    BotColumns, NamespaceColumns, ParkedColumns, RepositoryColumns, TagColumns, TeamColumns, bot,
    namespace, parked, repository, tag, team,
};
use super::namespaces::{KIND, stored_name};
use super::pool::{SqlPool, within_limit};
use super::readable::readable;
use super::repository_rows::{repository_columns, repository_rows};
use super::seen;
use super::tag_rows::tag_rows;
use crate::schema::{
    accounts, inbox, manifests, members, namespaces, registries, repositories, tags, teams,
};
use crate::values::storable;

/// Lists: one statement each, walked by key.
pub(super) struct SqlBrowse {
    pool: SqlPool,
}

impl SqlBrowse {
    pub(super) fn new(pool: SqlPool) -> Self {
        Self { pool }
    }

    /// Boxed here, since a caller's future that holds a query is not `Send` (rust-lang/rust#102211).
    pub(super) fn load<'a, Q, R>(&'a self, query: Q) -> BoxFuture<'a, Result<Vec<R>, StoreError>>
    where
        Q: LoadQuery<'a, Connection, R> + Send + 'a,
        R: Send + 'a,
    {
        within_limit(async {
            let mut lease = self.pool.lease().await?;
            let rows = query.load(lease.conn()).await;
            lease.end(rows)
        })
        .boxed()
    }
}

#[async_trait]
impl Browse for SqlBrowse {
    async fn accounts(
        &self,
        filter: AccountFilter,
        slice: &Slice,
    ) -> Result<Page<Account>, StoreError> {
        let mut query = accounts::table
            .select(ACCOUNT)
            .order(accounts::name_key)
            .limit(one_more(slice))
            .into_boxed();
        if let Some(bots) = filter.bots {
            query = query.filter(accounts::kind.eq(if bots { BOT } else { PERSON }));
        }
        if let Some(after) = cursor(slice) {
            query = query.filter(accounts::name_key.gt(after));
        }
        let rows: Vec<AccountRow> = self.load(query).await?;
        page(rows, slice, account, |account| account.name.key().to_string())
    }

    async fn activities(
        &self,
        filter: &ActivityFilter,
        slice: &Slice,
    ) -> Result<Page<Activity>, StoreError> {
        activities::list(self, filter, slice).await
    }

    async fn bots(&self, slice: &Slice) -> Result<Page<BotRow>, StoreError> {
        let query = bot_rows!(slice).filter(accounts::kind.eq(BOT));
        let rows: Vec<BotColumns> = self.load(query).await?;
        page(rows, slice, bot, |bot| bot.name.key().to_string())
    }

    async fn namespaces(
        &self,
        filter: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError> {
        let mut query = namespace_rows!(slice);
        if let Some(ids) = readable(filter) {
            query = query.filter(namespaces::id.eq_any(ids));
        }
        let rows: Vec<NamespaceColumns> = self.load(query).await?;
        page(rows, slice, namespace, namespace_key)
    }

    async fn parked(&self, slice: &Slice) -> Result<Page<ParkedRow>, StoreError> {
        let after: i64 =
            slice.after.as_deref().and_then(|after| after.parse().ok()).unwrap_or_default();
        let query = inbox::table
            .inner_join(registries::table)
            // In words, so that the index of parked events is used.
            .filter(inbox::state.eq(sql::<Text>("'parked'")).and(inbox::id.gt(after)))
            .select((
                (inbox::id, registries::name, inbox::event_id, inbox::action, inbox::repository),
                (inbox::error, inbox::tries, inbox::received_at, inbox::raw),
            ))
            .order(inbox::id)
            .limit(one_more(slice));
        let rows: Vec<ParkedColumns> = self.load(query).await?;
        page(rows, slice, parked, |row| row.id.to_string())
    }

    async fn repository(&self, of: RepositoryId) -> Result<Option<RepositoryRow>, StoreError> {
        let query = repository_rows!().filter(repositories::id.eq(of.0));
        let rows: Vec<RepositoryColumns> = self.load(query).await?;
        rows.into_iter().next().map(repository).transpose()
    }

    async fn manifest(
        &self,
        of: RepositoryId,
        digest: &Digest,
    ) -> Result<Option<ManifestView>, StoreError> {
        seen::manifest(self, of, digest).await
    }

    async fn repositories(
        &self,
        filter: &RepositoryFilter,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        let mut query = repository_rows!()
            .order((repositories::registry_name, repositories::path))
            .limit(one_more(slice))
            .into_boxed();
        if let Some(ids) = readable(&filter.readable) {
            query = query.filter(repositories::namespace_id.eq_any(ids));
        }
        if let Some(registry) = filter.registry {
            query = query.filter(repositories::registry_id.eq(registry.0));
        }
        if let Some(name) = &filter.namespace {
            query = query.filter(namespaces::name.eq(stored_name(name.as_ref())));
        }
        if let Some((registry, path)) = cursor(slice).as_deref().and_then(place) {
            let after = sql::<Bool>("(repositories.registry_name, repositories.path) > (")
                .bind::<Text, _>(registry)
                .sql(", ")
                .bind::<Text, _>(path)
                .sql(")");
            query = query.filter(after);
        }
        let rows: Vec<RepositoryColumns> = self.load(query).await?;
        page(rows, slice, repository, |row| format!("{}/{}", row.registry, row.path))
    }

    async fn session(&self, digest: &SecretDigest) -> Result<Option<SessionOwner>, StoreError> {
        seen::session(self, digest).await
    }

    async fn tag(&self, of: RepositoryId, name: &TagName) -> Result<Option<TagRow>, StoreError> {
        let name = name.as_str().to_owned();
        let query = tag_rows!(of).filter(tags::name.eq(name));
        let rows: Vec<TagColumns> = self.load(query).await?;
        rows.into_iter().next().map(tag).transpose()
    }

    async fn tags(&self, of: RepositoryId, slice: &Slice) -> Result<Page<TagRow>, StoreError> {
        let mut query = tag_rows!(of).order(tags::name).limit(one_more(slice)).into_boxed();
        if let Some(after) = cursor(slice) {
            query = query.filter(tags::name.gt(after));
        }
        let rows: Vec<TagColumns> = self.load(query).await?;
        page(rows, slice, tag, |tag| tag.name.to_string())
    }

    async fn teams(&self, slice: &Slice) -> Result<Page<TeamRow>, StoreError> {
        let all = members::table
            .filter(members::team_id.eq(teams::id))
            .select(count_star())
            .single_value();
        let owners = members::table
            .inner_join(accounts::table)
            .filter(members::team_id.eq(teams::id))
            .filter(members::role.eq(Role::Owner.as_str()).and(accounts::enabled))
            .select(count_star())
            .single_value();
        let owned = namespaces::table
            .filter(namespaces::team_id.eq(teams::id.nullable()))
            .select(count_star())
            .single_value();
        let mut query = teams::table
            .select((teams::id, teams::name, all, owners, owned, teams::created_at))
            .order(teams::name_key)
            .limit(one_more(slice))
            .into_boxed();
        if let Some(after) = cursor(slice) {
            query = query.filter(teams::name_key.gt(after));
        }
        let rows: Vec<TeamColumns> = self.load(query).await?;
        page(rows, slice, team, |team| team.name.key())
    }
}

/// One row more than the page has tells whether there is another page.
pub(super) fn one_more(slice: &Slice) -> i64 {
    i64::from(slice.limit) + 1
}

pub(super) fn page<R, T>(
    rows: Vec<R>,
    slice: &Slice,
    read: impl Fn(R) -> Result<T, StoreError>,
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, StoreError> {
    let rows = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok(Page::of(rows, slice.limit, key))
}

/// Where a page is to go on, as far as a database takes it.
pub(super) fn cursor(slice: &Slice) -> Option<String> {
    slice.after.as_deref().map(|after| storable(after).into_owned())
}

/// A time and a number, as a page says where it ended.
pub(super) fn moment(cursor: &str) -> Option<(i64, i64)> {
    let (at, id) = cursor.split_once('.')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

/// A registry's name and a name in it, as a page says where it ended.
pub(super) fn place(cursor: &str) -> Option<(String, String)> {
    cursor.split_once('/').map(|(registry, name)| (registry.to_owned(), name.to_owned()))
}
