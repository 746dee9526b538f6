//! Registry tokens as registries look at them.

use std::collections::HashSet;
use std::time::Duration;

use crate::installation::{DAY, Installation};
use crate::vault::example;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use josekit::jwk::JwkSet;
use josekit::jws::{self, ES256, JwsVerifier, RS256};
use openssl::pkey::PKey;
use openssl::x509::X509;
use portus_auth::JwtSigner;
use portus_core::key::{KeyAlgorithm, KeyState};
use portus_core::port::{Access, MadeKey, SignError, TokenSigner, Vault, VaultError};
use portus_core::registry::KeyTrust;
use portus_core::scope::Action;
use serde_json::{Value, json};

/// The header and the claims of a token.
fn read(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut json = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (json(), json())
}

fn verifier(algorithm: KeyAlgorithm, public: &[u8]) -> Box<dyn JwsVerifier> {
    match algorithm {
        KeyAlgorithm::Es256 => Box::new(ES256.verifier_from_der(public).unwrap()),
        KeyAlgorithm::Rs256 => Box::new(RS256.verifier_from_der(public).unwrap()),
    }
}

const BOTH: [KeyAlgorithm; 2] = [KeyAlgorithm::Es256, KeyAlgorithm::Rs256];

#[test]
fn a_registry_that_trusts_the_ca_finds_the_certificate_in_the_token() {
    let installation = Installation::new();
    for algorithm in BOTH {
        let key = installation.key(algorithm, KeyState::Active);
        let signer = installation.signer(std::slice::from_ref(&key));
        let token = signer.sign(&installation.claims(KeyTrust::Bundle)).unwrap();
        let (header, _) = read(&token.text);
        assert_eq!(header["alg"], algorithm.as_str());
        assert_eq!(header["typ"], "JWT");
        assert_eq!(header["kid"], key.key_id.as_str());
        assert_eq!(header["x5c"].as_array().unwrap().len(), 1);
        let leaf = STANDARD.decode(header["x5c"][0].as_str().unwrap()).unwrap();
        let leaf = X509::from_der(&leaf).unwrap();
        assert_eq!(String::from_utf8(leaf.to_pem().unwrap()).unwrap(), key.certificate);
        let public = leaf.public_key().unwrap().public_key_to_der().unwrap();
        jws::deserialize_compact(&token.text, &*verifier(algorithm, &public)).unwrap();
    }
}

#[test]
fn a_registry_with_a_list_of_keys_finds_the_name_and_no_certificate() {
    let installation = Installation::new();
    for algorithm in BOTH {
        let key = installation.key(algorithm, KeyState::Active);
        let signer = installation.signer(std::slice::from_ref(&key));
        let token = signer.sign(&installation.claims(KeyTrust::Jwks)).unwrap();
        let (header, _) = read(&token.text);
        assert_eq!(header, json!({ "alg": algorithm.as_str(), "typ": "JWT", "kid": key.key_id }));
        let set = JwkSet::from_bytes(signer.jwks()).unwrap();
        let [jwk] = set.get(&key.key_id)[..] else { panic!("no key of that name") };
        let verifier: Box<dyn JwsVerifier> = match algorithm {
            KeyAlgorithm::Es256 => Box::new(ES256.verifier_from_jwk(jwk).unwrap()),
            KeyAlgorithm::Rs256 => Box::new(RS256.verifier_from_jwk(jwk).unwrap()),
        };
        jws::deserialize_compact(&token.text, &*verifier).unwrap();
    }
}

#[test]
fn the_claims_are_what_every_registry_takes() {
    let installation = Installation::new();
    let signer = installation.signer(&[installation.key(KeyAlgorithm::Es256, KeyState::Active)]);
    let mut claims = installation.claims(KeyTrust::Bundle);
    claims.access = Some(vec![
        Access::Repository {
            path: "qa/team/app".parse().unwrap(),
            actions: vec![Action::Pull, Action::Push],
            star: false,
        },
        Access::Repository {
            path: "busybox".parse().unwrap(),
            actions: Action::ALL.to_vec(),
            star: true,
        },
        Access::Catalog,
    ]);
    let token = signer.sign(&claims).unwrap();
    let (_, said) = read(&token.text);
    let expected = json!({
        "iss": "portus",
        "sub": "alice",
        "aud": "registry.example.org:5000",
        "exp": 1_800_000_300,
        "nbf": 1_800_000_000,
        "iat": 1_800_000_000,
        "jti": said["jti"],
        "access": [
            { "type": "repository", "name": "qa/team/app", "actions": ["pull", "push"] },
            { "type": "repository", "name": "busybox", "actions": ["*"] },
            { "type": "registry", "name": "catalog", "actions": ["*"] },
        ],
    });
    assert_eq!(said, expected);
    assert_eq!(said["jti"].as_str().unwrap().len(), 32);
    assert_eq!(token.lifetime, Duration::from_secs(300));
}

#[test]
fn nothing_granted_is_an_empty_list_and_nothing_asked_for_is_none() {
    let installation = Installation::new();
    let signer = installation.signer(&[installation.key(KeyAlgorithm::Es256, KeyState::Active)]);
    let mut claims = installation.claims(KeyTrust::Bundle);
    claims.subject = String::new();
    claims.access = Some(Vec::new());
    let (_, said) = read(&signer.sign(&claims).unwrap().text);
    assert_eq!((&said["access"], &said["sub"]), (&json!([]), &json!("")));
    claims.access = None;
    let (_, said) = read(&signer.sign(&claims).unwrap().text);
    assert!(said.get("access").is_none());
}

#[test]
fn no_two_tokens_are_alike() {
    let installation = Installation::new();
    let signer = installation.signer(&[installation.key(KeyAlgorithm::Es256, KeyState::Active)]);
    let claims = installation.claims(KeyTrust::Bundle);
    let ids: HashSet<_> =
        (0..500).map(|_| read(&signer.sign(&claims).unwrap().text).1["jti"].to_string()).collect();
    assert_eq!(ids.len(), 500);
}

#[test]
fn the_next_key_signs_only_where_the_ca_is_trusted() {
    let installation = Installation::new();
    let [active, next, retired] = [KeyState::Active, KeyState::Next, KeyState::Retired]
        .map(|state| installation.key(KeyAlgorithm::Es256, state));
    let named = |signer: &JwtSigner, trust| {
        let token = signer.sign(&installation.claims(trust)).unwrap();
        read(&token.text).0["kid"].as_str().unwrap().to_owned()
    };
    let signer = installation.signer(&[retired.clone(), active.clone()]);
    assert_eq!(named(&signer, KeyTrust::Bundle), active.key_id);
    assert_eq!(named(&signer, KeyTrust::Jwks), active.key_id);

    let all = [next.clone(), active.clone(), retired.clone()];
    signer.load(&installation.vault, &all).unwrap();
    assert_eq!(named(&signer, KeyTrust::Bundle), next.key_id);
    assert_eq!(named(&signer, KeyTrust::Jwks), active.key_id);

    let set: Value = serde_json::from_str(&signer.jwks()).unwrap();
    let names: Vec<_> = set["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert_eq!(names, [&next.key_id, &active.key_id, &retired.key_id]);
}

#[test]
fn published_keys_hold_nothing_private() {
    let installation = Installation::new();
    let keys = BOTH.map(|algorithm| installation.key(algorithm, KeyState::Active));
    let set: Value = serde_json::from_str(&installation.signer(&keys).jwks()).unwrap();
    for (key, members) in set["keys"].as_array().unwrap().iter().zip([
        ["alg", "crv", "kid", "kty", "use", "x", "y"].as_slice(),
        &["alg", "e", "kid", "kty", "n", "use"],
    ]) {
        let mut names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, members);
    }
}

#[test]
fn no_token_outlives_its_certificate() {
    let installation = Installation::new();
    let key = installation.key(KeyAlgorithm::Es256, KeyState::Active);
    let ends = key.certificate_ends;
    let signer = installation.signer(&[key]);
    for trust in [KeyTrust::Bundle, KeyTrust::Jwks] {
        let mut claims = installation.claims(trust);
        for (left, good_for) in [(400, Some(300)), (200, Some(200)), (60, Some(60)), (59, None)] {
            claims.issued_at = ends - Duration::from_secs(left);
            match (signer.sign(&claims), good_for) {
                (Ok(token), Some(good_for)) => {
                    assert_eq!(token.lifetime, Duration::from_secs(good_for));
                    let (_, said) = read(&token.text);
                    let span = said["exp"].as_u64().unwrap() - said["iat"].as_u64().unwrap();
                    assert_eq!(span, good_for);
                }
                (Err(SignError::NoKey), None) => {}
                (other, _) => panic!("{left} s before the end: {other:?}"),
            }
        }
    }
}

#[test]
fn a_next_key_that_was_not_renewed_leaves_it_to_the_active_one() {
    let mut installation = Installation::new();
    let next = installation.key(KeyAlgorithm::Es256, KeyState::Next);
    installation.now += 40 * DAY;
    let active = installation.key(KeyAlgorithm::Es256, KeyState::Active);
    let signer = installation.signer(&[next, active.clone()]);
    let token = signer.sign(&installation.claims(KeyTrust::Bundle)).unwrap();
    assert_eq!(read(&token.text).0["kid"], active.key_id.as_str());
}

#[test]
fn without_keys_nothing_is_signed() {
    let installation = Installation::new();
    let signer = JwtSigner::new("portus");
    assert_eq!(signer.jwks(), r#"{"keys":[]}"#);
    let refused = signer.sign(&installation.claims(KeyTrust::Bundle));
    assert!(matches!(refused, Err(SignError::NoKey)));
    let retired = installation.signer(&[installation.key(KeyAlgorithm::Es256, KeyState::Retired)]);
    let refused = retired.sign(&installation.claims(KeyTrust::Bundle));
    assert!(matches!(refused, Err(SignError::NoKey)));
}

#[test]
fn a_key_that_cannot_be_used_changes_nothing() {
    let installation = Installation::new();
    let good = installation.key(KeyAlgorithm::Es256, KeyState::Active);
    let signer = installation.signer(std::slice::from_ref(&good));
    let before = signer.jwks();
    let other = installation.key(KeyAlgorithm::Es256, KeyState::Active);
    let mut changed = other.clone();
    changed.sealed[20] ^= 1;
    let mut swapped = other.clone();
    swapped.certificate = good.certificate.clone();
    let mut mistaken = other.clone();
    mistaken.algorithm = KeyAlgorithm::Rs256;
    let mut cut = other.clone();
    cut.certificate.truncate(100);
    for bad in [changed, swapped, mistaken, cut] {
        let error = signer.load(&installation.vault, &[good.clone(), bad]).unwrap_err();
        assert_eq!(error.key_id, other.key_id);
        assert_eq!(signer.jwks(), before);
        assert!(signer.sign(&installation.claims(KeyTrust::Bundle)).is_ok());
    }
}

// SR11
#[test]
fn a_published_key_is_not_loaded_even_from_our_own_database() {
    let installation = Installation::new();
    let Installation { vault, ca, now } = &installation;
    let good = installation.key(KeyAlgorithm::Es256, KeyState::Active);
    let signer = installation.signer(std::slice::from_ref(&good));
    let before = signer.jwks();
    let plain = PKey::from_ec_key(example()).unwrap().private_key_to_pkcs8().unwrap();
    let sealed = vault.seal("signing key", &plain).unwrap();
    let (certificate, certificate_ends) = vault.renew(ca, &sealed, *now).unwrap();
    let key_id = "FPI3:WDCE:VCL4:GCT2:UCMR:ZXRY:3ADC:7ZCB:3ZIN:UD2G:QJJU:J5QC".to_owned();
    let made = MadeKey { key_id, sealed, certificate, certificate_ends };
    for state in [KeyState::Next, KeyState::Active, KeyState::Retired] {
        let published = installation.stored(made.clone(), KeyAlgorithm::Es256, state);
        let error = signer.load(vault, &[good.clone(), published]).unwrap_err();
        assert!(matches!(error.source, VaultError::Published), "{state:?}: {error:?}");
        assert_eq!(error.key_id, made.key_id);
        assert_eq!(signer.jwks(), before);
    }
}

#[test]
fn another_master_key_loads_nothing() {
    let installation = Installation::new();
    let key = installation.key(KeyAlgorithm::Es256, KeyState::Active);
    let other = portus_auth::KeyVault::new(portus_auth::MasterKey::from_bytes([2; 32]));
    let error = JwtSigner::new("portus").load(&other, &[key]).unwrap_err();
    assert!(matches!(error.source, VaultError::WrongKey));
}

#[test]
fn a_token_fits_the_headers_of_common_proxies() {
    let installation = Installation::new();
    for (algorithm, most) in [(KeyAlgorithm::Es256, 1300), (KeyAlgorithm::Rs256, 2400)] {
        let signer = installation.signer(&[installation.key(algorithm, KeyState::Active)]);
        let token = signer.sign(&installation.claims(KeyTrust::Bundle)).unwrap();
        assert!(token.text.len() < most, "{algorithm}: {} bytes", token.text.len());
    }
}

// SR21
#[test]
fn tokens_do_not_show_themselves() {
    let installation = Installation::new();
    let signer = installation.signer(&[installation.key(KeyAlgorithm::Es256, KeyState::Active)]);
    let token = signer.sign(&installation.claims(KeyTrust::Bundle)).unwrap();
    assert!(!format!("{token:?} {signer:?}").contains("eyJ"));
}
