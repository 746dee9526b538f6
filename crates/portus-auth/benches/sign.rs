//! What a token costs beside its signature.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use divan::{Bencher, black_box};
use josekit::jws::{ES256, JwsSigner, RS256};
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use portus_auth::{JwtSigner, KeyVault, MasterKey};
use portus_core::id::KeyId;
use portus_core::key::{KeyAlgorithm, KeyState, StoredKey};
use portus_core::port::{Access, Claims, TokenSigner, Vault};
use portus_core::registry::KeyTrust;
use portus_core::scope::Action;

const BOTH: [KeyAlgorithm; 2] = [KeyAlgorithm::Es256, KeyAlgorithm::Rs256];

fn main() {
    divan::main();
}

#[divan::bench(args = BOTH, threads = [1, 2])]
fn token(bencher: Bencher<'_, '_>, algorithm: KeyAlgorithm) {
    let signer = loaded(algorithm);
    let claims = claims();
    bencher.bench(|| signer.sign(black_box(&claims)).expect("the key is loaded"));
}

#[divan::bench(args = BOTH)]
fn signature(bencher: Bencher<'_, '_>, algorithm: KeyAlgorithm) {
    let signer = bare(algorithm);
    let text = "x".repeat(1000);
    bencher.bench(|| signer.sign(black_box(text.as_bytes())).expect("the key is whole"));
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

fn loaded(algorithm: KeyAlgorithm) -> JwtSigner {
    let vault = KeyVault::new(MasterKey::from_bytes([1; 32]));
    let ca = vault.new_ca("bench", now()).expect("OpenSSL makes a CA");
    let made = vault.new_key(&ca, algorithm, now()).expect("OpenSSL makes a key");
    let key = StoredKey {
        id: KeyId(1),
        key_id: made.key_id,
        algorithm,
        sealed: made.sealed,
        certificate: made.certificate,
        certificate_ends: made.certificate_ends,
        state: KeyState::Active,
        created_at: now(),
        retired_at: None,
    };
    let signer = JwtSigner::new("portus");
    signer.load(&vault, &[key]).expect("the key is whole");
    signer
}

fn bare(algorithm: KeyAlgorithm) -> Box<dyn JwsSigner> {
    let key = match algorithm {
        KeyAlgorithm::Es256 => {
            let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("a known curve");
            PKey::from_ec_key(EcKey::generate(&curve).expect("a key")).expect("a key")
        }
        KeyAlgorithm::Rs256 => PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key"),
    };
    let der = key.private_key_to_pkcs8().expect("a whole key");
    match algorithm {
        KeyAlgorithm::Es256 => Box::new(ES256.signer_from_der(der).expect("a whole key")),
        KeyAlgorithm::Rs256 => Box::new(RS256.signer_from_der(der).expect("a whole key")),
    }
}

fn claims() -> Claims {
    Claims {
        subject: "alice".into(),
        audience: "registry.example.org".parse().expect("a service"),
        trust: KeyTrust::Bundle,
        issued_at: now(),
        lifetime: Duration::from_secs(300),
        access: Some(vec![Access::Repository {
            path: "qa/team/app".parse().expect("a path"),
            actions: vec![Action::Pull, Action::Push],
            star: false,
        }]),
    }
}
