use std::sync::Arc;
use std::time::Duration;

use super::sign_in::SessionTimes;
use crate::port::{Clock, Store, StoreError};

/// Removes what is too old to be of use.
pub struct Tidy {
    /// Where it is kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long an unused refresh token stays good.
    pub refresh_unused: Duration,
    /// How long sessions last.
    pub sessions: SessionTimes,
    /// How long wrong passwords count.
    pub lockout_window: Duration,
}

impl Tidy {
    /// Removes it, a bounded part in each unit of work; says how many rows went.
    pub async fn run(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut removed = 0;
        loop {
            let part = self
                .store
                .write::<_, StoreError>(async |tx| {
                    let failures = tx.tokens().prune_failures(now - self.lockout_window).await?;
                    let refresh = tx.tokens().prune_refresh(now - self.refresh_unused).await?;
                    let times = self.sessions;
                    let sessions =
                        tx.sessions().prune(now - times.longest, now - times.idle).await?;
                    let answers = tx.answers().prune(now - KEEP_ANSWERS).await?;
                    let events = tx.inbox().prune(now - KEEP_APPLIED).await?;
                    Ok(failures + refresh + sessions + answers + events)
                })
                .await?;
            removed += part;
            if part == 0 {
                return Ok(removed);
            }
        }
    }
}

/// A client that heard no answer asks again sooner.
const KEEP_ANSWERS: Duration = Duration::from_secs(24 * 3600);

/// A registry sends an event again for as long as its queue lives, which is less.
const KEEP_APPLIED: Duration = Duration::from_secs(30 * 24 * 3600);
