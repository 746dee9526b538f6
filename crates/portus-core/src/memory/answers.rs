use std::time::SystemTime;

use async_trait::async_trait;

use super::state::exists;
use super::unit_of_work::Work;
use crate::id::AccountId;
use crate::port::{Answers, KnownRequest, RequestKey, StoreError};

#[async_trait]
impl Answers for Work {
    async fn begin(
        &mut self,
        account: AccountId,
        key: &RequestKey,
        request: &str,
        at: SystemTime,
    ) -> Result<Option<KnownRequest>, StoreError> {
        let state = self.change()?;
        exists(&state.accounts, &account)?;
        let place = (account, key.clone());
        if let Some(known) = state.answers.get(&place) {
            return Ok(Some(known.clone()));
        }
        let fresh = KnownRequest { request: request.to_owned(), answer: None, begun_at: at };
        state.answers.insert(place, fresh);
        Ok(None)
    }

    async fn keep(
        &mut self,
        account: AccountId,
        key: &RequestKey,
        answer: &[u8],
    ) -> Result<(), StoreError> {
        if let Some(known) = self.change()?.answers.get_mut(&(account, key.clone())) {
            known.answer = Some(answer.to_owned());
        }
        Ok(())
    }

    async fn let_go(&mut self, account: AccountId, key: &RequestKey) -> Result<(), StoreError> {
        let answers = &mut self.change()?.answers;
        let place = (account, key.clone());
        if answers.get(&place).is_some_and(|known| known.answer.is_none()) {
            answers.remove(&place);
        }
        Ok(())
    }

    async fn prune(&mut self, before: SystemTime) -> Result<u64, StoreError> {
        let answers = &mut self.change()?.answers;
        let all = answers.len();
        answers.retain(|_, known| known.begun_at >= before);
        Ok((all - answers.len()) as u64)
    }
}
