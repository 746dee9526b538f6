//! What the operator set: defaults < configuration file < environment < command line.
//!
//! Every value is read and checked before anything starts, and everything that is wrong is said
//! at once.

mod database;
mod limits;
mod policy;
mod problem;
mod reader;
mod server;
mod setup;
mod size;
mod source;
#[cfg(test)]
mod tests;
mod work;

use std::fmt;
use std::path::PathBuf;

use portus_core::key::KeyAlgorithm;
use portus_core::policy::Switches;
use portus_core::usecase::SessionTimes;

pub use database::{Database, DatabaseKind};
pub use limits::{Lockout, Notifications, Passwords, Tokens};
pub use problem::{Problem, Problems};
pub use server::{MetricsListener, PublicUrl, Server, TlsFiles};
pub use setup::FirstAdmin;
pub use size::{InvalidSize, Size};
pub use source::{Flag, Given, Source};
pub use work::{Log, LogFormat, Sync, SyncStrategy};

use reader::Reader;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `anonymous.browse`: whether strangers see what is public.
    pub anonymous_browse: bool,
    /// `api.requests`: how many requests an account may send to the REST interface in a minute, or
    /// an address where nobody signed in.
    pub api_requests: u32,
    /// `pages.requests`: how many pages an account may ask for in a minute, or an address where
    /// nobody signed in.
    pub page_requests: u32,
    /// `audit.pulls`: whether each pull is a row of the audit.
    pub audit_pulls: bool,
    /// `data.dir`: where files are kept that are not in the database.
    pub data: PathBuf,
    /// `[database]`
    pub database: Database,
    /// `[keys]`
    pub keys: Keys,
    /// `[lockout]`
    pub lockout: Lockout,
    /// `[log]`
    pub log: Log,
    /// `[metrics]`
    pub metrics: MetricsListener,
    /// `[notifications]`
    pub notifications: Notifications,
    /// `[passwords]`
    pub passwords: Passwords,
    /// `[server]`
    pub server: Server,
    /// `[setup]`
    pub setup: Option<FirstAdmin>,
    /// `[sessions]`
    pub sessions: SessionTimes,
    /// What decides who may do what.
    pub switches: Switches,
    /// `[registry]`
    pub sync: Sync,
    /// `[application_tokens]`, `[refresh_tokens]` and `[token]`
    pub tokens: Tokens,
    /// `worker.embedded`: whether the server does the background work itself.
    pub embedded_worker: bool,
    /// Each setting by name, as it is now and where that comes from.
    pub all: Vec<Setting>,
}

/// `[keys]`
#[derive(Clone, Debug)]
pub struct Keys {
    /// The file of the master key, which opens the secrets in the database.
    pub master_key_file: PathBuf,
    /// How new keys sign.
    pub algorithm: KeyAlgorithm,
    /// The issuer that tokens name and registries expect.
    pub issuer: String,
}

/// One setting as it is; a secret's value is `***`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// Such as `server.listen`.
    pub key: &'static str,
    /// As it was written, or as the default would be.
    pub value: String,
    /// Where that was.
    pub source: Source,
}

impl Settings {
    /// Reads what was given.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn load(given: &Given) -> Result<Self, Problems> {
        let (values, problems) = source::collect(given);
        let mut reader = Reader::new(values, problems);
        let mut settings = Self::read(&mut reader);
        let (all, problems) = reader.finish();
        settings.all = all;
        settings.all.sort_by_key(|setting| setting.key);
        if problems.is_empty() { Ok(settings) } else { Err(Problems(problems)) }
    }

    /// Where a setting's value comes from.
    pub fn source(&self, key: &str) -> &Source {
        let setting = self.all.iter().find(|setting| setting.key == key);
        setting.map_or(&Source::Default, |setting| &setting.source)
    }

    fn read(reader: &mut Reader) -> Self {
        let data = reader.path("data.dir", "./data".into());
        let server = Server::read(reader);
        Self {
            anonymous_browse: reader.flag("anonymous.browse", true),
            api_requests: reader.number("api.requests", 600, 1..=1_000_000),
            page_requests: reader.number("pages.requests", 600, 1..=1_000_000),
            audit_pulls: reader.flag("audit.pulls", false),
            database: Database::read(reader, &data),
            keys: Keys::read(reader, &data),
            lockout: Lockout::read(reader),
            log: Log::read(reader),
            metrics: MetricsListener::read(reader, server.listen),
            notifications: Notifications::read(reader),
            passwords: Passwords::read(reader),
            server,
            sessions: limits::sessions(reader),
            setup: FirstAdmin::read(reader),
            switches: policy::read(reader),
            sync: Sync::read(reader),
            tokens: Tokens::read(reader),
            embedded_worker: reader.flag("worker.embedded", true),
            all: Vec::new(),
            data,
        }
    }
}

/// Every setting a line, as the file would hold it, with where it comes from.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.all.iter().try_for_each(|Setting { key, value, source }| {
            writeln!(f, "{key} = {value:?}  # {source}")
        })
    }
}

impl Keys {
    fn read(reader: &mut Reader, data: &std::path::Path) -> Self {
        let algorithms = "must be one of `ES256`, `RS256`";
        let issuer = |text: &str| {
            let plain = !text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\'));
            (plain && !text.trim().is_empty() && text.len() <= 255).then(|| text.to_owned())
        };
        Self {
            master_key_file: reader.path("keys.master_key_file", data.join("master.key")),
            algorithm: reader
                .value("keys.algorithm", KeyAlgorithm::Es256, algorithms, |text| text.parse().ok()),
            issuer: reader.value(
                "keys.issuer",
                "portus".to_owned(),
                "must be 1 to 255 bytes without quotes, backslashes and control characters",
                issuer,
            ),
        }
    }
}
