use std::cmp::Reverse;

use async_trait::async_trait;

use super::MemoryStore;
use super::listing::page;
use super::rows::{
    activity, admits, bot_row, manifest_view, namespace_row, parked_row, repository_row, tag_row,
    team_row, wants,
};
use crate::account::Account;
use crate::activity::Activity;
use crate::digest::Digest;
use crate::id::RepositoryId;
use crate::page::{
    BotRow, ManifestView, NamespaceRow, Page, ParkedRow, RepositoryRow, Slice, TagRow, TeamRow,
};
use crate::policy::NamespaceFilter;
use crate::port::{AccountFilter, ActivityFilter, Browse, RepositoryFilter, StoreError};
use crate::secret::SecretDigest;
use crate::session::SessionOwner;
use crate::tag::TagName;

#[async_trait]
impl Browse for MemoryStore {
    async fn accounts(
        &self,
        filter: AccountFilter,
        slice: &Slice,
    ) -> Result<Page<Account>, StoreError> {
        let state = self.now()?;
        let accounts = state.accounts.values().map(|stored| &stored.account);
        let wanted = accounts.filter(|one| filter.bots.is_none_or(|bots| one.is_bot() == bots));
        let keyed = wanted.map(|one| (one.name.key().to_string(), one.clone()));
        Ok(page(keyed, slice))
    }

    async fn activities(
        &self,
        filter: &ActivityFilter,
        slice: &Slice,
    ) -> Result<Page<Activity>, StoreError> {
        let state = self.now()?;
        let wanted = state.activities.iter().filter(|(_, row)| wants(filter, row));
        let keyed = wanted.map(|(id, row)| (Reverse((row.at, id.0)), activity(*id, row)));
        Ok(page(keyed, slice))
    }

    async fn bots(&self, slice: &Slice) -> Result<Page<BotRow>, StoreError> {
        let state = self.now()?;
        let bots = state.accounts.values().filter_map(|stored| bot_row(&state, stored));
        Ok(page(bots.map(|bot| (bot.name.key().to_string(), bot)), slice))
    }

    async fn namespaces(
        &self,
        filter: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError> {
        let state = self.now()?;
        let readable = state.namespaces.values().filter(|one| admits(&state, filter, one));
        let rows = readable.filter_map(|namespace| {
            let row = namespace_row(&state, namespace)?;
            let name = row.name.as_ref().map(ToString::to_string).unwrap_or_default();
            Some(((row.registry.to_string(), name), row))
        });
        Ok(page(rows, slice))
    }

    async fn parked(&self, slice: &Slice) -> Result<Page<ParkedRow>, StoreError> {
        let state = self.now()?;
        let events = state.inbox.iter();
        let rows = events.filter_map(|(id, event)| Some((id.0, parked_row(&state, *id, event)?)));
        Ok(page(rows, slice))
    }

    async fn repositories(
        &self,
        filter: &RepositoryFilter,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        let state = self.now()?;
        let rows = state.repositories.values().filter_map(|repository| {
            let namespace = state.namespaces.get(&repository.namespace)?;
            let registry = filter.registry.is_none_or(|wanted| wanted == repository.registry);
            let named = filter.namespace.as_ref().is_none_or(|wanted| *wanted == namespace.name);
            let wanted = registry && named && admits(&state, &filter.readable, namespace);
            let row = repository_row(&state, repository).filter(|_| wanted)?;
            Some(((row.registry.to_string(), row.path.to_string()), row))
        });
        Ok(page(rows, slice))
    }

    async fn repository(
        &self,
        repository: RepositoryId,
    ) -> Result<Option<RepositoryRow>, StoreError> {
        let state = self.now()?;
        let stored = state.repositories.get(&repository);
        Ok(stored.and_then(|stored| repository_row(&state, stored)))
    }

    async fn manifest(
        &self,
        repository: RepositoryId,
        digest: &Digest,
    ) -> Result<Option<ManifestView>, StoreError> {
        let state = self.now()?;
        let stored = state.repositories.get(&repository);
        Ok(stored.and_then(|stored| manifest_view(stored, digest)))
    }

    async fn tag(
        &self,
        repository: RepositoryId,
        tag: &TagName,
    ) -> Result<Option<TagRow>, StoreError> {
        let state = self.now()?;
        let stored = state.repositories.get(&repository);
        Ok(stored.and_then(|stored| tag_row(stored, tag, stored.tags.get(tag)?)))
    }

    async fn session(&self, digest: &SecretDigest) -> Result<Option<SessionOwner>, StoreError> {
        let state = self.now()?;
        let found = state.sessions.values().find(|stored| stored.digest == *digest);
        Ok(found.and_then(|stored| {
            let account = state.accounts.get(&stored.session.account)?.account.clone();
            Some(SessionOwner { account, session: stored.session.clone() })
        }))
    }

    async fn tags(
        &self,
        repository: RepositoryId,
        slice: &Slice,
    ) -> Result<Page<TagRow>, StoreError> {
        let state = self.now()?;
        let stored = state.repositories.get(&repository);
        let rows = stored.into_iter().flat_map(|stored| {
            let tags = stored.tags.iter();
            tags.filter_map(|(name, tag)| Some((name.to_string(), tag_row(stored, name, tag)?)))
        });
        Ok(page(rows, slice))
    }

    async fn teams(&self, slice: &Slice) -> Result<Page<TeamRow>, StoreError> {
        let state = self.now()?;
        let teams = state.teams.values();
        Ok(page(teams.map(|team| (team.name.key(), team_row(&state, team))), slice))
    }
}
