use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::digest::Digest;
use crate::id::{DeletionId, JobId, RegistryId};
use crate::repository::RepositoryPath;

/// Work that takes network calls, done once by one worker at a time.
#[async_trait]
pub trait Jobs: Send {
    /// Adds a job, unless the same one waits already.
    async fn enqueue(&mut self, job: &JobKind, run_at: SystemTime) -> Result<(), StoreError>;

    /// Adds a job that is due now, though the same one be there already: one that waits is due, one
    /// that a worker has begins anew when it is finished.
    async fn enqueue_anew(&mut self, job: &JobKind, now: SystemTime) -> Result<(), StoreError>;

    /// Takes jobs that are due, at most `limit`, and keeps other workers from them until `lease`.
    async fn claim(
        &mut self,
        now: SystemTime,
        lease: SystemTime,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError>;

    /// The job is done, or never will be; one that was asked for anew meanwhile is due.
    async fn finish(&mut self, job: JobId) -> Result<(), StoreError>;

    /// The job failed; it is tried again at `next`.
    async fn postpone(
        &mut self,
        job: JobId,
        error: &str,
        next: SystemTime,
    ) -> Result<(), StoreError>;

    /// Keeps other workers from a claimed job until `lease`, when it takes longer than most.
    async fn hold(&mut self, job: JobId, lease: SystemTime) -> Result<(), StoreError>;

    /// A job that waits for its next try is due now; whether there is one that no worker has.
    async fn hasten(&mut self, job: JobId, now: SystemTime) -> Result<bool, StoreError>;

    /// How many jobs wait.
    async fn waiting(&mut self) -> Result<u64, StoreError>;
}

/// What is to be done.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum JobKind {
    /// Read a manifest that was pushed or found.
    Describe {
        /// Where.
        registry: RegistryId,
        /// In which repository.
        repository: RepositoryPath,
        /// Which.
        digest: Digest,
    },
    /// Look again at a repository that a walk left alone, because a push might be about to make its
    /// namespace.
    Adopt {
        /// Where.
        registry: RegistryId,
        /// Which.
        repository: RepositoryPath,
    },
    /// Go on with a deletion.
    Delete {
        /// Where.
        registry: RegistryId,
        /// Which.
        deletion: DeletionId,
    },
    /// List a registry's catalog for the first time.
    FirstSync {
        /// Which.
        registry: RegistryId,
    },
    /// List a registry's catalog because someone asked for it.
    Sync {
        /// Which.
        registry: RegistryId,
    },
}

impl JobKind {
    /// As it is written in answers.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Adopt { .. } => "adopt",
            Self::Delete { .. } => "delete",
            Self::Describe { .. } => "describe",
            Self::FirstSync { .. } => "first_sync",
            Self::Sync { .. } => "sync",
        }
    }

    /// Where it is done.
    pub const fn registry(&self) -> RegistryId {
        match self {
            Self::Adopt { registry, .. }
            | Self::Delete { registry, .. }
            | Self::Describe { registry, .. }
            | Self::FirstSync { registry }
            | Self::Sync { registry } => *registry,
        }
    }

    /// In which repository, where it is about one.
    pub const fn repository(&self) -> Option<&RepositoryPath> {
        match self {
            Self::Adopt { repository, .. } | Self::Describe { repository, .. } => Some(repository),
            Self::Delete { .. } | Self::FirstSync { .. } | Self::Sync { .. } => None,
        }
    }
}

/// A job in the hands of one worker.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// The store's number.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// How often it failed.
    pub tries: u32,
}
