use std::sync::Arc;

use crate::activity::{Actor, NewActivity, kind};
use crate::credential::RefreshToken;
use crate::id::{RefreshTokenId, SessionId};
use crate::port::{Clock, Store, StoreError};
use crate::session::Session;

/// Shows people where they are signed in, and signs them out there. Everyone her own.
pub struct ManageSessions {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl ManageSessions {
    /// The actor's sessions, the last used first.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Session>, StoreError> {
        let Some(account) = actor.account() else { return Ok(Vec::new()) };
        self.store.read(async |tx| tx.sessions().of(account).await).await
    }

    /// Ends one of the actor's sessions; of another's, or none, nothing.
    pub async fn end(&self, actor: &Actor, session: SessionId) -> Result<(), StoreError> {
        let Some(account) = actor.account() else { return Ok(()) };
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

    /// Ends all of the actor's sessions but this one.
    pub async fn end_others(&self, actor: &Actor, but: SessionId) -> Result<(), StoreError> {
        let Some(account) = actor.account() else { return Ok(()) };
        let row = self.row(actor).detail("all other sessions");
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                if tx.sessions().end_all(account, Some(but)).await? > 0 {
                    tx.audit().append(&[row]).await?;
                }
                Ok(())
            })
            .await
    }

    /// What clients of registries keep to sign in as the actor again, the last used first.
    pub async fn refreshes(&self, actor: &Actor) -> Result<Vec<RefreshToken>, StoreError> {
        let Some(account) = actor.account() else { return Ok(Vec::new()) };
        self.store.read(async |tx| tx.tokens().refreshes(account).await).await
    }

    /// Revokes one of the actor's refresh tokens; says whether there was one, as of another's there
    /// is none.
    pub async fn revoke_refresh(
        &self,
        actor: &Actor,
        token: RefreshTokenId,
    ) -> Result<bool, StoreError> {
        let Some(account) = actor.account() else { return Ok(false) };
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

    fn row(&self, actor: &Actor) -> NewActivity {
        NewActivity::done(kind::ACCOUNT_SIGN_OUT, actor, self.clock.now(), actor.name())
    }
}
