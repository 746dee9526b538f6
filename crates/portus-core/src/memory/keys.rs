use std::cmp::Reverse;
use std::time::SystemTime;

use async_trait::async_trait;

use super::unit_of_work::Work;
use crate::id::KeyId;
use crate::key::{Installation, KeyState, NewKey, StoredKey};
use crate::port::{Keys, StoreError};

#[async_trait]
impl Keys for Work {
    async fn install(&mut self, installation: &Installation) -> Result<(), StoreError> {
        let kept = &mut self.change()?.installation;
        if kept.is_some() {
            return Err(StoreError::Taken);
        }
        *kept = Some(installation.clone());
        Ok(())
    }

    async fn installation(&mut self) -> Result<Option<Installation>, StoreError> {
        Ok(self.seen().installation.clone())
    }

    async fn add(&mut self, key: &NewKey) -> Result<KeyId, StoreError> {
        let state = self.change()?;
        let id = KeyId(state.next_id());
        state.keys.insert(id, stored(id, key));
        Ok(id)
    }

    async fn all(&mut self) -> Result<Vec<StoredKey>, StoreError> {
        let mut keys: Vec<StoredKey> = self.seen().keys.values().cloned().collect();
        keys.sort_by_key(|key| Reverse((key.created_at, key.id)));
        Ok(keys)
    }

    async fn set_state(
        &mut self,
        key: KeyId,
        state: KeyState,
        retired_at: Option<SystemTime>,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.keys.get_mut(&key) {
            stored.state = state;
            stored.retired_at = retired_at;
        }
        Ok(())
    }

    async fn set_certificate(
        &mut self,
        key: KeyId,
        certificate: &str,
        ends: SystemTime,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.keys.get_mut(&key) {
            certificate.clone_into(&mut stored.certificate);
            stored.certificate_ends = ends;
        }
        Ok(())
    }

    async fn prune(&mut self, retired_before: SystemTime) -> Result<u64, StoreError> {
        let keys = &mut self.change()?.keys;
        let before = keys.len();
        keys.retain(|_, key| {
            key.state != KeyState::Retired || key.retired_at >= Some(retired_before)
        });
        Ok((before - keys.len()) as u64)
    }
}

fn stored(id: KeyId, new: &NewKey) -> StoredKey {
    StoredKey {
        id,
        key_id: new.key_id.clone(),
        algorithm: new.algorithm,
        sealed: new.sealed.clone(),
        certificate: new.certificate.clone(),
        certificate_ends: new.certificate_ends,
        state: new.state,
        created_at: new.created_at,
        retired_at: None,
    }
}
