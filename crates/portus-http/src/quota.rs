//! How many requests a caller may send, or pages she may ask for: who sends more waits, and nobody else does.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use portus_core::credential::Caller;
use portus_core::id::AccountId;
use portus_core::usecase::Origin;
use tokio::time::Instant;

/// Counts requests by the minute, in this process.
pub(crate) struct Quota {
    /// How many a minute.
    limit: u32,
    seen: Mutex<HashMap<Key, Minute>>,
}

/// Who counts as one.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Key {
    Account(AccountId),
    Address(IpAddr),
}

/// One minute of one caller's.
#[derive(Clone, Copy)]
struct Minute {
    began: Instant,
    count: u32,
}

/// What a caller has left.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Left {
    limit: u32,
    /// Nothing where this request was one too many.
    left: Option<u32>,
    /// Until she has all of it again.
    reset: Duration,
}

impl Quota {
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, seen: Mutex::default() }
    }

    /// Counts a request.
    pub(crate) fn take(&self, key: Key, now: Instant) -> Left {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= KEPT && !seen.contains_key(&key) {
            seen.retain(|_, minute| now.saturating_duration_since(minute.began) < MINUTE);
            // A flood from everywhere: counting anew is better than keeping it all.
            if seen.len() >= KEPT {
                seen.clear();
            }
        }
        let minute = seen.entry(key).or_insert(Minute { began: now, count: 0 });
        if now.saturating_duration_since(minute.began) >= MINUTE {
            *minute = Minute { began: now, count: 0 };
        }
        minute.count = minute.count.saturating_add(1);
        let reset = MINUTE.saturating_sub(now.saturating_duration_since(minute.began));
        Left { limit: self.limit, left: self.limit.checked_sub(minute.count), reset }
    }
}

impl Key {
    /// The account of who signed in, else where the request came from.
    pub(crate) fn of(caller: &Caller, origin: &Origin) -> Self {
        caller.account().map_or_else(|| Self::Address(origin.network()), Self::Account)
    }
}

impl Left {
    /// How long the caller has to wait, where she sent too many.
    pub(crate) fn wait(self) -> Option<Duration> {
        self.left.is_none().then_some(self.reset)
    }

    /// Source: draft-ietf-httpapi-ratelimit-headers-10.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        let policy = format!("\"minute\";q={};w=60", self.limit);
        let seconds = self.reset.as_secs_f64().ceil() as u64;
        let state = format!("\"minute\";r={};t={seconds}", self.left.unwrap_or(0));
        for (name, value) in [(POLICY, policy), (STATE, state)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
/// How many callers are remembered.
const KEPT: usize = 50_000;
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sends_too_many_waits_for_the_next_minute_and_others_do_not() {
        let (quota, start) = (Quota::new(2), Instant::now());
        let (one, other) = (Key::Account(AccountId(1)), Key::Address([192, 0, 2, 1].into()));
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(quota.take(one, at(0)).left, Some(1));
        assert_eq!(quota.take(one, at(10)).left, Some(0));
        assert_eq!(quota.take(one, at(20)).wait(), Some(Duration::from_secs(40)));
        assert_eq!(quota.take(other, at(20)).left, Some(1));
        assert_eq!(quota.take(one, at(60)).left, Some(1));
    }

    #[test]
    fn what_is_left_is_told() {
        let mut headers = HeaderMap::new();
        let reset = Duration::from_millis(39_500);
        Left { limit: 600, left: Some(12), reset }.tell(&mut headers);
        assert_eq!(headers[POLICY], "\"minute\";q=600;w=60");
        assert_eq!(headers[STATE], "\"minute\";r=12;t=40");
    }
}
