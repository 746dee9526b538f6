use std::sync::Arc;
use std::time::Duration;

use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::key::{Installation, KeyAlgorithm, KeyState, NewKey, StoredKey};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, NewCa, Store, StoreError, Tx, Vault, VaultError};
use crate::registry::KeyTrust;

/// Keeps signing keys fresh: renews their certificates, rotates them, forgets old ones.
pub struct KeepKeys {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Makes and certifies them.
    pub vault: Arc<dyn Vault>,
    /// Who may rotate them.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How new keys sign.
    pub algorithm: KeyAlgorithm,
}

/// Everything there is to sign with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyRing {
    /// With the CA.
    pub installation: Installation,
    /// Newest first.
    pub keys: Vec<StoredKey>,
}

/// Why keys were not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepKeysError {
    /// There is none to activate.
    #[error("no new key waits to be activated: make one with `key rotate`")]
    NoneWaits,
    /// Portus was never started on this database.
    #[error("there are no keys yet: start the server once")]
    NotInstalled,
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys could not be made.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A key waits already.
    #[error(
        "key `{0}` waits to be activated: give its public part to the registries that use `jwks`, restart them, then activate it"
    )]
    Waits(String),
}

impl KeepKeys {
    /// What there is now.
    pub async fn ring(&self) -> Result<KeyRing, KeepKeysError> {
        self.store
            .read(async |tx| {
                let installation = tx.keys().installation().await?;
                let installation = installation.ok_or(KeepKeysError::NotInstalled)?;
                Ok(KeyRing { installation, keys: tx.keys().all().await? })
            })
            .await
    }

    /// Renews certificates that end soon, and forgets keys whose last token is long dead.
    pub async fn tend(&self) -> Result<(), KeepKeysError> {
        let ring = self.ring().await?;
        let now = self.clock.now();
        let ca = ca(&ring.installation);
        let mut renewed = Vec::new();
        for key in ring.keys.iter().filter(|key| key.state != KeyState::Retired) {
            if key.certificate_ends < now + RENEW_BEFORE {
                renewed.push((key, self.vault.renew(&ca, &key.sealed, now)?));
            }
        }
        let old = now - FORGET_AFTER;
        let forgettable = ring.keys.iter().any(|key| key.retired_at.is_some_and(|at| at < old));
        if renewed.is_empty() && !forgettable {
            return Ok(());
        }
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                for (key, (certificate, ends)) in &renewed {
                    tx.keys().set_certificate(key.id, certificate, *ends).await?;
                }
                let done = |key: &str| NewActivity::done(kind::KEY_RENEW, &Actor::PORTUS, now, key);
                let rows: Vec<_> = renewed.iter().map(|(key, _)| done(&key.key_id)).collect();
                tx.audit().append(&rows).await?;
                tx.keys().prune(old).await?;
                Ok(())
            })
            .await
    }

    /// Makes a new key. It signs at once for registries that trust the CA. Where a registry knows
    /// keys by `jwks`, the old one goes on for it until the new one is activated.
    pub async fn rotate(&self, actor: &Actor) -> Result<StoredKey, KeepKeysError> {
        permit(&self.policy, actor, Deed::ManageKeys, &DeedFacts::default())?;
        let ring = self.ring().await?;
        let now = self.clock.now();
        let made = self.vault.new_key(&ca(&ring.installation), self.algorithm, now)?;
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let keys = tx.keys().all().await?;
                if let Some(waits) = keys.iter().find(|key| key.state == KeyState::Next) {
                    return Err(KeepKeysError::Waits(waits.key_id.clone()));
                }
                let registries = tx.registries().all().await?;
                let by_name = registries.iter().any(|one| one.trust == KeyTrust::Jwks);
                let state = if by_name { KeyState::Next } else { KeyState::Active };
                if state == KeyState::Active {
                    retire(tx, &keys, now).await?;
                }
                let new = NewKey {
                    key_id: made.key_id.clone(),
                    algorithm: self.algorithm,
                    sealed: made.sealed.clone(),
                    certificate: made.certificate.clone(),
                    certificate_ends: made.certificate_ends,
                    state,
                    created_at: now,
                };
                let id = tx.keys().add(&new).await?;
                let row = NewActivity::done(kind::KEY_CREATE, actor, now, &*new.key_id);
                tx.audit().append(&[row.detail(state.as_str())]).await?;
                newest(tx, id).await
            })
            .await
    }

    /// Lets the key that waits sign for every registry.
    pub async fn activate(&self, actor: &Actor) -> Result<StoredKey, KeepKeysError> {
        permit(&self.policy, actor, Deed::ManageKeys, &DeedFacts::default())?;
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let keys = tx.keys().all().await?;
                let next = keys.iter().find(|key| key.state == KeyState::Next);
                let next = next.ok_or(KeepKeysError::NoneWaits)?;
                retire(tx, &keys, now).await?;
                tx.keys().set_state(next.id, KeyState::Active, None).await?;
                let row = NewActivity::done(kind::KEY_ACTIVATE, actor, now, &*next.key_id);
                tx.audit().append(&[row]).await?;
                newest(tx, next.id).await
            })
            .await
    }
}

async fn retire(
    tx: &mut Tx,
    keys: &[StoredKey],
    now: std::time::SystemTime,
) -> Result<(), StoreError> {
    for key in keys.iter().filter(|key| key.state == KeyState::Active) {
        tx.keys().set_state(key.id, KeyState::Retired, Some(now)).await?;
    }
    Ok(())
}

async fn newest(tx: &mut Tx, id: crate::id::KeyId) -> Result<StoredKey, KeepKeysError> {
    let keys = tx.keys().all().await?;
    let found = keys.into_iter().find(|key| key.id == id);
    found.ok_or_else(|| StoreError::Corrupt("signing_keys lost a new row".into()).into())
}

fn ca(installation: &Installation) -> NewCa {
    NewCa {
        certificate: installation.ca_certificate.clone(),
        sealed: installation.ca_sealed.clone(),
    }
}

/// Certificates are good for 30 days, so a server may be down for ten without harm.
const RENEW_BEFORE: Duration = Duration::from_secs(20 * 24 * 3600);

/// Far longer than any token lives.
const FORGET_AFTER: Duration = Duration::from_secs(24 * 3600);
