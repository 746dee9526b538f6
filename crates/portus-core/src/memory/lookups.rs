use std::time::SystemTime;

use async_trait::async_trait;

use super::MemoryStore;
use super::state::State;
use crate::account::UsernameKey;
use crate::credential::RefreshTokenOwner;
use crate::id::{AccountId, RegistryId};
use crate::namespace::{Namespace, NamespaceKind, NamespaceName};
use crate::port::{
    Fingerprint, KnownNamespace, Login, Lookups, NamespaceKey, StoreError, TokenOwner,
};
use crate::secret::SecretDigest;
use crate::team::Role;

#[async_trait]
impl Lookups for MemoryStore {
    async fn person(&self, name: &UsernameKey) -> Result<Option<Login>, StoreError> {
        let state = self.looked_up()?;
        let found = state.account(name).filter(|stored| !stored.account.is_bot());
        Ok(found.map(|stored| Login {
            account: stored.account.clone(),
            password: stored.password.clone(),
        }))
    }

    async fn application_token(
        &self,
        digest: &SecretDigest,
    ) -> Result<Option<TokenOwner>, StoreError> {
        let state = self.looked_up()?;
        let found = state.application_tokens.values().find(|stored| stored.digest == *digest);
        Ok(found.and_then(|stored| {
            let account = state.accounts.get(&stored.token.account)?.account.clone();
            Some(TokenOwner { account, token: stored.token.clone() })
        }))
    }

    async fn refresh_token(
        &self,
        digest: &SecretDigest,
    ) -> Result<Option<RefreshTokenOwner>, StoreError> {
        let state = self.looked_up()?;
        let mut tokens = state.refresh_tokens.iter();
        let found = tokens.find(|(_, stored)| stored.token.digest == *digest);
        Ok(found.and_then(|(id, stored)| {
            Some(RefreshTokenOwner {
                id: *id,
                account: state.accounts.get(&stored.token.account)?.account.clone(),
                registry: stored.token.registry,
                last_used_at: stored.last_used_at,
            })
        }))
    }

    async fn namespaces(
        &self,
        registry: RegistryId,
        names: &[NamespaceKey],
        asker: Option<AccountId>,
    ) -> Result<Vec<KnownNamespace>, StoreError> {
        let state = self.looked_up()?;
        let asked = |one: &&Namespace| one.registry == registry && names.contains(&one.name);
        let found = state.namespaces.values().filter(asked);
        Ok(found.map(|namespace| known(&state, namespace, asker)).collect())
    }

    async fn claimable(
        &self,
        names: &[NamespaceName],
        asker: AccountId,
    ) -> Result<Vec<NamespaceName>, StoreError> {
        let state = self.looked_up()?;
        let owns = |name: &NamespaceName| {
            state.teams.values().any(|team| {
                team.name.key() == name.as_str() && state.role(team.id, asker) == Some(Role::Owner)
            })
        };
        let claimable = |name: &&NamespaceName| {
            owns(name) && !state.is_reserved(name, None) && !state.is_used(name)
        };
        Ok(names.iter().filter(claimable).cloned().collect())
    }

    async fn failures(
        &self,
        name: &UsernameKey,
        address: &str,
        since: SystemTime,
    ) -> Result<Vec<Fingerprint>, StoreError> {
        let state = self.looked_up()?;
        let recent = state
            .failures
            .iter()
            .filter(|((of, from, _), at)| of == name && from == address && **at >= since);
        Ok(recent.map(|((_, _, password), _)| *password).take(MAX_FAILURES).collect())
    }
}

const MAX_FAILURES: usize = 50;

fn known(state: &State, namespace: &Namespace, asker: Option<AccountId>) -> KnownNamespace {
    KnownNamespace {
        id: namespace.id,
        name: namespace.name.clone(),
        kind: namespace.kind,
        role: match (namespace.kind, asker) {
            (NamespaceKind::Team { team, .. }, Some(asker)) => state.role(team, asker),
            _ => None,
        },
    }
}
