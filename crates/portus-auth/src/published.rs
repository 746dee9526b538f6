//! Keys that everybody has, because examples, tests and standards print them.

use std::collections::HashSet;
use std::sync::LazyLock;

use openssl::error::ErrorStack;
use openssl::pkey::{HasPublic, PKeyRef};
use openssl::sha::sha256;

/// One key a line: the SHA-256 of its SubjectPublicKeyInfo (DER) in hexadecimal, a space, where it
/// is published. Lines with `#` are for the reader.
const LIST: &str = include_str!("published_keys.txt");

static KEYS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(hash, _)| hash).collect()
});

/// Whether a key is one that everybody has.
pub(crate) fn is_published<T: HasPublic>(key: &PKeyRef<T>) -> Result<bool, ErrorStack> {
    let hash = sha256(&key.public_key_to_der()?);
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(KEYS.contains(digits.as_str()))
}

#[cfg(test)]
mod tests {
    use openssl::ec::EcKey;
    use openssl::pkey::PKey;

    use super::*;
    use crate::signing_key::generate;

    // SR11
    #[test]
    fn the_keys_of_standards_and_examples_are_known() {
        let standard = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----";
        let site = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----";
        for text in [standard, site] {
            let key = EcKey::public_key_from_pem(text.as_bytes()).unwrap();
            assert!(is_published(&PKey::from_ec_key(key).unwrap()).unwrap(), "{text}");
        }
    }

    #[test]
    fn a_new_key_is_not_published() {
        let key = generate(portus_core::key::KeyAlgorithm::Es256).unwrap();
        assert!(!is_published(&key).unwrap());
    }

    #[test]
    fn every_line_of_the_list_is_a_hash_and_a_place() {
        let lines: Vec<_> = LIST.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.len() > 40);
        assert_eq!(KEYS.len(), lines.len(), "a key is listed twice");
        for line in lines {
            let (hash, place) = line.split_once(' ').unwrap();
            let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
            assert!(hash.len() == 64 && hash.chars().all(is_digit) && !place.is_empty(), "{line}");
        }
    }
}
