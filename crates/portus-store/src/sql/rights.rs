use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use portus_core::account::Account;
use portus_core::id::{AccountId, NamespaceId, TeamId};
use portus_core::page::{Page, Slice};
use portus_core::port::{Rights, StoreError, TeamPlace};
use portus_core::team::Role;

use super::accounts::{ACCOUNT, AccountRow, account};
use super::browse::{SqlBrowse, cursor, one_more, page, place};
use super::namespaces::{KIND, KindRow, namespace_kind};
use crate::schema::{accounts, members, namespaces, registries};
use crate::values::parsed;

#[async_trait]
impl Rights for SqlBrowse {
    async fn admins(&self, slice: &Slice) -> Result<Page<Account>, StoreError> {
        let mut query = accounts::table
            .filter(accounts::admin)
            .filter(accounts::enabled)
            .select(ACCOUNT)
            .order(accounts::name_key)
            .limit(one_more(slice))
            .into_boxed();
        if let Some(after) = cursor(slice) {
            query = query.filter(accounts::name_key.gt(after));
        }
        let rows: Vec<AccountRow> = self.load(query).await?;
        page(rows, slice, account, |account| account.name.key().to_string())
    }

    async fn members(
        &self,
        team: TeamId,
        slice: &Slice,
    ) -> Result<Page<(Account, Role)>, StoreError> {
        let mut query = members::table
            .inner_join(accounts::table)
            .filter(members::team_id.eq(team.0))
            .filter(accounts::enabled)
            .select((ACCOUNT, members::role))
            .order(accounts::name_key)
            .limit(one_more(slice))
            .into_boxed();
        if let Some(after) = cursor(slice) {
            query = query.filter(accounts::name_key.gt(after));
        }
        let rows: Vec<(AccountRow, String)> = self.load(query).await?;
        let read =
            |(row, role): (AccountRow, String)| Ok((account(row)?, parsed("members.role", &role)?));
        page(rows, slice, read, |(account, _)| account.name.key().to_string())
    }

    async fn roles(&self, account: AccountId) -> Result<Vec<(TeamId, Role)>, StoreError> {
        let query = members::table
            .filter(members::account_id.eq(account.0))
            .select((members::team_id, members::role))
            .order(members::team_id);
        let rows: Vec<(i64, String)> = self.load(query).await?;
        let read = |(team, role): (i64, String)| Ok((TeamId(team), parsed("members.role", &role)?));
        rows.into_iter().map(read).collect()
    }

    async fn namespaces(&self, team: TeamId, slice: &Slice) -> Result<Page<TeamPlace>, StoreError> {
        let mut query = namespaces::table
            .inner_join(registries::table)
            .filter(namespaces::team_id.eq(team.0))
            .select((
                (namespaces::id, registries::name, namespaces::name),
                KIND,
                registries::read_at.is_not_null(),
            ))
            .order((registries::name, namespaces::name))
            .limit(one_more(slice))
            .into_boxed();
        if let Some((registry, name)) = cursor(slice).as_deref().and_then(place) {
            let after = sql::<Bool>("(registries.name, namespaces.name) > (")
                .bind::<Text, _>(registry)
                .sql(", ")
                .bind::<Text, _>(name)
                .sql(")");
            query = query.filter(after);
        }
        type Row = ((i64, String, String), KindRow, bool);
        let rows: Vec<Row> = self.load(query).await?;
        let read = |((id, registry, name), kind, registry_read): Row| {
            Ok(TeamPlace {
                id: NamespaceId(id),
                registry: parsed("registries.name", &registry)?,
                name: parsed("namespaces.name", &name)?,
                kind: namespace_kind(kind)?,
                registry_read,
            })
        };
        page(rows, slice, read, |place| format!("{}/{}", place.registry, place.name))
    }
}
