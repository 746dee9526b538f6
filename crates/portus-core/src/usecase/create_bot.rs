use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use crate::account::{AccountKind, NewAccount, Username};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::AccountId;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError};
use crate::team::{Role, TeamName};

/// Makes programs' accounts.
pub struct CreateBot {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why there is no new bot.
#[derive(Debug, thiserror::Error)]
pub enum CreateBotError {
    /// Bots own nothing.
    #[error("a bot is a viewer or a contributor, never an owner")]
    Owner,
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An account has the name.
    #[error("the name `{0}` is taken")]
    Taken(Username),
    /// There is no such team.
    #[error("there is no team `{0}`")]
    UnknownTeam(TeamName),
}

impl CreateBot {
    /// Makes a bot of a team. It has no token yet.
    pub async fn create(
        &self,
        actor: &Actor,
        name: &Username,
        team: &TeamName,
        role: Role,
    ) -> Result<AccountId, CreateBotError> {
        if role == Role::Owner {
            return Err(CreateBotError::Owner);
        }
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let found = tx.teams().by_name(team).await?;
                let found = found.ok_or_else(|| CreateBotError::UnknownTeam(team.clone()))?;
                let own_role = role_in(tx, actor, found.id).await?;
                let facts = DeedFacts { role: own_role, ..DeedFacts::default() };
                permit(&self.policy, actor, Deed::ManageBots, &facts)?;
                let new = NewAccount {
                    name: name.clone(),
                    email: None,
                    kind: AccountKind::Bot { team: found.id },
                    password: None,
                    created_at: now,
                };
                let id = tx.accounts().add(&new).await.map_err(|error| match error {
                    StoreError::Taken => CreateBotError::Taken(name.clone()),
                    error => error.into(),
                })?;
                tx.teams().set_role(found.id, id, role, now).await?;
                let row = NewActivity::done(kind::BOT_CREATE, actor, now, name.as_str());
                let detail = format!("{role} in team {team}");
                tx.audit().append(&[row.detail(detail).in_team(found.id)]).await?;
                Ok(id)
            })
            .await
    }
}
