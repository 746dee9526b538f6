//! The sections about what goes on in the background, and what is said about it.

use std::fmt;
use std::time::Duration;

use super::reader::Reader;

/// `[registry]`
#[derive(Clone, Debug)]
pub struct Sync {
    /// When catalogs are listed.
    pub strategy: SyncStrategy,
    /// How often, under [`SyncStrategy::Update`].
    pub interval: Duration,
    /// How many calls to a registry at a time.
    pub concurrency: usize,
    /// How long a call to a registry may take.
    pub request_timeout: Duration,
}

/// When catalogs are listed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SyncStrategy {
    /// Those of registries that were never listed whole.
    Initial,
    /// Only when someone says so.
    Off,
    /// Each once, when the worker starts.
    OnStart,
    /// Each, again and again.
    Update,
}

impl SyncStrategy {
    const WORDS: [(Self, &'static str); 4] = [
        (Self::Off, "off"),
        (Self::Initial, "initial"),
        (Self::OnStart, "on-start"),
        (Self::Update, "update"),
    ];

    fn parse(text: &str) -> Option<Self> {
        Self::WORDS.into_iter().find_map(|(strategy, word)| (word == text).then_some(strategy))
    }
}

impl fmt::Display for SyncStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(strategy, _)| strategy == self);
        f.write_str(word.map_or("", |(_, word)| word))
    }
}

/// `[log]`
#[derive(Clone, Debug)]
pub struct Log {
    /// One line of JSON each, or text.
    pub format: LogFormat,
    /// What is worth a line: a level, or levels by module.
    pub level: String,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogFormat {
    /// An object a line.
    Json,
    /// For people.
    Text,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "json",
            Self::Text => "text",
        })
    }
}

impl Sync {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let allowed = "must be one of `off`, `initial`, `on-start`, `update`";
        let strategy = SyncStrategy::Update;
        let seconds = Duration::from_secs;
        Self {
            strategy: reader.value("registry.sync", strategy, allowed, SyncStrategy::parse),
            interval: reader.duration(
                "registry.sync_interval",
                seconds(6 * 3600),
                seconds(60)..=seconds(366 * 86_400),
            ),
            concurrency: reader.number("registry.sync_concurrency", 4, 1..=64) as usize,
            request_timeout: reader.duration(
                "registry.request_timeout",
                seconds(30),
                seconds(1)..=seconds(600),
            ),
        }
    }
}

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let formats = "must be one of `text`, `json`";
        let format = reader.value("log.format", LogFormat::Text, formats, |text| match text {
            "json" => Some(LogFormat::Json),
            "text" => Some(LogFormat::Text),
            _ => None,
        });
        let levels = "must be `error`, `warn`, `info`, `debug`, `trace`, or levels by module such \
                      as `info,portus_store=debug`";
        let level = reader.value("log.level", "info".to_owned(), levels, |text| {
            let is_filter = tracing_subscriber::EnvFilter::try_new(text).is_ok();
            (is_filter && !text.trim().is_empty()).then(|| text.to_owned())
        });
        Self { format, level }
    }
}
