use std::error::Error;
use std::time::SystemTime;

use openssl::pkey::{PKey, Private};
use openssl::x509::X509;
use portus_core::id::RegistryId;
use portus_core::key::KeyAlgorithm;
use portus_core::port::{MadeKey, NewCa, Vault, VaultError};
use portus_core::secret::{Secret, SecretKind};
use zeroize::Zeroizing;

use crate::derive::derived;
use crate::master_key::MasterKey;
use crate::published::is_published;
use crate::{certificate, seal, signing_key};

const CA_KEY: &str = "ca key";
/// What the private keys of tokens are sealed for.
pub(crate) const SIGNING_KEY: &str = "signing key";

/// The [`Vault`] of a master key.
#[derive(Debug)]
pub struct KeyVault(MasterKey);

impl KeyVault {
    /// A vault that this key opens.
    pub fn new(master: MasterKey) -> Self {
        Self(master)
    }

    /// Takes a private key made elsewhere (PEM, not encrypted) and has the CA certify it; says how
    /// it signs.
    pub fn import(
        &self,
        ca: &NewCa,
        pem: &Secret,
        now: SystemTime,
    ) -> Result<(KeyAlgorithm, MadeKey), ImportError> {
        let never = |_: &mut [u8]| Ok(0);
        let key = PKey::private_key_from_pem_callback(pem.expose().as_bytes(), never)
            .map_err(|_| ImportError::NotAKey)?;
        let algorithm = signing_key::algorithm(&key).ok_or(ImportError::Unfit)?;
        Ok((algorithm, self.certified(ca, &key, now)?))
    }

    fn certified(
        &self,
        ca: &NewCa,
        key: &PKey<Private>,
        now: SystemTime,
    ) -> Result<MadeKey, VaultError> {
        if is_published(key).map_err(crypto)? {
            return Err(VaultError::Published);
        }
        let (certificate, certificate_ends) = self.certify(ca, key, now)?;
        Ok(MadeKey {
            key_id: signing_key::fingerprint(key).map_err(crypto)?,
            sealed: self.seal_key(SIGNING_KEY, key)?,
            certificate,
            certificate_ends,
        })
    }

    fn certify(
        &self,
        ca: &NewCa,
        key: &PKey<Private>,
        now: SystemTime,
    ) -> Result<(String, SystemTime), VaultError> {
        let ca_key = self.open_key(CA_KEY, &ca.sealed)?;
        let ca = X509::from_pem(ca.certificate.as_bytes()).map_err(crypto)?;
        let name = signing_key::fingerprint(key).map_err(crypto)?;
        let (certificate, ends) =
            certificate::of_signing_key(&ca, &ca_key, key, &name, now).map_err(crypto)?;
        Ok((pem(&certificate)?, ends))
    }

    fn seal_key(&self, purpose: &str, key: &PKey<Private>) -> Result<Vec<u8>, VaultError> {
        let plain = Zeroizing::new(key.private_key_to_pkcs8().map_err(crypto)?);
        self.seal(purpose, &plain)
    }

    fn open_key(&self, purpose: &str, sealed: &[u8]) -> Result<PKey<Private>, VaultError> {
        let plain = seal::open(&self.0, purpose, sealed)?;
        PKey::private_key_from_pkcs8(&plain).map_err(crypto)
    }
}

impl KeyVault {
    /// What the link holds that makes the first admin. The same for every replica, and of no use
    /// once there is an account.
    pub fn setup_secret(&self, installation: &str) -> Secret {
        let random = derived(self.0.bytes(), "set-up link", &[installation.as_bytes()]);
        SecretKind::Setup.secret(&random)
    }
}

impl Vault for KeyVault {
    fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal::seal(&self.0, purpose, plain)
    }

    fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal::open(&self.0, purpose, sealed).map(|mut plain| std::mem::take(&mut *plain))
    }

    fn notification_secret(&self, registry: RegistryId, generation: u32) -> Secret {
        let (registry, generation) = (registry.0.to_be_bytes(), generation.to_be_bytes());
        let of = [registry.as_slice(), &generation];
        SecretKind::Notification.secret(&derived(self.0.bytes(), "notification secret", &of))
    }

    fn new_ca(&self, installation: &str, now: SystemTime) -> Result<NewCa, VaultError> {
        // P-256 whatever the tokens are signed with: every registry takes such a CA.
        let key = signing_key::generate(KeyAlgorithm::Es256).map_err(crypto)?;
        let certificate = certificate::of_ca(&key, installation, now).map_err(crypto)?;
        Ok(NewCa { certificate: pem(&certificate)?, sealed: self.seal_key(CA_KEY, &key)? })
    }

    fn new_key(
        &self,
        ca: &NewCa,
        algorithm: KeyAlgorithm,
        now: SystemTime,
    ) -> Result<MadeKey, VaultError> {
        let key = signing_key::generate(algorithm).map_err(crypto)?;
        self.certified(ca, &key, now)
    }

    fn renew(
        &self,
        ca: &NewCa,
        sealed_key: &[u8],
        now: SystemTime,
    ) -> Result<(String, SystemTime), VaultError> {
        self.certify(ca, &self.open_key(SIGNING_KEY, sealed_key)?, now)
    }
}

/// Why a key made elsewhere was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is no private key in PEM, or it is encrypted.
    #[error("this is not an unencrypted private key in PEM")]
    NotAKey,
    /// Registries would not take its signatures.
    #[error("a signing key is on the curve P-256, or RSA with 2048 bits or more")]
    Unfit,
    /// The vault did not take it.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

fn pem(certificate: &X509) -> Result<String, VaultError> {
    String::from_utf8(certificate.to_pem().map_err(crypto)?).map_err(crypto)
}

fn crypto(error: impl Error + Send + Sync + 'static) -> VaultError {
    VaultError::Crypto(Box::new(error))
}
