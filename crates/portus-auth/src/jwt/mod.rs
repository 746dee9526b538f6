//! Registry tokens.

mod claims;
mod ring;
mod token_id;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portus_core::key::StoredKey;
use portus_core::port::{Claims, SignError, SignedToken, TokenSigner, Vault};

use claims::Payload;
pub use ring::KeyRingError;
use ring::{Ring, RingKey};
use token_id::TokenIds;

/// Signs registry tokens with the newest keys it was given; each is parsed once.
///
/// Registries that trust the CA get the key's certificate in `x5c`, and are signed for with the
/// next key as soon as there is one. Registries with a list of keys get its name in `kid` and no
/// certificate, which they would refuse, and are signed for with the active key. The header's `typ`
/// is `JWT`, which registries expect; no other secret of Portus is a JWT.
pub struct JwtSigner {
    issuer: Box<str>,
    ring: ArcSwap<Ring>,
    ids: TokenIds,
}

impl JwtSigner {
    /// A signer without keys, which signs nothing until it has some. `issuer` is the `iss` that
    /// registries are configured with.
    pub fn new(issuer: impl Into<Box<str>>) -> Self {
        Self { issuer: issuer.into(), ring: ArcSwap::default(), ids: TokenIds::new() }
    }

    /// Takes these keys in the place of those it had, all at once.
    ///
    /// # Errors
    ///
    /// When one of them cannot be used; then it keeps those it had.
    pub fn load(&self, vault: &dyn Vault, keys: &[StoredKey]) -> Result<(), KeyRingError> {
        self.ring.store(Ring::new(vault, keys)?.into());
        Ok(())
    }

    /// Every public key it was given, retired ones too, as a JSON Web Key Set.
    pub fn jwks(&self) -> String {
        self.ring.load().jwks().to_owned()
    }

    fn payload(&self, claims: &Claims, lifetime: Duration) -> serde_json::Result<Vec<u8>> {
        let issued = seconds(claims.issued_at);
        let id = self.ids.next();
        let payload = Payload {
            iss: &self.issuer,
            sub: &claims.subject,
            aud: claims.audience.as_str(),
            exp: issued + lifetime.as_secs(),
            nbf: issued,
            iat: issued,
            jti: &id,
            access: claims.access.as_deref().map(Into::into),
        };
        serde_json::to_vec(&payload)
    }
}

impl TokenSigner for JwtSigner {
    fn sign(&self, claims: &Claims) -> Result<SignedToken, SignError> {
        let ring = self.ring.load();
        let (key, lifetime) = ring
            .signing(claims.trust)
            .find_map(|key| Some((key, granted(key, claims)?)))
            .ok_or(SignError::NoKey)?;
        let payload =
            self.payload(claims, lifetime).map_err(|error| SignError::Failed(error.into()))?;
        let head = key.head(claims.trust);
        let mut text = String::with_capacity(head.len() + payload.len() * 4 / 3 + 400);
        text.push_str(head);
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut text);
        let signature = key.sign(&text).map_err(|error| SignError::Failed(error.into()))?;
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut text);
        Ok(SignedToken { text, lifetime })
    }
}

impl std::fmt::Debug for JwtSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JwtSigner").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Clients use a token that is good for less as if it were good for a minute.
const SHORTEST: Duration = Duration::from_secs(60);

/// How long a token of this key is good for, in whole seconds: never longer than the key's
/// certificate. `None` when that is too short to be of use.
fn granted(key: &RingKey, claims: &Claims) -> Option<Duration> {
    let left = key.certificate_ends().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let left = Duration::from_secs(left.saturating_sub(seconds(claims.issued_at)));
    let whole = Duration::from_secs(claims.lifetime.as_secs());
    (left >= SHORTEST).then(|| whole.min(left))
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
