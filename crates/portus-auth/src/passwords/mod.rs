mod bound;
mod memory;
mod work;

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use metrics::counter;
use openssl::sha::Sha256;
use portus_core::account::PasswordHash;
use portus_core::port::{Fingerprint, PasswordError, Passwords};
use portus_core::secret::{Secret, SecretDigest};

use crate::derive::{HashKey, derived};
use crate::entropy::random;
use crate::master_key::MasterKey;
use crate::password_rules;

use bound::Bound;
use memory::Memory;
use work::{Shown, Work};

/// [`Passwords`] with bcrypt: never more at once than the processors can do, and a short memory of
/// what was found right.
pub struct BcryptPasswords {
    work: Work,
    bound: Bound,
    memory: Arc<Memory>,
    memory_key: HashKey,
    fingerprint_key: HashKey,
}

impl BcryptPasswords {
    /// Hashes with 2^`cost` rounds (4 to 31), `parallel` at once while up to `queue` wait.
    pub fn new(cost: u32, parallel: usize, queue: usize, master: &MasterKey) -> Self {
        Self {
            work: Work::new(cost),
            bound: Bound::new(parallel, queue),
            memory: Arc::default(),
            memory_key: HashKey::new(&random()),
            fingerprint_key: HashKey::new(&derived(master.bytes(), "password fingerprint", &[])),
        }
    }

    /// What is remembered of a password found right: nothing without this process' key, and nothing
    /// about any other stored hash. A stored hash has no zero byte.
    fn trace(&self, hash: &PasswordHash, password: &Secret) -> [u8; 32] {
        self.memory_key.hash(&[hash.0.as_bytes(), &[0], password.expose().as_bytes()])
    }
}

#[async_trait]
impl Passwords for BcryptPasswords {
    fn remembers(&self, hash: &PasswordHash, password: &Secret) -> bool {
        self.memory.has(&self.trace(hash, password), Instant::now())
    }

    async fn verify(
        &self,
        hash: Option<&PasswordHash>,
        password: &Secret,
    ) -> Result<bool, PasswordError> {
        let turn = self.bound.turn().await?;
        // Someone with the same password may have been before us in the queue: a push asks for a
        // dozen tokens at once.
        if hash.is_some_and(|hash| self.remembers(hash, password)) {
            return Ok(true);
        }
        counter!("portus_password_verifications_total").increment(1);
        let (work, memory, shown) = (self.work, Arc::clone(&self.memory), Shown::new(password));
        let stored = hash.map(|hash| (hash.clone(), self.trace(hash, password)));
        let check = move || {
            let right = work.verify(stored.as_ref().map(|(hash, _)| hash), &shown)?;
            // Before the turn ends, so that the next in the queue finds it.
            if let Some((_, trace)) = stored.filter(|_| right) {
                memory.keep(trace, Instant::now());
            }
            Ok(right)
        };
        turn.run(check).await?
    }

    fn check(&self, password: &Secret) -> Result<(), PasswordError> {
        password_rules::check(password).map_err(PasswordError::Weak)
    }

    async fn hash(&self, password: &Secret) -> Result<PasswordHash, PasswordError> {
        let turn = self.bound.turn().await?;
        let (work, shown) = (self.work, Shown::new(password));
        turn.run(move || work.hash(&shown)).await?
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        self.work.is_outdated(hash)
    }

    fn fingerprint(&self, password: &Secret) -> Fingerprint {
        let [a, b, c, d, ..] = self.fingerprint_key.hash(&[password.expose().as_bytes()]);
        Fingerprint(u32::from_be_bytes([a, b, c, d]).into())
    }

    fn digest(&self, secret: &Secret) -> SecretDigest {
        // Not `sha256`, which looks the algorithm up by its name each time.
        let mut hash = Sha256::new();
        hash.update(secret.expose().as_bytes());
        SecretDigest(hash.finish())
    }

    fn same(&self, one: &Secret, other: &Secret) -> bool {
        // Of digests, so that not even the lengths tell.
        openssl::memcmp::eq(&self.digest(one).0, &self.digest(other).0)
    }
}

impl std::fmt::Debug for BcryptPasswords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BcryptPasswords").finish_non_exhaustive()
    }
}
