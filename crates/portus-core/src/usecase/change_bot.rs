use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use crate::account::{Account, AccountKind, Username};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::TeamId;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError, Tx};

/// Lets bots act or not, and removes them.
pub struct ChangeBot {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why a bot stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeBotError {
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such bot, or none of a team that the one who asks is in.
    #[error("there is no bot `{0}`")]
    Unknown(Username),
}

use ChangeBotError as Error;

impl ChangeBot {
    /// Lets a bot do things, or not; its tokens rest meanwhile.
    pub async fn set_enabled(
        &self,
        actor: &Actor,
        bot: &Username,
        enabled: bool,
    ) -> Result<(), Error> {
        let what = if enabled { kind::BOT_ENABLE } else { kind::BOT_DISABLE };
        self.change(actor, bot, what, async |tx, account| {
            tx.accounts().set_enabled(account.id, enabled).await
        })
        .await
    }

    /// Removes a bot with its tokens.
    pub async fn delete(&self, actor: &Actor, bot: &Username) -> Result<(), Error> {
        self.change(actor, bot, kind::BOT_DELETE, async |tx, account| {
            tx.accounts().delete(account.id).await
        })
        .await
    }

    async fn change(
        &self,
        actor: &Actor,
        bot: &Username,
        what: &'static str,
        change: impl AsyncFnOnce(&mut Tx, &Account) -> Result<(), StoreError>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let (account, team) = self.find(tx, actor, bot).await?;
                change(tx, &account).await?;
                let row = NewActivity::done(what, actor, now, account.name.as_str());
                tx.audit().append(&[row.in_team(team)]).await?;
                Ok(())
            })
            .await
    }

    async fn find(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        bot: &Username,
    ) -> Result<(Account, TeamId), Error> {
        let unknown = || Error::Unknown(bot.clone());
        let account = tx.accounts().by_name(bot).await?.ok_or_else(unknown)?;
        let AccountKind::Bot { team } = account.kind else { return Err(unknown()) };
        let role = role_in(tx, actor, team).await?;
        let facts = DeedFacts { role, ..DeedFacts::default() };
        match permit(&self.policy, actor, Deed::ManageBots, &facts) {
            Ok(()) => Ok((account, team)),
            // Whoever is not in the team does not learn what it has.
            Err(_) if role.is_none() => Err(unknown()),
            Err(refused) => Err(refused.into()),
        }
    }
}
