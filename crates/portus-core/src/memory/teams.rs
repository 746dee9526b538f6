use std::time::SystemTime;

use async_trait::async_trait;

use super::accounts::forget;
use super::state::{State, exists, missing};
use super::unit_of_work::Work;
use crate::account::AccountKind;
use crate::id::{AccountId, TeamId};
use crate::namespace::NamespaceKind;
use crate::port::{StoreError, Teams};
use crate::team::{Member, Role, Team, TeamName};

#[async_trait]
impl Teams for Work {
    async fn add(&mut self, name: &TeamName, at: SystemTime) -> Result<TeamId, StoreError> {
        let state = self.change()?;
        if state.teams.values().any(|team| team.name.key() == name.key()) {
            return Err(StoreError::Taken);
        }
        let id = TeamId(state.next_id());
        state.teams.insert(id, Team { id, name: name.clone(), created_at: at });
        Ok(id)
    }

    async fn set_role(
        &mut self,
        team: TeamId,
        account: AccountId,
        role: Role,
        _at: SystemTime,
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        exists(&state.teams, &team)?;
        exists(&state.accounts, &account)?;
        state.members.insert((team, account), role);
        Ok(())
    }

    async fn remove(&mut self, team: TeamId, account: AccountId) -> Result<bool, StoreError> {
        Ok(self.change()?.members.remove(&(team, account)).is_some())
    }

    async fn rename(&mut self, team: TeamId, name: &TeamName) -> Result<(), StoreError> {
        let state = self.change()?;
        let mut others = state.teams.values().filter(|other| other.id != team);
        if others.any(|other| other.name.key() == name.key()) {
            return Err(StoreError::Taken);
        }
        if let Some(stored) = state.teams.get_mut(&team) {
            stored.name = name.clone();
        }
        Ok(())
    }

    async fn delete(&mut self, team: TeamId) -> Result<(), StoreError> {
        let state = self.change()?;
        let owns = state
            .namespaces
            .values()
            .any(|one| matches!(one.kind, NamespaceKind::Team { team: of, .. } if of == team));
        if owns {
            return Err(missing());
        }
        let bots = state.accounts.values().map(|stored| &stored.account);
        let bots: Vec<_> = bots
            .filter(|bot| matches!(bot.kind, AccountKind::Bot { team: of } if of == team))
            .map(|bot| bot.id)
            .collect();
        for bot in bots {
            forget(state, bot);
        }
        state.members.retain(|(of, _), _| *of != team);
        state.teams.remove(&team);
        Ok(())
    }

    async fn by_name(&mut self, name: &TeamName) -> Result<Option<Team>, StoreError> {
        Ok(self.seen().teams.values().find(|team| team.name.key() == name.key()).cloned())
    }

    async fn by_id(&mut self, team: TeamId) -> Result<Option<Team>, StoreError> {
        Ok(self.seen().teams.get(&team).cloned())
    }

    async fn role(&mut self, team: TeamId, account: AccountId) -> Result<Option<Role>, StoreError> {
        Ok(self.seen().role(team, account))
    }

    async fn owners_besides(
        &mut self,
        team: TeamId,
        account: AccountId,
    ) -> Result<u64, StoreError> {
        let state = self.seen();
        let enabled = |id| state.accounts.get(id).is_some_and(|one| one.account.enabled);
        let owners = state.members.iter().filter(|((of, member), role)| {
            *of == team && *member != account && **role == Role::Owner && enabled(member)
        });
        Ok(owners.count() as u64)
    }

    async fn of(&mut self, account: AccountId) -> Result<Vec<(Team, Role)>, StoreError> {
        let state = self.seen();
        let own = state.members.iter().filter(|((_, member), _)| *member == account);
        let mut teams: Vec<_> = own
            .filter_map(|((team, _), role)| Some((state.teams.get(team)?.clone(), *role)))
            .collect();
        teams.sort_by_key(|(team, _)| team.name.key());
        Ok(teams)
    }

    async fn owned_alone(&mut self, account: AccountId) -> Result<Vec<Team>, StoreError> {
        let mut alone = Vec::new();
        for (team, role) in self.of(account).await? {
            if role == Role::Owner && self.owners_besides(team.id, account).await? == 0 {
                alone.push(team);
            }
        }
        Ok(alone)
    }

    async fn members(&mut self, team: TeamId) -> Result<Vec<Member>, StoreError> {
        let mut members = members(self.seen(), team);
        members.sort_by_key(|member| member.name.key());
        Ok(members)
    }
}

pub(super) fn members(state: &State, team: TeamId) -> Vec<Member> {
    let members = state.members.iter().filter(|((of, _), _)| *of == team);
    members
        .filter_map(|((_, account), role)| Some((state.accounts.get(account)?, *role)))
        .map(|(stored, role)| Member {
            account: stored.account.id,
            name: stored.account.name.clone(),
            role,
            bot: stored.account.is_bot(),
            enabled: stored.account.enabled,
        })
        .collect()
}
