use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use crate::account::{Account, AccountKind, Username};
use crate::activity::{Activity, Actor};
use crate::id::InboxId;
use crate::page::{BotRow, Page, ParkedRow, Slice, TeamRow};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{AccountFilter, ActivityFilter, Browse, Store, StoreError};
use crate::registry::Registry;
use crate::team::{Member, Role, Team, TeamName};

/// What those look at who manage it: lists of accounts, bots, teams, registries, parked events and
/// the audit, and single accounts and teams.
///
/// A list is refused to who may not see it. A single thing that someone may not see is `None`, the
/// same as one that is not there.
pub struct Inspect {
    /// Lists.
    pub browse: Arc<dyn Browse>,
    /// Single things.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
}

/// A team that someone may see.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SeenTeam {
    /// Itself.
    pub team: Team,
    /// What the one who asks is in it.
    pub role: Option<Role>,
}

/// Why there is nothing to look at.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Inspect {
    /// People and bots by name.
    pub async fn accounts(
        &self,
        actor: &Actor,
        filter: AccountFilter,
        slice: &Slice,
    ) -> Result<Page<Account>, InspectError> {
        self.permit(actor, Deed::ManageAccounts)?;
        Ok(self.browse.accounts(filter, slice).await?)
    }

    /// An account: one's own, or any for who manages them.
    pub async fn account(
        &self,
        actor: &Actor,
        name: &Username,
    ) -> Result<Option<Account>, StoreError> {
        let found = self.store.read::<_, StoreError>(async |tx| tx.accounts().by_name(name).await);
        let manages = self.permit(actor, Deed::ManageAccounts).is_ok();
        let found = found.await?;
        Ok(found.filter(|account| manages || actor.account() == Some(account.id)))
    }

    /// The audit, newest first.
    pub async fn activities(
        &self,
        actor: &Actor,
        filter: &ActivityFilter,
        slice: &Slice,
    ) -> Result<Page<Activity>, InspectError> {
        self.permit(actor, Deed::ReadAudit)?;
        Ok(self.browse.activities(filter, slice).await?)
    }

    /// The bots of all teams by name.
    pub async fn bots(&self, actor: &Actor, slice: &Slice) -> Result<Page<BotRow>, InspectError> {
        self.permit(actor, Deed::ManageBots)?;
        Ok(self.browse.bots(slice).await?)
    }

    /// A bot as it is in a list: one of a team of the actor's, or any for who manages bots.
    pub async fn bot(&self, actor: &Actor, name: &Username) -> Result<Option<BotRow>, StoreError> {
        let manages = self.permit(actor, Deed::ManageBots).is_ok();
        self.store
            .read(async |tx| {
                let Some(account) = tx.accounts().by_name(name).await? else { return Ok(None) };
                let AccountKind::Bot { team } = account.kind else { return Ok(None) };
                if role_in(tx, actor, team).await?.is_none() && !manages {
                    return Ok(None);
                }
                let role = tx.teams().role(team, account.id).await?;
                let (Some(team), Some(role)) = (tx.teams().by_id(team).await?, role) else {
                    return Ok(None);
                };
                let tokens = tx.tokens().applications(account.id).await?.len() as u64;
                Ok(Some(BotRow {
                    name: account.name,
                    team: team.name,
                    role,
                    enabled: account.enabled,
                    tokens,
                    created_at: account.created_at,
                }))
            })
            .await
    }

    /// One parked notification.
    pub async fn parked_event(
        &self,
        actor: &Actor,
        event: InboxId,
    ) -> Result<Option<ParkedRow>, InspectError> {
        self.permit(actor, Deed::ManageEvents)?;
        // The first from there on is it, or it is not there.
        let after = Some(event.0.saturating_sub(1).to_string());
        let page = self.browse.parked(&Slice { after, limit: 1 }).await?;
        Ok(page.rows.into_iter().find(|row| row.id == event))
    }

    /// Parked notifications, oldest first.
    pub async fn parked(
        &self,
        actor: &Actor,
        slice: &Slice,
    ) -> Result<Page<ParkedRow>, InspectError> {
        self.permit(actor, Deed::ManageEvents)?;
        Ok(self.browse.parked(slice).await?)
    }

    /// Every registry, by name.
    pub async fn registries(&self, actor: &Actor) -> Result<Vec<Registry>, InspectError> {
        self.permit(actor, Deed::ManageRegistries)?;
        Ok(self.store.read::<_, StoreError>(async |tx| tx.registries().all().await).await?)
    }

    /// Every team by name.
    pub async fn teams(&self, actor: &Actor, slice: &Slice) -> Result<Page<TeamRow>, InspectError> {
        self.permit(actor, Deed::ManageMembers)?;
        Ok(self.browse.teams(slice).await?)
    }

    /// A team: one's own, or any for who manages members.
    pub async fn team(
        &self,
        actor: &Actor,
        name: &TeamName,
    ) -> Result<Option<SeenTeam>, StoreError> {
        let manages = self.permit(actor, Deed::ManageMembers).is_ok();
        self.store
            .read(async |tx| {
                let Some(team) = tx.teams().by_name(name).await? else { return Ok(None) };
                let role = role_in(tx, actor, team.id).await?;
                if role.is_none() && !manages {
                    return Ok(None);
                }
                Ok(Some(SeenTeam { team, role }))
            })
            .await
    }

    /// One account in a team that the actor may see.
    pub async fn member(
        &self,
        actor: &Actor,
        team: &TeamName,
        name: &Username,
    ) -> Result<Option<Member>, StoreError> {
        let Some(seen) = self.team(actor, team).await? else { return Ok(None) };
        self.store
            .read(async |tx| {
                let Some(account) = tx.accounts().by_name(name).await? else { return Ok(None) };
                let role = tx.teams().role(seen.team.id, account.id).await?;
                Ok(role.map(|role| Member {
                    account: account.id,
                    bot: account.is_bot(),
                    enabled: account.enabled,
                    name: account.name,
                    role,
                }))
            })
            .await
    }

    /// Of something that is nobody's own.
    fn permit(&self, actor: &Actor, deed: Deed) -> Result<(), Refused> {
        permit(&self.policy, actor, deed, &DeedFacts::default())
    }
}
