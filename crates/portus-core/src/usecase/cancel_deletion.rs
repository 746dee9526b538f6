use std::sync::Arc;

use super::follow_deletions::standing;
use super::may_delete::{DeletionRefusal, of_credential};
use super::settle_deletion::{give_back, tally};
use crate::activity::{Actor, NewActivity, kind};
use crate::deletion::{DeletionScope, DeletionState, ItemState};
use crate::deletion_reason::DeletionReason;
use crate::id::DeletionId;
use crate::policy::{Deed, Manager, Policy};
use crate::port::{Clock, Store, StoreError};

/// Calls deletions off: what is gone stays gone, what was not begun stays.
pub struct CancelDeletion {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why a deletion goes on.
#[derive(Debug, thiserror::Error)]
pub enum CancelDeletionError {
    /// It is not there, or not to be seen by who asks.
    #[error("there is no such deletion that you can see")]
    Absent,
    /// It came to its end before.
    #[error("the deletion is over already ({})", .0.as_str())]
    Over(DeletionState),
    /// Who asks may not.
    #[error("{0}")]
    Refused(DeletionRefusal),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

use CancelDeletionError as Error;

impl CancelDeletion {
    /// Ends a deletion now. What the worker asks the registry for at this moment may go still, and
    /// counts as gone then.
    pub async fn cancel(&self, actor: &Actor, id: DeletionId) -> Result<(), Error> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                let found = tx.deletions().by_id(id).await?.ok_or(Error::Absent)?;
                if found.scope == DeletionScope::Namespace {
                    tx.raise_epoch().await?;
                }
                let facts =
                    standing(tx, &self.policy, actor, &found).await?.ok_or(Error::Absent)?;
                if let Some(why) = of_credential(actor) {
                    return Err(Error::Refused(why));
                }
                let manager = Manager::within(actor, found.namespace);
                let ruling = self.policy.rule(manager, Deed::CancelDeletion, &facts);
                if !ruling.allowed {
                    return Err(Error::Refused(DeletionRefusal::Ruled(ruling)));
                }
                if !tx.going().hold(id).await? {
                    return Err(Error::Over(found.state));
                }
                let why = DeletionReason::CalledOff(actor.name());
                tx.deletions().settle_rest(id, ItemState::Cancelled, None).await?;
                tx.deletions().finish(id, DeletionState::Cancelled, Some(&why), now).await?;
                let counts = tx.deletions().by_id(id).await?.map(|now| now.counts);
                let row = NewActivity::done(kind::DELETION_CANCEL, actor, now, &found.object);
                let row = row.detail(tally(&counts.unwrap_or(found.counts)));
                tx.audit().append(&[row.in_namespace(found.namespace)]).await?;
                Ok(give_back(tx, &found, actor, now).await?)
            })
            .await
    }
}
