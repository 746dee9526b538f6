//! When which registry's catalog is listed.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use portus_core::id::RegistryId;
use portus_core::port::{StoreError, SyncRun};
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
        let settings = &self.settings;
        let when = When { strategy: settings.strategy, interval: settings.interval, started };
        self.store
            .read(async |tx| {
                let mut due = Vec::new();
                for registry in tx.registries().all().await? {
                    let latest = tx.syncs().latest(registry.id).await?;
                    let failed = failures.get(&registry.id);
                    // Its first listing is a job, made when it was added.
                    let wanted = registry.read_at.is_some()
                        && match failed {
                            Some(failed) => !failed.rest(),
                            None => when.is_due(latest.as_ref(), now),
                        };
                    if wanted {
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

/// What the operator wants listed again, and when.
struct When {
    strategy: SyncStrategy,
    interval: Duration,
    /// When this worker was.
    started: SystemTime,
}

impl When {
    /// Whether a registry that was walked before is to be walked again; `latest` is its last walk.
    fn is_due(&self, latest: Option<&SyncRun>, now: SystemTime) -> bool {
        let seen = latest.map(|run| run.finished_at.unwrap_or(run.as_of));
        match self.strategy {
            SyncStrategy::Off | SyncStrategy::Initial => false,
            SyncStrategy::OnStart => seen.is_none_or(|at| at < self.started),
            SyncStrategy::Update => seen.is_none_or(|at| at + self.interval <= now),
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

#[cfg(test)]
mod tests {
    use portus_core::id::SyncId;

    use super::*;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(second)
    }

    fn run(as_of: u64, finished: Option<u64>) -> SyncRun {
        SyncRun {
            id: SyncId(1),
            as_of: at(as_of),
            cursor: None,
            repositories: 0,
            changes: 0,
            finished_at: finished.map(at),
        }
    }

    /// The worker started at 100, it is 200 now, and the interval is 50.
    #[test]
    fn a_strategy_says_when_a_registry_is_walked_again() {
        use SyncStrategy::{Initial, Off, OnStart, Update};
        let before = run(10, Some(20));
        let since = run(110, Some(120));
        let just_now = run(160, Some(170));
        let under_way = run(190, None);
        for (strategy, latest, due) in [
            (Off, None, false),
            (Off, Some(&before), false),
            (Initial, None, false),
            (Initial, Some(&before), false),
            (OnStart, None, true),
            (OnStart, Some(&before), true),
            (OnStart, Some(&since), false),
            (OnStart, Some(&under_way), false),
            (Update, None, true),
            (Update, Some(&before), true),
            (Update, Some(&since), true),
            (Update, Some(&just_now), false),
            (Update, Some(&under_way), false),
        ] {
            let when = When { strategy, interval: Duration::from_secs(50), started: at(100) };
            assert_eq!(when.is_due(latest, at(200)), due, "{strategy:?} {latest:?}");
        }
    }

    #[test]
    fn what_failed_rests_longer_each_time() {
        let now = Instant::now();
        let failed = |count, ago| Failures { count, at: now.checked_sub(Duration::from_secs(ago)) };
        assert!(failed(1, 50).rest() && !failed(1, 61).rest());
        assert!(failed(3, 200).rest() && !failed(3, 241).rest());
    }
}
