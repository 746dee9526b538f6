//! What is kept in the database so that only the master key opens it: AES-256-GCM with a key per
//! purpose.

use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use portus_core::port::VaultError;
use zeroize::Zeroizing;

use crate::derive::derived;
use crate::entropy::random;
use crate::master_key::MasterKey;

/// What a sealed text starts with; a later form would start with another.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// One byte of version, 12 of nonce, what is sealed, 16 of tag.
///
/// The nonces are random: fine for 2³² texts a purpose, and an installation has some hundred.
pub(crate) fn seal(master: &MasterKey, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
    let nonce: [u8; NONCE_BYTES] = random();
    let mut tag = [0; TAG_BYTES];
    let hidden = encrypt_aead(
        Cipher::aes_256_gcm(),
        key(master, purpose).as_ref(),
        Some(&nonce),
        &bound(purpose),
        plain,
        &mut tag,
    )
    .map_err(|error| VaultError::Crypto(error.into()))?;
    Ok([&[VERSION], nonce.as_slice(), &hidden, &tag].concat())
}

/// What was sealed for the same purpose with the same master key.
pub(crate) fn open(
    master: &MasterKey,
    purpose: &str,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, hidden, tag) = parts(sealed).ok_or(VaultError::WrongKey)?;
    let key = key(master, purpose);
    // Refusing is all that the library says of a wrong key and of a changed text.
    decrypt_aead(Cipher::aes_256_gcm(), key.as_ref(), Some(nonce), &bound(purpose), hidden, tag)
        .map(Zeroizing::new)
        .map_err(|_| VaultError::WrongKey)
}

fn parts(sealed: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let rest = sealed.strip_prefix(&[VERSION])?;
    let (nonce, rest) = rest.split_at_checked(NONCE_BYTES)?;
    let (hidden, tag) = rest.split_at_checked(rest.len().checked_sub(TAG_BYTES)?)?;
    Some((nonce, hidden, tag))
}

fn key(master: &MasterKey, purpose: &str) -> Zeroizing<[u8; 32]> {
    derived(master.bytes(), "seal", &[purpose.as_bytes()])
}

fn bound(purpose: &str) -> Vec<u8> {
    [&[VERSION], purpose.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(byte: u8) -> MasterKey {
        MasterKey::from_bytes([byte; 32])
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_for_the_same_purpose_only() {
        for plain in [b"".as_slice(), b"a", &[9; 5000]] {
            let sealed = seal(&master(1), "signing key", plain).unwrap();
            assert_eq!(*open(&master(1), "signing key", &sealed).unwrap(), plain);
            for other in [open(&master(2), "signing key", &sealed), open(&master(1), "ca", &sealed)]
            {
                assert!(matches!(other, Err(VaultError::WrongKey)));
            }
        }
    }

    #[test]
    fn any_changed_byte_and_any_cut_is_noticed() {
        let sealed = seal(&master(1), "p", b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&master(1), "p", &changed).is_err(), "byte {at}");
            assert!(open(&master(1), "p", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_earlier_releases_sealed_opens() {
        // As Python's cryptography seals it.
        let digits = "0107070707070707070707070732b1286cf56f0b8c3c5ab222846c6ead30f9f35786db";
        let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        let sealed: Vec<_> = (0..digits.len()).step_by(2).map(byte).collect();
        assert_eq!(*open(&master(1), "signing key", &sealed).unwrap(), b"secret");
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let (one, other) = (seal(&master(1), "p", b"a"), seal(&master(1), "p", b"a"));
        assert_ne!(one.unwrap(), other.unwrap());
    }
}
