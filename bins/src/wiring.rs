//! The one place where the parts are put together: what talks to the world, and the use cases
//! over it.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use portus_auth::{BcryptPasswords, JwtSigner, KeyVault, MasterKey, MasterKeyError, OsEntropy};
use portus_core::key::Installation;
use portus_core::policy::Policy;
use portus_core::port::{
    Clock, Entropy, Epochs, Passwords, RemoteRegistries, StoreError, TokenSigner, Vault,
};
use portus_core::usecase::{
    AcceptNotification, ApplyEvents, Authenticate, Install, InstallError, IssueToken, KeepKeys,
    KeepKeysError, Lockout, Notes, RunJobs, Standings, SyncRegistry, Tidy, WriteNotes,
};
use portus_registry::{ClientSettings, HttpRegistries};
use portus_store::{Database, MigrateError, Options};

use crate::clock::SystemClock;
use crate::settings::{DatabaseKind, Settings};

/// Portus, put together over a database that is up to date and a master key that fits it.
///
/// Everything is shared and cheap to hand out; use cases are made when asked for.
pub struct Portus {
    /// What the operator set.
    pub settings: Settings,
    /// The state.
    pub database: Arc<Database>,
    /// What this installation has once.
    pub installation: Installation,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The secrets.
    pub vault: Arc<KeyVault>,
    /// Hashing.
    pub passwords: Arc<dyn Passwords>,
    /// Who may do what.
    pub policy: Arc<Policy>,
    /// Signs tokens, once it has keys: see [`Portus::load_keys`].
    pub signer: Arc<JwtSigner>,
    /// What is to be written down later; one for all who take notes.
    pub notes: Arc<Notes>,
}

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
        if path.is_dir() {
            bail!("the database `{}` is a folder: name a file in it", path.display());
        }
    }
    let options = Options { pool: settings.database.pool };
    let database = portus_store::connect(settings.database.url.expose(), options);
    Ok(Arc::new(database.context("`database.url` cannot be used")?))
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

impl Portus {
    /// Puts everything together: brings the tables up to date where the settings say so, finds
    /// or makes the master key, and holds it against the database.
    ///
    /// # Errors
    ///
    /// [`OpenError::Away`] where trying again may help.
    pub async fn open(settings: &Settings, database: Arc<Database>) -> Result<Self, OpenError> {
        prepare_tables(settings, &database).await?;
        let master = master_key(settings, &database).await?;
        let Settings { passwords, switches, keys, .. } = settings;
        let hashing =
            BcryptPasswords::new(passwords.cost, passwords.parallel, passwords.queue, &master);
        let vault = Arc::new(KeyVault::new(master));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let install = Install {
            store: database.store.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            algorithm: keys.algorithm,
        };
        let installation = install.run().await.map_err(|error| match error {
            InstallError::Store(error) => store_error(error),
            error => OpenError::Wrong(error.into()),
        })?;
        Ok(Self {
            installation,
            clock,
            entropy,
            vault,
            passwords: Arc::new(hashing),
            policy: Arc::new(Policy::new(*switches)),
            signer: Arc::new(JwtSigner::new(keys.issuer.as_str())),
            notes: Arc::default(),
            settings: settings.clone(),
            database,
        })
    }

    /// Learns what every request needs: the policy epoch, the registries, the signing keys.
    ///
    /// # Errors
    ///
    /// [`OpenError::Away`] where trying again may help.
    pub async fn start_knowing(&self) -> Result<(), OpenError> {
        self.database.epochs.refresh().await.map_err(store_error)?;
        self.keep_keys().tend().await.map_err(keys_error)?;
        let ring = self.keep_keys().ring().await.map_err(keys_error)?;
        let loaded = self.signer.load(self.vault.as_ref(), &ring.keys);
        loaded.map_err(|error| OpenError::Wrong(error.into()))
    }

    /// Gives the signer the keys that there are now.
    ///
    /// # Errors
    ///
    /// Where they cannot be read; it goes on with those it had.
    pub async fn load_keys(&self) -> anyhow::Result<()> {
        let ring = self.keep_keys().ring().await?;
        Ok(self.signer.load(self.vault.as_ref(), &ring.keys)?)
    }

    /// Finds out who is asking.
    pub fn authenticate(&self) -> Authenticate {
        let Settings { lockout, tokens, .. } = &self.settings;
        Authenticate::new(
            (self.database.lookups.clone(), self.database.store.clone()),
            self.epochs(),
            self.passwords.clone(),
            self.notes.clone(),
            self.clock.clone(),
            (Lockout { failures: lockout.failures, window: lockout.window }, tokens.refresh_unused),
        )
    }

    /// Issues tokens.
    pub fn issue_token(&self) -> IssueToken {
        let tokens = &self.settings.tokens;
        IssueToken {
            standings: Standings::new(self.database.lookups.clone(), &self.policy),
            store: self.database.store.clone(),
            epochs: self.epochs(),
            policy: self.policy.clone(),
            signer: self.signer.clone(),
            notes: self.notes.clone(),
            passwords: self.passwords.clone(),
            entropy: self.entropy.clone(),
            clock: self.clock.clone(),
            lifetime: tokens.lifetime,
            refresh_limit: tokens.refresh_limit,
        }
    }

    /// Takes in what registries tell of.
    pub fn accept_notification(&self) -> AcceptNotification {
        AcceptNotification {
            store: self.database.store.clone(),
            epochs: self.epochs(),
            vault: self.vault.clone(),
            passwords: self.passwords.clone(),
            notes: self.notes.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Moves notes to the store.
    pub fn write_notes(&self) -> WriteNotes {
        WriteNotes {
            store: self.database.store.clone(),
            clock: self.clock.clone(),
            notes: self.notes.clone(),
        }
    }

    /// Applies what registries told of.
    pub fn apply_events(&self) -> ApplyEvents {
        ApplyEvents {
            store: self.database.store.clone(),
            policy: self.policy.clone(),
            clock: self.clock.clone(),
            installation: self.installation.id.clone(),
            audit_pulls: self.settings.audit_pulls,
        }
    }

    /// Calls registries, with tokens of our own: the signer needs its keys before.
    ///
    /// # Errors
    ///
    /// Where TLS cannot be set up.
    pub fn registries(&self) -> anyhow::Result<Arc<HttpRegistries>> {
        let subject = format!("portus:{}", self.installation.id);
        let settings = ClientSettings {
            request_timeout: self.settings.sync.request_timeout,
            ..ClientSettings::new(subject)
        };
        let signer: Arc<dyn TokenSigner> = self.signer.clone();
        Ok(Arc::new(HttpRegistries::new(signer, self.clock.clone(), settings)?))
    }

    /// Lists catalogs.
    pub fn sync_registry(&self, remotes: Arc<dyn RemoteRegistries>) -> SyncRegistry {
        SyncRegistry {
            store: self.database.store.clone(),
            remotes,
            policy: self.policy.clone(),
            clock: self.clock.clone(),
            concurrency: self.settings.sync.concurrency,
        }
    }

    /// Does the work that takes calls to registries.
    pub fn run_jobs(&self, remotes: Arc<dyn RemoteRegistries>, sync: Arc<SyncRegistry>) -> RunJobs {
        RunJobs {
            store: self.database.store.clone(),
            remotes,
            sync,
            clock: self.clock.clone(),
            concurrency: self.settings.sync.concurrency,
        }
    }

    /// Keeps signing keys fresh.
    pub fn keep_keys(&self) -> KeepKeys {
        let vault: Arc<dyn Vault> = self.vault.clone();
        KeepKeys {
            store: self.database.store.clone(),
            vault,
            policy: self.policy.clone(),
            clock: self.clock.clone(),
            algorithm: self.settings.keys.algorithm,
        }
    }

    /// Removes what is too old.
    pub fn tidy(&self) -> Tidy {
        Tidy {
            store: self.database.store.clone(),
            clock: self.clock.clone(),
            refresh_unused: self.settings.tokens.refresh_unused,
            lockout_window: self.settings.lockout.window,
        }
    }

    /// How many accounts there are.
    ///
    /// # Errors
    ///
    /// Where the store does not answer.
    pub async fn accounts(&self) -> Result<u64, StoreError> {
        self.database.store.read(async |tx| tx.accounts().count().await).await
    }

    fn epochs(&self) -> Arc<dyn Epochs> {
        self.database.epochs.clone()
    }
}

async fn prepare_tables(settings: &Settings, database: &Database) -> Result<(), OpenError> {
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
async fn master_key(settings: &Settings, database: &Database) -> Result<MasterKey, OpenError> {
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

fn keys_error(error: KeepKeysError) -> OpenError {
    match error {
        KeepKeysError::Store(error) => store_error(error),
        error => OpenError::Wrong(error.into()),
    }
}

fn store_error(error: StoreError) -> OpenError {
    match error {
        StoreError::Unavailable(cause) => OpenError::Away(cause),
        error => OpenError::Wrong(error.into()),
    }
}

/// How long to wait before trying something again that failed so many times in a row.
pub fn pause(failures: u32) -> Duration {
    let seconds = 1u64 << failures.saturating_sub(1).min(5);
    Duration::from_secs(seconds.min(30))
}
