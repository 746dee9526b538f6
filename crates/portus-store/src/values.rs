//! Values of the domain as columns hold them, one function each way.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portus_core::activity::Outcome;
use portus_core::event::EventAction;
use portus_core::key::KeyState;
use portus_core::page::DetailsState;
use portus_core::port::StoreError;
use portus_core::registry::KeyTrust;

use crate::error::corrupt;

/// How many old rows are removed in one unit of work at most: within any limit of time, and without
/// keeping the one writer's lock from others.
pub(crate) const PRUNED_AT_ONCE: i64 = 5_000;

/// Microseconds since 1970.
pub(crate) fn micros(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => length(since),
        Err(before) => -length(before.duration()),
    }
}

/// The time that is so many microseconds after 1970.
pub(crate) fn time(micros: i64) -> SystemTime {
    let distance = Duration::from_micros(micros.unsigned_abs());
    if micros < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}

/// Microseconds.
pub(crate) fn length(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// A number that never is negative; as much of it as a column holds.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A number that never is negative, as it was stored.
pub(crate) fn count<N: TryFrom<i64>>(column: &str, value: i64) -> Result<N, StoreError> {
    N::try_from(value).map_err(|_| corrupt(column, value))
}

/// A text that follows a rule, as it was stored.
pub(crate) fn parsed<T: FromStr>(column: &str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| corrupt(column, text))
}

/// A text from outside without NUL, which PostgreSQL does not keep.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

pub(crate) fn details_state(text: &str) -> Result<DetailsState, StoreError> {
    let all = [DetailsState::Failed, DetailsState::Pending, DetailsState::Read];
    word("manifests.details", text, &all, DetailsState::as_str)
}

pub(crate) fn event_action(text: &str) -> Result<EventAction, StoreError> {
    let all = [EventAction::Delete, EventAction::Mount, EventAction::Pull, EventAction::Push];
    word("inbox.action", text, &all, EventAction::as_str)
}

pub(crate) fn key_state(text: &str) -> Result<KeyState, StoreError> {
    let all = [KeyState::Active, KeyState::Next, KeyState::Retired];
    word("signing_keys.state", text, &all, KeyState::as_str)
}

pub(crate) fn key_trust(text: &str) -> Result<KeyTrust, StoreError> {
    word("registries.trust", text, &[KeyTrust::Bundle, KeyTrust::Jwks], KeyTrust::as_str)
}

pub(crate) fn outcome(text: &str) -> Result<Outcome, StoreError> {
    word("activities.outcome", text, &[Outcome::Done, Outcome::Refused], Outcome::as_str)
}

fn word<T: Copy>(
    column: &str,
    text: &str,
    all: &[T],
    spelled: impl Fn(T) -> &'static str,
) -> Result<T, StoreError> {
    all.iter().copied().find(|one| spelled(*one) == text).ok_or_else(|| corrupt(column, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_comes_back_to_the_microsecond() {
        for stored in [0, 1, -1, 1_795_000_000_123_456] {
            assert_eq!(micros(time(stored)), stored);
        }
    }

    #[test]
    fn a_word_that_no_version_wrote_is_corrupt_with_table_column_and_value() {
        let error = key_state("melted").unwrap_err().to_string();
        assert_eq!(error, "the store is corrupt: signing_keys.state is melted");
    }

    #[test]
    fn every_word_reads_back() {
        for action in
            [EventAction::Delete, EventAction::Mount, EventAction::Pull, EventAction::Push]
        {
            assert_eq!(event_action(action.as_str()).unwrap(), action);
        }
        assert_eq!(outcome("refused").unwrap(), Outcome::Refused);
        assert_eq!(key_trust("jwks").unwrap(), KeyTrust::Jwks);
        assert_eq!(details_state("read").unwrap(), DetailsState::Read);
    }

    #[test]
    fn what_postgresql_does_not_keep_is_replaced() {
        assert_eq!(storable("a\0b"), "a\u{fffd}b");
        assert_eq!(storable("plain"), "plain");
    }
}
