//! Times: RFC 3339, UTC.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

/// A moment in UTC, RFC 3339: `2026-11-20T11:57:04Z`
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = DateTime)]
pub(super) struct Moment(pub(super) SystemTime);

impl From<Moment> for String {
    fn from(Moment(at): Moment) -> Self {
        // What is before year 0 or after 9999 was made by no clock.
        OffsetDateTime::from(at).format(&Rfc3339).unwrap_or_default()
    }
}

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let read = OffsetDateTime::parse(&text, &Rfc3339).map(SystemTime::from);
        // Stores keep what is since 1970, to the microsecond.
        match read {
            Ok(at) if at >= SystemTime::UNIX_EPOCH => Ok(Self(at)),
            _ => Err(format!("`{text}` is no time such as `2026-11-20T11:57:04Z`")),
        }
    }
}

impl From<SystemTime> for Moment {
    fn from(at: SystemTime) -> Self {
        Self(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Moment, String> {
        text.to_owned().try_into()
    }

    #[test]
    fn times_are_read_in_any_zone_and_written_in_utc() {
        for (sent, kept) in [
            ("2026-11-20T11:57:04Z", "2026-11-20T11:57:04Z"),
            ("2026-11-20T12:57:04+01:00", "2026-11-20T11:57:04Z"),
            ("2026-11-20T11:57:04.000001Z", "2026-11-20T11:57:04.000001Z"),
        ] {
            assert_eq!(String::from(read(sent).unwrap()), kept);
        }
        for odd in ["", "now", "2026-11-20", "1969-12-31T23:59:59Z", "2026-11-20T11:57:04"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
