//! A store in memory, for tests and for embedding the core without a database.
//!
//! [`MemoryStore`] is every store port at once. Units of work that may write take turns, in the
//! order they came, as SQLite's write lock makes them: one begun while another is open waits until
//! that one ends, so nobody opens two at a time. Snapshots and look-ups never wait.

mod accounts;
mod answers;
mod arrivals;
mod audit;
mod blobs;
mod browse;
mod deletions;
mod epochs;
mod everything;
mod explore;
mod going;
mod images;
mod inbox;
mod jobs;
mod keys;
mod listing;
mod lookups;
mod namespaces;
mod oversight;
mod password_links;
mod people;
mod registries;
mod remains;
mod repositories;
mod rights;
mod rows;
mod search;
mod sessions;
mod stand_ins;
mod state;
mod syncs;
mod tags;
mod teams;
mod tokens;
mod turns;
mod unit_of_work;
mod words;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use self::state::State;
use self::turns::Turns;
use self::unit_of_work::Work;
use crate::port::{Store, StoreError, UnitOfWork};

pub use self::stand_ins::{CountingEntropy, FixedClock, KeepClaims, PlainPasswords};

/// Keeps everything in one value that a unit of work copies, changes and puts back.
#[derive(Clone, Default)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<Arc<State>>,
    turns: Turns,
    away: AtomicBool,
    lookups: AtomicU64,
}

impl MemoryStore {
    /// From now on answers as a database does that cannot be reached, or no longer does.
    pub fn set_away(&self, away: bool) {
        self.shared.away.store(away, Ordering::SeqCst);
    }

    /// How many statements the look-ups of tokens took so far.
    pub fn lookups_made(&self) -> u64 {
        self.shared.lookups.load(Ordering::SeqCst)
    }

    fn is_away(&self) -> bool {
        self.shared.away.load(Ordering::SeqCst)
    }

    /// The state as it is now.
    fn now(&self) -> Result<Arc<State>, StoreError> {
        if self.is_away() {
            return Err(StoreError::Unavailable("the store in memory is set to be away".into()));
        }
        Ok(Arc::clone(&self.kept()))
    }

    fn looked_up(&self) -> Result<Arc<State>, StoreError> {
        self.shared.lookups.fetch_add(1, Ordering::SeqCst);
        self.now()
    }

    fn kept(&self) -> MutexGuard<'_, Arc<State>> {
        // What is behind the lock is replaced whole, so a panic elsewhere leaves it sound.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let turn = self.shared.turns.take().await;
        Ok(Box::new(Work::writing(self.clone(), self.now()?, turn)))
    }

    async fn snapshot(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(Work::reading(self.clone(), self.now()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Slice;
    use crate::port::{Browse, Epochs, Lookups};

    #[tokio::test]
    async fn a_store_that_is_away_answers_nothing_until_it_is_back() {
        let store = MemoryStore::default();
        let name = "alice".parse::<crate::account::Username>().unwrap().key();
        for away in [true, false] {
            let open = store.begin().await.unwrap();
            store.set_away(away);
            assert_eq!(open.commit().await.is_err(), away);
            assert_eq!(store.begin().await.is_err(), away);
            assert_eq!(store.snapshot().await.is_err(), away);
            assert_eq!(store.person(&name).await.is_err(), away);
            assert_eq!(store.teams(&Slice::first(1)).await.is_err(), away);
            assert_eq!(store.known().is_none(), away);
            store.set_away(false);
        }
        assert_eq!(store.lookups_made(), 2);
    }
}
