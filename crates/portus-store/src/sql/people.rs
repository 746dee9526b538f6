//! Lists about people, teams and what is theirs.

use async_trait::async_trait;
use diesel::dsl::{count_star, exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use portus_core::account::Account;
use portus_core::id::{AccountId, TeamId};
use portus_core::page::{BotRow, NamespaceRow, Page, Slice, TeamRow};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{
    AccountKinds, Headcount, Holder, MemberFilter, People, PeopleFilter, StoreError,
};
use portus_core::team::{Member, Role};

use super::accounts::{ACCOUNT, AccountRow, BOT, account};
use super::browse::{SqlBrowse, cursor, one_more, page, place};
use super::held_rows::{bot_rows, namespace_key, namespace_rows};
use super::listed::{BotColumns, NamespaceColumns, TeamColumns, bot, namespace, team};
use super::namespaces::KIND;
use super::readable::readable;
use super::teams::{MEMBER, MemberRow, member};
use crate::schema::{accounts, members, namespaces, teams};
use crate::values::{count, storable};

#[async_trait]
impl People for SqlBrowse {
    async fn found(
        &self,
        filter: &PeopleFilter,
        slice: &Slice,
    ) -> Result<Page<Account>, StoreError> {
        let mut query = accounts::table
            .select(ACCOUNT)
            .order(accounts::name_key)
            .limit(one_more(slice))
            .into_boxed();
        // In words, so that the index of the few is used.
        query = match filter.kinds {
            AccountKinds::Admins => query.filter(accounts::admin),
            AccountKinds::All => query,
            AccountKinds::Bots => query.filter(accounts::kind.eq(sql::<Text>("'bot'"))),
            AccountKinds::Disabled => query.filter(not(accounts::enabled)),
            AccountKinds::People => query.filter(accounts::kind.eq(sql::<Text>("'person'"))),
        };
        if let Some(prefix) = &filter.prefix {
            let from = storable(&prefix.to_lowercase()).into_owned();
            // A range of the index, whatever the prefix holds: nobody types the last character
            // there is, which stands for none.
            let until = format!("{from}{}", char::MAX);
            query = query.filter(accounts::name_key.ge(from).and(accounts::name_key.lt(until)));
        }
        if let Some(after) = cursor(slice) {
            query = query.filter(accounts::name_key.gt(after));
        }
        let rows: Vec<AccountRow> = self.load(query).await?;
        page(rows, slice, account, |account| account.name.key().to_string())
    }

    async fn teams_of(&self, who: AccountId, slice: &Slice) -> Result<Page<TeamRow>, StoreError> {
        let inside = diesel::alias!(members as inside);
        let all = inside
            .filter(inside.field(members::team_id).eq(teams::id))
            .select(count_star())
            .single_value();
        let owners = inside
            .inner_join(accounts::table.on(inside.field(members::account_id).eq(accounts::id)))
            .filter(inside.field(members::team_id).eq(teams::id))
            .filter(inside.field(members::role).eq(Role::Owner.as_str()).and(accounts::enabled))
            .select(count_star())
            .single_value();
        let owned = namespaces::table
            .filter(namespaces::team_id.eq(teams::id.nullable()))
            .select(count_star())
            .single_value();
        let mut query = teams::table
            .inner_join(members::table)
            .filter(members::account_id.eq(who.0))
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

    async fn bots_of(&self, of: TeamId, slice: &Slice) -> Result<Page<BotRow>, StoreError> {
        let query = bot_rows!(slice).filter(accounts::team_id.eq(of.0));
        let rows: Vec<BotColumns> = self.load(query).await?;
        page(rows, slice, bot, |bot| bot.name.key().to_string())
    }

    async fn members_of(
        &self,
        of: TeamId,
        filter: &MemberFilter,
        slice: &Slice,
    ) -> Result<Page<Member>, StoreError> {
        let mut query = members::table
            .inner_join(accounts::table)
            .filter(members::team_id.eq(of.0))
            .select(MEMBER)
            .order(accounts::name_key)
            .limit(one_more(slice))
            .into_boxed();
        if let Some(role) = filter.role {
            query = query.filter(members::role.eq(role.as_str()));
        }
        if filter.is_person {
            query = query.filter(accounts::kind.ne(BOT));
        }
        if filter.may_act {
            query = query.filter(accounts::enabled);
        }
        if let Some(after) = cursor(slice) {
            query = query.filter(accounts::name_key.gt(after));
        }
        let rows: Vec<MemberRow> = self.load(query).await?;
        page(rows, slice, member, |member| member.name.key().to_string())
    }

    async fn headcount(&self, of: TeamId) -> Result<Headcount, StoreError> {
        let query = members::table
            .inner_join(accounts::table)
            .filter(members::team_id.eq(of.0))
            .group_by(accounts::kind)
            .select((accounts::kind, count_star()));
        let rows: Vec<(String, i64)> = self.load(query).await?;
        let mut all = Headcount::default();
        for (kind, number) in rows {
            let number = count("members", number)?;
            if kind == BOT { all.bots = number } else { all.people = number }
        }
        Ok(all)
    }

    async fn namespaces_of(
        &self,
        holder: Holder,
        filter: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError> {
        let mut query = namespace_rows!(slice);
        query = match holder {
            Holder::Account(account) => query.filter(namespaces::account_id.eq(account.0)),
            Holder::Team(team) => query.filter(namespaces::team_id.eq(team.0)),
        };
        if let Some(ids) = readable(filter) {
            query = query.filter(namespaces::id.eq_any(ids));
        }
        let rows: Vec<NamespaceColumns> = self.load(query).await?;
        page(rows, slice, namespace, namespace_key)
    }

    async fn orphans(&self, slice: &Slice) -> Result<Page<NamespaceRow>, StoreError> {
        // In words, so that the index of orphans is used.
        let query = namespace_rows!(slice).filter(namespaces::kind.eq(sql::<Text>("'orphan'")));
        let rows: Vec<NamespaceColumns> = self.load(query).await?;
        page(rows, slice, namespace, namespace_key)
    }
}
