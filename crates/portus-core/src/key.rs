//! The keys that tokens are signed with.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use crate::id::KeyId;

/// A key's signature algorithm, as a token names it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyAlgorithm {
    /// P-256: small and quick, taken by every registry.
    Es256,
    /// RSA with 2048 bits, ten times slower.
    Rs256,
}

impl KeyAlgorithm {
    /// As a token names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = InvalidKeyAlgorithm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "ES256" => Ok(Self::Es256),
            "RS256" => Ok(Self::Rs256),
            _ => Err(InvalidKeyAlgorithm(text.into())),
        }
    }
}

/// A text that is not a [`KeyAlgorithm`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a signature algorithm: `ES256` or `RS256`")]
pub struct InvalidKeyAlgorithm(Box<str>);

/// What a key is used for now.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyState {
    /// Signs every registry's tokens.
    Active,
    /// Published, and signs for registries that trust the CA; waits until the others know it.
    Next,
    /// Published until the last token it signed is dead.
    Retired,
}

impl KeyState {
    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Next => "next",
            Self::Retired => "retired",
        }
    }
}

/// A signing key, as the store keeps it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredKey {
    /// The store's number.
    pub id: KeyId,
    /// What a token names it by: the libtrust fingerprint, which both generations of registries
    /// find.
    pub key_id: String,
    /// How it signs.
    pub algorithm: KeyAlgorithm,
    /// The private key, sealed with the master key.
    pub sealed: Vec<u8>,
    /// Its certificate from the CA, PEM.
    pub certificate: String,
    /// When the certificate ends.
    pub certificate_ends: SystemTime,
    /// What it is used for now.
    pub state: KeyState,
    /// When it was made.
    pub created_at: SystemTime,
    /// When it stopped signing.
    pub retired_at: Option<SystemTime>,
}

/// A signing key that is about to be kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewKey {
    /// What a token names it by.
    pub key_id: String,
    /// How it signs.
    pub algorithm: KeyAlgorithm,
    /// The private key, sealed with the master key.
    pub sealed: Vec<u8>,
    /// Its certificate from the CA, PEM.
    pub certificate: String,
    /// When the certificate ends.
    pub certificate_ends: SystemTime,
    /// What it is used for at first.
    pub state: KeyState,
    /// Now.
    pub created_at: SystemTime,
}

/// What one installation has once, made at its first start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Installation {
    /// 32 hexadecimal digits; what Portus calls itself towards registries.
    pub id: Box<str>,
    /// A known text sealed with the master key: another key does not open it.
    pub seal_check: Vec<u8>,
    /// The certificate of the CA, PEM.
    pub ca_certificate: String,
    /// The private key of the CA, sealed with the master key.
    pub ca_sealed: Vec<u8>,
    /// When it was made.
    pub created_at: SystemTime,
}
