//! Tokens that a real registry takes.

use std::time::SystemTime;

use openssl::base64::encode_block;
use openssl::ec::EcKey;
use openssl::ecdsa::EcdsaSig;
use openssl::pkey::Private;
use openssl::sha::sha256;
use openssl::x509::X509;
use portus_core::port::{Access, Claims, Clock, SignError, SignedToken, TokenSigner};
use serde_json::{Value, json};

use crate::certificate::self_signed;

pub const ISSUER: &str = "portus.test";

/// Signs with ES256, and shows its certificate in `x5c`.
pub struct JwtSigner {
    key: EcKey<Private>,
    pub certificate: X509,
}

impl JwtSigner {
    pub fn new() -> Self {
        let (key, certificate) = self_signed();
        Self { key, certificate }
    }
}

impl TokenSigner for JwtSigner {
    fn sign(&self, claims: &Claims) -> Result<SignedToken, SignError> {
        let x5c = encode_block(&self.certificate.to_der().unwrap());
        let header = json!({ "typ": "JWT", "alg": "ES256", "x5c": [x5c] });
        let from = claims.issued_at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let payload = json!({
            "iss": ISSUER,
            "sub": claims.subject,
            "aud": claims.audience.as_str(),
            "nbf": from,
            "exp": from + claims.lifetime.as_secs(),
            "access": claims.access.iter().flatten().map(entry).collect::<Vec<_>>(),
        });
        let signed = format!("{}.{}", encode(header), encode(payload));
        let signature = EcdsaSig::sign(&sha256(signed.as_bytes()), &self.key).unwrap();
        let padded = [signature.r(), signature.s()].map(|half| half.to_vec_padded(32).unwrap());
        let text = format!("{signed}.{}", url_safe(&padded.concat()));
        Ok(SignedToken { text, lifetime: claims.lifetime })
    }
}

fn entry(access: &Access) -> Value {
    match access {
        Access::Catalog => json!({ "type": "registry", "name": "catalog", "actions": ["*"] }),
        Access::Repository { path, actions, .. } => {
            let actions: Vec<_> = actions.iter().map(|action| action.as_str()).collect();
            json!({ "type": "repository", "name": path.to_string(), "actions": actions })
        }
    }
}

fn encode(part: Value) -> String {
    url_safe(part.to_string().as_bytes())
}

fn url_safe(bytes: &[u8]) -> String {
    encode_block(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// The clock that a real registry goes by.
pub struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "a real registry has no other clock")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
