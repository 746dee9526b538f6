//! Passwords that are being checked right now.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::account::UsernameKey;
use crate::port::Fingerprint;

/// The passwords under way, by name and address.
#[derive(Default)]
pub(super) struct Guesses(Mutex<HashMap<Pair, HashMap<Fingerprint, u32>>>);

type Pair = (UsernameKey, String);

/// One password under way; ends when it is dropped.
pub(super) struct Turn<'a> {
    guesses: &'a Guesses,
    pair: Pair,
    own: Fingerprint,
}

impl Guesses {
    /// Counts a password from now until the turn is dropped.
    pub(super) fn begin(&self, name: &UsernameKey, address: &str, own: Fingerprint) -> Turn<'_> {
        let pair = (name.clone(), address.to_owned());
        *self.lock().entry(pair.clone()).or_default().entry(own).or_default() += 1;
        Turn { guesses: self, pair, own }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Pair, HashMap<Fingerprint, u32>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// The other passwords under way for the same name and address.
    pub(super) fn others(&self) -> HashSet<Fingerprint> {
        let guesses = self.guesses.lock();
        let under_way = guesses.get(&self.pair).into_iter().flatten();
        under_way.map(|(guess, _)| *guess).filter(|guess| *guess != self.own).collect()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut guesses = self.guesses.lock();
        let Some(under_way) = guesses.get_mut(&self.pair) else { return };
        if let Some(count) = under_way.get_mut(&self.own) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.own);
            }
        }
        if under_way.is_empty() {
            guesses.remove(&self.pair);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_counted_while_it_lasts_and_nothing_stays_behind() {
        let guesses = Guesses::default();
        let name = "bob".parse::<crate::account::Username>().unwrap().key();
        let first = guesses.begin(&name, "::1", Fingerprint(1));
        let same = guesses.begin(&name, "::1", Fingerprint(1));
        let other = guesses.begin(&name, "::1", Fingerprint(2));
        assert_eq!(first.others(), HashSet::from([Fingerprint(2)]));
        assert_eq!(other.others(), HashSet::from([Fingerprint(1)]));
        drop(same);
        assert_eq!(other.others(), HashSet::from([Fingerprint(1)]));
        drop((first, other));
        assert!(guesses.lock().is_empty());
    }
}
