use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::create_account::give_personal_namespaces;
use super::create_namespace::add as add_namespace;
use crate::activity::{Actor, NewActivity, kind};
use crate::catalog::{Difference, KnownTags, Observed, diff};
use crate::id::{NamespaceId, SyncId};
use crate::image::{MediaType, SeenManifest};
use crate::namespace::NamespaceKind;
use crate::policy::Policy;
use crate::port::{
    CatalogPage, Clock, JobKind, RemoteError, RemoteRegistries, RemoteRegistry, Store, StoreError,
    SyncRun, TagChange, Tx,
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

/// One walk under way.
struct Walk<'a> {
    registry: &'a Registry,
    remote: Arc<dyn RemoteRegistry>,
    as_of: AsOf,
    sync: Option<SyncId>,
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
        let mut report = SyncReport::default();
        let mut changes = 0;
        let mut cursor = None;
        if let Some(run) = &resumed {
            (report.repositories, changes) = (run.repositories, run.changes);
            cursor = run.cursor.clone();
        }
        let mut page = remote.catalog(cursor.as_deref()).await?;
        let walk = self.begin(registry, remote, mode, resumed, &page).await?;
        loop {
            report.odd += page.odd;
            self.walk_page(&walk, mode, &page, &mut report, progress).await?;
            let Some(next) = page.next else { break };
            if let Some(sync) = walk.sync {
                let (seen, set) = (report.repositories, changes + report.added + report.moved);
                self.store
                    .write::<_, StoreError>(async |tx| {
                        tx.syncs().advance(sync, Some(&next), seen, set).await
                    })
                    .await?;
            }
            page = walk.remote.catalog(Some(&next)).await?;
        }
        self.finish(&walk, &report, changes).await?;
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

    async fn begin<'a>(
        &self,
        registry: &'a Registry,
        remote: Arc<dyn RemoteRegistry>,
        mode: SyncMode,
        resumed: Option<SyncRun>,
        page: &CatalogPage,
    ) -> Result<Walk<'a>, StoreError> {
        let (at, sync) = match (resumed, mode) {
            (Some(run), _) => (run.as_of, Some(run.id)),
            (None, SyncMode::DryRun) => (page.date.unwrap_or_else(|| self.clock.now()), None),
            (None, SyncMode::Apply) => {
                let at = page.date.unwrap_or_else(|| self.clock.now());
                let id = self
                    .store
                    .write::<_, StoreError>(async |tx| tx.syncs().begin(registry.id, at).await)
                    .await?;
                (at, Some(id))
            }
        };
        Ok(Walk { registry, remote, as_of: AsOf { at, event: "".into() }, sync })
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
        let look = |path| async move { (path, observe(&*walk.remote, path).await) }.boxed();
        let looks: Vec<BoxFuture<'_, (&RepositoryPath, _)>> =
            page.repositories.iter().map(look).collect();
        let mut looks = stream::iter(looks).buffer_unordered(self.concurrency.max(1));
        while let Some((path, observed)) = looks.next().await {
            match observed {
                Ok(observed) => {
                    let difference = match mode {
                        SyncMode::Apply => self.apply(walk, &observed).await?,
                        SyncMode::DryRun => self.compare(walk, &observed).await?,
                    };
                    report.added += difference.added.len() as u64;
                    report.moved += difference.moved.len() as u64;
                    if mode == SyncMode::DryRun && !difference.is_empty() {
                        report.differences.push(difference);
                    }
                }
                Err(error) => {
                    // One repository that cannot be read keeps no other back; a registry that does
                    // not answer at all ends the walk.
                    let alone = matches!(error, RemoteError::Odd(_))
                        || walk.remote.catalog(None).await.is_ok();
                    if !alone {
                        return Err(error.into());
                    }
                    if mode == SyncMode::Apply {
                        // Its name is in the catalog, so nobody may take it.
                        self.namespace(walk, path).await?;
                    }
                    report.failed.push((path.clone(), error.to_string()));
                }
            }
            report.repositories += 1;
            progress.step(report.repositories, path);
        }
        Ok(())
    }

    async fn compare(
        &self,
        walk: &Walk<'_>,
        observed: &Observed,
    ) -> Result<Difference, StoreError> {
        self.store
            .read(async |tx| {
                let known = known_tags(tx, walk, &observed.repository).await?;
                Ok(diff(&known, observed, &walk.as_of))
            })
            .await
    }

    async fn apply(&self, walk: &Walk<'_>, observed: &Observed) -> Result<Difference, StoreError> {
        let namespace = self.namespace(walk, &observed.repository).await?;
        let difference = self.compare(walk, observed).await?;
        let tags: Vec<_> = difference.tags().collect();
        let now = self.clock.now();
        for part in tags.chunks(TAGS_AT_ONCE) {
            self.store
                .write::<_, StoreError>(async |tx| {
                    let path = &observed.repository;
                    let repository = tx.repositories().ensure(namespace, path, now).await?;
                    for (tag, digest) in part {
                        let manifest = SeenManifest {
                            digest: digest.clone(),
                            media_type: MediaType::default(),
                            pushed_at: walk.as_of.at,
                        };
                        let repositories = tx.repositories();
                        let unread =
                            repositories.add_manifest(repository, &manifest, &walk.as_of).await?;
                        let set = repositories
                            .set_tag(repository, tag, digest, &walk.as_of, None)
                            .await?;
                        if unread && set != TagChange::Older {
                            let job = JobKind::Describe {
                                registry: walk.registry.id,
                                repository: path.clone(),
                                digest: digest.clone(),
                            };
                            tx.jobs().enqueue(&job, now).await?;
                        }
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(difference)
    }

    /// The namespace of a repository; one that nobody made becomes an orphan.
    async fn namespace(
        &self,
        walk: &Walk<'_>,
        path: &RepositoryPath,
    ) -> Result<NamespaceId, StoreError> {
        let (registry, name) = (walk.registry.id, path.namespace());
        let known = self
            .store
            .read::<_, StoreError>(async |tx| tx.namespaces().by_name(registry, name).await)
            .await?;
        if let Some(known) = known {
            return Ok(known.id);
        }
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                if let Some(known) = tx.namespaces().by_name(registry, name).await? {
                    return Ok(known.id);
                }
                let Some(name) = name else {
                    return Err(StoreError::Corrupt(format!(
                        "namespaces has no global one for registry {registry}"
                    )));
                };
                let id = add_namespace(tx, registry, name, NamespaceKind::Orphan, now).await?;
                let row =
                    NewActivity::done(kind::NAMESPACE_CREATE, &Actor::PORTUS, now, name.as_str());
                tx.audit().append(&[row.detail("orphan, found by sync").in_namespace(id)]).await?;
                Ok(id)
            })
            .await
    }

    /// The catalog was listed whole: the registry is open to everyone from now on.
    async fn finish(
        &self,
        walk: &Walk<'_>,
        report: &SyncReport,
        changes_before: u64,
    ) -> Result<(), StoreError> {
        let Some(sync) = walk.sync else { return Ok(()) };
        let (now, registry) = (self.clock.now(), walk.registry);
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

/// Every tag of a repository and what it points at.
async fn observe(
    remote: &dyn RemoteRegistry,
    path: &RepositoryPath,
) -> Result<Observed, RemoteError> {
    let mut tags = BTreeMap::new();
    let mut from: Option<String> = None;
    loop {
        let page = remote.tags(path, from.as_deref()).await?;
        let resolved: Vec<_> = stream::iter(page.tags)
            .map(|tag| async move {
                let found = remote.resolve(path, &tag).await?;
                Ok::<_, RemoteError>(found.map(|manifest| (tag, manifest.digest)))
            })
            .buffer_unordered(TAGS_RESOLVED_AT_ONCE)
            .try_collect()
            .await?;
        tags.extend(resolved.into_iter().flatten());
        match page.next {
            Some(next) => from = Some(next),
            None => return Ok(Observed { repository: path.clone(), tags }),
        }
    }
}

async fn known_tags(
    tx: &mut Tx,
    walk: &Walk<'_>,
    path: &RepositoryPath,
) -> Result<KnownTags, StoreError> {
    match tx.repositories().by_path(walk.registry.id, path).await? {
        Some(repository) => tx.repositories().known_tags(repository).await,
        None => Ok(KnownTags::new()),
    }
}

/// How many tags are set in one unit of work at most.
const TAGS_AT_ONCE: usize = 200;

/// How many tags of one repository are looked at at once.
const TAGS_RESOLVED_AT_ONCE: usize = 4;
