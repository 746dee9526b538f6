use async_trait::async_trait;

use super::MemoryStore;
use super::listing::page;
use crate::account::{Account, AccountKind};
use crate::id::{AccountId, TeamId};
use crate::namespace::NamespaceKind;
use crate::page::{Page, Slice};
use crate::port::{Rights, StoreError, TeamPlace};
use crate::team::Role;

#[async_trait]
impl Rights for MemoryStore {
    async fn admins(&self, slice: &Slice) -> Result<Page<Account>, StoreError> {
        let state = self.now()?;
        let accounts = state.accounts.values().map(|stored| &stored.account);
        let admins = accounts.filter(|one| {
            one.enabled && matches!(one.kind, AccountKind::Person { admin: true, .. })
        });
        Ok(page(admins.map(|one| (one.name.key().to_string(), one.clone())), slice))
    }

    async fn members(
        &self,
        team: TeamId,
        slice: &Slice,
    ) -> Result<Page<(Account, Role)>, StoreError> {
        let state = self.now()?;
        let members = state.members.iter().filter(|((of, _), _)| *of == team);
        let rows = members.filter_map(|((_, account), role)| {
            let account = state.accounts.get(account)?.account.clone();
            account.enabled.then(|| (account.name.key().to_string(), (account, *role)))
        });
        Ok(page(rows, slice))
    }

    async fn roles(&self, account: AccountId) -> Result<Vec<(TeamId, Role)>, StoreError> {
        let state = self.now()?;
        let own = state.members.iter().filter(|((_, member), _)| *member == account);
        Ok(own.map(|((team, _), role)| (*team, *role)).collect())
    }

    async fn namespaces(&self, team: TeamId, slice: &Slice) -> Result<Page<TeamPlace>, StoreError> {
        let state = self.now()?;
        let rows = state.namespaces.values().filter_map(|one| {
            let owned = matches!(one.kind, NamespaceKind::Team { team: of, .. } if of == team);
            let registry = state.registries.get(&one.registry).filter(|_| owned)?;
            let place = TeamPlace {
                id: one.id,
                registry: registry.name.clone(),
                name: one.name.clone()?,
                kind: one.kind,
                registry_read: registry.read_at.is_some(),
            };
            Some(((place.registry.to_string(), place.name.to_string()), place))
        });
        Ok(page(rows, slice))
    }
}
