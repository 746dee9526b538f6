use std::sync::Arc;

use super::permit::{Refused, permit};
use crate::account::Username;
use crate::activity::{Actor, NewActivity, kind};
use crate::id::TeamId;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError};
use crate::team::{Role, TeamName};
use crate::words::Description;

/// Makes teams.
pub struct CreateTeam {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why there is no new team.
#[derive(Debug, thiserror::Error)]
pub enum CreateTeamError {
    /// Bots own nothing.
    #[error("`{0}` is a bot: a team is owned by people")]
    Bot(Username),
    /// She may do nothing, and could not care for the team.
    #[error("`{0}` is disabled and can own no team: name someone else")]
    Disabled(Username),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is one of that name.
    #[error("there is a team `{0}` already")]
    Taken(TeamName),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    UnknownOwner(Username),
}

impl CreateTeam {
    /// Makes a team. Its owner is the one who asks, unless an admin or operator names another; an
    /// operator may leave it ownerless.
    pub async fn create(
        &self,
        actor: &Actor,
        name: &TeamName,
        owner: Option<&Username>,
    ) -> Result<TeamId, CreateTeamError> {
        self.create_described(actor, name, owner, None).await
    }

    /// The same, and says what it is for.
    pub async fn create_described(
        &self,
        actor: &Actor,
        name: &TeamName,
        owner: Option<&Username>,
        description: Option<&Description>,
    ) -> Result<TeamId, CreateTeamError> {
        permit(&self.policy, actor, Deed::CreateTeam, &DeedFacts::default())?;
        if owner.is_some() {
            permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        }
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let owner_id = match owner {
                    None => actor.account(),
                    Some(owner) => {
                        let found = tx.accounts().by_name(owner).await?;
                        let found =
                            found.ok_or_else(|| CreateTeamError::UnknownOwner(owner.clone()))?;
                        if found.is_bot() {
                            return Err(CreateTeamError::Bot(owner.clone()));
                        }
                        if !found.enabled {
                            return Err(CreateTeamError::Disabled(owner.clone()));
                        }
                        Some(found.id)
                    }
                };
                let id = tx.teams().add(name, now).await.map_err(|error| match error {
                    StoreError::Taken => CreateTeamError::Taken(name.clone()),
                    error => error.into(),
                })?;
                if let Some(owner_id) = owner_id {
                    tx.teams().set_role(id, owner_id, Role::Owner, now).await?;
                }
                let owner = owner.map(|owner| format!("owner {owner}")).unwrap_or_default();
                let row = NewActivity::done(kind::TEAM_CREATE, actor, now, name.as_str());
                let mut rows = vec![row.detail(owner).in_team(id)];
                if let Some(text) = description {
                    tx.words().describe_team(id, text).await?;
                    let row = NewActivity::done(kind::TEAM_DESCRIBE, actor, now, name.as_str());
                    rows.push(row.in_team(id));
                }
                tx.audit().append(&rows).await?;
                Ok(id)
            })
            .await
    }
}
