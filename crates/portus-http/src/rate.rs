//! How many wrong credentials an address may send.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use portus_core::usecase::network;
use tokio::time::Instant;

/// Counts the failures of each address, in this process: 60 at once, then one a second.
///
/// Who sends what is right is not counted, and goes on while others behind the same address fail.
#[derive(Default)]
pub(crate) struct Failures {
    keys: RandomState,
    seen: Mutex<Seen>,
}

/// What tells two credentials apart without keeping them. Means nothing in another process.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Mark(u64);

/// A wait as `Retry-After` says it: whole seconds, after which it is over.
pub(crate) fn seconds(wait: Duration) -> u64 {
    wait.as_secs_f64().ceil().max(1.0) as u64
}

/// The address has to wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Limited {
    /// How long.
    pub(crate) wait: Duration,
}

#[derive(Default)]
struct Seen {
    buckets: HashMap<IpAddr, Bucket>,
    good: HashSet<Mark>,
}

struct Bucket {
    left: f64,
    at: Instant,
    last: Option<(Mark, Instant)>,
}

impl Failures {
    /// What a credential is remembered by.
    pub(crate) fn mark(&self, credential: impl Hash) -> Mark {
        Mark(self.keys.hash_one(credential))
    }

    /// Refuses a credential before it costs anything, unless it was right before.
    pub(crate) fn admit(&self, address: IpAddr, mark: Mark, now: Instant) -> Result<(), Limited> {
        let mut seen = self.lock();
        let Some(bucket) = seen.buckets.get_mut(&network(address)) else { return Ok(()) };
        bucket.refill(now);
        if bucket.left >= 1.0 || bucket.is_second_try(mark, now) || seen.good.contains(&mark) {
            return Ok(());
        }
        Err(Limited::ONE_MORE)
    }

    /// A credential was right.
    pub(crate) fn right(&self, mark: Mark) {
        let mut seen = self.lock();
        if seen.good.len() >= KEPT {
            seen.good.clear();
        }
        seen.good.insert(mark);
    }

    /// A credential was wrong; says when the address sent more of them than it may.
    pub(crate) fn wrong(&self, address: IpAddr, mark: Mark, now: Instant) -> Result<(), Limited> {
        let mut seen = self.lock();
        seen.good.remove(&mark);
        seen.make_room(now);
        let bucket = seen.buckets.entry(network(address)).or_insert(Bucket::full(now));
        bucket.refill(now);
        // containerd tries a wrong credential twice, POST and then GET: that is one failure. Only
        // two, since each costs as much as another one.
        if bucket.is_second_try(mark, now) {
            bucket.last = None;
            return Ok(());
        }
        if bucket.left < 1.0 {
            return Err(Limited::ONE_MORE);
        }
        bucket.left -= 1.0;
        bucket.last = Some((mark, now));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Seen {
    fn make_room(&mut self, now: Instant) {
        if self.buckets.len() < KEPT {
            return;
        }
        self.buckets.retain(|_, bucket| {
            bucket.refill(now);
            bucket.left < BURST
        });
        // A flood from everywhere: counting anew is better than keeping it all.
        if self.buckets.len() >= KEPT {
            self.buckets.clear();
        }
    }
}

impl Bucket {
    fn full(at: Instant) -> Self {
        Self { left: BURST, at, last: None }
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + passed).min(BURST);
        self.at = now;
    }

    fn is_second_try(&self, mark: Mark, now: Instant) -> bool {
        self.last.is_some_and(|(last, at)| {
            last == mark && now.saturating_duration_since(at) <= SECOND_TRY
        })
    }
}

impl Limited {
    /// One failure more is allowed each second.
    const ONE_MORE: Self = Self { wait: Duration::from_secs(1) };
}

/// A `docker push` whose token requests fail makes 26 of them.
const BURST: f64 = 60.0;
const SECOND_TRY: Duration = Duration::from_secs(5);
const KEPT: usize = 50_000;

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn spent(now: Instant) -> Failures {
        let failures = Failures::default();
        for guess in 0..60 {
            let mark = failures.mark(guess);
            assert_eq!(failures.admit(HERE, mark, now), Ok(()), "guess {guess}");
            assert_eq!(failures.wrong(HERE, mark, now), Ok(()), "guess {guess}");
        }
        failures
    }

    #[test]
    fn sixty_wrong_guesses_are_let_through_and_then_one_a_second() {
        let now = Instant::now();
        let failures = spent(now);
        let mark = failures.mark("next");
        assert_eq!(failures.admit(HERE, mark, now), Err(Limited::ONE_MORE));
        assert_eq!(failures.wrong(HERE, mark, now), Err(Limited::ONE_MORE));
        let elsewhere = "192.0.2.1".parse().unwrap();
        assert_eq!(failures.admit(elsewhere, mark, now), Ok(()), "another address");
        let later = now + Duration::from_secs(1);
        assert_eq!(failures.admit(HERE, mark, later), Ok(()));
        assert_eq!(failures.wrong(HERE, mark, later), Ok(()));
        assert_eq!(failures.admit(HERE, failures.mark("more"), later), Err(Limited::ONE_MORE));
    }

    #[test]
    fn a_credential_that_was_right_goes_on_while_others_fail() {
        let now = Instant::now();
        let failures = spent(now);
        let good = failures.mark("alice");
        failures.right(good);
        assert_eq!(failures.admit(HERE, good, now), Ok(()));
        assert!(failures.wrong(HERE, good, now).is_err(), "it is right no more");
        assert!(failures.admit(HERE, good, now).is_err());
    }

    #[test]
    fn a_wrong_credential_that_comes_twice_counts_once() {
        let now = Instant::now();
        let failures = Failures::default();
        for guess in 0..60 {
            let mark = failures.mark(guess);
            for _ in ["POST", "GET"] {
                assert_eq!(failures.admit(HERE, mark, now), Ok(()), "guess {guess}");
                assert_eq!(failures.wrong(HERE, mark, now), Ok(()), "guess {guess}");
            }
        }
        assert!(failures.admit(HERE, failures.mark("next"), now).is_err());
    }

    #[test]
    fn the_same_wrong_credential_is_not_free_for_ever() {
        let now = Instant::now();
        let failures = Failures::default();
        let mark = failures.mark("again");
        let free = (0..1000).filter(|_| failures.wrong(HERE, mark, now).is_ok()).count();
        assert_eq!(free, 120);
    }

    #[test]
    fn one_network_of_ipv6_is_one_client() {
        let now = Instant::now();
        let failures = Failures::default();
        let mut let_through = 0;
        for client in 0..200u128 {
            let address = IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8 << 96) | client));
            let_through += u32::from(failures.wrong(address, failures.mark(client), now).is_ok());
        }
        assert_eq!(let_through, 60);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let now = Instant::now();
        let failures = Failures::default();
        for client in 0..120_000u32 {
            let _ = failures.wrong(IpAddr::V4(client.into()), failures.mark(client), now);
            failures.right(failures.mark(client));
        }
        let seen = failures.lock();
        assert!(seen.buckets.len() <= KEPT && seen.good.len() <= KEPT);
    }
}
