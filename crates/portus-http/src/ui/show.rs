//! Numbers, sizes and times, as pages show them.

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;

use super::texts::Texts;

/// `1,234`; `1.234` in German.
pub(super) fn number(number: u64, texts: &Texts) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(texts.thousands);
        }
        text.push(digit);
    }
    text
}

/// Binary units with three digits at most: `512 B`, `1.5 KiB`, `84.2 MiB`, `312 GiB`.
pub(super) fn size(bytes: u64, texts: &Texts) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut size = bytes as f64;
    let mut unit = "B";
    for larger in units {
        // What would be shown as 1024 belongs to the next unit.
        if size < 1023.5 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    match size < 99.95 {
        true => format!("{size:.1} {unit}").replace('.', texts.decimal),
        false => format!("{size:.0} {unit}"),
    }
}

/// The first twelve digits of a digest.
pub(super) fn short(digest: &str) -> &str {
    let digits = digest.split_once(':').map_or(digest, |(_, digits)| digits);
    digits.get(..12).unwrap_or(digits)
}

/// What an error or a decision says, as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    let end = if text.ends_with(['.', '!', '?', '…', ':', ';']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

/// A text with its digests short.
pub(super) fn shortened(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.split_once("sha256:") {
        Some((before, digits)) if digits.len() == 64 => format!("{before}{}", short(digits)),
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A moment, in three ways.
pub(super) struct Moment {
    /// `2 h ago`; from 45 days on the date.
    pub(super) relative: String,
    /// `20 Nov 2026, 11:57:04 UTC`
    pub(super) exact: String,
    /// RFC 3339.
    pub(super) machine: String,
}

pub(super) fn moment(at: SystemTime, now: SystemTime, texts: &Texts) -> Moment {
    let utc = OffsetDateTime::from(at);
    let written = |format: &[time::format_description::FormatItem<'_>]| {
        utc.format(format).unwrap_or_default()
    };
    let machine = written(format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z"));
    let month = texts.months.get(usize::from(u8::from(utc.month())) - 1);
    let day = format!("{} {} {}", utc.day(), month.unwrap_or(&""), utc.year());
    let exact = format!("{day}, {} UTC", written(format_description!("[hour]:[minute]:[second]")));
    let relative = match now.duration_since(at) {
        Ok(ago) => past(ago, texts).unwrap_or(day),
        // A clock that is a moment ahead of ours.
        Err(ahead) if ahead.duration() < Duration::from_secs(60) => (texts.ago)(0, "s"),
        Err(_) => day,
    };
    Moment { relative, exact, machine }
}

/// How long ago is told in each unit, the smallest first, with `#` for the number.
pub(super) fn patterns(texts: &Texts) -> String {
    ["s", "min", "h", "d"].map(|unit| (texts.ago)(0, unit).replacen('0', "#", 1)).join("|")
}

fn past(ago: Duration, texts: &Texts) -> Option<String> {
    let seconds = ago.as_secs();
    let (number, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3600 => (seconds / 60, "min"),
        3600..172_800 => (seconds / 3600, "h"),
        172_800..3_888_000 => (seconds / 86_400, "d"),
        _ => return None,
    };
    Some((texts.ago)(number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::texts::Texts;

    #[test]
    fn sizes_have_three_digits_at_most() {
        for (bytes, shown) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (102_348, "99.9 KiB"),
            (102_400, "100 KiB"),
            (1_048_575, "1.0 MiB"),
            (88_300_000, "84.2 MiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(size(bytes, &Texts::ENGLISH), shown, "{bytes}");
        }
    }

    #[test]
    fn germans_have_a_comma_where_others_have_a_point() {
        assert_eq!(size(1536, &Texts::GERMAN), "1,5 KiB");
        assert_eq!(size(102_400, &Texts::GERMAN), "100 KiB");
    }

    #[test]
    fn what_an_error_says_is_a_sentence() {
        for (text, shown) in [
            ("there is no team `x`", "There is no team `x`."),
            ("`Q` is no name", "`Q` is no name."),
            ("Type exactly “x”", "Type exactly “x”."),
            ("Is it there?", "Is it there?"),
            ("ärger", "Ärger."),
            ("", ""),
        ] {
            assert_eq!(sentence(text), shown);
        }
    }

    #[test]
    fn digests_in_a_text_are_short() {
        let digits = "0123456789abcdef".repeat(4);
        let text = format!("1 was sha256:{digits} and app@sha256:{digits}");
        assert_eq!(shortened(&text), "1 was 0123456789ab and app@0123456789ab");
        assert_eq!(shortened("1.0 sha256:12"), "1.0 sha256:12");
    }

    #[test]
    fn numbers_have_a_comma_every_three_digits() {
        for (value, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value, &Texts::ENGLISH), shown);
            assert_eq!(number(value, &Texts::GERMAN), shown.replace(',', "."));
        }
    }

    #[test]
    fn scripts_tell_times_as_pages_do() {
        assert_eq!(patterns(&Texts::ENGLISH), "# s ago|# min ago|# h ago|# days ago");
        assert_eq!(patterns(&Texts::GERMAN), "vor # s|vor # Min.|vor # Std.|vor # Tagen");
    }

    #[test]
    fn a_moment_is_relative_until_it_is_long_ago() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
        let ago =
            |seconds| moment(now - Duration::from_secs(seconds), now, &Texts::ENGLISH).relative;
        assert_eq!(ago(5), "5 s ago");
        assert_eq!(ago(60), "1 min ago");
        assert_eq!(ago(7200), "2 h ago");
        assert_eq!(ago(44 * 86_400), "44 days ago");
        assert_eq!(ago(46 * 86_400), "3 Oct 2026");
        let soon = moment(now + Duration::from_secs(3), now, &Texts::ENGLISH);
        assert_eq!(soon.relative, "0 s ago");
        assert_eq!(soon.exact, "18 Nov 2026, 11:06:43 UTC");
        assert_eq!(soon.machine, "2026-11-18T11:06:43Z");
    }
}
