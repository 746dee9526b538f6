//! What is printed: tables for people, JSON for programs.

use std::io::{self, ErrorKind, Write};
use std::time::SystemTime;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use portus_core::page::Page;
use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// One line of a table, one object of a JSON list.
pub trait Row: Serialize {
    /// What the columns are called.
    const HEADINGS: &'static [&'static str];

    /// What is in them.
    fn cells(&self) -> Vec<String>;
}

/// How results are printed.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// As JSON.
    pub json: bool,
}

#[derive(Serialize)]
struct Listing<'a, R> {
    rows: &'a [R],
    next: Option<&'a str>,
}

impl Output {
    /// Prints part of a list, and how to go on.
    pub fn page<R: Row>(self, page: &Page<R>) -> io::Result<()> {
        let Page { rows, next } = page;
        if self.json {
            return self.object(&Listing { rows, next: next.as_deref() });
        }
        print(&table(rows))?;
        if let Some(next) = next {
            say(&format!("there is more: --after '{next}'"));
        }
        Ok(())
    }

    /// Prints a whole list.
    pub fn all<R: Row>(self, rows: Vec<R>) -> io::Result<()> {
        self.page(&Page { rows, next: None })
    }

    /// Prints what was made or changed: as an object, or said in a sentence.
    pub fn done(self, row: &impl Serialize, sentence: &str) -> io::Result<()> {
        if self.json { self.object(row) } else { print(&format!("{}\n", plain(sentence))) }
    }

    /// Prints an object as JSON.
    pub fn object(self, row: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string_pretty(row).map_err(io::Error::other)?;
        print(&format!("{text}\n"))
    }
}

/// Prints a text. Someone who stops reading (`| head`) has read enough.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

/// Says something that is not part of the result. Nobody listening is no reason to fail.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "portusctl: {text}");
}

fn table<R: Row>(rows: &[R]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(R::HEADINGS.iter().copied());
    // A line stays a line, for grep and for people: terminals wrap what is too long themselves.
    table.set_content_arrangement(ContentArrangement::Disabled);
    for row in rows {
        table.add_row(row.cells().iter().map(|cell| plain(cell)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    format!("{}\n", table.trim_fmt())
}

/// A text without what would steer a terminal, or show it in another order: names in events are
/// whatever someone sent.
pub fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}

/// A point in time: `2026-11-21T03:40:02.123456Z`.
#[derive(Clone, Copy, Debug)]
pub struct Moment(pub SystemTime);

impl Moment {
    /// Whole seconds, for people.
    pub fn short(self) -> String {
        let time = OffsetDateTime::from(self.0);
        time.replace_nanosecond(0).unwrap_or(time).format(&Rfc3339).unwrap_or_default()
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = OffsetDateTime::from(self.0).format(&Rfc3339);
        serializer.serialize_str(&text.map_err(serde::ser::Error::custom)?)
    }
}

/// A moment that need not be, for people.
pub fn moment(at: Option<Moment>) -> String {
    at.map_or_else(|| "–".into(), Moment::short)
}

/// A text that need not be, for people.
pub fn or_dash(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or("–").into()
}

/// A number of bytes, for people: `12.3 MiB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    let mut unit = UNITS[0];
    let mut tenths = u128::from(count) * 10 / 1024;
    for larger in &UNITS[1..] {
        if tenths < 10_240 {
            break;
        }
        (unit, tenths) = (larger, tenths / 1024);
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// `yes` or `no`.
pub fn yes(claim: bool) -> String {
    if claim { "yes" } else { "no" }.into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[derive(Serialize)]
    struct Fruit(&'static str, &'static str);

    impl Row for Fruit {
        const HEADINGS: &'static [&'static str] = &["NAME", "COLOUR"];

        fn cells(&self) -> Vec<String> {
            vec![self.0.into(), self.1.into()]
        }
    }

    #[test]
    fn a_table_has_columns_and_nothing_else() {
        let rows = [Fruit("apple", "green"), Fruit("fig", "a\u{1b}[31mb")];
        let expected = "NAME   COLOUR\napple  green\nfig    a\\u{1b}[31mb\n";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn what_steers_a_terminal_is_spelled_out() {
        assert_eq!(plain("a\u{202e}b\r\n\u{9b}c é 🐳"), "a\\u{202e}b\\r\\n\\u{9b}c é 🐳");
    }

    #[test]
    fn times_are_utc() {
        let at = Moment(SystemTime::UNIX_EPOCH + Duration::new(1_795_232_402, 123_456_000));
        assert_eq!(serde_json::to_string(&at).unwrap(), "\"2026-11-21T03:40:02.123456Z\"");
        assert_eq!(at.short(), "2026-11-21T03:40:02Z");
    }

    #[test]
    fn sizes_are_short() {
        for (count, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (12_900_000, "12.3 MiB"),
            (1 << 50, "1.0 PiB"),
            (5000 << 50, "5000.0 PiB"),
        ] {
            assert_eq!(bytes(count), text, "{count}");
        }
    }
}
