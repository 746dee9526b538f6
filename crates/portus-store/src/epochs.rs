//! The policy epoch, as this process knows it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use portus_core::port::{Epoch, Epochs, Known, StoreError};
use tokio::sync::watch;

/// Looks at the epoch on a connection that does nothing else, and keeps what every request needs.
pub struct EpochWatch {
    source: Box<dyn Source>,
    confirmed: RwLock<Option<Confirmed>>,
    changes: watch::Sender<Epoch>,
    /// Held over a reading and its publication, so that an older one never follows a newer.
    reading: tokio::sync::Mutex<()>,
}

struct Confirmed {
    known: Arc<Known>,
    /// When the database was asked, not when it answered.
    asked: Instant,
}

/// Opens connections that only look at the epoch.
#[async_trait]
pub(crate) trait Source: Send + Sync {
    async fn open(&self) -> Result<Box<dyn Watching>, StoreError>;
}

/// Such a connection.
#[async_trait]
pub(crate) trait Watching: Send {
    /// Waits until something may have changed, half a second at most. Says when the database was
    /// asked, where it said that nothing changed since the last wait.
    async fn wait(&mut self) -> Result<Option<Instant>, StoreError>;
    async fn epoch(&mut self) -> Result<Epoch, StoreError>;
    /// The epoch and the rest as of one moment.
    async fn known(&mut self) -> Result<Known, StoreError>;
}

impl EpochWatch {
    pub(crate) fn new(source: Box<dyn Source>) -> Self {
        Self {
            source,
            confirmed: RwLock::default(),
            changes: watch::Sender::new(Epoch(0)),
            reading: tokio::sync::Mutex::default(),
        }
    }

    /// Reads the epoch now: at a start, and after an own change.
    ///
    /// # Errors
    ///
    /// Where the database is away; what was known stays until it is too old.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let mut watching = self.source.open().await?;
        self.read(&mut *watching).await
    }

    /// Sees every new epoch.
    pub fn changed(&self) -> watch::Receiver<Epoch> {
        self.changes.subscribe()
    }

    /// Follows the epoch, and connects again where the database goes away.
    pub(crate) async fn watch(&self) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let started = Instant::now();
            let Err(error) = self.follow().await else { continue };
            // Once a loss, not once a try.
            if started.elapsed() > LONGEST_PAUSE || pause == SHORTEST_PAUSE {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the database is away");
                pause = SHORTEST_PAUSE;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn follow(&self) -> Result<(), StoreError> {
        let mut watching = self.source.open().await?;
        self.read(&mut *watching).await?;
        loop {
            match watching.wait().await? {
                Some(asked) => self.confirm(asked),
                None => self.read(&mut *watching).await?,
            }
        }
    }

    async fn read(&self, watching: &mut dyn Watching) -> Result<(), StoreError> {
        let _reading = self.reading.lock().await;
        let asked = Instant::now();
        let epoch = watching.epoch().await?;
        if self.published().is_some_and(|known| known.epoch == epoch) {
            self.confirm(asked);
            return Ok(());
        }
        let asked = Instant::now();
        self.publish(Arc::new(watching.known().await?), asked);
        Ok(())
    }

    fn publish(&self, known: Arc<Known>, asked: Instant) {
        let epoch = known.epoch;
        let mut confirmed = self.confirmed.write().unwrap_or_else(PoisonError::into_inner);
        *confirmed = Some(Confirmed { known, asked });
        drop(confirmed);
        self.changes.send_if_modified(|old| std::mem::replace(old, epoch) != epoch);
    }

    fn confirm(&self, asked: Instant) {
        let mut confirmed = self.confirmed.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(confirmed) = confirmed.as_mut() {
            confirmed.asked = confirmed.asked.max(asked);
        }
    }

    fn published(&self) -> Option<Arc<Known>> {
        let confirmed = self.confirmed.read().unwrap_or_else(PoisonError::into_inner);
        confirmed.as_ref().map(|confirmed| confirmed.known.clone())
    }
}

impl Epochs for EpochWatch {
    fn known(&self) -> Option<Arc<Known>> {
        let confirmed = self.confirmed.read().unwrap_or_else(PoisonError::into_inner);
        let confirmed = confirmed.as_ref()?;
        (confirmed.asked.elapsed() < FRESH).then(|| confirmed.known.clone())
    }
}

/// For how long what was read may be used without being confirmed.
const FRESH: Duration = Duration::from_secs(2);
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
