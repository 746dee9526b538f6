use std::sync::Arc;

use super::inspect::InspectError;
use super::permit::{permit, role_in};
use crate::account::{Account, AccountKind, Username};
use crate::activity::{Actor, Who};
use crate::credential::{ApplicationToken, RefreshToken};
use crate::id::TeamId;
use crate::page::{BotRow, NamespaceRow, Page, Slice, TeamRow};
use crate::policy::{Deed, DeedFacts, Manager, NamespaceFilter, Policy, Ruling, Standing};
use crate::port::{
    Browse, Headcount, Holder, MemberFilter, People, PeopleFilter, Store, StoreError,
};
use crate::session::Session;
use crate::team::{Member, Role, Team, TeamName};

/// Who is there, in which teams, and with what: for those who may know.
pub struct Roster {
    /// Lists about people.
    pub people: Arc<dyn People>,
    /// Lists of everything.
    pub browse: Arc<dyn Browse>,
    /// Single things.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
}

/// An account with what it has, as admins see it: no secrets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SeenAccount {
    /// Itself.
    pub account: Account,
    /// The teams it is in, by name, and as what.
    pub teams: Vec<(Team, Role)>,
    /// Its application tokens, newest first.
    pub tokens: Vec<ApplicationToken>,
    /// Its sessions, the last used first.
    pub sessions: Vec<Session>,
    /// Its refresh tokens, the last used first.
    pub refreshes: Vec<RefreshToken>,
}

/// A bot with what it has: no secrets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SeenBot {
    /// Itself.
    pub account: Account,
    /// Its team.
    pub team: Team,
    /// What it may do there.
    pub role: Role,
    /// Its application tokens, newest first.
    pub tokens: Vec<ApplicationToken>,
}

impl Roster {
    /// People and bots by name; for who manages accounts.
    pub async fn accounts(
        &self,
        actor: &Actor,
        filter: &PeopleFilter,
        slice: &Slice,
    ) -> Result<Page<Account>, InspectError> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        Ok(self.people.found(filter, slice).await?)
    }

    /// An account with what it has; for who manages accounts.
    pub async fn account(
        &self,
        actor: &Actor,
        name: &Username,
    ) -> Result<Option<SeenAccount>, InspectError> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        self.store
            .read(async |tx| {
                let Some(account) = tx.accounts().by_name(name).await? else { return Ok(None) };
                Ok(Some(SeenAccount {
                    teams: tx.teams().of(account.id).await?,
                    tokens: tx.tokens().applications(account.id).await?,
                    sessions: tx.sessions().of(account.id).await?,
                    refreshes: tx.tokens().refreshes(account.id).await?,
                    account,
                }))
            })
            .await
    }

    /// Teams by name: all of them for who manages all, else the actor's own, but for a credential
    /// that manages nothing.
    pub async fn teams(&self, actor: &Actor, slice: &Slice) -> Result<Page<TeamRow>, InspectError> {
        match permit(&self.policy, actor, Deed::ManageMembers, &DeedFacts::default()) {
            Ok(()) => Ok(self.browse.teams(slice).await?),
            Err(refused) => match (Manager::of(actor), actor.account()) {
                (Manager::Account(Standing::Anonymous), _) | (_, None) => Err(refused.into()),
                (_, Some(account)) => Ok(self.people.teams_of(account, slice).await?),
            },
        }
    }

    /// A team's bots by name. Whether the actor may see the team was decided before.
    pub async fn bots(&self, team: &Team, slice: &Slice) -> Result<Page<BotRow>, StoreError> {
        self.people.bots_of(team.id, slice).await
    }

    /// Those who are in a team, by name. Whether the actor may see it was decided before.
    pub async fn members(
        &self,
        team: &Team,
        filter: &MemberFilter,
        slice: &Slice,
    ) -> Result<Page<Member>, StoreError> {
        self.people.members_of(team.id, filter, slice).await
    }

    /// How many are in a team. Whether the actor may see it was decided before.
    pub async fn headcount(&self, team: &Team) -> Result<Headcount, StoreError> {
        self.people.headcount(team.id).await
    }

    /// A bot of a team; for who manages its bots. Of another team there is none.
    pub async fn bot(
        &self,
        actor: &Actor,
        team: &TeamName,
        bot: &Username,
    ) -> Result<Option<SeenBot>, InspectError> {
        self.store
            .read(async |tx| {
                let Some(team) = tx.teams().by_name(team).await? else { return Ok(None) };
                let own = role_in(tx, actor, team.id).await?;
                let facts = DeedFacts { role: own, ..DeedFacts::default() };
                match permit(&self.policy, actor, Deed::ManageBots, &facts) {
                    Ok(()) => {}
                    Err(_) if own.is_none() => return Ok(None),
                    Err(refused) => return Err(refused.into()),
                }
                let Some(account) = tx.accounts().by_name(bot).await? else { return Ok(None) };
                let role = tx.teams().role(team.id, account.id).await?;
                let role = role.filter(|_| is_bot_of(&account, team.id));
                let Some(role) = role else { return Ok(None) };
                let tokens = tx.tokens().applications(account.id).await?;
                Ok(Some(SeenBot { account, team, role, tokens }))
            })
            .await
    }

    /// A team's namespaces that the actor can pull from, by registry and name.
    pub async fn namespaces(
        &self,
        actor: &Actor,
        team: &Team,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError> {
        let readable = match &actor.who {
            Who::Caller(caller) => self.policy.readable(caller),
            Who::Operator(_) | Who::Portus => NamespaceFilter::EVERY,
        };
        self.people.namespaces_of(Holder::Team(team.id), &readable, slice).await
    }

    /// The namespaces that are nobody's; for who may give any away.
    pub async fn orphans(
        &self,
        actor: &Actor,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, InspectError> {
        permit(&self.policy, actor, Deed::AbandonNamespaces, &DeedFacts::default())?;
        Ok(self.people.orphans(slice).await?)
    }

    /// Whether the actor may do something as what she is in a team, or to what is her own, and who
    /// may.
    pub fn rule(&self, actor: &Actor, deed: Deed, role: Option<Role>, own: bool) -> Ruling {
        let facts = DeedFacts { role, own, ..DeedFacts::default() };
        self.policy.rule(Manager::of(actor), deed, &facts)
    }
}

fn is_bot_of(account: &Account, team: TeamId) -> bool {
    matches!(account.kind, AccountKind::Bot { team: of } if of == team)
}
