use std::ops::Bound;

use async_trait::async_trait;

use super::state::{State, StoredAccount, exists, missing};
use super::unit_of_work::Work;
use crate::account::{Account, AccountKind, Email, NewAccount, PasswordHash, Username};
use crate::id::AccountId;
use crate::namespace::{NamespaceKind, NamespaceName};
use crate::port::{Accounts, StoreError};

#[async_trait]
impl Accounts for Work {
    async fn add(&mut self, account: &NewAccount) -> Result<AccountId, StoreError> {
        let state = self.change()?;
        if let AccountKind::Bot { team } = &account.kind {
            exists(&state.teams, team)?;
        }
        if collides(state, account) {
            return Err(StoreError::Taken);
        }
        let id = AccountId(state.next_id());
        state.accounts.insert(id, stored(id, account));
        Ok(id)
    }

    async fn set_admin(&mut self, account: AccountId, wanted: bool) -> Result<(), StoreError> {
        let stored = self.change()?.accounts.get_mut(&account);
        if let Some(AccountKind::Person { admin, .. }) =
            stored.map(|stored| &mut stored.account.kind)
        {
            *admin = wanted;
        }
        Ok(())
    }

    async fn set_enabled(&mut self, account: AccountId, enabled: bool) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.accounts.get_mut(&account) {
            stored.account.enabled = enabled;
        }
        Ok(())
    }

    async fn set_email(
        &mut self,
        account: AccountId,
        email: Option<&Email>,
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        let others = state.accounts.iter().filter(|(id, _)| **id != account);
        let mut taken = others.filter_map(|(_, one)| one.account.email.as_ref().map(Email::key));
        if email.is_some_and(|email| taken.any(|key| key == email.key())) {
            return Err(StoreError::Taken);
        }
        if let Some(stored) = state.accounts.get_mut(&account) {
            stored.account.email = email.cloned();
        }
        Ok(())
    }

    async fn set_password(
        &mut self,
        account: AccountId,
        hash: &PasswordHash,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.accounts.get_mut(&account)
            && !stored.account.is_bot()
        {
            stored.password = Some(hash.clone());
        }
        self.change()?.password_links.remove(&account);
        Ok(())
    }

    async fn upgrade_password(
        &mut self,
        account: AccountId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        match self.change()?.accounts.get_mut(&account) {
            Some(stored) if stored.password.as_ref() == Some(old) => {
                stored.password = Some(new.clone());
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn hold_password(
        &mut self,
        account: AccountId,
        hash: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let stored = self.change()?.accounts.get(&account);
        Ok(stored.is_some_and(|one| one.account.enabled && one.password.as_ref() == Some(hash)))
    }

    async fn delete(&mut self, account: AccountId) -> Result<(), StoreError> {
        let state = self.change()?;
        let holds = state.namespaces.values().any(
            |one| matches!(one.kind, NamespaceKind::Personal { account: of, .. } if of == account),
        );
        if holds {
            return Err(missing());
        }
        forget(state, account);
        Ok(())
    }

    async fn count(&mut self) -> Result<u64, StoreError> {
        Ok(self.seen().accounts.len() as u64)
    }

    async fn enabled_admins(&mut self) -> Result<u64, StoreError> {
        let accounts = self.seen().accounts.values().map(|stored| &stored.account);
        Ok(accounts.filter(|account| account.enabled && account.is_admin()).count() as u64)
    }

    async fn by_name(&mut self, name: &Username) -> Result<Option<Account>, StoreError> {
        Ok(self.seen().account(&name.key()).map(|stored| stored.account.clone()))
    }

    async fn by_id(&mut self, account: AccountId) -> Result<Option<Account>, StoreError> {
        Ok(self.seen().accounts.get(&account).map(|stored| stored.account.clone()))
    }

    async fn people(
        &mut self,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let accounts = self.seen().accounts.range((from, Bound::Unbounded));
        let people = accounts.map(|(_, stored)| &stored.account).filter(|one| !one.is_bot());
        Ok(people.take(limit as usize).cloned().collect())
    }

    async fn is_personal_name_free(&mut self, name: &NamespaceName) -> Result<bool, StoreError> {
        let state = self.seen();
        Ok(!state.is_reserved(name, None) && !state.is_used(name))
    }
}

/// An account goes with all that refers to it.
pub(super) fn forget(state: &mut State, account: AccountId) {
    state.accounts.remove(&account);
    state.members.retain(|(_, member), _| *member != account);
    state.application_tokens.retain(|_, one| one.token.account != account);
    state.refresh_tokens.retain(|_, one| one.token.account != account);
    state.sessions.retain(|_, one| one.session.account != account);
    state.password_links.remove(&account);
    state.answers.retain(|(of, _), _| *of != account);
    for (_, repository) in state.stars.keys().filter(|(of, _)| *of == account) {
        if let Some(stored) = state.repositories.get_mut(repository) {
            stored.stars -= 1;
        }
    }
    state.stars.retain(|(of, _), _| *of != account);
    for (_, comment) in state.comments.values_mut() {
        comment.account = comment.account.filter(|of| *of != account);
    }
}

fn collides(state: &State, account: &NewAccount) -> bool {
    let email = account.email.as_ref().map(|email| email.key());
    let personal = match &account.kind {
        AccountKind::Person { personal, .. } => Some(personal),
        AccountKind::Bot { .. } => None,
    };
    state.account(&account.name.key()).is_some()
        || personal.is_some_and(|name| state.is_reserved(name, None))
        || email.is_some_and(|email| {
            let mut others = state.accounts.values().filter_map(|one| one.account.email.as_ref());
            others.any(|other| other.key() == email)
        })
}

fn stored(id: AccountId, new: &NewAccount) -> StoredAccount {
    StoredAccount {
        account: Account {
            id,
            name: new.name.clone(),
            email: new.email.clone(),
            kind: new.kind.clone(),
            enabled: true,
            created_at: new.created_at,
        },
        password: new.password.clone(),
    }
}
