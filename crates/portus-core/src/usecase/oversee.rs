use std::sync::Arc;
use std::time::SystemTime;

use super::permit::{Refused, permit};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::JobId;
use crate::page::{Page, Slice};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{
    Clock, Doctor, Epochs, Examination, InboxLag, JobRow, Oversight, RegistryState, Store,
    StoreError, SyncRun, Trial,
};
use crate::registry::{NewRegistry, Registry, RegistryName};

/// Shows how Portus fares, and sees to it.
pub struct Oversee {
    /// How the work goes.
    pub oversight: Arc<dyn Oversight>,
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// Whether others change something.
    pub epochs: Arc<dyn Epochs>,
    /// What is right and wrong.
    pub doctor: Arc<dyn Doctor>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// How the work goes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Health {
    /// How often something changed that a decision could see; `None` where that was not confirmed
    /// within the last two seconds.
    pub epoch: Option<i64>,
    /// What waits to be applied.
    pub inbox: InboxLag,
    /// How many jobs there are.
    pub jobs: u64,
    /// How every registry fares.
    pub registries: Vec<RegistryState>,
    /// When this was so.
    pub at: SystemTime,
}

/// Why there is nothing to see, or nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum OverseeError {
    /// A worker has the job, or there is none.
    #[error("no job {0} that waits")]
    NoJob(JobId),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such registry.
    #[error("there is no registry `{0}`")]
    Unknown(RegistryName),
}

impl Oversee {
    /// Refuses whom it does not concern how Portus is set up.
    pub fn allow(&self, actor: &Actor) -> Result<(), Refused> {
        permit(&self.policy, actor, Deed::Oversee, &DeedFacts::default())
    }

    /// What waits, and since when.
    pub async fn health(&self, actor: &Actor) -> Result<Health, OverseeError> {
        self.allow(actor)?;
        let (inbox, jobs) = self
            .store
            .read::<_, StoreError>(async |tx| {
                Ok((tx.inbox().lag().await?, tx.jobs().waiting().await?))
            })
            .await?;
        let registries = self.oversight.registries().await?;
        let epoch = self.epochs.known().map(|known| known.epoch.0);
        Ok(Health { epoch, inbox, jobs, registries, at: self.clock.now() })
    }

    /// Jobs; only those that failed before, where that is asked.
    pub async fn jobs(
        &self,
        actor: &Actor,
        failing: bool,
        slice: &Slice,
    ) -> Result<Page<JobRow>, OverseeError> {
        self.allow(actor)?;
        Ok(self.oversight.jobs(failing, slice).await?)
    }

    /// Has a job done now that waits for its next try.
    pub async fn hasten(&self, actor: &Actor, job: JobId) -> Result<(), OverseeError> {
        self.allow(actor)?;
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                if !tx.jobs().hasten(job, now).await? {
                    return Err(OverseeError::NoJob(job));
                }
                let row = NewActivity::done(kind::JOB_RETRY, actor, now, job.to_string());
                tx.audit().append(&[row]).await?;
                Ok(())
            })
            .await
    }

    /// A registry.
    pub async fn registry(
        &self,
        actor: &Actor,
        name: &RegistryName,
    ) -> Result<Registry, OverseeError> {
        permit(&self.policy, actor, Deed::ManageRegistries, &DeedFacts::default())?;
        let found =
            self.store.read::<_, StoreError>(async |tx| tx.registries().by_name(name).await);
        found.await?.ok_or_else(|| OverseeError::Unknown(name.clone()))
    }

    /// A registry's walks, newest first.
    pub async fn syncs(
        &self,
        actor: &Actor,
        name: &RegistryName,
        slice: &Slice,
    ) -> Result<Page<SyncRun>, OverseeError> {
        let registry = self.registry(actor, name).await?;
        Ok(self.oversight.syncs(registry.id, slice).await?)
    }

    /// What the doctor found a moment ago.
    pub async fn findings(&self, actor: &Actor) -> Result<Examination, Refused> {
        self.allow(actor)?;
        Ok(self.doctor.findings().await)
    }

    /// Has the doctor look again.
    pub async fn look_again(&self, actor: &Actor) -> Result<Examination, Refused> {
        self.allow(actor)?;
        Ok(self.doctor.look_again().await)
    }

    /// Has the doctor look at a registry that is not known yet.
    pub async fn try_out(&self, actor: &Actor, registry: &NewRegistry) -> Result<Trial, Refused> {
        permit(&self.policy, actor, Deed::ManageRegistries, &DeedFacts::default())?;
        Ok(self.doctor.try_out(registry).await)
    }
}
