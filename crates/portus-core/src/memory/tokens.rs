use std::cmp::Reverse;
use std::time::SystemTime;

use async_trait::async_trait;

use super::state::{State, StoredRefreshToken, StoredToken, exists};
use super::unit_of_work::Work;
use crate::account::UsernameKey;
use crate::credential::{
    ApplicationToken, NewApplicationToken, NewRefreshToken, RefreshToken, TokenLabel,
};
use crate::id::{AccountId, ApplicationTokenId, RefreshTokenId};
use crate::port::{Fingerprint, StoreError, Tokens};

#[async_trait]
impl Tokens for Work {
    async fn add_application(
        &mut self,
        token: &NewApplicationToken,
    ) -> Result<ApplicationTokenId, StoreError> {
        let state = self.change()?;
        exists(&state.accounts, &token.account)?;
        if of_account(state, token.account).any(|other| other.label == token.label) {
            return Err(StoreError::Taken);
        }
        let id = ApplicationTokenId(state.next_id());
        state.application_tokens.insert(id, stored(id, token));
        Ok(id)
    }

    async fn revoke_application(
        &mut self,
        account: AccountId,
        label: &TokenLabel,
    ) -> Result<bool, StoreError> {
        let tokens = &mut self.change()?.application_tokens;
        let before = tokens.len();
        tokens.retain(|_, one| one.token.account != account || one.token.label != *label);
        Ok(tokens.len() < before)
    }

    async fn applications(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<ApplicationToken>, StoreError> {
        let mut tokens: Vec<_> = of_account(self.seen(), account).cloned().collect();
        tokens.sort_by_key(|token| Reverse((token.created_at, token.id)));
        Ok(tokens)
    }

    async fn add_refresh(
        &mut self,
        token: &NewRefreshToken,
        limit: u32,
    ) -> Result<RefreshTokenId, StoreError> {
        let state = self.change()?;
        exists(&state.accounts, &token.account)?;
        exists(&state.registries, &token.registry)?;
        let id = RefreshTokenId(state.next_id());
        let stored = StoredRefreshToken { token: token.clone(), last_used_at: token.created_at };
        state.refresh_tokens.insert(id, stored);
        drop_oldest(state, token.account, limit as usize);
        Ok(id)
    }

    async fn count_refresh(&mut self, account: AccountId) -> Result<u64, StoreError> {
        let tokens = self.seen().refresh_tokens.values();
        Ok(tokens.filter(|stored| stored.token.account == account).count() as u64)
    }

    async fn refreshes(&mut self, account: AccountId) -> Result<Vec<RefreshToken>, StoreError> {
        let state = self.seen();
        let own = state.refresh_tokens.iter().filter(|(_, one)| one.token.account == account);
        let mut tokens: Vec<RefreshToken> = own
            .filter_map(|(id, stored)| {
                Some(RefreshToken {
                    id: *id,
                    registry: state.registries.get(&stored.token.registry)?.name.clone(),
                    client: stored.token.client.chars().take(100).collect(),
                    address: stored.token.address.clone(),
                    created_at: stored.token.created_at,
                    last_used_at: stored.last_used_at,
                })
            })
            .collect();
        tokens.sort_by_key(|token| Reverse((token.last_used_at, token.id)));
        Ok(tokens)
    }

    async fn revoke_one_refresh(
        &mut self,
        account: AccountId,
        token: RefreshTokenId,
    ) -> Result<bool, StoreError> {
        let tokens = &mut self.change()?.refresh_tokens;
        let is_hers = tokens.get(&token).is_some_and(|one| one.token.account == account);
        Ok(is_hers && tokens.remove(&token).is_some())
    }

    async fn revoke_refresh(&mut self, account: AccountId) -> Result<u64, StoreError> {
        let tokens = &mut self.change()?.refresh_tokens;
        let before = tokens.len();
        tokens.retain(|_, stored| stored.token.account != account);
        Ok((before - tokens.len()) as u64)
    }

    async fn application_used(
        &mut self,
        token: ApplicationTokenId,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.application_tokens.get_mut(&token) {
            stored.token.last_used_at = stored.token.last_used_at.max(Some(at));
        }
        Ok(())
    }

    async fn refresh_used(
        &mut self,
        token: RefreshTokenId,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.refresh_tokens.get_mut(&token) {
            stored.last_used_at = stored.last_used_at.max(at);
        }
        Ok(())
    }

    async fn prune_refresh(&mut self, unused_since: SystemTime) -> Result<u64, StoreError> {
        let tokens = &mut self.change()?.refresh_tokens;
        let before = tokens.len();
        tokens.retain(|_, stored| stored.last_used_at >= unused_since);
        Ok((before - tokens.len()) as u64)
    }

    async fn add_failure(
        &mut self,
        name: &UsernameKey,
        address: &str,
        password: Fingerprint,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        self.change()?.failures.insert((name.clone(), address.to_owned(), password), at);
        Ok(())
    }

    async fn prune_failures(&mut self, before: SystemTime) -> Result<u64, StoreError> {
        let failures = &mut self.change()?.failures;
        let all = failures.len();
        failures.retain(|_, at| *at >= before);
        Ok((all - failures.len()) as u64)
    }
}

fn of_account(state: &State, account: AccountId) -> impl Iterator<Item = &ApplicationToken> {
    let tokens = state.application_tokens.values().map(|stored| &stored.token);
    tokens.filter(move |token| token.account == account)
}

fn drop_oldest(state: &mut State, account: AccountId, limit: usize) {
    let mut own: Vec<_> = state
        .refresh_tokens
        .iter()
        .filter(|(_, stored)| stored.token.account == account)
        .map(|(id, stored)| (stored.token.created_at, *id))
        .collect();
    own.sort_by_key(|age| Reverse(*age));
    for (_, id) in own.into_iter().skip(limit) {
        state.refresh_tokens.remove(&id);
    }
}

fn stored(id: ApplicationTokenId, new: &NewApplicationToken) -> StoredToken {
    StoredToken {
        token: ApplicationToken {
            id,
            account: new.account,
            label: new.label.clone(),
            limits: new.limits.clone(),
            created_at: new.created_at,
            last_used_at: None,
        },
        digest: new.digest,
    }
}
