use std::hash::{DefaultHasher, Hash, Hasher};

use super::MemoryStore;
use super::state::State;
use crate::port::StoreError;

impl MemoryStore {
    /// All that is stored, as text: for tests that compare what was there before and after. Secrets
    /// print as `***`; that one of them changed shows in the last line.
    ///
    /// # Errors
    ///
    /// While it is [away](Self::set_away).
    pub fn everything(&self) -> Result<String, StoreError> {
        let state = self.now()?;
        Ok(format!("{state:#?}\nsecrets: {:x}", fingerprint(&state)))
    }
}

fn fingerprint(state: &State) -> u64 {
    let mut hasher = DefaultHasher::new();
    for stored in state.accounts.values() {
        stored.password.as_ref().map(|hash| &hash.0).hash(&mut hasher);
    }
    for stored in state.application_tokens.values() {
        stored.digest.hash(&mut hasher);
    }
    for stored in state.refresh_tokens.values() {
        stored.token.digest.hash(&mut hasher);
    }
    for stored in state.sessions.values() {
        stored.digest.hash(&mut hasher);
    }
    for (digest, _) in state.password_links.values() {
        digest.hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::account::{AccountKind, NewAccount, PasswordHash, Username};
    use crate::port::Store;

    fn person(name: Username) -> NewAccount {
        let kind = AccountKind::Person { admin: false, personal: "alice".parse().unwrap() };
        let created_at = SystemTime::UNIX_EPOCH;
        NewAccount { name, email: None, kind, password: None, created_at }
    }

    #[tokio::test]
    async fn a_secret_that_changed_shows_without_being_told() {
        let memory = MemoryStore::default();
        let store: &dyn Store = &memory;
        let mut seen = Vec::new();
        for hash in ["canary-1", "canary-2"] {
            let changed = store.write::<_, StoreError>(async |tx| {
                let name = "alice".parse().unwrap();
                let account = match tx.accounts().by_name(&name).await? {
                    Some(account) => account.id,
                    None => tx.accounts().add(&person(name)).await?,
                };
                tx.accounts().set_password(account, &PasswordHash(hash.into())).await
            });
            changed.await.unwrap();
            seen.push(memory.everything().unwrap());
        }
        assert_ne!(seen[0], seen[1]);
        assert!(seen[0].contains("alice") && !seen.concat().contains("canary"));
    }
}
