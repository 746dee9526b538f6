use async_trait::async_trait;

use super::MemoryStore;
use super::listing::page;
use super::namespaces::is_held;
use super::rows::{admits, bot_row, namespace_row, team_row};
use super::state::State;
use super::teams::members;
use crate::account::{Account, AccountKind};
use crate::id::{AccountId, TeamId};
use crate::namespace::{Namespace, NamespaceKind};
use crate::page::{BotRow, NamespaceRow, Page, Slice, TeamRow};
use crate::policy::NamespaceFilter;
use crate::port::{
    AccountKinds, Headcount, Holder, MemberFilter, People, PeopleFilter, StoreError,
};
use crate::team::Member;

#[async_trait]
impl People for MemoryStore {
    async fn found(
        &self,
        filter: &PeopleFilter,
        slice: &Slice,
    ) -> Result<Page<Account>, StoreError> {
        let state = self.now()?;
        let accounts = state.accounts.values().map(|stored| &stored.account);
        let wanted = accounts.filter(|account| is_wanted(filter, account));
        Ok(page(wanted.map(|one| (one.name.key().to_string(), one.clone())), slice))
    }

    async fn teams_of(
        &self,
        account: AccountId,
        slice: &Slice,
    ) -> Result<Page<TeamRow>, StoreError> {
        let state = self.now()?;
        let own = state.teams.values().filter(|team| state.role(team.id, account).is_some());
        Ok(page(own.map(|team| (team.name.key(), team_row(&state, team))), slice))
    }

    async fn bots_of(&self, team: TeamId, slice: &Slice) -> Result<Page<BotRow>, StoreError> {
        let state = self.now()?;
        let bots = state
            .accounts
            .values()
            .filter(|one| matches!(one.account.kind, AccountKind::Bot { team: of } if of == team));
        let rows = bots.filter_map(|stored| bot_row(&state, stored));
        Ok(page(rows.map(|bot| (bot.name.key().to_string(), bot)), slice))
    }

    async fn members_of(
        &self,
        team: TeamId,
        filter: &MemberFilter,
        slice: &Slice,
    ) -> Result<Page<Member>, StoreError> {
        let state = self.now()?;
        let members = members(&state, team);
        let wanted = members.into_iter().filter(|one| {
            filter.role.is_none_or(|role| role == one.role)
                && !(filter.is_person && one.bot)
                && (one.enabled || !filter.may_act)
        });
        Ok(page(wanted.map(|one| (one.name.key().to_string(), one)), slice))
    }

    async fn headcount(&self, team: TeamId) -> Result<Headcount, StoreError> {
        let state = self.now()?;
        let members = members(&state, team);
        let bots = members.iter().filter(|one| one.bot).count() as u64;
        Ok(Headcount { people: members.len() as u64 - bots, bots })
    }

    async fn namespaces_of(
        &self,
        holder: Holder,
        readable: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError> {
        let state = self.now()?;
        Ok(rows(&state, slice, |one| is_held(one, holder) && admits(&state, readable, one)))
    }

    async fn orphans(&self, slice: &Slice) -> Result<Page<NamespaceRow>, StoreError> {
        let state = self.now()?;
        Ok(rows(&state, slice, |one| one.kind == NamespaceKind::Orphan))
    }
}

fn is_wanted(filter: &PeopleFilter, account: &Account) -> bool {
    let kind = match filter.kinds {
        AccountKinds::Admins => account.is_admin(),
        AccountKinds::All => true,
        AccountKinds::Bots => account.is_bot(),
        AccountKinds::Disabled => !account.enabled,
        AccountKinds::People => !account.is_bot(),
    };
    let key = account.name.key();
    kind && filter
        .prefix
        .as_ref()
        .is_none_or(|prefix| key.as_str().starts_with(&prefix.to_lowercase()))
}

fn rows(state: &State, slice: &Slice, wanted: impl Fn(&Namespace) -> bool) -> Page<NamespaceRow> {
    let found = state.namespaces.values().filter(|one| wanted(one));
    let rows = found.filter_map(|namespace| {
        let row = namespace_row(state, namespace)?;
        let name = row.name.as_ref().map(ToString::to_string).unwrap_or_default();
        Some(((row.registry.to_string(), name), row))
    });
    page(rows, slice)
}
