use std::error::Error;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use josekit::jws::{ES256, JwsSigner, RS256};
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;
use portus_core::key::{KeyAlgorithm, KeyState, StoredKey};
use portus_core::port::{Vault, VaultError};
use portus_core::registry::KeyTrust;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::published::is_published;
use crate::signing_key;
use crate::vault::SIGNING_KEY;

/// The keys of an installation, ready to sign and to be published.
pub(super) struct Ring {
    /// Newest first, without the retired ones.
    keys: Vec<RingKey>,
    jwks: String,
}

impl Default for Ring {
    fn default() -> Self {
        Self { keys: Vec::new(), jwks: key_set(&[]) }
    }
}

impl Ring {
    pub(super) fn new(vault: &dyn Vault, stored: &[StoredKey]) -> Result<Self, KeyRingError> {
        let mut keys = Vec::new();
        let mut published = Vec::new();
        for key in stored {
            let bad = |source| KeyRingError { key_id: key.key_id.clone(), source };
            let private = opened(vault, key).map_err(bad)?;
            let jwk = signing_key::jwk(&private, key.algorithm, &key.key_id);
            published.push(jwk.map_err(|error| bad(crypto(error)))?);
            if key.state != KeyState::Retired {
                keys.push(RingKey::new(key, &private).map_err(bad)?);
            }
        }
        Ok(Self { keys, jwks: key_set(&published) })
    }

    pub(super) fn jwks(&self) -> &str {
        &self.jwks
    }

    /// The keys that may sign for a registry, the best first: where the CA is trusted the next key
    /// can be used before the registry was told of it.
    pub(super) fn signing(&self, trust: KeyTrust) -> impl Iterator<Item = &RingKey> {
        let next = self
            .keys
            .iter()
            .filter(move |key| trust == KeyTrust::Bundle && key.state == KeyState::Next);
        next.chain(self.keys.iter().filter(|key| key.state == KeyState::Active))
    }
}

/// A key that signs.
pub(super) struct RingKey {
    state: KeyState,
    certificate_ends: SystemTime,
    signer: Box<dyn JwsSigner>,
    head_with_certificate: String,
    head: String,
}

impl RingKey {
    fn new(stored: &StoredKey, private: &PKey<Private>) -> Result<Self, VaultError> {
        let certificate = X509::from_pem(stored.certificate.as_bytes()).map_err(crypto)?;
        let der = certificate.to_der().map_err(crypto)?;
        if !certificate.public_key().map_err(crypto)?.public_eq(private) {
            return Err(VaultError::Crypto("the certificate is of another key".into()));
        }
        let mut head = json!({ "alg": stored.algorithm.as_str(), "typ": "JWT" });
        set(&mut head, "kid", stored.key_id.as_str().into());
        let plain = encoded(&head);
        set(&mut head, "x5c", json!([STANDARD.encode(der)]));
        Ok(Self {
            state: stored.state,
            certificate_ends: stored.certificate_ends,
            signer: signer(stored.algorithm, private)?,
            head_with_certificate: encoded(&head),
            head: plain,
        })
    }

    pub(super) fn certificate_ends(&self) -> SystemTime {
        self.certificate_ends
    }

    /// The first part of a token, encoded.
    pub(super) fn head(&self, trust: KeyTrust) -> &str {
        match trust {
            KeyTrust::Bundle => &self.head_with_certificate,
            KeyTrust::Jwks => &self.head,
        }
    }

    pub(super) fn sign(&self, text: &str) -> Result<Vec<u8>, josekit::JoseError> {
        self.signer.sign(text.as_bytes())
    }
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the signing key `{key_id}` cannot be used")]
pub struct KeyRingError {
    /// The key.
    pub key_id: String,
    /// Why.
    pub source: VaultError,
}

fn opened(vault: &dyn Vault, stored: &StoredKey) -> Result<PKey<Private>, VaultError> {
    let plain = Zeroizing::new(vault.open(SIGNING_KEY, &stored.sealed)?);
    let key = PKey::private_key_from_pkcs8(&plain).map_err(crypto)?;
    if is_published(&key).map_err(crypto)? {
        return Err(VaultError::Published);
    }
    if signing_key::algorithm(&key) != Some(stored.algorithm) {
        return Err(VaultError::Crypto("the key does not sign with its algorithm".into()));
    }
    Ok(key)
}

fn signer(algorithm: KeyAlgorithm, key: &PKey<Private>) -> Result<Box<dyn JwsSigner>, VaultError> {
    let plain = Zeroizing::new(key.private_key_to_pkcs8().map_err(crypto)?);
    Ok(match algorithm {
        KeyAlgorithm::Es256 => Box::new(ES256.signer_from_der(&*plain).map_err(crypto)?),
        KeyAlgorithm::Rs256 => Box::new(RS256.signer_from_der(&*plain).map_err(crypto)?),
    })
}

fn key_set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

fn set(object: &mut Value, member: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(member.into(), value);
    }
}

fn encoded(head: &Value) -> String {
    URL_SAFE_NO_PAD.encode(head.to_string())
}

fn crypto(error: impl Error + Send + Sync + 'static) -> VaultError {
    VaultError::Crypto(Box::new(error))
}
