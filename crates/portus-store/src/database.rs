use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use portus_core::port::{Browse, Explore, Images, Lookups, Oversight, People, Store, StoreError};

use crate::epochs::EpochWatch;
use crate::migrations::MigrateError;
use crate::{postgres, sqlite};

/// How a database is used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// How many connections at most are kept for units of work and lists, and as many again for
    /// the look-ups of the token endpoint, so that no storm of one starves the other.
    pub pool: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { pool: 8 }
    }
}

/// A database, and everything that is kept in it.
pub struct Database {
    /// Units of work.
    pub store: Arc<dyn Store>,
    /// The look-ups of the token endpoint.
    pub lookups: Arc<dyn Lookups>,
    /// Lists.
    pub browse: Arc<dyn Browse>,
    /// What is in repositories.
    pub images: Arc<dyn Images>,
    /// Lists about people and what is theirs.
    pub people: Arc<dyn People>,
    /// How the work goes.
    pub oversight: Arc<dyn Oversight>,
    /// What people look at on the way to images.
    pub explore: Arc<dyn Explore>,
    /// The policy epoch; knows nothing until [`Database::watch`] runs or after
    /// [`EpochWatch::refresh`].
    pub epochs: Arc<EpochWatch>,
    pub(crate) schema: Arc<dyn Schema>,
}

/// Takes a database's address: `sqlite://path/to/file.db` or `postgres://user:pw@host/name`.
///
/// Opens no connection yet, so that a server can start before its database does.
///
/// # Errors
///
/// Where the address cannot be read.
pub fn connect(url: &str, options: Options) -> Result<Database, ConnectError> {
    match url.split_once("://").map(|(scheme, _)| scheme) {
        Some("sqlite") => sqlite::sql::connect(url, options),
        Some("postgres" | "postgresql") => postgres::sql::connect(url, options),
        _ => Err(ConnectError::Scheme),
    }
}

impl Database {
    /// Runs every step that the database has not seen yet, in one transaction that other
    /// processes wait for; their names, in order.
    ///
    /// # Errors
    ///
    /// Where a step does not run, or the database was used by a newer version.
    pub async fn migrate(&self) -> Result<Vec<String>, MigrateError> {
        self.schema.migrate().await
    }

    /// The steps that the database has not seen yet.
    ///
    /// # Errors
    ///
    /// Where the database is away, or was used by a newer version.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, MigrateError> {
        self.schema.pending().await
    }

    /// Keeps [`Database::epochs`] up to date, through every loss of the connection, until it is
    /// dropped.
    pub fn watch(&self) -> impl Future<Output = ()> + Send + use<> {
        let epochs = self.epochs.clone();
        async move { epochs.watch().await }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// Where it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.schema.ping().await
    }
}

/// What is done to a database as a whole.
#[async_trait]
pub(crate) trait Schema: Send + Sync {
    async fn migrate(&self) -> Result<Vec<String>, MigrateError>;
    async fn pending(&self) -> Result<Vec<String>, MigrateError>;
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Why a database's address was not taken. Never says the address, which may hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// Neither of the two databases.
    #[error("a database's address starts with `sqlite://` or `postgres://`")]
    Scheme,
    /// A database in memory is another one for each connection.
    #[error("the address of an SQLite database names a file: `sqlite://data/portus.db`")]
    NoFile,
    /// PostgreSQL's client does not understand it.
    #[error("the address of the PostgreSQL database cannot be read")]
    Postgres(#[source] tokio_postgres::Error),
    /// An unknown way to use TLS.
    #[error(
        "`{0}` is not an sslmode: `disable`, `prefer`, `require`, `verify-ca` or `verify-full`"
    )]
    SslMode(String),
    /// TLS cannot be set up, as when the file of `sslrootcert` is not there.
    #[error("TLS to the database cannot be set up")]
    Tls(#[source] openssl::error::ErrorStack),
    /// The pool of connections was not made.
    #[error("the pool of connections cannot be made")]
    Pool(#[source] Box<dyn std::error::Error + Send + Sync>),
}
