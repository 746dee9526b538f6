//! Lengths of time, as they are typed: `15m`, `90d`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use portus_core::registry::LONGEST_TOKEN;

/// A length of time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Span(pub Duration);

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match humantime::parse_duration(text) {
            Ok(span) if !span.is_zero() && span <= LONGEST => Ok(Self(span)),
            _ => Err(InvalidSpan),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let units = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];
        let unit =
            units.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
        match unit {
            Some((unit, letter)) => write!(f, "{}{letter}", seconds / unit),
            None => humantime::format_duration(self.0).fmt(f),
        }
    }
}

/// A text that is not a [`Span`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a length of time is written like `15m`, `12h` or `90d`, a hundred years at most")]
pub struct InvalidSpan;

/// How long a registry's tokens may live, by its own setting.
pub fn token_lifetime(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|error: InvalidSpan| error.to_string())?;
    let allowed = Duration::from_secs(60)..=LONGEST_TOKEN;
    if allowed.contains(&span.0) { Ok(span) } else { Err("tokens live from 1m to 1h".into()) }
}

const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_back_as_they_are_written() {
        for text in ["30s", "15m", "12h", "90d", "365d"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        for bad in ["", "0s", "5", "-3d", "tomorrow", "1000y", "99999999999999999999d"] {
            assert!(bad.parse::<Span>().is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn tokens_live_a_minute_to_an_hour() {
        assert!(token_lifetime("1m").is_ok() && token_lifetime("1h").is_ok());
        assert!(token_lifetime("59s").is_err() && token_lifetime("61m").is_err());
    }
}
