use std::sync::Arc;

use async_trait::async_trait;

use super::MemoryStore;
use super::state::State;
use super::turns::Turn;
use crate::port::{
    Accounts, Answers, Arrivals, Audit, Deletions, Going, Inbox, Jobs, Keys, Namespaces,
    PasswordLinks, Registries, Remains, Repositories, Sessions, StoreError, Syncs, Teams, Tokens,
    UnitOfWork, Words,
};

/// A copy of the state, made when the first change is.
pub(super) struct Work {
    store: MemoryStore,
    state: Arc<State>,
    /// The right to write; a snapshot has none.
    turn: Option<Turn>,
}

impl Work {
    pub(super) fn writing(store: MemoryStore, state: Arc<State>, turn: Turn) -> Self {
        Self { store, state, turn: Some(turn) }
    }

    pub(super) fn reading(store: MemoryStore, state: Arc<State>) -> Self {
        Self { store, state, turn: None }
    }

    /// The state, to change it.
    pub(super) fn change(&mut self) -> Result<&mut State, StoreError> {
        if self.turn.is_none() {
            return Err(StoreError::Unavailable("a snapshot does not write".into()));
        }
        Ok(Arc::make_mut(&mut self.state))
    }

    /// The state, to look at it.
    pub(super) fn seen(&self) -> &State {
        &self.state
    }
}

#[async_trait]
impl UnitOfWork for Work {
    fn accounts(&mut self) -> &mut dyn Accounts {
        self
    }

    fn answers(&mut self) -> &mut dyn Answers {
        self
    }

    fn arrivals(&mut self) -> &mut dyn Arrivals {
        self
    }
    fn audit(&mut self) -> &mut dyn Audit {
        self
    }

    fn deletions(&mut self) -> &mut dyn Deletions {
        self
    }

    fn going(&mut self) -> &mut dyn Going {
        self
    }
    fn inbox(&mut self) -> &mut dyn Inbox {
        self
    }

    fn jobs(&mut self) -> &mut dyn Jobs {
        self
    }

    fn keys(&mut self) -> &mut dyn Keys {
        self
    }

    fn namespaces(&mut self) -> &mut dyn Namespaces {
        self
    }

    fn password_links(&mut self) -> &mut dyn PasswordLinks {
        self
    }
    fn registries(&mut self) -> &mut dyn Registries {
        self
    }

    fn remains(&mut self) -> &mut dyn Remains {
        self
    }

    fn repositories(&mut self) -> &mut dyn Repositories {
        self
    }

    fn sessions(&mut self) -> &mut dyn Sessions {
        self
    }

    fn syncs(&mut self) -> &mut dyn Syncs {
        self
    }

    fn teams(&mut self) -> &mut dyn Teams {
        self
    }

    fn tokens(&mut self) -> &mut dyn Tokens {
        self
    }

    fn words(&mut self) -> &mut dyn Words {
        self
    }

    async fn raise_epoch(&mut self) -> Result<(), StoreError> {
        self.change()?.epoch += 1;
        Ok(())
    }

    /// Nobody else has a unit of work open that may write.
    async fn settle_epoch(&mut self) -> Result<(), StoreError> {
        self.change().map(|_| ())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if self.turn.is_some() {
            self.store.now()?;
            *self.store.kept() = self.state;
        }
        Ok(())
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
