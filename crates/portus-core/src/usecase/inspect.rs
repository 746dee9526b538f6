use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use crate::account::{Account, Username};
use crate::activity::{Activity, Actor};
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
    /// Everyone in it, by name.
    pub members: Vec<Member>,
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
                let members = tx.teams().members(team.id).await?;
                Ok(Some(SeenTeam { team, members, role }))
            })
            .await
    }

    /// Of something that is nobody's own.
    fn permit(&self, actor: &Actor, deed: Deed) -> Result<(), Refused> {
        permit(&self.policy, actor, deed, &DeedFacts::default())
    }
}
