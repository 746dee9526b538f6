use async_trait::async_trait;

use crate::account::PasswordHash;
use crate::secret::{Secret, SecretDigest};

/// Hashing of secrets: slow for passwords, quick for what has 256 bits of its own.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Whether a password was found right against this very hash a short while ago. Quick.
    fn remembers(&self, hash: &PasswordHash, password: &Secret) -> bool;

    /// Checks a password, and remembers it when it is right. `None` checks against a hash that
    /// nothing fits, so that unknown names cost what known ones do.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Busy`] when too many wait already.
    async fn verify(
        &self,
        hash: Option<&PasswordHash>,
        password: &Secret,
    ) -> Result<bool, PasswordError>;

    /// Whether a password may be set.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Weak`] where it is too short, too long or one that everybody tries.
    fn check(&self, password: &Secret) -> Result<(), PasswordError>;

    /// Hashes a password, be it weak: the one that somebody has may be older than the rules.
    async fn hash(&self, password: &Secret) -> Result<PasswordHash, PasswordError>;

    /// Whether a hash is weaker than what `hash` makes now.
    fn is_outdated(&self, hash: &PasswordHash) -> bool;

    /// What tells two wrong passwords apart without keeping them: keyed and cut short.
    fn fingerprint(&self, password: &Secret) -> Fingerprint;

    /// The SHA-256 of a secret that Portus made.
    fn digest(&self, secret: &Secret) -> SecretDigest;

    /// Whether two texts are equal, in a time that does not tell where they differ.
    fn same(&self, one: &Secret, other: &Secret) -> bool;
}

/// What tells two wrong passwords apart.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fingerprint(pub i64);

/// Why a password was neither right nor wrong.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many are being checked; later may help.
    #[error("too many passwords are being checked")]
    Busy,
    /// A new password is not good enough.
    #[error(transparent)]
    Weak(WeakPassword),
    /// The stored hash cannot be read.
    #[error("the stored hash cannot be read")]
    Hash(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a password may not be set.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WeakPassword {
    /// It is on a list that attackers have too.
    #[error("this password is one of the commonest: everybody tries it first")]
    Common,
    /// bcrypt would not read all of it.
    #[error("a password has at most 72 bytes, and this one has {bytes}")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// It is quickly guessed.
    #[error("a password has at least 8 characters")]
    TooShort,
    /// bcrypt would start again after it.
    #[error("a password has no zero byte")]
    ZeroByte,
}
