//! What content is called by.

use std::str::FromStr;

use crate::text::checked_text;

/// A content digest: `sha256:` and 64 hexadecimal digits, or another registered algorithm.
///
/// Source: OCI image specification 1.1, "Digests".
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Digest(Box<str>);

checked_text!(Digest);

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidDigest(text.chars().take(80).collect::<String>().into());
        let (algorithm, encoded) = text.split_once(':').ok_or_else(invalid)?;
        let digits = match algorithm {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => return Err(invalid()),
        };
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if encoded.len() == digits && encoded.bytes().all(is_hex) {
            Ok(Self(text.into()))
        } else {
            Err(invalid())
        }
    }
}

/// A text that is not a [`Digest`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a digest such as `sha256:…`")]
pub struct InvalidDigest(Box<str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_an_algorithm_and_its_digits() {
        let good = format!("sha256:{}", "0a".repeat(32));
        assert_eq!(good.parse::<Digest>().unwrap().to_string(), good);
        for bad in ["", "sha256:", "sha256:xyz", "md5:00", &good.to_uppercase(), &good[..70]] {
            assert!(bad.parse::<Digest>().is_err(), "{bad:?} was taken");
        }
    }
}
