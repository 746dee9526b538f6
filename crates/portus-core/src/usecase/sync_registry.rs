use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt};

use super::create_account::give_personal_namespaces;
use super::walk::Walk;
use crate::activity::{Actor, NewActivity, kind};
use crate::catalog::{Difference, Observed};
use crate::id::SyncId;
use crate::policy::Policy;
use crate::port::{
    CatalogPage, Clock, RemoteError, RemoteRegistries, RemoteRegistry, Store, StoreError, SyncRun,
};
use crate::registry::Registry;
use crate::repository::RepositoryPath;
use crate::tag::AsOf;

/// Walks through a registry's catalog and adds what is missing. Nothing is ever removed, a newer
/// event wins, and no unit of work lasts across a call to the registry.
pub struct SyncRegistry {
    /// What is known.
    pub store: Arc<dyn Store>,
    /// The registries.
    pub remotes: Arc<dyn RemoteRegistries>,
    /// Whether people get namespaces of their own.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How many calls at once.
    pub concurrency: usize,
}

/// Whether differences are only told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SyncMode {
    /// They are added.
    Apply,
    /// They are told, on read-only transactions.
    DryRun,
}

/// Someone who watches.
pub trait Progress: Send + Sync {
    /// Another repository is done.
    fn step(&self, done: u64, repository: &RepositoryPath);
}

impl Progress for () {
    fn step(&self, _done: u64, _repository: &RepositoryPath) {}
}

/// What a walk found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SyncReport {
    /// Repositories in the catalog, those done by an interrupted walk before among them.
    pub repositories: u64,
    /// Tags nothing was known of.
    pub added: u64,
    /// Tags that point elsewhere by now.
    pub moved: u64,
    /// Names in the catalog that are no repository paths.
    pub odd: u64,
    /// Repositories left alone for now: a push may be about to make their namespace.
    pub claimable: u64,
    /// Whether it went on where an interrupted walk had ended: what that one saw was not seen again.
    pub resumed: bool,
    /// The differences; only kept in a dry run.
    pub differences: Vec<Difference>,
    /// Repositories that could not be read, and why.
    pub failed: Vec<(RepositoryPath, String)>,
}

/// Why a walk ended early. What was done stays done; the next walk goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The registry did not answer.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SyncRegistry {
    /// Walks through the catalog to its end.
    pub async fn run(
        &self,
        registry: &Registry,
        mode: SyncMode,
        progress: &dyn Progress,
    ) -> Result<SyncReport, SyncError> {
        let remote = self.remotes.open(registry);
        let resumed = self.unfinished(registry, mode).await?;
        let mut report = SyncReport { resumed: resumed.is_some(), ..SyncReport::default() };
        let mut changes = 0;
        let mut cursor = None;
        if let Some(run) = &resumed {
            (report.repositories, changes) = (run.repositories, run.changes);
            cursor = run.cursor.clone();
        }
        let mut page = remote.catalog(cursor.as_deref()).await?;
        let (at, sync) = self.begin(registry, mode, resumed, &page).await?;
        let walk = self.walk(registry, remote, at);
        loop {
            report.odd += page.odd;
            self.walk_page(&walk, mode, &page, &mut report, progress).await?;
            let Some(next) = page.next else { break };
            if let Some(sync) = sync {
                let (seen, set) = (report.repositories, changes + report.added + report.moved);
                self.store
                    .write::<_, StoreError>(async |tx| {
                        tx.syncs().advance(sync, Some(&next), seen, set).await
                    })
                    .await?;
            }
            page = walk.remote.catalog(Some(&next)).await?;
        }
        self.finish(registry, sync, &report, changes).await?;
        Ok(report)
    }

    /// A walk that was interrupted less than a day ago.
    async fn unfinished(
        &self,
        registry: &Registry,
        mode: SyncMode,
    ) -> Result<Option<SyncRun>, StoreError> {
        if mode == SyncMode::DryRun {
            return Ok(None);
        }
        let oldest = self.clock.now() - Duration::from_secs(24 * 3600);
        let latest = self
            .store
            .read::<_, StoreError>(async |tx| tx.syncs().latest(registry.id).await)
            .await?;
        Ok(latest
            .filter(|run| run.finished_at.is_none() && run.cursor.is_some() && run.as_of > oldest))
    }

    async fn begin(
        &self,
        registry: &Registry,
        mode: SyncMode,
        resumed: Option<SyncRun>,
        page: &CatalogPage,
    ) -> Result<(SystemTime, Option<SyncId>), StoreError> {
        if let Some(run) = resumed {
            return Ok((run.as_of, Some(run.id)));
        }
        let at = page.date.unwrap_or_else(|| self.clock.now());
        if mode == SyncMode::DryRun {
            return Ok((at, None));
        }
        let begun =
            self.store.write::<_, StoreError>(async |tx| tx.syncs().begin(registry.id, at).await);
        Ok((at, Some(begun.await?)))
    }

    fn walk<'a>(
        &'a self,
        registry: &'a Registry,
        remote: Arc<dyn RemoteRegistry>,
        at: SystemTime,
    ) -> Walk<'a> {
        Walk { own: self, registry, remote, as_of: AsOf { at, event: "".into() } }
    }

    async fn walk_page(
        &self,
        walk: &Walk<'_>,
        mode: SyncMode,
        page: &CatalogPage,
        report: &mut SyncReport,
        progress: &dyn Progress,
    ) -> Result<(), SyncError> {
        // Boxed, and not lazily: otherwise the whole is "not general enough" for `tokio::spawn`.
        let look = |path| async move { (path, walk.observe(path).await) }.boxed();
        let looks: Vec<BoxFuture<'_, (&RepositoryPath, _)>> =
            page.repositories.iter().map(look).collect();
        let mut looks = stream::iter(looks).buffer_unordered(self.concurrency.max(1));
        while let Some((path, observed)) = looks.next().await {
            self.settle(walk, mode, path, observed, report).await?;
            report.repositories += 1;
            progress.step(report.repositories, path);
        }
        Ok(())
    }

    /// Adds what was seen of one repository.
    async fn settle(
        &self,
        walk: &Walk<'_>,
        mode: SyncMode,
        path: &RepositoryPath,
        observed: Result<Observed, RemoteError>,
        report: &mut SyncReport,
    ) -> Result<(), SyncError> {
        if walk.may_be_claimed(path).await? {
            let has_tags = observed.map_or(true, |observed| !observed.tags.is_empty());
            if has_tags && mode == SyncMode::Apply {
                walk.look_again(path).await?;
            }
            report.claimable += 1;
            return Ok(());
        }
        let difference = match (observed, mode) {
            (Ok(observed), SyncMode::Apply) => walk.add(&observed).await?,
            (Ok(observed), SyncMode::DryRun) => walk.compare(&observed).await?,
            (Err(error), _) => {
                // One repository that cannot be read keeps no other back; a registry that does not
                // answer at all ends the walk.
                let alone =
                    matches!(error, RemoteError::Odd(_)) || walk.remote.catalog(None).await.is_ok();
                if !alone {
                    return Err(error.into());
                }
                if mode == SyncMode::Apply {
                    // Its name is in the catalog, so nobody may take it.
                    walk.namespace(path, true).await?;
                }
                report.failed.push((path.clone(), error.to_string()));
                return Ok(());
            }
        };
        report.added += difference.added.len() as u64;
        report.moved += difference.moved.len() as u64;
        if mode == SyncMode::DryRun && !difference.is_empty() {
            report.differences.push(difference);
        }
        Ok(())
    }

    /// Adds one repository of a name that no push claimed since it was found.
    pub(super) async fn adopt(
        &self,
        registry: &Registry,
        path: &RepositoryPath,
    ) -> Result<(), SyncError> {
        let remote = self.remotes.open(registry);
        let at = remote.catalog(None).await?.date.unwrap_or_else(|| self.clock.now());
        let walk = self.walk(registry, remote, at);
        match walk.observe(path).await {
            Ok(observed) => drop(walk.add(&observed).await?),
            Err(RemoteError::Odd(_)) => drop(walk.namespace(path, true).await?),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// The catalog was listed whole: the registry is open to everyone from now on.
    async fn finish(
        &self,
        registry: &Registry,
        sync: Option<SyncId>,
        report: &SyncReport,
        changes_before: u64,
    ) -> Result<(), StoreError> {
        let Some(sync) = sync else { return Ok(()) };
        let now = self.clock.now();
        let changes = report.added + report.moved;
        self.store
            .write::<_, StoreError>(async |tx| {
                if registry.read_at.is_none() {
                    tx.raise_epoch().await?;
                    tx.registries().set_read(registry.id, now).await?;
                    give_personal_namespaces(tx, &self.policy, registry.id, now).await?;
                }
                tx.syncs()
                    .advance(sync, None, report.repositories, changes_before + changes)
                    .await?;
                tx.syncs().finish(sync, now).await?;
                if changes > 0 {
                    let name = registry.name.as_str();
                    let row = NewActivity::done(kind::REGISTRY_SYNC, &Actor::PORTUS, now, name);
                    let found = format!(
                        "{} repositories, {} tags added, {} moved",
                        report.repositories, report.added, report.moved
                    );
                    tx.audit().append(&[row.detail(found)]).await?;
                }
                Ok(())
            })
            .await
    }
}
