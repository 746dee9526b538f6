//! Turns texts into typed values, one setting at a time, and remembers everything that is wrong.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use portus_core::secret::Secret;

use super::Setting;
use super::problem::Problem;
use super::size;
use super::source::{Raw, RawValue, Source};

pub(super) struct Reader {
    given: BTreeMap<String, Raw>,
    read: Vec<Setting>,
    /// Keys that are known but have no line in `read`.
    unread: Vec<&'static str>,
    problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(given: BTreeMap<String, Raw>, problems: Vec<Problem>) -> Self {
        Self { given, read: Vec::new(), unread: Vec::new(), problems }
    }

    /// A value that `parse` takes; `allowed` says which those are.
    pub(super) fn value<T: Display>(
        &mut self,
        key: &'static str,
        default: T,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        match self.parsed(key, allowed, parse) {
            Some((value, text, source)) => {
                self.read.push(Setting { key, value: text, source });
                value
            }
            None => {
                self.defaulted(key, default.to_string());
                default
            }
        }
    }

    /// A value that need not be there.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let Some((value, text, source)) = self.parsed(key, allowed, parse) else {
            self.defaulted(key, String::new());
            return None;
        };
        self.read.push(Setting { key, value: text, source });
        Some(value)
    }

    pub(super) fn flag(&mut self, key: &'static str, default: bool) -> bool {
        self.value(key, default, "must be `true` or `false`", |text| text.parse().ok())
    }

    pub(super) fn number(
        &mut self,
        key: &'static str,
        default: u32,
        range: RangeInclusive<u32>,
    ) -> u32 {
        let allowed = format!("must be a number from {} to {}", range.start(), range.end());
        self.value(key, default, &allowed, |text| {
            text.parse().ok().filter(|number| range.contains(number))
        })
    }

    pub(super) fn duration(
        &mut self,
        key: &'static str,
        default: Duration,
        range: RangeInclusive<Duration>,
    ) -> Duration {
        let allowed = format!(
            "must be a duration such as `30s`, `15m` or `90d`, from {} to {}",
            Span(*range.start()),
            Span(*range.end())
        );
        let read = |text: &str| {
            let duration = humantime::parse_duration(text.trim()).ok()?;
            range.contains(&duration).then_some(Span(duration))
        };
        self.value(key, Span(default), &allowed, read).0
    }

    /// A number of bytes.
    pub(super) fn size(
        &mut self,
        key: &'static str,
        default: size::Size,
        range: RangeInclusive<size::Size>,
    ) -> usize {
        let allowed = format!(
            "must be a size such as `64KiB` or `1MiB`, from {} to {}",
            range.start(),
            range.end()
        );
        let read = |text: &str| text.parse().ok().filter(|size| range.contains(size));
        self.value(key, default, &allowed, read).0
    }

    pub(super) fn path(&mut self, key: &'static str, default: PathBuf) -> PathBuf {
        let parse = |text: &str| (!text.is_empty()).then(|| Shown(text.into()));
        self.value(key, Shown(default), "must be a path", parse).0
    }

    /// Some values, written as a list or, in the environment, with commas between them.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(Raw { value, source }) = self.given.remove(key) else {
            self.defaulted(key, String::new());
            return Vec::new();
        };
        let texts = match value {
            RawValue::List(texts) => texts,
            RawValue::Section => return self.refuse(key, source, None, "must be a list"),
            RawValue::Text(text) => words(&text),
        };
        let mut values = Vec::new();
        for text in &texts {
            match parse(text) {
                Some(value) => values.push(value),
                None => self.refuse(key, source.clone(), Some(text.clone()), allowed),
            }
        }
        self.read.push(Setting { key, value: texts.join(","), source });
        values
    }

    /// A secret, given as it is or as the path of a file that holds it.
    pub(super) fn secret(
        &mut self,
        key: &'static str,
        file_key: &'static str,
    ) -> Option<(Secret, Source)> {
        self.unread.extend([key, file_key]);
        let direct = self.given.remove(key).map(|raw| (raw, key));
        let file = self.given.remove(file_key).map(|raw| (raw, file_key));
        let (Raw { value, source }, from) = match (direct, file) {
            (Some(direct), Some(file)) => self.either(direct, file),
            (one, None) | (None, one) => one,
        }?;
        let shown = if from == key { "***".into() } else { text_of(&value).unwrap_or_default() };
        self.read.push(Setting { key: from, value: shown, source: source.clone() });
        let Some(text) = text_of(&value) else {
            return self.refuse(from, source, None, "must be a text");
        };
        if from == key {
            return Some((Secret::new(text), source));
        }
        self.secret_file(from, &text, source.clone()).map(|secret| (secret, source))
    }

    /// A secret that only ever is in a file.
    pub(super) fn secret_in_file(&mut self, key: &'static str) -> Option<(Secret, Source)> {
        let (path, source) = match self.parsed(key, "must be a path", |text| Some(text.to_owned()))
        {
            Some((path, _, source)) if !path.is_empty() => (path, source),
            _ => {
                self.defaulted(key, String::new());
                return None;
            }
        };
        self.read.push(Setting { key, value: path.clone(), source: source.clone() });
        self.secret_file(key, &path, source.clone()).map(|secret| (secret, source))
    }

    /// Notes a problem that only shows when several settings are looked at together.
    pub(super) fn object(&mut self, key: &str, message: impl Into<String>) {
        let setting = self.read.iter().find(|setting| setting.key == key);
        let source = setting.map_or(Source::Default, |setting| setting.source.clone());
        self.problems.push(Problem::unreadable(key, source, message));
    }

    /// Every setting that was read, and everything that is wrong.
    pub(super) fn finish(mut self) -> (Vec<Setting>, Vec<Problem>) {
        let read = self.read.iter().map(|setting| setting.key);
        let known: Vec<&str> = read.chain(self.unread.iter().copied()).collect();
        for (key, raw) in std::mem::take(&mut self.given) {
            if is_section(&key, &known) && matches!(raw.value, RawValue::Section) {
                continue;
            }
            self.problems.push(Problem::unreadable(&key, raw.source, unknown(&key, &known)));
        }
        self.problems.sort_by(|one, other| {
            (&one.key, &one.source, &one.value).cmp(&(&other.key, &other.source, &other.value))
        });
        (self.read, self.problems)
    }

    fn parsed<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<(T, String, Source)> {
        let Raw { value, source } = self.given.remove(key)?;
        let Some(text) = text_of(&value) else {
            return self.refuse(key, source, None, allowed);
        };
        match parse(&text) {
            Some(value) => Some((value, text, source)),
            None => self.refuse(key, source, Some(presentable(text)), allowed),
        }
    }

    /// Says what a secret setting is that nobody gave.
    pub(super) fn assume(&mut self, key: &'static str, value: String) {
        self.defaulted(key, value);
    }

    fn defaulted(&mut self, key: &'static str, value: String) {
        self.read.push(Setting { key, value, source: Source::Default });
    }

    /// Of a secret and its file, the one on the command line; elsewhere two are one too many.
    fn either(
        &mut self,
        direct: (Raw, &'static str),
        file: (Raw, &'static str),
    ) -> Option<(Raw, &'static str)> {
        let is_flag = |(raw, _): &(Raw, _)| matches!(raw.source, Source::Flag(_));
        match (is_flag(&direct), is_flag(&file)) {
            (true, false) => Some(direct),
            (false, true) => Some(file),
            _ => {
                let ((file, file_key), (direct, key)) = (file, direct);
                let message = format!("`{key}` is given too ({}): one of them", direct.source);
                self.read.push(Setting { key, value: "***".into(), source: direct.source });
                self.refuse(file_key, file.source, None, &message)
            }
        }
    }

    fn secret_file(&mut self, key: &'static str, path: &str, source: Source) -> Option<Secret> {
        match std::fs::read_to_string(path) {
            Ok(text) => Some(Secret::new(text.trim_end_matches(['\r', '\n']))),
            Err(error) => {
                let message = format!("the file cannot be read: {error}");
                self.refuse(key, source, Some(path.to_owned()), &message)
            }
        }
    }

    fn refuse<T: Default>(
        &mut self,
        key: &str,
        source: Source,
        value: Option<String>,
        message: &str,
    ) -> T {
        let (key, message) = (key.to_owned(), message.to_owned());
        self.problems.push(Problem { key, source, value, message });
        T::default()
    }
}

/// A duration, written as it is read.
struct Span(Duration);

impl Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        let unit = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
        match unit.into_iter().find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit)) {
            Some((unit, letter)) if self.0.subsec_nanos() == 0 => {
                write!(f, "{}{letter}", seconds / unit)
            }
            _ => humantime::format_duration(self.0).fmt(f),
        }
    }
}

/// A path, as it is shown.
struct Shown(PathBuf);

impl Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.display().fmt(f)
    }
}

fn text_of(value: &RawValue) -> Option<String> {
    match value {
        RawValue::List(texts) => Some(texts.join(",")),
        RawValue::Section => None,
        RawValue::Text(text) => Some(text.clone()),
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What may be shown of a wrong value: an address with credentials in it may not, nor may a novel.
fn presentable(text: String) -> String {
    if text.contains("://") && text.contains('@') {
        return "***".into();
    }
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

fn is_section(key: &str, known: &[&str]) -> bool {
    known.iter().any(|one| one.split_once('.').is_some_and(|(section, _)| section == key))
}

fn unknown(key: &str, known: &[&str]) -> String {
    if is_section(key, known) {
        return format!("`{key}` is a section, its settings are written below `[{key}]`");
    }
    match nearest(key, known) {
        Some(near) => format!("there is no such setting; the nearest is `{near}`"),
        None => "there is no such setting".into(),
    }
}

/// The known key that is most like this one, or ends in it.
fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |one: &str| {
        let whole = strsim::damerau_levenshtein(key, one);
        let last = one.rsplit('.').next().unwrap_or(one);
        let own_last = key.rsplit('.').next().unwrap_or(key);
        whole.min(1 + strsim::damerau_levenshtein(own_last, last))
    };
    known.iter().copied().min_by_key(|one| (distance(one), strsim::damerau_levenshtein(key, one)))
}
