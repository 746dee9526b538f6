//! Secrets, and the texts of those that Portus makes.

use std::fmt;

/// A secret as someone typed or sent it; prints as `***`.
#[derive(Clone, Eq, PartialEq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes a text out of sight.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that compares, hashes or sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The SHA-256 of a secret with 256 bits of its own: all that a store keeps of it.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct SecretDigest(pub [u8; 32]);

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a secret that Portus made is for; each has a prefix of its own.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SecretKind {
    /// `portus_t_…`: an application token.
    Application,
    /// `portus_n_…`: what a registry sends its notifications with.
    Notification,
    /// `portus_p_…`: what lets someone set a password once.
    PasswordLink,
    /// `portus_r_…`: a refresh token.
    Refresh,
    /// `portus_s_…`: a browser's session.
    Session,
    /// `portus_u_…`: what makes the first admin.
    Setup,
}

impl SecretKind {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Application,
        Self::Notification,
        Self::PasswordLink,
        Self::Refresh,
        Self::Session,
        Self::Setup,
    ];

    /// What every secret of this kind starts with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Application => "portus_t_",
            Self::Notification => "portus_n_",
            Self::PasswordLink => "portus_p_",
            Self::Refresh => "portus_r_",
            Self::Session => "portus_s_",
            Self::Setup => "portus_u_",
        }
    }

    /// The secret that 32 random bytes make: prefix, 43 digits, 6 digits of checksum.
    pub fn secret(self, random: &[u8; 32]) -> Secret {
        let body = format!("{}{}", self.prefix(), base62(random));
        Secret(format!("{body}{}", checksum(&body)).into())
    }

    /// The kind of a secret whose prefix and checksum are right; anything else is not one of ours
    /// and need not be looked up.
    pub fn of(secret: &Secret) -> Option<Self> {
        let mut kinds = Self::ALL.into_iter();
        let kind = kinds.find(|kind| secret.0.starts_with(kind.prefix()))?;
        let whole = kind.prefix().len() + BODY_DIGITS + CHECKSUM_DIGITS;
        if secret.0.len() != whole || !secret.0.is_ascii() {
            return None;
        }
        let (body, sum) = secret.0.split_at(whole - CHECKSUM_DIGITS);
        (checksum(body) == sum).then_some(kind)
    }
}

const BODY_DIGITS: usize = 43;
const CHECKSUM_DIGITS: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// CRC-32 over all before it: tells a truncated copy from a wrong one without a look-up.
fn checksum(body: &str) -> String {
    let sum = crc32fast::hash(body.as_bytes()).to_be_bytes();
    padded(base62_digits(&sum), CHECKSUM_DIGITS)
}

fn base62(bytes: &[u8]) -> String {
    padded(base62_digits(bytes), BODY_DIGITS)
}

fn padded(digits: String, width: usize) -> String {
    format!("{digits:0>width$}")
}

/// The big-endian number that the bytes are, in base 62.
fn base62_digits(bytes: &[u8]) -> String {
    let mut number = bytes.to_vec();
    let mut digits = Vec::new();
    while number.iter().any(|byte| *byte != 0) {
        let mut rest = 0u32;
        for byte in &mut number {
            let value = (rest << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        digits.push(DIGITS.get(rest as usize).copied().unwrap_or(b'0'));
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_says_what_it_is_for() {
        for kind in SecretKind::ALL {
            for random in [[0; 32], [255; 32], [7; 32]] {
                let secret = kind.secret(&random);
                assert_eq!(SecretKind::of(&secret), Some(kind), "{}", secret.expose());
            }
        }
    }

    #[test]
    fn a_mistyped_secret_is_known_without_a_look_up() {
        let good = SecretKind::Application.secret(&[9; 32]);
        let mut bad = good.expose().to_owned();
        bad.replace_range(12..13, if &bad[12..13] == "a" { "b" } else { "a" });
        let swapped = good.expose().replace("portus_t_", "portus_r_");
        for text in [bad.as_str(), &good.expose()[..40], "portus_t_", "", &swapped] {
            assert_eq!(SecretKind::of(&Secret::new(text)), None, "{text}");
        }
    }

    #[test]
    fn secrets_do_not_show_themselves() {
        let secret = SecretKind::Refresh.secret(&[1; 32]);
        assert_eq!(format!("{secret:?} {:?}", SecretDigest([1; 32])), "*** ***");
    }
}
