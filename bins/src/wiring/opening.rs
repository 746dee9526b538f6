//! Opens what Portus stands on: the database, its tables, the master key.

use std::fs::{self, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use portus_auth::{MasterKey, MasterKeyError};
use portus_core::port::StoreError;
use portus_core::usecase::{Install, KeepKeysError};
use portus_store::{Database, MigrateError, Options};

use super::{Portus, pause};
use crate::settings::{DatabaseKind, Settings};

/// Why Portus cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing that someone has to mend: later may help.
    #[error("the database does not answer")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Somebody has to do something.
    #[error(transparent)]
    Wrong(#[from] anyhow::Error),
}

/// The database that the settings name. Nothing is opened yet.
///
/// # Errors
///
/// Where it cannot be one, or its folder cannot be made.
pub fn database(settings: &Settings) -> anyhow::Result<Arc<Database>> {
    make_folder(&settings.data)?;
    if let DatabaseKind::Sqlite(path) = &settings.database.kind {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder)?;
        }
        check_sqlite(path).with_context(|| {
            format!("the database `{}` (`database.url`) cannot be used", path.display())
        })?;
    }
    let options = Options { pool: settings.database.pool };
    let database = portus_store::connect(settings.database.url.expose(), options);
    Ok(Arc::new(database.context("`database.url` cannot be used")?))
}

/// Puts Portus together and has it know what every request needs. A PostgreSQL that is away is
/// waited for, and `meanwhile` done again and again.
///
/// # Errors
///
/// Where somebody has to do something, in a sentence that says what.
pub async fn open(settings: &Settings, meanwhile: impl AsyncFn()) -> anyhow::Result<Portus> {
    let database = database(settings)?;
    let mut failures = 0;
    loop {
        let error = match open_once(settings, database.clone()).await {
            Ok(portus) => return Ok(portus),
            Err(OpenError::Wrong(error)) => return Err(error),
            Err(OpenError::Away(error)) => anyhow::Error::from_boxed(error),
        };
        if settings.database.kind != DatabaseKind::Postgres {
            return Err(error.context("the database cannot be used (`database.url`)"));
        }
        failures += 1;
        let pause = pause(failures);
        tracing::warn!("waiting for the database, trying again in {pause:?}: {error:#}");
        let waiting = async {
            meanwhile().await;
            std::future::pending::<()>().await;
        };
        // That it ends is what is meant.
        let _ = tokio::time::timeout(pause, waiting).await;
    }
}

async fn open_once(settings: &Settings, database: Arc<Database>) -> Result<Portus, OpenError> {
    let portus = Portus::open(settings, database).await?;
    portus.start_knowing().await?;
    Ok(portus)
}

/// Whether a file is, or can become, an SQLite database: said here in a sentence, since from the
/// pool of connections it would only be that none was to be had.
///
/// Only before this process has its first connection to the file: closing the file here drops every
/// lock that the process has on it, and another process would take the log of changes for abandoned.
fn check_sqlite(path: &Path) -> anyhow::Result<()> {
    if path.is_dir() {
        bail!("it is a folder: name a file in it");
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let mut start = Vec::new();
    options.open(path)?.take(SQLITE.len() as u64).read_to_end(&mut start)?;
    if !start.is_empty() && start != SQLITE {
        bail!("it is not an SQLite database");
    }
    Ok(())
}

/// Makes a folder that only its owner may enter, unless there is one.
///
/// # Errors
///
/// Naming the folder.
pub fn make_folder(folder: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("the folder `{}` cannot be made", folder.display()))
}

pub(super) async fn prepare_tables(
    settings: &Settings,
    database: &Database,
) -> Result<(), OpenError> {
    if settings.database.migrate_on_start {
        for step in database.migrate().await.map_err(migrate_error)? {
            tracing::info!(migration.step = step, "brought the tables up to date");
        }
        return Ok(());
    }
    let pending = database.pending_migrations().await.map_err(migrate_error)?;
    if pending.is_empty() {
        return Ok(());
    }
    Err(OpenError::Wrong(anyhow::anyhow!(
        "the tables lack {} steps: run `portusctl migrate`, or set `database.migrate_on_start`",
        pending.len()
    )))
}

/// The master key: made at the first start, never after.
pub(super) async fn master_key(
    settings: &Settings,
    database: &Database,
) -> Result<MasterKey, OpenError> {
    let path = &settings.keys.master_key_file;
    let is_installed = Install::is_installed(database.store.as_ref()).await.map_err(store_error)?;
    let key = if is_installed { MasterKey::load(path) } else { MasterKey::create(path) };
    key.map_err(|error| {
        let is_missing = matches!(error, MasterKeyError::Missing { .. });
        let error = anyhow::Error::new(error);
        OpenError::Wrong(if is_installed && is_missing {
            error.context(
                "the database was set up with a master key that is not there: put its file back",
            )
        } else {
            error
        })
    })
}

fn migrate_error(error: MigrateError) -> OpenError {
    match error {
        MigrateError::Store(error) => store_error(error),
        error => OpenError::Wrong(anyhow::Error::new(error).context("the tables")),
    }
}

pub(super) fn keys_error(error: KeepKeysError) -> OpenError {
    match error {
        KeepKeysError::Store(error) => store_error(error),
        error => OpenError::Wrong(error.into()),
    }
}

pub(super) fn store_error(error: StoreError) -> OpenError {
    match error {
        StoreError::Unavailable(cause) => OpenError::Away(cause),
        error => OpenError::Wrong(error.into()),
    }
}

/// What every SQLite database begins with. Source: <https://sqlite.org/fileformat2.html>
const SQLITE: &[u8] = b"SQLite format 3\0";
