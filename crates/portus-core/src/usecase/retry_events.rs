use std::sync::Arc;

use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::InboxId;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Retry, Store, StoreError};

/// Puts parked events back.
pub struct RetryEvents {
    /// The inbox.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why nothing was put back.
#[derive(Debug, thiserror::Error)]
pub enum RetryEventsError {
    /// There is no such event, it is not parked, or it was never readable.
    #[error("no parked event {0} that could be tried again")]
    Unknown(InboxId),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RetryEvents {
    /// Puts one or all back; says how many.
    pub async fn retry(&self, actor: &Actor, which: Retry) -> Result<u64, RetryEventsError> {
        permit(&self.policy, actor, Deed::ManageEvents, &DeedFacts::default())?;
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                let count = tx.inbox().retry(which, now).await?;
                let object = match which {
                    Retry::All => "all".to_owned(),
                    Retry::One(id) if count == 0 => return Err(RetryEventsError::Unknown(id)),
                    Retry::One(id) => id.to_string(),
                };
                let row = NewActivity::done(kind::EVENT_RETRY, actor, now, object);
                tx.audit().append(&[row.detail(format!("{count} events"))]).await?;
                Ok(count)
            })
            .await
    }
}
