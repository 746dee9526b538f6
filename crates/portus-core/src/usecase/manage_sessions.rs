use std::sync::Arc;

use crate::activity::{Actor, NewActivity, kind};
use crate::id::SessionId;
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

    fn row(&self, actor: &Actor) -> NewActivity {
        NewActivity::done(kind::ACCOUNT_SIGN_OUT, actor, self.clock.now(), actor.name())
    }
}
