use std::sync::Arc;

use crate::activity::{Actor, NewActivity, kind};
use crate::key::{Installation, KeyAlgorithm, KeyState, NewKey};
use crate::port::{Clock, Entropy, NewCa, Store, StoreError, Vault, VaultError};

/// Makes what an installation has once, and holds the master key against it ever after.
pub struct Install {
    /// Where it is kept.
    pub store: Arc<dyn Store>,
    /// Holds the master key.
    pub vault: Arc<dyn Vault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Makes the installation's id.
    pub entropy: Arc<dyn Entropy>,
    /// How the first key signs.
    pub algorithm: KeyAlgorithm,
}

/// Why Portus must not start.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Another master key sealed what the database holds.
    #[error(
        "the database was set up with another master key: put that key's file back, nothing was changed"
    )]
    OtherMasterKey,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys could not be made.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Install {
    /// Whether a database was set up already, so that a missing master key must not be replaced.
    pub async fn is_installed(store: &dyn Store) -> Result<bool, StoreError> {
        let found = store.read::<_, StoreError>(async |tx| tx.keys().installation().await).await?;
        Ok(found.is_some())
    }

    /// The installation: made at the first start, checked against the master key at every other.
    /// Several processes may start at once; one of them makes it.
    pub async fn run(&self) -> Result<Installation, InstallError> {
        if let Some(found) = self.find().await? {
            return self.check(found);
        }
        let (installation, key) = self.make()?;
        let kept = self
            .store
            .write::<_, StoreError>(async |tx| {
                tx.raise_epoch().await?;
                tx.keys().install(&installation).await?;
                tx.keys().add(&key).await?;
                let row = NewActivity::done(
                    kind::INSTALLATION_CREATE,
                    &Actor::PORTUS,
                    installation.created_at,
                    &*installation.id,
                );
                tx.audit().append(&[row]).await
            })
            .await;
        match kept {
            Ok(()) => Ok(installation),
            // Another process was quicker.
            Err(error) => match self.find().await? {
                Some(found) => self.check(found),
                None => Err(error.into()),
            },
        }
    }

    async fn find(&self) -> Result<Option<Installation>, StoreError> {
        self.store.read::<_, StoreError>(async |tx| tx.keys().installation().await).await
    }

    fn check(&self, installation: Installation) -> Result<Installation, InstallError> {
        match self.vault.open(SEAL_PURPOSE, &installation.seal_check) {
            Ok(plain) if plain == installation.id.as_bytes() => Ok(installation),
            Ok(_) | Err(VaultError::WrongKey) => Err(InstallError::OtherMasterKey),
            Err(error) => Err(error.into()),
        }
    }

    fn make(&self) -> Result<(Installation, NewKey), VaultError> {
        let now = self.clock.now();
        let random = self.entropy.bytes();
        let id: String = random.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let NewCa { certificate, sealed } = self.vault.new_ca(&id, now)?;
        let ca = NewCa { certificate: certificate.clone(), sealed: sealed.clone() };
        let made = self.vault.new_key(&ca, self.algorithm, now)?;
        let key = NewKey {
            key_id: made.key_id,
            algorithm: self.algorithm,
            sealed: made.sealed,
            certificate: made.certificate,
            certificate_ends: made.certificate_ends,
            state: KeyState::Active,
            created_at: now,
        };
        let installation = Installation {
            seal_check: self.vault.seal(SEAL_PURPOSE, id.as_bytes())?,
            id: id.into(),
            ca_certificate: certificate,
            ca_sealed: sealed,
            created_at: now,
        };
        Ok((installation, key))
    }
}

const SEAL_PURPOSE: &str = "seal check";
