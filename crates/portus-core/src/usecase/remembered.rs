//! What was looked up and stays true while nothing that a decision could see changes.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;

use crate::port::Epoch;

/// Answers kept under the epoch that was known before they were read; gone with the next epoch.
pub(super) struct Remembered<K, V> {
    kept: Mutex<Kept<K, V>>,
    limit: usize,
}

struct Kept<K, V> {
    epoch: Epoch,
    answers: HashMap<K, V>,
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    /// Keeps up to `limit` answers; the one after that starts anew, so that asking about ever new
    /// names costs no memory.
    pub(super) fn new(limit: usize) -> Self {
        let kept = Kept { epoch: Epoch(i64::MIN), answers: HashMap::new() };
        Self { kept: Mutex::new(kept), limit }
    }

    pub(super) fn find(&self, epoch: Epoch, key: &K) -> Option<V> {
        let kept = self.kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if kept.epoch == epoch { kept.answers.get(key).cloned() } else { None }
    }

    /// Keeps an answer that was read while `epoch` was known.
    pub(super) fn keep(&self, epoch: Epoch, key: K, answer: V) {
        let mut kept = self.kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if kept.epoch < epoch {
            kept.epoch = epoch;
            kept.answers.clear();
        }
        // A slow look-up that began under an older epoch may be out of date.
        if kept.epoch == epoch {
            if kept.answers.len() >= self.limit {
                kept.answers.clear();
            }
            kept.answers.insert(key, answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_for_its_epoch_only() {
        let remembered = Remembered::new(2);
        remembered.keep(Epoch(1), "a", 1);
        assert_eq!(remembered.find(Epoch(1), &"a"), Some(1));
        assert_eq!(remembered.find(Epoch(2), &"a"), None);
        remembered.keep(Epoch(2), "b", 2);
        remembered.keep(Epoch(1), "a", 1);
        assert_eq!(remembered.find(Epoch(2), &"a"), None, "read under an older epoch");
    }

    #[test]
    fn no_more_is_kept_than_the_limit() {
        let remembered = Remembered::new(2);
        for name in ["a", "b", "c"] {
            remembered.keep(Epoch(1), name, 0);
        }
        assert_eq!(remembered.find(Epoch(1), &"a"), None);
        assert_eq!(remembered.find(Epoch(1), &"c"), Some(0));
    }
}
