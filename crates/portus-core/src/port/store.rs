//! Where the state lives.

use async_trait::async_trait;

use super::{
    Accounts, Answers, Arrivals, Audit, Deletions, Going, Inbox, Jobs, Keys, Namespaces,
    PasswordLinks, Registries, Remains, Repositories, Sessions, Syncs, Teams, Tokens, Words,
};

/// A place that keeps the state: PostgreSQL, SQLite, or the memory of a test.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a unit of work that may write. Dropping it unfinished undoes it.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError>;

    /// Opens a unit of work that sees one moment; a write in it is refused.
    async fn snapshot(&self) -> Result<Box<dyn UnitOfWork>, StoreError>;
}

/// The state as one unit of work sees it, an aggregate at a time.
#[async_trait]
pub trait UnitOfWork: Send {
    /// People and bots.
    fn accounts(&mut self) -> &mut dyn Accounts;
    /// What was answered to requests that may come twice.
    fn answers(&mut self) -> &mut dyn Answers;
    /// When Portus heard of pushes.
    fn arrivals(&mut self) -> &mut dyn Arrivals;

    /// The audit.
    fn audit(&mut self) -> &mut dyn Audit;
    /// Deletions, and names that were deleted.
    fn deletions(&mut self) -> &mut dyn Deletions;
    /// Deletions that are under way.
    fn going(&mut self) -> &mut dyn Going;

    /// Notifications.
    fn inbox(&mut self) -> &mut dyn Inbox;
    /// Work for the worker.
    fn jobs(&mut self) -> &mut dyn Jobs;
    /// Signing keys, and what an installation has once.
    fn keys(&mut self) -> &mut dyn Keys;
    /// Namespaces.
    fn namespaces(&mut self) -> &mut dyn Namespaces;
    /// Links by which people set a password.
    fn password_links(&mut self) -> &mut dyn PasswordLinks;
    /// Registries.
    fn registries(&mut self) -> &mut dyn Registries;
    /// What goes along with what is deleted, and what is left of it.
    fn remains(&mut self) -> &mut dyn Remains;
    /// Repositories, with their tags and manifests.
    fn repositories(&mut self) -> &mut dyn Repositories;
    /// Browsers that are signed in.
    fn sessions(&mut self) -> &mut dyn Sessions;
    /// Walks through catalogs.
    fn syncs(&mut self) -> &mut dyn Syncs;
    /// Teams and who is in them.
    fn teams(&mut self) -> &mut dyn Teams;
    /// Application tokens, refresh tokens, wrong passwords.
    fn tokens(&mut self) -> &mut dyn Tokens;
    /// What people say of images.
    fn words(&mut self) -> &mut dyn Words;

    /// Says that this unit of work changes something a decision could see. Called first: the row's
    /// lock makes such units of work wait for each other.
    async fn raise_epoch(&mut self) -> Result<(), StoreError>;

    /// Waits until no other unit of work is open that raised the epoch, so that what they change is
    /// seen from here on. Raises nothing.
    async fn settle_epoch(&mut self) -> Result<(), StoreError>;

    /// Keeps it all.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
    /// Undoes it all.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A row holds what no version of Portus wrote: table, column, value.
    #[error("the store is corrupt: {0}")]
    Corrupt(String),
    /// A name that must be unique is in use.
    #[error("the name is taken")]
    Taken,
    /// Nothing was done and trying again later may help.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A unit of work in the hands of a use case.
///
/// Concrete, so that closures over it are `Send`: `AsyncFnOnce(&mut dyn UnitOfWork)` is "not
/// general enough" for `tokio::spawn` (Rust 1.95).
pub struct Tx(Box<dyn UnitOfWork>);

macro_rules! aggregates {
    ($($(#[$doc:meta])* $name:ident: $port:ident;)*) => {
        impl Tx {
            $($(#[$doc])* pub fn $name(&mut self) -> &mut dyn $port { self.0.$name() })*

            /// Says that this unit of work changes something a decision could see. Called first.
            pub async fn raise_epoch(&mut self) -> Result<(), StoreError> {
                self.0.raise_epoch().await
            }

            /// Waits until no other unit of work is open that raised the epoch.
            pub async fn settle_epoch(&mut self) -> Result<(), StoreError> {
                self.0.settle_epoch().await
            }
        }
    };
}

aggregates! {
    /// People and bots.
    accounts: Accounts;
    /// What was answered to requests that may come twice.
    answers: Answers;
    /// When Portus heard of pushes.
    arrivals: Arrivals;
    /// The audit.
    audit: Audit;
    /// Deletions, and names that were deleted.
    deletions: Deletions;
    /// Deletions that are under way.
    going: Going;
    /// Notifications.
    inbox: Inbox;
    /// Work for the worker.
    jobs: Jobs;
    /// Signing keys, and what an installation has once.
    keys: Keys;
    /// Namespaces.
    namespaces: Namespaces;
    /// Links by which people set a password.
    password_links: PasswordLinks;
    /// Registries.
    registries: Registries;
    /// What goes along with what is deleted, and what is left of it.
    remains: Remains;
    /// Repositories, with their tags and manifests.
    repositories: Repositories;
    /// Browsers that are signed in.
    sessions: Sessions;
    /// Walks through catalogs.
    syncs: Syncs;
    /// Teams and who is in them.
    teams: Teams;
    /// Application tokens, refresh tokens, wrong passwords.
    tokens: Tokens;
    /// What people say of images.
    words: Words;
}

impl dyn Store + '_ {
    /// Runs `work` in one unit of work: kept when it returns `Ok`, undone when it returns `Err`.
    pub async fn write<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tx = Tx(self.begin().await?);
        match work(&mut tx).await {
            Ok(value) => {
                tx.0.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // Why the work failed is what the caller needs to know; dropping undoes it anyway.
                let _ = tx.0.rollback().await;
                Err(error)
            }
        }
    }

    /// Runs `work` on one moment of the state.
    pub async fn read<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tx = Tx(self.snapshot().await?);
        let result = work(&mut tx).await;
        tx.0.rollback().await?;
        result
    }
}
