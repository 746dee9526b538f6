//! The CA, signing keys and derived secrets.

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::installation::{DAY, Installation};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509StoreContext};
use portus_auth::{ImportError, KeyVault, MasterKey};
use portus_core::id::RegistryId;
use portus_core::key::KeyAlgorithm;
use portus_core::port::{Vault, VaultError};
use portus_core::secret::{Secret, SecretKind};

fn seconds(time: SystemTime) -> i64 {
    i64::try_from(time.duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn is_at(time: &openssl::asn1::Asn1TimeRef, expected: SystemTime) -> bool {
    *time == *Asn1Time::from_unix(seconds(expected)).unwrap()
}

fn common_name(certificate: &X509) -> String {
    let mut names = certificate.subject_name().entries_by_nid(Nid::COMMONNAME);
    names.next().unwrap().data().to_string().unwrap()
}

/// What a registry does with its bundle, as strictly as OpenSSL can.
fn trusting(ca: &str, at: SystemTime) -> X509Store {
    let mut trusted = X509StoreBuilder::new().unwrap();
    trusted.add_cert(X509::from_pem(ca.as_bytes()).unwrap()).unwrap();
    let mut how = X509VerifyParam::new().unwrap();
    how.set_flags(X509VerifyFlags::X509_STRICT).unwrap();
    how.set_time(seconds(at));
    trusted.set_param(&how).unwrap();
    trusted.build()
}

fn is_trusted(store: &X509Store, leaf: &X509) -> bool {
    let mut check = X509StoreContext::new().unwrap();
    check.init(store, leaf, &Stack::new().unwrap(), |check| check.verify_cert()).unwrap()
}

#[test]
fn a_leaf_chains_to_the_ca_while_it_lasts() {
    let Installation { vault, ca, now } = Installation::new();
    for algorithm in [KeyAlgorithm::Es256, KeyAlgorithm::Rs256] {
        let made = vault.new_key(&ca, algorithm, now).unwrap();
        let leaf = X509::from_pem(made.certificate.as_bytes()).unwrap();
        let hour = Duration::from_secs(3600);
        for (at, good) in [
            (now - hour - Duration::from_secs(1), false),
            (now - hour, true),
            (now, true),
            (made.certificate_ends - Duration::from_secs(1), true),
            (made.certificate_ends + Duration::from_secs(1), false),
        ] {
            let trusted = is_trusted(&trusting(&ca.certificate, at), &leaf);
            assert_eq!(trusted, good, "{algorithm} at {at:?}");
        }
        let other = vault.new_ca("other", now).unwrap();
        assert!(!is_trusted(&trusting(&other.certificate, now), &leaf));
    }
}

#[test]
fn certificates_say_what_they_are_for() {
    let Installation { vault, ca, now } = Installation::new();
    let made = vault.new_key(&ca, KeyAlgorithm::Es256, now).unwrap();
    let leaf = X509::from_pem(made.certificate.as_bytes()).unwrap();
    assert!(is_at(leaf.not_before(), now - Duration::from_secs(3600)));
    assert!(is_at(leaf.not_after(), now + 30 * DAY));
    assert!(is_at(leaf.not_after(), made.certificate_ends));
    let text = String::from_utf8(leaf.to_text().unwrap()).unwrap();
    assert!(text.contains("Key Usage: critical\n                Digital Signature\n"), "{text}");
    assert_eq!(common_name(&leaf), made.key_id);

    let ca = X509::from_pem(ca.certificate.as_bytes()).unwrap();
    assert!(is_at(ca.not_before(), now - Duration::from_secs(3600)));
    assert!(is_at(ca.not_after(), now + 3652 * DAY));
    assert_eq!(common_name(&ca), "Portus CA 0123456789abcdef0123456789abcdef");
    let text = String::from_utf8(ca.to_text().unwrap()).unwrap();
    for part in [
        "Basic Constraints: critical\n                CA:TRUE, pathlen:0",
        "Key Usage: critical\n                Certificate Sign\n",
        "ASN1 OID: prime256v1",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn serial_numbers_are_random() {
    let Installation { vault, ca, now } = Installation::new();
    let key = vault.new_key(&ca, KeyAlgorithm::Es256, now).unwrap();
    let serials: HashSet<_> = (0..20)
        .map(|_| {
            let (certificate, _) = vault.renew(&ca, &key.sealed, now).unwrap();
            let certificate = X509::from_pem(certificate.as_bytes()).unwrap();
            certificate.serial_number().to_bn().unwrap().to_vec()
        })
        .collect();
    assert_eq!(serials.len(), 20);
    assert!(serials.iter().all(|serial| serial.len() > 8));
}

#[test]
fn a_renewal_keeps_the_key() {
    let Installation { vault, ca, now } = Installation::new();
    let made = vault.new_key(&ca, KeyAlgorithm::Es256, now).unwrap();
    let later = now + 20 * DAY;
    let (renewed, ends) = vault.renew(&ca, &made.sealed, later).unwrap();
    let (old, new) = (
        X509::from_pem(made.certificate.as_bytes()).unwrap(),
        X509::from_pem(renewed.as_bytes()).unwrap(),
    );
    assert!(old.public_key().unwrap().public_eq(&new.public_key().unwrap()));
    assert_eq!(ends, made.certificate_ends + 20 * DAY);
    assert!(is_trusted(&trusting(&ca.certificate, later + 29 * DAY), &new));
}

#[test]
fn another_master_key_opens_nothing() {
    let Installation { vault, ca, now } = Installation::new();
    let made = vault.new_key(&ca, KeyAlgorithm::Es256, now).unwrap();
    let sealed = vault.seal("check", b"known").unwrap();
    let other = KeyVault::new(MasterKey::from_bytes([2; 32]));
    let wrong = |error| matches!(error, VaultError::WrongKey);
    assert!(wrong(other.open("check", &sealed).unwrap_err()));
    assert!(wrong(other.new_key(&ca, KeyAlgorithm::Es256, now).unwrap_err()));
    assert!(wrong(other.renew(&ca, &made.sealed, now).unwrap_err()));
    assert_eq!(vault.open("check", &sealed).unwrap(), b"known");
}

// SR3
#[test]
fn what_is_kept_of_a_key_does_not_hold_it() {
    let Installation { vault, ca, now } = Installation::new();
    let made = vault.new_key(&ca, KeyAlgorithm::Es256, now).unwrap();
    for sealed in [&ca.sealed, &made.sealed] {
        assert!(PKey::private_key_from_pkcs8(sealed).is_err());
        let plain = sealed.windows(4).any(|part| part == [0x30, 0x13, 0x06, 0x07]);
        assert!(!plain, "the key's algorithm can be read");
    }
}

#[test]
fn a_notification_secret_belongs_to_a_registry_and_a_generation() {
    let vault = KeyVault::new(MasterKey::from_bytes([1; 32]));
    let other = KeyVault::new(MasterKey::from_bytes([2; 32]));
    let secret = vault.notification_secret(RegistryId(1), 0);
    assert_eq!(SecretKind::of(&secret), Some(SecretKind::Notification));
    assert_eq!(secret, vault.notification_secret(RegistryId(1), 0));
    for different in [
        vault.notification_secret(RegistryId(2), 0),
        vault.notification_secret(RegistryId(1), 1),
        other.notification_secret(RegistryId(1), 0),
    ] {
        assert_ne!(secret, different);
    }
}

#[test]
fn a_notification_secret_never_changes_between_releases() {
    let vault = KeyVault::new(MasterKey::from_bytes([1; 32]));
    let secret = vault.notification_secret(RegistryId(7), 3);
    // As Python's hmac computes it, by RFC 5869.
    assert_eq!(secret.expose(), "portus_n_AKM1rFrYqUBysWma0Qm3b3j47HEsZgkexsS08v4NEhS4Uunoa");
}

#[test]
fn a_key_made_elsewhere_is_taken() {
    let Installation { vault, ca, now } = Installation::new();
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let ec = EcKey::generate(&curve).unwrap().private_key_to_pem().unwrap();
    let rsa = Rsa::generate(3072).unwrap().private_key_to_pem().unwrap();
    for (pem, expected) in [(ec, KeyAlgorithm::Es256), (rsa, KeyAlgorithm::Rs256)] {
        let pem = Secret::new(String::from_utf8(pem).unwrap());
        let (algorithm, made) = vault.import(&ca, &pem, now).unwrap();
        assert_eq!(algorithm, expected);
        let leaf = X509::from_pem(made.certificate.as_bytes()).unwrap();
        assert!(is_trusted(&trusting(&ca.certificate, now), &leaf));
    }
}

#[test]
fn what_registries_would_not_take_is_not_imported() {
    let Installation { vault, ca, now } = Installation::new();
    let short = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
    for key in [short, PKey::generate_ed25519().unwrap()] {
        let pem = String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let refused = vault.import(&ca, &Secret::new(pem), now);
        assert!(matches!(refused, Err(ImportError::Unfit)));
    }
    let key = PKey::generate_ed25519().unwrap();
    let locked = key
        .private_key_to_pem_pkcs8_passphrase(openssl::symm::Cipher::aes_128_cbc(), b"locked")
        .unwrap();
    for text in ["", "hello", &String::from_utf8(locked).unwrap()] {
        let refused = vault.import(&ca, &Secret::new(text), now);
        assert!(matches!(refused, Err(ImportError::NotAKey)));
    }
}

// SR11
#[test]
fn a_published_key_is_not_imported() {
    let Installation { vault, ca, now } = Installation::new();
    let pem = String::from_utf8(example().private_key_to_pem().unwrap()).unwrap();
    let refused = vault.import(&ca, &Secret::new(pem), now);
    assert!(matches!(refused, Err(ImportError::Vault(VaultError::Published))), "{refused:?}");
}

/// The key of RFC 7515, appendix A.3.
pub fn example() -> EcKey<Private> {
    let number = |digits| BigNum::from_slice(&URL_SAFE_NO_PAD.decode(digits).unwrap()).unwrap();
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let public = EcKey::from_public_key_affine_coordinates(
        &curve,
        &number("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
        &number("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
    )
    .unwrap();
    let private = number("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
    EcKey::from_private_components(&curve, &private, public.public_key()).unwrap()
}
