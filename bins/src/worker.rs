//! What goes on in the background: applying events, reading manifests, listing catalogs, and
//! keeping house. The same inside the server and in `portus-sync`; any number may run.

mod catalogs;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use portus_core::port::{Clock, JobKind, Store, StoreError};
use portus_core::registry::Registry;
use portus_core::usecase::{ApplyEvents, KeepKeys, RunJobs, SyncRegistry, Tidy};
use tokio::sync::Notify;

use crate::settings::{self, SyncStrategy};
use crate::tasks::{Stop, Tasks};
use crate::wiring::{Portus, pause};

/// The background work.
pub struct Worker {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    apply: ApplyEvents,
    jobs: RunJobs,
    sync: Arc<SyncRegistry>,
    tidy: Tidy,
    keys: KeepKeys,
    settings: settings::Sync,
    /// Rung when applying events left jobs.
    left_jobs: Notify,
}

impl Worker {
    /// The work of an installation.
    ///
    /// # Errors
    ///
    /// Where registries cannot be called at all.
    pub fn new(portus: &Portus) -> anyhow::Result<Self> {
        let remotes = portus.registries()?;
        let sync = Arc::new(portus.sync_registry(remotes.clone()));
        Ok(Self {
            store: portus.database.store.clone(),
            clock: portus.clock.clone(),
            apply: portus.apply_events(),
            jobs: portus.run_jobs(remotes, sync.clone()),
            sync,
            tidy: portus.tidy(),
            keys: portus.keep_keys(),
            settings: portus.settings.sync.clone(),
            left_jobs: Notify::new(),
        })
    }

    /// Starts the work.
    pub fn start(self, tasks: &mut Tasks) {
        let worker = Arc::new(self);
        // Jobs twice: the first listing of a large registry is long, and manifests are read meanwhile.
        for part in [Part::Events, Part::Jobs, Part::Jobs] {
            let (own, stop) = (worker.clone(), tasks.stop());
            tasks.start(part.name(), async move { own.go_on(part, stop).await });
        }
        let own = worker.clone();
        tasks.start_endless("list catalogs", async move { own.list_catalogs().await });
        tasks.start_endless("keep house", async move { worker.keep_house().await });
    }

    /// Does a part of the work as long as there is more of it, then waits to be called or for a
    /// moment.
    async fn go_on(&self, part: Part, mut stop: Stop) {
        let mut failures = 0;
        while !stop.is_set() {
            match self.once(part).await {
                Ok(more) => {
                    if failures > 0 {
                        tracing::info!("{part} works again");
                    }
                    failures = 0;
                    if !more {
                        self.rest(part, &mut stop).await;
                    }
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(error = chain(&*error), failures, "{part} failed");
                    stop.sleep(pause(failures)).await;
                }
            }
        }
    }

    async fn once(&self, part: Part) -> Result<bool, Box<dyn Error + Send + Sync>> {
        match part {
            Part::Events => {
                let any = self.apply.run_once().await?;
                if any {
                    self.left_jobs.notify_one();
                }
                Ok(any)
            }
            Part::Jobs => Ok(self.jobs.run_once().await?),
        }
    }

    async fn rest(&self, part: Part, stop: &mut Stop) {
        let called = async {
            match part {
                Part::Events => std::future::pending().await,
                Part::Jobs => self.left_jobs.notified().await,
            }
        };
        tokio::select! {
            () = stop.wait() => {}
            () = called => {}
            () = tokio::time::sleep(LOOK_FOR_WORK) => {}
        }
    }

    async fn keep_house(&self) {
        let mut failures = 0;
        loop {
            let wait = match self.keep_house_once().await {
                Ok(()) => {
                    failures = 0;
                    HOUSEKEEPING
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!("housekeeping was not finished: {error:#}");
                    pause(failures)
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    async fn keep_house_once(&self) -> anyhow::Result<()> {
        self.ask_for_first_listings().await?;
        self.keys.tend().await?;
        let rows = self.tidy.run().await?;
        if rows > 0 {
            tracing::debug!(rows, "removed what is too old");
        }
        Ok(())
    }

    /// Where the first listing's job was lost, the registry would stay unread for ever.
    async fn ask_for_first_listings(&self) -> Result<(), StoreError> {
        if self.settings.strategy == SyncStrategy::Off {
            return Ok(());
        }
        let now = self.clock.now();
        let registries = self.store.read(async |tx| tx.registries().all().await).await?;
        let is_unread = |registry: &Registry| registry.read_at.is_none();
        let unread: Vec<Registry> = registries.into_iter().filter(is_unread).collect();
        if unread.is_empty() {
            return Ok(());
        }
        self.store
            .write(async |tx| {
                for registry in &unread {
                    let job = JobKind::FirstSync { registry: registry.id };
                    tx.jobs().enqueue(&job, now).await?;
                }
                Ok(())
            })
            .await
    }
}

/// What is done again and again.
#[derive(Clone, Copy)]
enum Part {
    Events,
    Jobs,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Events => "applying events",
            Self::Jobs => "reading from registries",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An error with what caused it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(error) = next {
        let text = error.to_string();
        // Some say themselves what caused them.
        if !texts.last().is_some_and(|last| last.ends_with(&text)) {
            texts.push(text);
        }
        next = error.source();
    }
    texts.join(": ")
}

/// What others took in or left is found by looking.
const LOOK_FOR_WORK: Duration = Duration::from_millis(250);
const HOUSEKEEPING: Duration = Duration::from_secs(3600);
