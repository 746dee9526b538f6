use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const KEPT: Duration = Duration::from_secs(10 * 60);
/// Some ten megabytes.
const MOST: usize = 100_000;

/// What was found right a short while ago; the oldest is forgotten first.
#[derive(Default)]
pub(super) struct Memory(Mutex<Traces>);

#[derive(Default)]
struct Traces {
    seen: HashMap<[u8; 32], Instant>,
    /// By age, oldest first. A trace that was kept twice is here twice.
    order: VecDeque<([u8; 32], Instant)>,
}

impl Memory {
    pub(super) fn has(&self, trace: &[u8; 32], now: Instant) -> bool {
        self.traces().seen.get(trace).is_some_and(|seen| !is_stale(*seen, now))
    }

    pub(super) fn keep(&self, trace: [u8; 32], now: Instant) {
        let mut traces = self.traces();
        traces.seen.insert(trace, now);
        traces.order.push_back((trace, now));
        traces.forget(now);
    }

    fn traces(&self) -> MutexGuard<'_, Traces> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Traces {
    fn forget(&mut self, now: Instant) {
        while let Some((trace, seen)) = self.order.front().copied() {
            if self.order.len() <= MOST && !is_stale(seen, now) {
                return;
            }
            self.order.pop_front();
            if self.seen.get(&trace) == Some(&seen) {
                self.seen.remove(&trace);
            }
        }
    }
}

fn is_stale(seen: Instant, now: Instant) -> bool {
    now.saturating_duration_since(seen) >= KEPT
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_trace_is_kept_for_ten_minutes_however_often_it_is_asked_for() {
        let (memory, start) = (Memory::default(), Instant::now());
        memory.keep([1; 32], start);
        for minutes in 0..10 {
            assert!(memory.has(&[1; 32], start + minutes * MINUTE));
        }
        assert!(!memory.has(&[1; 32], start + 10 * MINUTE));
        assert!(!memory.has(&[2; 32], start));
    }

    #[test]
    fn a_trace_kept_again_starts_anew() {
        let (memory, start) = (Memory::default(), Instant::now());
        memory.keep([1; 32], start);
        memory.keep([1; 32], start + 9 * MINUTE);
        memory.keep([2; 32], start + 11 * MINUTE);
        assert!(memory.has(&[1; 32], start + 18 * MINUTE));
        assert_eq!(memory.traces().order.len(), 2);
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let (memory, now) = (Memory::default(), Instant::now());
        let trace = |number: usize| {
            let mut trace = [0; 32];
            trace[..8].copy_from_slice(&number.to_be_bytes());
            trace
        };
        for number in 0..=MOST {
            memory.keep(trace(number), now);
        }
        assert!(!memory.has(&trace(0), now));
        assert!(memory.has(&trace(1), now) && memory.has(&trace(MOST), now));
        assert_eq!(memory.traces().seen.len(), MOST);
    }

    #[test]
    fn what_is_stale_takes_no_room() {
        let (memory, start) = (Memory::default(), Instant::now());
        memory.keep([1; 32], start);
        memory.keep([2; 32], start + 20 * MINUTE);
        assert_eq!(memory.traces().seen.len(), 1);
    }
}
