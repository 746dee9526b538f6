use std::sync::Arc;
use std::time::Duration;

use crate::id::AccountId;
use crate::port::{Clock, KnownRequest, RequestKey, Store, StoreError};

/// Lets a request that comes twice be done once.
pub struct AnswerOnce {
    /// Where answers are kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What to do with a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Begun {
    /// It was answered before, with this.
    Answered(Vec<u8>),
    /// It comes for the first time.
    Fresh,
    /// It came before, and nobody knows how it ended.
    Lost,
    /// The key is that of another request.
    Other,
    /// It is being done.
    UnderWay,
}

impl AnswerOnce {
    /// Takes the key in hand. `request` tells what is asked for from anything else, in at most 255
    /// bytes. After [`Begun::Fresh`], [`Self::keep`] or [`Self::let_go`] ends it.
    pub async fn begin(
        &self,
        account: AccountId,
        key: &RequestKey,
        request: &str,
    ) -> Result<Begun, StoreError> {
        let now = self.clock.now();
        let known = self
            .store
            .write::<_, StoreError>(async |tx| tx.answers().begin(account, key, request, now).await)
            .await?;
        Ok(match known {
            None => Begun::Fresh,
            Some(known) if known.request != request => Begun::Other,
            Some(KnownRequest { answer: Some(answer), .. }) => Begun::Answered(answer),
            Some(known) if known.begun_at + LONGEST < now => Begun::Lost,
            Some(_) => Begun::UnderWay,
        })
    }

    /// It was done, and answered with this.
    pub async fn keep(
        &self,
        account: AccountId,
        key: &RequestKey,
        answer: &[u8],
    ) -> Result<(), StoreError> {
        self.store.write(async |tx| tx.answers().keep(account, key, answer).await).await
    }

    /// Nothing was done: the same request may come again.
    pub async fn let_go(&self, account: AccountId, key: &RequestKey) -> Result<(), StoreError> {
        self.store.write(async |tx| tx.answers().let_go(account, key).await).await
    }
}

/// Nothing takes longer than this.
const LONGEST: Duration = Duration::from_secs(120);
