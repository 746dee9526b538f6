use std::cmp::Reverse;
use std::time::SystemTime;

use async_trait::async_trait;

use super::state::{State, StoredSession, exists};
use super::unit_of_work::Work;
use crate::id::{AccountId, SessionId};
use crate::port::{Sessions, StoreError};
use crate::session::{NewSession, Session};

#[async_trait]
impl Sessions for Work {
    async fn add(&mut self, session: &NewSession, limit: u32) -> Result<SessionId, StoreError> {
        let state = self.change()?;
        exists(&state.accounts, &session.account)?;
        let id = SessionId(state.next_id());
        let stored = Session {
            id,
            account: session.account,
            agent: session.agent.chars().take(200).collect(),
            address: session.address.clone(),
            created_at: session.created_at,
            last_used_at: session.created_at,
        };
        state.sessions.insert(id, StoredSession { session: stored, digest: session.digest });
        let others = newest(state, session.account).into_iter().filter(|other| other.id != id);
        for old in others.skip(limit.saturating_sub(1) as usize) {
            state.sessions.remove(&old.id);
        }
        Ok(id)
    }

    async fn count(&mut self, account: AccountId) -> Result<u64, StoreError> {
        Ok(newest(self.seen(), account).len() as u64)
    }

    async fn end(&mut self, account: AccountId, session: SessionId) -> Result<bool, StoreError> {
        let sessions = &mut self.change()?.sessions;
        let is_hers = sessions.get(&session).is_some_and(|one| one.session.account == account);
        Ok(is_hers && sessions.remove(&session).is_some())
    }

    async fn end_all(
        &mut self,
        account: AccountId,
        but: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        let sessions = &mut self.change()?.sessions;
        let before = sessions.len();
        sessions.retain(|id, one| one.session.account != account || Some(*id) == but);
        Ok((before - sessions.len()) as u64)
    }

    async fn of(&mut self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        Ok(newest(self.seen(), account))
    }

    async fn prune(
        &mut self,
        began_before: SystemTime,
        unused_since: SystemTime,
    ) -> Result<u64, StoreError> {
        let sessions = &mut self.change()?.sessions;
        let before = sessions.len();
        sessions.retain(|_, one| {
            one.session.created_at >= began_before && one.session.last_used_at >= unused_since
        });
        Ok((before - sessions.len()) as u64)
    }

    async fn used(&mut self, session: SessionId, at: SystemTime) -> Result<(), StoreError> {
        if let Some(one) = self.change()?.sessions.get_mut(&session) {
            one.session.last_used_at = one.session.last_used_at.max(at);
        }
        Ok(())
    }
}

fn newest(state: &State, account: AccountId) -> Vec<Session> {
    let hers = state.sessions.values().filter(|one| one.session.account == account);
    let mut sessions: Vec<_> = hers.map(|one| one.session.clone()).collect();
    sessions.sort_by_key(|session| Reverse((session.last_used_at, session.id)));
    sessions
}
