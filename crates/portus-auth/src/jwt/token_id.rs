use std::sync::atomic::{AtomicU64, Ordering};

use crate::entropy::random;

/// Odd, so that different counts stay different.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Unique `jti`s without drawing random bytes for each: 64 random bits of the process, then a count
/// spread over 64 bits, so that how many tokens there were is not to be read off.
pub(super) struct TokenIds {
    process: u64,
    count: AtomicU64,
}

impl TokenIds {
    pub(super) fn new() -> Self {
        let (process, first) = (u64::from_ne_bytes(random()), u64::from_ne_bytes(random()));
        Self { process, count: AtomicU64::new(first) }
    }

    /// 32 hexadecimal digits.
    pub(super) fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{:016x}", self.process, count.wrapping_mul(SPREAD))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_never_given_twice() {
        let (one, other) = (TokenIds::new(), TokenIds::new());
        let ids = (0..1000).flat_map(|_| [one.next(), other.next()]);
        let different: std::collections::HashSet<_> = ids.collect();
        assert_eq!(different.len(), 2000);
        assert!(different.iter().all(|id| id.len() == 32));
    }
}
