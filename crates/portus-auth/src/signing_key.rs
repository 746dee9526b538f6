//! The keys that tokens are signed with: making, naming and keeping them.

use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, Id, PKey, PKeyRef, Private};
use openssl::rsa::Rsa;
use openssl::sha::sha256;
use portus_core::key::KeyAlgorithm;

/// Fewer bits are refused when a key is taken from elsewhere.
const RSA_BITS: u32 = 2048;

/// A new key.
pub(crate) fn generate(algorithm: KeyAlgorithm) -> Result<PKey<Private>, ErrorStack> {
    match algorithm {
        KeyAlgorithm::Es256 => PKey::from_ec_key(EcKey::generate(p256()?.as_ref())?),
        KeyAlgorithm::Rs256 => PKey::from_rsa(Rsa::generate(RSA_BITS)?),
    }
}

/// What a key can sign with; `None` for kinds and sizes that registries refuse.
pub(crate) fn algorithm(key: &PKeyRef<Private>) -> Option<KeyAlgorithm> {
    match key.id() {
        Id::EC => {
            let curve = key.ec_key().ok()?.group().curve_name();
            (curve == Some(Nid::X9_62_PRIME256V1)).then_some(KeyAlgorithm::Es256)
        }
        Id::RSA => (key.bits() >= RSA_BITS).then_some(KeyAlgorithm::Rs256),
        _ => None,
    }
}

/// The libtrust fingerprint: 240 bits of the public key's SHA-256 in base 32, in groups of four,
/// `ABCD:EFGH:…`. The one name of a key that both generations of registries find it by.
///
/// Source: `docker/libtrust`, `util.go`, `keyIDFromCryptoKey`.
pub(crate) fn fingerprint<T: HasPublic>(key: &PKeyRef<T>) -> Result<String, ErrorStack> {
    let hash = sha256(&key.public_key_to_der()?);
    let mut name = String::with_capacity(59);
    for bits in hash.chunks_exact(5).take(6) {
        let group = bits.iter().fold(0u64, |group, byte| (group << 8) | u64::from(*byte));
        for digit in (0..8).rev().map(|place| (group >> (5 * place)) & 31) {
            if name.len() % 5 == 4 {
                name.push(':');
            }
            name.push(base32_digit(digit));
        }
    }
    Ok(name)
}

fn base32_digit(digit: u64) -> char {
    let digit = u8::try_from(digit & 31).unwrap_or_default();
    char::from(if digit < 26 { b'A' + digit } else { b'2' + (digit - 26) })
}

/// The public half, as `jwks` files hold it, with its name as `kid`.
///
/// Source: RFC 7517, sections 4 and 5; RFC 7518, sections 6.2 and 6.3.
pub(crate) fn jwk<T: HasPublic>(
    key: &PKeyRef<T>,
    algorithm: KeyAlgorithm,
    name: &str,
) -> Result<serde_json::Value, ErrorStack> {
    let mut jwk = match algorithm {
        KeyAlgorithm::Es256 => {
            let (x, y) = coordinates(key)?;
            serde_json::json!({ "kty": "EC", "crv": "P-256", "x": base64url(&x), "y": base64url(&y) })
        }
        KeyAlgorithm::Rs256 => {
            let rsa = key.rsa()?;
            let (n, e) = (rsa.n().to_vec(), rsa.e().to_vec());
            serde_json::json!({ "kty": "RSA", "n": base64url(&n), "e": base64url(&e) })
        }
    };
    if let Some(jwk) = jwk.as_object_mut() {
        jwk.insert("kid".into(), name.into());
        jwk.insert("use".into(), "sig".into());
        jwk.insert("alg".into(), algorithm.as_str().into());
    }
    Ok(jwk)
}

/// Padded to the curve's 32 bytes: one key in 128 has a shorter coordinate.
fn coordinates<T: HasPublic>(key: &PKeyRef<T>) -> Result<(Vec<u8>, Vec<u8>), ErrorStack> {
    let (mut x, mut y) = (BigNum::new()?, BigNum::new()?);
    let mut scratch = openssl::bn::BigNumContext::new()?;
    let key = key.ec_key()?;
    key.public_key().affine_coordinates(key.group(), &mut x, &mut y, &mut scratch)?;
    Ok((x.to_vec_padded(32)?, y.to_vec_padded(32)?))
}

fn p256() -> Result<EcGroup, ErrorStack> {
    EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 7515, appendix A.3.
    const EXAMPLE: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----";

    #[test]
    fn a_key_is_named_by_its_libtrust_fingerprint() {
        let key = PKey::public_key_from_pem(EXAMPLE.as_bytes()).unwrap();
        // As Python's hashlib and base64 compute it.
        assert_eq!(
            fingerprint(&key).unwrap(),
            "FPI3:WDCE:VCL4:GCT2:UCMR:ZXRY:3ADC:7ZCB:3ZIN:UD2G:QJJU:J5QC"
        );
    }

    #[test]
    fn a_jwk_is_the_one_of_the_standard() {
        let key = PKey::public_key_from_pem(EXAMPLE.as_bytes()).unwrap();
        let jwk = jwk(&key, KeyAlgorithm::Es256, "name").unwrap();
        assert_eq!(jwk["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
        assert_eq!(jwk["y"], "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        let rest =
            [("kty", "EC"), ("crv", "P-256"), ("kid", "name"), ("use", "sig"), ("alg", "ES256")];
        for (member, value) in rest {
            assert_eq!(jwk[member], value, "{member}");
        }
    }

    #[test]
    fn a_short_coordinate_keeps_its_leading_zero() {
        let key = loop {
            let key = generate(KeyAlgorithm::Es256).unwrap();
            if coordinates(&key).unwrap().0[0] == 0 {
                break key;
            }
        };
        let jwk = jwk(&key, KeyAlgorithm::Es256, "name").unwrap();
        assert_eq!(jwk["x"].as_str().unwrap().len(), 43);
    }

    #[test]
    fn only_keys_that_registries_take_have_an_algorithm() {
        for made in [KeyAlgorithm::Es256, KeyAlgorithm::Rs256] {
            assert_eq!(algorithm(&generate(made).unwrap()), Some(made));
        }
        let p384 = EcGroup::from_curve_name(Nid::SECP384R1).unwrap();
        let p384 = PKey::from_ec_key(EcKey::generate(&p384).unwrap()).unwrap();
        let short = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
        for key in [p384, short, PKey::generate_ed25519().unwrap()] {
            assert_eq!(algorithm(&key), None);
        }
    }
}
