//! Who is let in: tokens, checked offline.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use josekit::jwk::Jwk;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm::Es256;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm::Rs256;
use josekit::jws::{JwsContext, JwsVerifier};
use serde_json::Value;

use super::Setup;
use crate::token::Token;

/// Registries allow a minute of skew either way.
const LEEWAY: i64 = 60;

pub struct Gate {
    setup: Setup,
    keys: BTreeMap<String, Jwk>,
}

/// What a request needs: type, name, action.
pub type Need = (&'static str, String, &'static str);

impl Gate {
    pub fn new(setup: &Setup) -> Self {
        let set: Value = serde_json::from_str(&setup.jwks).unwrap();
        let keys = set["keys"].as_array().unwrap().iter().map(|key| {
            let key = Jwk::from_bytes(key.to_string().as_bytes()).unwrap();
            (key.key_id().expect("a kid").to_owned(), key)
        });
        Self { keys: keys.collect(), setup: setup.clone() }
    }

    /// The subject of a token that grants all of `needs`, or the challenge to answer with.
    pub fn admit(&self, authorization: Option<&str>, needs: &[Need]) -> Result<String, String> {
        let Some(text) = authorization.and_then(|value| value.strip_prefix("Bearer ")) else {
            return Err(self.challenge(needs, None));
        };
        let Some(token) = self.verified(text) else {
            return Err(self.challenge(needs, Some("invalid_token")));
        };
        let granted = token.granted();
        let grants = |(kind, name, action): &Need| {
            let actions = granted.get(&format!("{kind}:{name}"));
            actions
                .is_some_and(|actions| actions.split(',').any(|one| one == *action || one == "*"))
        };
        match needs.iter().all(grants) {
            true => Ok(token.subject().into()),
            false => Err(self.challenge(needs, Some("insufficient_scope"))),
        }
    }

    /// A token by a known key, for this registry, at this time. One with `x5c` is refused whatever its
    /// `kid`: there is no bundle that its certificate could chain to.
    fn verified(&self, text: &str) -> Option<Token> {
        let header = josekit::jwt::decode_header(text).ok()?;
        if header.claim("x5c").is_some() {
            return None;
        }
        let key = self.keys.get(header.claim("kid")?.as_str()?)?;
        let verifier: Box<dyn JwsVerifier> = match header.claim("alg")?.as_str()? {
            "ES256" => Box::new(Es256.verifier_from_jwk(key).ok()?),
            "RS256" => Box::new(Rs256.verifier_from_jwk(key).ok()?),
            _ => return None,
        };
        JwsContext::new().deserialize_compact(text, &*verifier).ok()?;
        let token = Token::read(text);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
        let claims = &token.claims;
        let is_ours = claims["iss"] == self.setup.issuer && claims["aud"] == self.setup.service;
        let is_timely = claims["exp"].as_i64()? + LEEWAY > now
            && claims["nbf"].as_i64().unwrap_or(now) - LEEWAY <= now;
        (is_ours && is_timely).then_some(token)
    }

    fn challenge(&self, needs: &[Need], error: Option<&str>) -> String {
        let mut scopes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (kind, name, action) in needs {
            scopes.entry(format!("{kind}:{name}")).or_default().push(action);
        }
        let scopes: Vec<_> =
            scopes.iter().map(|(name, actions)| format!("{name}:{}", actions.join(","))).collect();
        let mut text =
            format!(r#"Bearer realm="{}",service="{}""#, self.setup.realm, self.setup.service);
        if !scopes.is_empty() {
            text += &format!(r#",scope="{}""#, scopes.join(" "));
        }
        if let Some(error) = error {
            text += &format!(r#",error="{error}""#);
        }
        text
    }
}
