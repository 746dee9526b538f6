//! Stand-ins for the ports that are no store, for tests only: none of them keeps a secret.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::account::PasswordHash;
use crate::port::{
    Claims, Clock, Entropy, Fingerprint, PasswordError, Passwords, SignError, SignedToken,
    TokenSigner, WeakPassword,
};
use crate::secret::{Secret, SecretDigest};

/// A clock that stands still until it is set. For tests only.
#[derive(Clone, Debug)]
pub struct FixedClock(Arc<Mutex<SystemTime>>);

impl FixedClock {
    /// A clock that shows so many seconds since 1970.
    pub fn at(seconds: u64) -> Self {
        Self(Arc::new(Mutex::new(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))))
    }

    /// Shows another time from now on.
    pub fn set(&self, time: SystemTime) {
        *lock(&self.0) = time;
    }

    /// Goes on by so much.
    pub fn advance(&self, by: Duration) {
        *lock(&self.0) += by;
    }
}

impl Default for FixedClock {
    /// Some time in 2026.
    fn default() -> Self {
        Self::at(1_780_000_000)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        *lock(&self.0)
    }
}

/// Counts instead of drawing: the first bytes are those of one, the next those of two. For tests
/// only.
#[derive(Debug, Default)]
pub struct CountingEntropy(AtomicU64);

impl Entropy for CountingEntropy {
    fn bytes(&self) -> [u8; 32] {
        let count = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let mut bytes = [0; 32];
        bytes.iter_mut().rev().zip(count.to_le_bytes()).for_each(|(byte, digit)| *byte = digit);
        bytes
    }
}

/// Hashes a password by writing `plain:` before it, and counts how often one was checked. A hash
/// that starts with anything else is outdated, and fits the password that is the rest of it after
/// a colon. For tests only.
#[derive(Debug, Default)]
pub struct PlainPasswords {
    verifications: AtomicU64,
    busy: std::sync::atomic::AtomicBool,
    right: Mutex<Vec<(PasswordHash, Secret)>>,
}

impl PlainPasswords {
    /// How often a password was checked the slow way, unknown names included.
    pub fn verifications(&self) -> u64 {
        self.verifications.load(Ordering::SeqCst)
    }

    /// From now on answers that too many are being checked, or no longer does.
    pub fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
    }

    /// Forgets which passwords were right.
    pub fn forget(&self) {
        lock(&self.right).clear();
    }

    /// The hash of a password.
    pub fn hash_of(password: &str) -> PasswordHash {
        PasswordHash(format!("{PREFIX}{password}").into())
    }

    fn ready(&self) -> Result<(), PasswordError> {
        if self.busy.load(Ordering::SeqCst) { Err(PasswordError::Busy) } else { Ok(()) }
    }
}

const PREFIX: &str = "plain:";

#[async_trait]
impl Passwords for PlainPasswords {
    fn remembers(&self, hash: &PasswordHash, password: &Secret) -> bool {
        lock(&self.right).iter().any(|(known, right)| known == hash && right == password)
    }

    async fn verify(
        &self,
        hash: Option<&PasswordHash>,
        password: &Secret,
    ) -> Result<bool, PasswordError> {
        self.ready()?;
        self.verifications.fetch_add(1, Ordering::SeqCst);
        let Some(hash) = hash else { return Ok(false) };
        let is_right = hash.0.split_once(':').is_some_and(|(_, known)| known == password.expose());
        if is_right {
            lock(&self.right).push((hash.clone(), password.clone()));
        }
        Ok(is_right)
    }

    /// Only `weak` is.
    fn check(&self, password: &Secret) -> Result<(), PasswordError> {
        match password.expose() {
            "weak" => Err(PasswordError::Weak(WeakPassword::Common)),
            _ => Ok(()),
        }
    }

    async fn hash(&self, password: &Secret) -> Result<PasswordHash, PasswordError> {
        self.ready()?;
        Ok(Self::hash_of(password.expose()))
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        !hash.0.starts_with(PREFIX)
    }

    fn fingerprint(&self, password: &Secret) -> Fingerprint {
        Fingerprint(i64::from_le_bytes(mixed(password.expose(), 0)))
    }

    fn digest(&self, secret: &Secret) -> SecretDigest {
        let mut bytes = [0; 32];
        for (part, seed) in bytes.chunks_exact_mut(8).zip(1..) {
            part.copy_from_slice(&mixed(secret.expose(), seed));
        }
        SecretDigest(bytes)
    }

    fn same(&self, one: &Secret, other: &Secret) -> bool {
        one == other
    }
}

/// FNV-1a with a seed: spreads well enough for tests, and is no cryptography.
fn mixed(text: &str, seed: u64) -> [u8; 8] {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = text
        .bytes()
        .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash.to_le_bytes()
}

/// Signs nothing: keeps the claims, and the token's text says which it was. For tests only.
#[derive(Debug, Default)]
pub struct KeepClaims(Mutex<Vec<Claims>>);

impl KeepClaims {
    /// Every claim that was to be signed, oldest first.
    pub fn kept(&self) -> Vec<Claims> {
        lock(&self.0).clone()
    }

    /// The newest claims.
    pub fn last(&self) -> Option<Claims> {
        lock(&self.0).last().cloned()
    }
}

impl TokenSigner for KeepClaims {
    fn sign(&self, claims: &Claims) -> Result<SignedToken, SignError> {
        let mut kept = lock(&self.0);
        kept.push(claims.clone());
        Ok(SignedToken { text: format!("token-{}", kept.len()), lifetime: claims.lifetime })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_never_given_twice() {
        let entropy = CountingEntropy::default();
        let drawn: std::collections::BTreeSet<[u8; 32]> =
            (0..300).map(|_| entropy.bytes()).collect();
        assert_eq!(drawn.len(), 300);
    }

    #[test]
    fn a_clock_stands_still_until_it_is_moved() {
        let clock = FixedClock::at(5);
        let other = clock.clone();
        clock.advance(Duration::from_micros(1));
        assert_eq!(other.now(), SystemTime::UNIX_EPOCH + Duration::from_micros(5_000_001));
    }

    #[tokio::test]
    async fn a_right_password_is_remembered_and_every_check_counted() {
        let passwords = PlainPasswords::default();
        let (right, wrong) = (Secret::new("right"), Secret::new("wrong"));
        let hash = passwords.hash(&right).await.unwrap();
        assert!(!passwords.remembers(&hash, &right) && !passwords.is_outdated(&hash));
        assert!(passwords.verify(Some(&hash), &right).await.unwrap());
        assert!(!passwords.verify(Some(&hash), &wrong).await.unwrap());
        assert!(!passwords.verify(None, &right).await.unwrap());
        assert!(passwords.remembers(&hash, &right) && !passwords.remembers(&hash, &wrong));
        assert_eq!(passwords.verifications(), 3);
        assert_ne!(passwords.digest(&right), passwords.digest(&wrong));
        assert_ne!(passwords.fingerprint(&right), passwords.fingerprint(&wrong));

        let outdated = PasswordHash("old:right".into());
        assert!(passwords.is_outdated(&outdated));
        assert!(passwords.verify(Some(&outdated), &right).await.unwrap());
        passwords.set_busy(true);
        assert!(matches!(passwords.verify(None, &right).await, Err(PasswordError::Busy)));
    }
}
