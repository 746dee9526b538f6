//! When which registry's catalog is listed.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use portus_core::id::RegistryId;
use portus_core::port::StoreError;
use portus_core::registry::Registry;
use portus_core::usecase::{SyncMode, SyncReport};

use super::{Worker, chain};
use crate::settings::SyncStrategy;

impl Worker {
    pub(super) async fn list_catalogs(&self) {
        let mut failures = HashMap::new();
        if self.settings.strategy == SyncStrategy::Off {
            return std::future::pending().await;
        }
        let started = self.clock.now();
        loop {
            match self.due(started, &failures).await {
                Ok(due) => {
                    for registry in due {
                        self.list_catalog(&registry, &mut failures).await;
                    }
                }
                Err(error) => tracing::warn!(error = chain(&error), "registries cannot be listed"),
            }
            tokio::time::sleep(LOOK_FOR_DUE_CATALOGS).await;
        }
    }

    /// The registries whose catalog is to be listed now.
    async fn due(
        &self,
        started: SystemTime,
        failures: &HashMap<RegistryId, Failures>,
    ) -> Result<Vec<Registry>, StoreError> {
        let now = self.clock.now();
        let strategy = self.settings.strategy;
        let interval = self.settings.interval;
        self.store
            .read(async |tx| {
                let mut due = Vec::new();
                for registry in tx.registries().all().await? {
                    let latest = tx.syncs().latest(registry.id).await?;
                    let seen = latest.map(|run| run.finished_at.unwrap_or(run.as_of));
                    let wanted = match strategy {
                        SyncStrategy::Off => false,
                        // Its first listing is a job, made when it was added.
                        _ if registry.read_at.is_none() => false,
                        SyncStrategy::Initial => false,
                        SyncStrategy::OnStart => seen.is_none_or(|at| at < started),
                        SyncStrategy::Update => seen.is_none_or(|at| at + interval <= now),
                    };
                    let rests = failures.get(&registry.id).is_some_and(Failures::rest);
                    if wanted && !rests {
                        due.push(registry);
                    }
                }
                Ok(due)
            })
            .await
    }

    async fn list_catalog(
        &self,
        registry: &Registry,
        failures: &mut HashMap<RegistryId, Failures>,
    ) {
        let name = registry.name.as_str();
        tracing::info!(registry.name = name, "listing the catalog");
        match self.sync.run(registry, SyncMode::Apply, &()).await {
            Ok(report) => {
                failures.remove(&registry.id);
                listed(name, &report);
            }
            Err(error) => {
                let failed = failures.entry(registry.id).or_default();
                let error = chain(&error);
                failed.count += 1;
                failed.at = Some(Instant::now());
                tracing::warn!(registry.name = name, error, "the catalog was not listed whole");
            }
        }
    }
}

/// How often listing a registry's catalog failed in a row, and when last.
#[derive(Default)]
struct Failures {
    count: u32,
    at: Option<Instant>,
}

impl Failures {
    fn rest(&self) -> bool {
        let rest = FIRST_REST.saturating_mul(1 << self.count.saturating_sub(1).min(6));
        self.at.is_some_and(|at| at.elapsed() < rest)
    }
}

fn listed(name: &str, report: &SyncReport) {
    tracing::info!(
        registry.name = name,
        repositories = report.repositories,
        added = report.added,
        moved = report.moved,
        failed = report.failed.len(),
        "listed the catalog"
    );
    for (repository, reason) in report.failed.iter().take(20) {
        let repository = repository.to_string();
        tracing::warn!(registry.name = name, repository.path = repository, reason, "was not read");
    }
}

const LOOK_FOR_DUE_CATALOGS: Duration = Duration::from_secs(30);
const FIRST_REST: Duration = Duration::from_secs(60);
