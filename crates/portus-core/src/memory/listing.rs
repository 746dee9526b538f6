//! Pages of a list that is in memory, by the same rules as in a database.

use std::cmp::Reverse;
use std::time::{Duration, SystemTime};

use crate::page::{Page, Slice};

/// What a list is sorted by, and how a page says where it ended.
pub(super) trait Key: Ord + Sized {
    /// The text of a cursor.
    fn show(&self) -> String;
    /// What a cursor stands for; `None` where no page gave it.
    fn read(cursor: &str) -> Option<Self>;
}

impl Key for String {
    fn show(&self) -> String {
        self.clone()
    }

    fn read(cursor: &str) -> Option<Self> {
        Some(cursor.to_owned())
    }
}

/// A number, oldest first.
impl Key for i64 {
    fn show(&self) -> String {
        self.to_string()
    }

    fn read(cursor: &str) -> Option<Self> {
        cursor.parse().ok()
    }
}

/// A time and a number, newest first.
impl Key for Reverse<(SystemTime, i64)> {
    fn show(&self) -> String {
        let Reverse((at, number)) = self;
        let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        format!("{}.{number}", since.as_micros())
    }

    fn read(cursor: &str) -> Option<Self> {
        let (micros, number) = cursor.split_once('.')?;
        let at = SystemTime::UNIX_EPOCH + Duration::from_micros(micros.parse().ok()?);
        Some(Reverse((at, number.parse().ok()?)))
    }
}

/// A registry's name, and a name within it, which may be empty and may hold slashes.
impl Key for (String, String) {
    fn show(&self) -> String {
        format!("{}/{}", self.0, self.1)
    }

    fn read(cursor: &str) -> Option<Self> {
        cursor.split_once('/').map(|(outer, inner)| (outer.to_owned(), inner.to_owned()))
    }
}

/// A rank, a text and what tells apart those of the same text.
impl Key for (String, (String, String)) {
    fn show(&self) -> String {
        let (rank, (text, last)) = self;
        format!("{rank}/{last}/{text}")
    }

    fn read(cursor: &str) -> Option<Self> {
        let mut parts = cursor.splitn(3, '/').map(str::to_owned);
        let (rank, last) = (parts.next()?, parts.next()?);
        Some((rank, (parts.next()?, last)))
    }
}

/// The rows of a slice. A cursor that no page gave starts the list anew.
pub(super) fn page<K: Key, T>(rows: impl Iterator<Item = (K, T)>, slice: &Slice) -> Page<T> {
    let after = slice.after.as_deref().and_then(K::read);
    let mut rows: Vec<(K, T)> =
        rows.filter(|(key, _)| after.as_ref().is_none_or(|after| key > after)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Page::of(rows, slice.limit, |(key, _)| key.show()).map(|(_, row)| row)
}
