use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::shown::Origin;
use super::write_notes::{Note, Notes};
use crate::activity::{NewActivity, kind};
use crate::credential::Caller;
use crate::event::Incoming;
use crate::port::{Accepted, Clock, Epochs, Passwords, Store, StoreError, Vault};
use crate::registry::Registry;
use crate::secret::Secret;

/// Takes in what registries tell of: stored first, applied after.
pub struct AcceptNotification {
    /// Where it is stored.
    pub store: Arc<dyn Store>,
    /// The registries.
    pub epochs: Arc<dyn Epochs>,
    /// Knows their secrets.
    pub vault: Arc<dyn Vault>,
    /// Compares secrets.
    pub passwords: Arc<dyn Passwords>,
    /// What is kept of refusals.
    pub notes: Arc<Notes>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The store was not heard of for two seconds.
    #[error("the store is away")]
    Away,
    /// The secret is no registry's.
    #[error("the notification secret is wrong")]
    Refused,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AcceptNotification {
    /// The registry whose secret this is.
    pub fn registry(
        &self,
        secret: Option<&Secret>,
        origin: &Origin,
    ) -> Result<Registry, AcceptError> {
        let known = self.epochs.known().ok_or(AcceptError::Away)?;
        let mut found = None;
        // Every registry's secret is compared, whichever fits.
        for registry in &known.registries {
            let own = self.vault.notification_secret(registry.id, registry.secret_generation);
            if secret.is_some_and(|secret| self.passwords.same(secret, &own)) {
                found = Some(registry);
            }
        }
        found.cloned().ok_or_else(|| {
            self.note_refusal(origin);
            AcceptError::Refused
        })
    }

    /// Stores what a registry sent, each notification once.
    pub async fn accept(
        &self,
        registry: &Registry,
        incoming: Vec<Incoming>,
    ) -> Result<Accepted, AcceptError> {
        let received_at = self.clock.now();
        let incoming: Vec<_> = incoming
            .into_iter()
            .filter(changes_something)
            .map(|one| not_from_the_future(one, received_at))
            .collect();
        if incoming.is_empty() {
            return Ok(Accepted::default());
        }
        let accepted = self
            .store
            .write::<_, StoreError>(async |tx| {
                tx.inbox().accept(registry.id, &incoming, received_at).await
            })
            .await?;
        Ok(accepted)
    }

    fn note_refusal(&self, origin: &Origin) {
        let actor = origin.actor(Caller::ANONYMOUS);
        let row = NewActivity::done(kind::EVENT_REFUSED, &actor, self.clock.now(), "notifications");
        self.notes.take(Note::Activity(Box::new(row.refused())));
    }
}

/// A push begins with a question for every layer, and a crawl asks for every tag: the registry tells
/// of each, and what changes nothing is not worth a transaction.
fn changes_something(incoming: &Incoming) -> bool {
    match incoming {
        Incoming::Event(event) => event.change().is_some(),
        Incoming::Unreadable { .. } => true,
    }
}

/// A registry whose clock is far ahead must not have the last word for ever: nothing counts as
/// newer than a little after its arrival.
fn not_from_the_future(incoming: Incoming, received_at: SystemTime) -> Incoming {
    match incoming {
        Incoming::Event(mut event) => {
            event.at = event.at.min(received_at + CLOCKS_DIFFER);
            Incoming::Event(event)
        }
        unreadable => unreadable,
    }
}

/// How far a registry's clock may be ahead.
const CLOCKS_DIFFER: Duration = Duration::from_secs(300);
