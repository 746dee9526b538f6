use std::sync::Arc;

use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::InboxId;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError};

/// Throws away what registries told and nobody can apply.
pub struct DiscardEvents {
    /// The inbox.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why nothing was thrown away.
#[derive(Debug, thiserror::Error)]
pub enum DiscardEventsError {
    /// What is thrown away is gone, so the audit says why.
    #[error("say in 1 to {MAX_REASON} characters why it is thrown away")]
    NoReason,
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such event, or it is not parked.
    #[error("no parked event {0}")]
    Unknown(InboxId),
}

impl DiscardEvents {
    /// Throws a parked event away.
    pub async fn discard(
        &self,
        actor: &Actor,
        event: InboxId,
        reason: &str,
    ) -> Result<(), DiscardEventsError> {
        permit(&self.policy, actor, Deed::ManageEvents, &DeedFacts::default())?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON {
            return Err(DiscardEventsError::NoReason);
        }
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                if !tx.inbox().discard(event).await? {
                    return Err(DiscardEventsError::Unknown(event));
                }
                let row = NewActivity::done(kind::EVENT_DISCARD, actor, now, event.to_string());
                tx.audit().append(&[row.detail(reason)]).await?;
                Ok(())
            })
            .await
    }
}

const MAX_REASON: usize = 500;
