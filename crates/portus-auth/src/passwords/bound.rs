use std::sync::Arc;

use portus_core::port::PasswordError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much hashing goes on at once, and how much may wait for it.
pub(super) struct Bound {
    places: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Bound {
    pub(super) fn new(parallel: usize, queue: usize) -> Self {
        let parallel = parallel.clamp(1, Semaphore::MAX_PERMITS / 2);
        let places = parallel + queue.min(Semaphore::MAX_PERMITS / 2);
        Self {
            places: Arc::new(Semaphore::new(places)),
            running: Arc::new(Semaphore::new(parallel)),
        }
    }

    /// Waits for a turn, first come, first served.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Busy`] at once when too many wait already.
    pub(super) async fn turn(&self) -> Result<Turn, PasswordError> {
        let place =
            Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let running =
            Arc::clone(&self.running).acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        Ok(Turn { permits: [place, running] })
    }
}

/// The right to hash once; it is given back when the work is done.
pub(super) struct Turn {
    permits: [OwnedSemaphorePermit; 2],
}

impl Turn {
    /// Works on a thread that may block. The work goes on when nobody waits for it any more, and so
    /// keeps its turn: clients that hang up must not start more of it.
    pub(super) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permits = self.permits;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permits);
            done
        });
        done.await.map_err(|error| PasswordError::Hash(error.into()))
    }
}
