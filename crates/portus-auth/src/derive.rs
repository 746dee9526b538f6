//! Keys from a key, and keyed hashes, with OpenSSL's HKDF and HMAC over SHA-256.

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::md::Md;
use openssl::pkey::{Id, PKey, Private};
use openssl::pkey_ctx::PkeyCtx;
use openssl::sign::Signer;
use zeroize::Zeroizing;

/// The key for one purpose. `of` tells what the purpose is about where there are several; its parts
/// must be of fixed length or the last one.
///
/// Source: RFC 5869, without a salt, since the master key is random.
pub(crate) fn derived(master: &[u8; 32], purpose: &str, of: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut about = format!("portus 1\0{purpose}\0").into_bytes();
    about.extend(of.iter().copied().flatten());
    let mut key = Zeroizing::new([0; 32]);
    hkdf(master, &about, key.as_mut()).expect("OpenSSL has HKDF with SHA-256");
    key
}

fn hkdf(secret: &[u8], about: &[u8], key: &mut [u8]) -> Result<(), ErrorStack> {
    let mut derivation = PkeyCtx::new_id(Id::HKDF)?;
    derivation.derive_init()?;
    derivation.set_hkdf_md(Md::sha256())?;
    derivation.set_hkdf_key(secret)?;
    derivation.add_hkdf_info(about)?;
    derivation.derive(Some(key)).map(drop)
}

/// A key for keyed hashes.
pub(crate) struct HashKey(PKey<Private>);

impl HashKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(PKey::hmac(key).expect("OpenSSL takes any bytes as an HMAC key"))
    }

    /// The keyed hash of the parts, one after the other.
    pub(crate) fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.hmac(parts).expect("OpenSSL has HMAC with SHA-256")
    }

    fn hmac(&self, parts: &[&[u8]]) -> Result<[u8; 32], ErrorStack> {
        let mut signer = Signer::new(MessageDigest::sha256(), &self.0)?;
        for part in parts {
            signer.update(part)?;
        }
        let mut hash = [0; 32];
        signer.sign(&mut hash)?;
        Ok(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hkdf_is_the_one_of_rfc_5869() {
        let (secret, mut key) = ([0x0b; 22], [0; 42]);
        hkdf(&secret, &[], &mut key).unwrap();
        // Appendix A.3: no salt, no info.
        assert_eq!(key[..8], [0x8d, 0xa4, 0xe7, 0x75, 0xa5, 0x63, 0xc1, 0x8f]);
        assert_eq!(key[34..], [0x9d, 0x20, 0x13, 0x95, 0xfa, 0xa4, 0xb6, 0x1a, 0x96, 0xc8][2..]);
    }

    #[test]
    fn hmac_is_the_one_of_rfc_4231() {
        let key = HashKey(PKey::hmac(b"Jefe").unwrap());
        let hash = key.hash(&[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hash[..8], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e]);
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let master = [7; 32];
        let keys = [
            derived(&master, "a", &[]),
            derived(&master, "b", &[]),
            derived(&master, "a", &[b"b"]),
            derived(&[8; 32], "a", &[]),
        ];
        let different: std::collections::HashSet<_> = keys.iter().map(|key| **key).collect();
        assert_eq!(different.len(), keys.len());
    }
}
