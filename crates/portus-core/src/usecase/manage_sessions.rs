use std::sync::Arc;

use super::inspect::InspectError;
use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::credential::RefreshToken;
use crate::id::{AccountId, RefreshTokenId, SessionId};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError};
use crate::session::Session;

/// Shows people where they are signed in, and signs them out there. Everyone her own, and not by a
/// credential that is for less.
pub struct ManageSessions {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl ManageSessions {
    /// The actor's sessions, the last used first.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Session>, InspectError> {
        let Some(account) = self.own(actor)? else { return Ok(Vec::new()) };
        let read = self.store.read::<_, StoreError>(async |tx| tx.sessions().of(account).await);
        Ok(read.await?)
    }

    /// Ends one of the actor's sessions; of another's, or none, nothing.
    pub async fn end(&self, actor: &Actor, session: SessionId) -> Result<(), InspectError> {
        let Some(account) = self.own(actor)? else { return Ok(()) };
        let row = self.row(actor).detail("one session");
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                if tx.sessions().end(account, session).await? {
                    tx.audit().append(&[row]).await?;
                }
                Ok(())
            })
            .await
    }

    /// Ends all of the actor's sessions but perhaps one.
    pub async fn end_others(
        &self,
        actor: &Actor,
        but: Option<SessionId>,
    ) -> Result<(), InspectError> {
        let Some(account) = self.own(actor)? else { return Ok(()) };
        let row = self.row(actor).detail("all other sessions");
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                if tx.sessions().end_all(account, but).await? > 0 {
                    tx.audit().append(&[row]).await?;
                }
                Ok(())
            })
            .await
    }

    /// What clients of registries keep to sign in as the actor again, the last used first.
    pub async fn refreshes(&self, actor: &Actor) -> Result<Vec<RefreshToken>, InspectError> {
        let Some(account) = self.own(actor)? else { return Ok(Vec::new()) };
        let read =
            self.store.read::<_, StoreError>(async |tx| tx.tokens().refreshes(account).await);
        Ok(read.await?)
    }

    /// Revokes one of the actor's refresh tokens; says whether there was one, as of another's there
    /// is none.
    pub async fn revoke_refresh(
        &self,
        actor: &Actor,
        token: RefreshTokenId,
    ) -> Result<bool, InspectError> {
        let Some(account) = self.own(actor)? else { return Ok(false) };
        let now = self.clock.now();
        let row = NewActivity::done(kind::REFRESH_TOKEN_REVOKE, actor, now, actor.name());
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let was_there = tx.tokens().revoke_one_refresh(account, token).await?;
                if was_there {
                    tx.audit().append(&[row]).await?;
                }
                Ok(was_there)
            })
            .await
    }

    /// Whose sessions the actor keeps: her own, and an operator nobody's.
    fn own(&self, actor: &Actor) -> Result<Option<AccountId>, Refused> {
        let own = actor.account();
        let facts = DeedFacts { own: own.is_some(), ..DeedFacts::default() };
        permit(&self.policy, actor, Deed::ManageOwnTokens, &facts)?;
        Ok(own)
    }

    fn row(&self, actor: &Actor) -> NewActivity {
        NewActivity::done(kind::ACCOUNT_SIGN_OUT, actor, self.clock.now(), actor.name())
    }
}
