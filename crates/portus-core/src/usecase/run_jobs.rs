use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt};

use super::causes::in_full;
use super::describe_manifest;
use super::run_deletion::{Ran, RunDeletion};
use super::sync_registry::{SyncError, SyncMode, SyncRegistry};
use crate::digest::Digest;
use crate::id::{DeletionId, JobId, RegistryId};
use crate::port::{
    Clock, Described, Job, JobKind, RemoteError, RemoteRegistries, Store, StoreError,
};
use crate::registry::Registry;
use crate::repository::RepositoryPath;

/// Does the work that takes calls to registries.
pub struct RunJobs {
    /// Where the work is listed, and kept when it is done.
    pub store: Arc<dyn Store>,
    /// The registries.
    pub remotes: Arc<dyn RemoteRegistries>,
    /// Lists a registry for the first time, and adds what a walk left alone.
    pub sync: Arc<SyncRegistry>,
    /// Does deletions.
    pub deletions: Arc<RunDeletion>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How many calls at once.
    pub concurrency: usize,
    /// Told of what did not work and is tried again, or is not.
    pub complain: Arc<Complain>,
}

/// Takes a job, and what is wrong with it in words.
pub type Complain = dyn Fn(&JobKind, &str) + Send + Sync;

/// Why no work was done.
#[derive(Debug, thiserror::Error)]
pub enum RunJobsError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RunJobs {
    /// Does what is due; says whether there was any.
    pub async fn run_once(&self) -> Result<bool, RunJobsError> {
        let now = self.clock.now();
        let limit = u32::try_from(self.concurrency.max(1) * 4).unwrap_or(64);
        let jobs = self
            .store
            .write::<_, StoreError>(async |tx| tx.jobs().claim(now, now + LEASE, limit).await)
            .await?;
        let any = !jobs.is_empty();
        // Registries that did not answer: the rest of their jobs wait too, without a call each.
        let away = Mutex::default();
        // Boxed, and not lazily: otherwise the whole is "not general enough" for `tokio::spawn`.
        let runs: Vec<BoxFuture<'_, Result<(), StoreError>>> =
            jobs.iter().map(|job| self.run(&away, job).boxed()).collect();
        let done: Vec<Result<(), StoreError>> =
            stream::iter(runs).buffer_unordered(self.concurrency.max(1)).collect().await;
        done.into_iter().collect::<Result<(), _>>()?;
        Ok(any)
    }

    async fn run(&self, away: &Mutex<HashSet<RegistryId>>, job: &Job) -> Result<(), StoreError> {
        match &job.kind {
            JobKind::Describe { registry, repository, digest } => {
                self.describe(away, job, *registry, repository, digest).await
            }
            JobKind::Adopt { registry, repository } => self.adopt(job, *registry, repository).await,
            JobKind::Delete { deletion, .. } => self.delete(job, *deletion).await,
            JobKind::FirstSync { registry } => self.first_sync(job, *registry).await,
            JobKind::Sync { registry } => match self.registry(*registry).await? {
                Some(registry) => self.list(job, &registry).await,
                None => self.finish(job.id).await,
            },
        }
    }

    async fn describe(
        &self,
        away: &Mutex<HashSet<RegistryId>>,
        job: &Job,
        registry: RegistryId,
        path: &RepositoryPath,
        digest: &Digest,
    ) -> Result<(), StoreError> {
        let Some(registry) = self.registry(registry).await? else {
            return self.finish(job.id).await;
        };
        let is_away = lock(away).contains(&registry.id);
        let answer = match is_away {
            true => Err(RemoteError::Unreachable("it did not answer a moment ago".into())),
            false => self.remotes.open(&registry).manifest(path, digest).await,
        };
        if matches!(answer, Err(RemoteError::Unreachable(_))) {
            lock(away).insert(registry.id);
        }
        let described = match answer {
            Ok(Some(details)) => Described::Read(Box::new(details)),
            Ok(None) => Described::Failed,
            Err(error) if error.is_temporary() || job.tries < ODD_TRIES => {
                return self.postpone(job, &error).await;
            }
            Err(_) => Described::Failed,
        };
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                describe_manifest::keep(tx, &registry, (path, digest), &described, now).await?;
                tx.jobs().finish(job.id).await
            })
            .await
    }

    async fn delete(&self, job: &Job, deletion: DeletionId) -> Result<(), StoreError> {
        match self.deletions.run(deletion, job.tries).await? {
            Ran::Ended => self.finish(job.id).await,
            Ran::Away(error) => self.postpone(job, &error).await,
            Ran::Later => self.again(job, A_MOMENT).await,
            Ran::More => self.again(job, Duration::ZERO).await,
        }
    }

    /// Makes a job anew, behind what waits, and as if it had never failed.
    async fn again(&self, job: &Job, wait: Duration) -> Result<(), StoreError> {
        let next = self.clock.now() + wait;
        self.store
            .write(async |tx| {
                tx.jobs().finish(job.id).await?;
                tx.jobs().enqueue(&job.kind, next).await
            })
            .await
    }

    async fn adopt(
        &self,
        job: &Job,
        registry: RegistryId,
        path: &RepositoryPath,
    ) -> Result<(), StoreError> {
        let Some(registry) = self.registry(registry).await? else {
            return self.finish(job.id).await;
        };
        match self.sync.adopt(&registry, path).await {
            Ok(()) => self.finish(job.id).await,
            Err(SyncError::Store(error)) => Err(error),
            Err(SyncError::Remote(error)) => self.postpone(job, &error).await,
        }
    }

    async fn first_sync(&self, job: &Job, registry: RegistryId) -> Result<(), StoreError> {
        // Gone, or read meanwhile by somebody else's sync.
        let Some(registry) = self.registry(registry).await?.filter(|one| one.read_at.is_none())
        else {
            return self.finish(job.id).await;
        };
        self.list(job, &registry).await
    }

    async fn list(&self, job: &Job, registry: &Registry) -> Result<(), StoreError> {
        // A long walk is nobody else's meanwhile; should this process end, it goes on in an hour, or
        // with the next sync.
        let later = self.clock.now() + LONGEST_WALK;
        self.store.write::<_, StoreError>(async |tx| tx.jobs().hold(job.id, later).await).await?;
        match self.sync.run(registry, SyncMode::Apply, &()).await {
            Ok(report) => {
                for (path, reason) in &report.failed {
                    (self.complain)(&job.kind, &format!("`{path}`: {reason}"));
                }
                match job.kind {
                    // Whoever asked for it wants all of it read, not the rest of an older walk.
                    JobKind::Sync { .. } if report.resumed => self.again(job, Duration::ZERO).await,
                    _ => self.finish(job.id).await,
                }
            }
            Err(SyncError::Store(error)) => Err(error),
            Err(SyncError::Remote(error)) => self.postpone(job, &error).await,
        }
    }

    async fn registry(&self, registry: RegistryId) -> Result<Option<Registry>, StoreError> {
        self.store.read(async |tx| tx.registries().by_id(registry).await).await
    }

    async fn finish(&self, job: JobId) -> Result<(), StoreError> {
        self.store.write(async |tx| tx.jobs().finish(job).await).await
    }

    /// Tries again later: soon at first, hourly in the end.
    async fn postpone(&self, job: &Job, error: &RemoteError) -> Result<(), StoreError> {
        let wait = Duration::from_secs((1 << job.tries.min(12)).min(3600));
        let next = self.clock.now() + wait;
        let reason = in_full(error);
        (self.complain)(&job.kind, &reason);
        self.store.write(async |tx| tx.jobs().postpone(job.id, &reason, next).await).await
    }
}

fn lock(away: &Mutex<HashSet<RegistryId>>) -> MutexGuard<'_, HashSet<RegistryId>> {
    away.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long the first listing of a registry may take before another worker goes on with it.
const LONGEST_WALK: Duration = Duration::from_secs(3600);

/// How long a worker may be silent before another takes its work.
const LEASE: Duration = Duration::from_secs(120);

/// How long a deletion waits for what was pushed since to be read.
const A_MOMENT: Duration = Duration::from_secs(5);

/// How often a registry may answer oddly before a manifest counts as unreadable.
const ODD_TRIES: u32 = 3;
