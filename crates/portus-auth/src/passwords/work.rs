use std::error::Error;
use std::hint::black_box;
use std::ops::Range;

use bcrypt::HashParts;
use portus_core::account::PasswordHash;
use portus_core::port::PasswordError;
use portus_core::secret::Secret;
use zeroize::Zeroizing;

/// What bcrypt reads of a password.
const MOST_BYTES: usize = 72;

/// A password as bcrypt takes it; `None` for one that it would cut short: more than 72 bytes, or a
/// zero byte, after which it starts again. No stored hash fits such a one.
pub(super) struct Shown(Option<Zeroizing<String>>);

impl Shown {
    pub(super) fn new(password: &Secret) -> Self {
        let text = password.expose();
        let whole = text.len() <= MOST_BYTES && !text.contains('\0');
        Self(whole.then(|| Zeroizing::new(text.to_owned())))
    }
}

/// bcrypt, on the thread that asks.
#[derive(Clone, Copy)]
pub(super) struct Work {
    cost: u32,
}

impl Work {
    pub(super) fn new(cost: u32) -> Self {
        Self { cost: cost.clamp(4, 31) }
    }

    /// Whether the password fits. Every "no" costs the same: without a stored hash, against one of
    /// our cost and against a cheaper one.
    pub(super) fn verify(
        self,
        stored: Option<&PasswordHash>,
        shown: &Shown,
    ) -> Result<bool, PasswordError> {
        let spent = match (stored, &shown.0) {
            (Some(hash), Some(text)) => {
                if bcrypt::verify(text.as_bytes(), &hash.0).map_err(unreadable)? {
                    return Ok(true);
                }
                Some(cost(hash)?)
            }
            _ => None,
        };
        for cost in self.still_to_spend(spent) {
            black_box(bcrypt::bcrypt(cost, [0; 16], &[0]));
        }
        Ok(false)
    }

    pub(super) fn hash(self, shown: &Shown) -> Result<PasswordHash, PasswordError> {
        let text = shown.0.as_ref().ok_or_else(|| {
            PasswordError::Hash("a password has at most 72 bytes and no zero byte".into())
        })?;
        let hash = bcrypt::hash(text.as_bytes(), self.cost).map_err(unreadable)?;
        Ok(PasswordHash(hash.into()))
    }

    pub(super) fn is_outdated(self, hash: &PasswordHash) -> bool {
        cost(hash).is_ok_and(|cost| cost < self.cost)
    }

    /// The costs of what makes up for the work not done. A cost is twice the one before it, so what
    /// a run of cost 10 lacks to one of 12 is one of 10 and one of 11.
    fn still_to_spend(self, spent: Option<u32>) -> Range<u32> {
        match spent {
            Some(cost) => cost..self.cost,
            None => self.cost..self.cost + 1,
        }
    }
}

fn cost(hash: &PasswordHash) -> Result<u32, PasswordError> {
    Ok(hash.0.parse::<HashParts>().map_err(unreadable)?.get_cost())
}

fn unreadable(error: impl Error + Send + Sync + 'static) -> PasswordError {
    PasswordError::Hash(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(spent: Option<u32>) -> u64 {
        let more: u64 = Work::new(12).still_to_spend(spent).map(|cost| 1 << cost).sum();
        more + spent.map_or(0, |cost| 1 << cost)
    }

    // SR13
    #[test]
    fn a_wrong_password_costs_the_same_whatever_is_stored() {
        for spent in [None, Some(12), Some(11), Some(10), Some(4)] {
            assert_eq!(work(spent), 1 << 12, "{spent:?}");
        }
    }

    #[test]
    fn a_password_of_72_bytes_is_checked_whole() {
        let work = Work::new(4);
        let right = "x".repeat(72);
        let hash = work.hash(&Shown::new(&Secret::new(right.as_str()))).unwrap();
        let fits = |text: &str| work.verify(Some(&hash), &Shown::new(&Secret::new(text))).unwrap();
        assert!(fits(&right));
        for wrong in [format!("{right}x"), format!("{right}\0"), right.replacen('x', "y", 1)] {
            assert!(!fits(&wrong), "{wrong:?}");
        }
        assert!(!fits(&right[..71]));
    }

    #[test]
    fn what_comes_after_a_zero_byte_counts() {
        let work = Work::new(4);
        let hash = work.hash(&Shown::new(&Secret::new("password"))).unwrap();
        for wrong in ["password\0password", "password\0", "\0"] {
            let shown = Shown::new(&Secret::new(wrong));
            assert!(!work.verify(Some(&hash), &shown).unwrap(), "{wrong:?}");
            assert!(work.hash(&shown).is_err());
        }
    }

    #[test]
    fn hashes_of_the_rails_portus_are_read() {
        // Devise writes `2a` and cost 10.
        let hash =
            PasswordHash("$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy".into());
        assert!(Work::new(12).is_outdated(&hash));
        assert!(!Work::new(10).is_outdated(&hash));
    }

    #[test]
    fn a_stored_hash_that_is_none_is_an_error() {
        let shown = Shown::new(&Secret::new("password"));
        for broken in ["", "plain", "$2b$99$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"]
        {
            let hash = PasswordHash(broken.into());
            assert!(Work::new(4).verify(Some(&hash), &shown).is_err(), "{broken}");
            assert!(!Work::new(4).is_outdated(&hash));
        }
    }
}
