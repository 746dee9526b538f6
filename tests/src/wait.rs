//! Waiting for a state, never for a time.

use std::thread;
use std::time::{Duration, Instant};

/// The longest a test waits for anything.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Looks until there is something to see, and prints how long that took.
///
/// # Panics
///
/// When nothing was seen within [`LIMIT`]. `what` says what was waited for.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look() {
            println!("waited {:>6} ms until {what}", started.elapsed().as_millis());
            return seen;
        }
        assert!(started.elapsed() < LIMIT, "not within {LIMIT:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Looks until something is so, and prints how long that took.
pub fn until(what: &str, mut look: impl FnMut() -> bool) {
    eventually(what, || look().then_some(()));
}
