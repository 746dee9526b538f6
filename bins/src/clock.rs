//! The system's clock and who runs this process.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portus_core::port::Clock;

/// The system's clock, in the whole microseconds that stores keep.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter of the clock")]
    fn now(&self) -> SystemTime {
        truncated(SystemTime::now())
    }
}

fn truncated(time: SystemTime) -> SystemTime {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => time - Duration::from_nanos(u64::from(since.subsec_nanos() % 1000)),
        // Before 1970 the clock is wrong anyway; what follows complains about certificates.
        Err(_) => time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_tells_whole_microseconds() {
        let odd = UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_789);
        assert_eq!(truncated(odd), UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_000));
        let now = SystemClock.now().duration_since(UNIX_EPOCH).unwrap();
        assert_eq!(now.subsec_nanos() % 1000, 0);
    }
}
