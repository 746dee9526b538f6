//! The one place where the parts are put together: what talks to the world, and the use cases
//! over it.

pub(crate) mod administering;
mod managing;
mod opening;

use std::sync::Arc;
use std::time::Duration;

use portus_auth::{BcryptPasswords, JwtSigner, KeyVault, OsEntropy};
use portus_core::key::Installation;
use portus_core::policy::Policy;
use portus_core::port::{
    Clock, Entropy, Epochs, JobKind, Passwords, RemoteRegistries, StoreError, TokenSigner, Vault,
};
use portus_core::secret::Secret;
use portus_core::usecase::{
    AcceptNotification, AnswerOnce, ApplyEvents, Authenticate, ChangeEmail, ChangePassword,
    CreateAccount, ExplainAccess, Install, InstallError, IssueToken, KeepKeys, Lockout, Look,
    ManageSessions, ManageTokens, Notes, RunJobs, SignIn, Standings, SyncRegistry, Tidy,
    WriteNotes,
};
use portus_registry::{ClientSettings, HttpRegistries};
use portus_store::Database;

use crate::clock::SystemClock;
use crate::settings::Settings;

pub use opening::{OpenError, database, make_folder, open};

use opening::{keys_error, master_key, prepare_tables, store_error};

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
            calls: self.settings.sync.concurrency,
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
            deletions: Arc::new(self.run_deletion(remotes.clone())),
            remotes,
            sync,
            clock: self.clock.clone(),
            concurrency: self.settings.sync.concurrency,
            complain: Arc::new(|job, problem| match job {
                JobKind::Adopt { repository, .. } => {
                    tracing::info!("`{repository}` is looked at later: {problem}");
                }
                JobKind::Delete { deletion, .. } => {
                    tracing::info!("deletion {deletion} goes on later: {problem}");
                }
                JobKind::FirstSync { .. } | JobKind::Sync { .. } => {
                    tracing::warn!("the listing of a registry is not whole: {problem}");
                }
                JobKind::Describe { repository, digest, .. } => {
                    tracing::info!("`{repository}@{digest}` is read later: {problem}");
                }
            }),
        }
    }

    /// Signs people in with browsers; the same `authenticate` as at the token endpoint.
    pub fn sign_in(&self, authenticate: Arc<Authenticate>) -> SignIn {
        let browse = self.database.browse.clone();
        SignIn::new(authenticate, browse, self.entropy.clone(), self.settings.sessions)
    }

    /// Shows people what they may see.
    pub fn look(&self) -> Look {
        Look {
            browse: self.database.browse.clone(),
            images: self.database.images.clone(),
            store: self.database.store.clone(),
            lookups: self.database.lookups.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Says who may do what, and why.
    pub fn explain_access(&self) -> ExplainAccess {
        ExplainAccess {
            store: self.database.store.clone(),
            lookups: self.database.lookups.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Does once what is asked for twice.
    pub fn answer_once(&self) -> AnswerOnce {
        AnswerOnce { store: self.database.store.clone(), clock: self.clock.clone() }
    }

    /// Lets people change their own mail addresses.
    pub fn change_email(&self, authenticate: Arc<Authenticate>) -> ChangeEmail {
        ChangeEmail { authenticate, store: self.database.store.clone(), clock: self.clock.clone() }
    }

    /// Lets people change their own passwords.
    pub fn change_password(&self, authenticate: Arc<Authenticate>) -> ChangePassword {
        ChangePassword {
            authenticate,
            store: self.database.store.clone(),
            passwords: self.passwords.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Makes people's accounts.
    pub fn create_account(&self) -> CreateAccount {
        CreateAccount {
            store: self.database.store.clone(),
            policy: self.policy.clone(),
            passwords: self.passwords.clone(),
            entropy: self.entropy.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Makes, lists and revokes application tokens.
    pub fn manage_tokens(&self) -> ManageTokens {
        ManageTokens {
            store: self.database.store.clone(),
            policy: self.policy.clone(),
            passwords: self.passwords.clone(),
            entropy: self.entropy.clone(),
            clock: self.clock.clone(),
            limit: self.settings.tokens.application_limit,
        }
    }

    /// Shows people where they are signed in, and signs them out there.
    pub fn manage_sessions(&self) -> ManageSessions {
        ManageSessions {
            store: self.database.store.clone(),
            policy: self.policy.clone(),
            clock: self.clock.clone(),
        }
    }

    /// What the link holds that makes the first admin.
    pub fn setup_secret(&self) -> Secret {
        self.vault.setup_secret(&self.installation.id)
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
            sessions: self.settings.sessions,
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

    pub(crate) fn epochs(&self) -> Arc<dyn Epochs> {
        self.database.epochs.clone()
    }
}

/// How long to wait before trying something again that failed so many times in a row.
pub fn pause(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.saturating_sub(1).min(3))
}
