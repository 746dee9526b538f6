//! A number of bytes, written `1MiB`.

use std::fmt;
use std::str::FromStr;

/// A number of bytes.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Size(pub usize);

impl Size {
    /// So many times 1024 bytes.
    pub const fn kib(count: usize) -> Self {
        Self(count * 1024)
    }

    /// So many times 1024 × 1024 bytes.
    pub const fn mib(count: usize) -> Self {
        Self(count * 1024 * 1024)
    }
}

/// Longest first, since `B` ends them all.
const UNITS: [(&str, usize); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

impl FromStr for Size {
    type Err = InvalidSize;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (number, unit) = UNITS
            .iter()
            .find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)))
            .unwrap_or((text, 1));
        let number: usize = number.trim_end().parse().map_err(|_| InvalidSize)?;
        number.checked_mul(unit).map(Self).ok_or(InvalidSize)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("GiB", 1usize << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
        match units.into_iter().find(|(_, unit)| self.0 > 0 && self.0.is_multiple_of(*unit)) {
            Some((suffix, unit)) => write!(f, "{}{suffix}", self.0 / unit),
            None => write!(f, "{}B", self.0),
        }
    }
}

/// A text that is not a [`Size`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a size is a number of bytes such as `64KiB` or `1MiB`")]
pub struct InvalidSize;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_with_and_without_a_unit() {
        for (text, bytes) in
            [("17", 17), ("17B", 17), ("1MiB", 1 << 20), ("64 KiB", 65_536), ("2kB", 2_000)]
        {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
        for text in ["", "MiB", "-1", "1.5MiB", "1mb", "99999999999GiB"] {
            assert_eq!(text.parse::<Size>(), Err(InvalidSize), "{text}");
        }
        assert_eq!([Size::mib(1), Size(1500)].map(|size| size.to_string()), ["1MiB", "1500B"]);
    }
}
