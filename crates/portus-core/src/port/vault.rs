use std::time::SystemTime;

use crate::id::RegistryId;
use crate::key::KeyAlgorithm;
use crate::secret::Secret;

/// What holds the master key: seals what is kept, derives what is sent, makes keys.
pub trait Vault: Send + Sync {
    /// Seals bytes so that only this master key opens them; `purpose` must be the same to open.
    fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError>;

    /// Opens what was sealed.
    fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError>;

    /// The secret that a registry sends its notifications with.
    fn notification_secret(&self, registry: RegistryId, generation: u32) -> Secret;

    /// Makes the CA whose certificate goes into registries' bundles.
    fn new_ca(&self, installation: &str, now: SystemTime) -> Result<NewCa, VaultError>;

    /// Makes a signing key and has the CA certify it.
    fn new_key(
        &self,
        ca: &NewCa,
        algorithm: KeyAlgorithm,
        now: SystemTime,
    ) -> Result<MadeKey, VaultError>;

    /// Has the CA certify a key again: the new certificate and when it ends.
    fn renew(
        &self,
        ca: &NewCa,
        sealed_key: &[u8],
        now: SystemTime,
    ) -> Result<(String, SystemTime), VaultError>;
}

/// A certificate authority: its certificate (PEM) and its sealed key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewCa {
    /// PEM.
    pub certificate: String,
    /// Sealed with the master key.
    pub sealed: Vec<u8>,
}

/// A key and its certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MadeKey {
    /// The libtrust fingerprint of the public key.
    pub key_id: String,
    /// Sealed with the master key.
    pub sealed: Vec<u8>,
    /// PEM.
    pub certificate: String,
    /// When the certificate ends.
    pub certificate_ends: SystemTime,
}

/// Why the vault did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Another master key sealed it, or it was changed since.
    #[error("this master key does not open what the database holds")]
    WrongKey,
    /// The key is on a list of keys that everybody has.
    #[error("this key is published: everybody has it")]
    Published,
    /// The cryptographic library refused.
    #[error("the cryptographic library refused")]
    Crypto(#[source] Box<dyn std::error::Error + Send + Sync>),
}
