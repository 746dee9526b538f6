//! What every long-running program does beside its work: it learns of changes that others made,
//! and writes down what it noted.

use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use portus_core::port::StoreError;

use crate::tasks::{Stop, Tasks};
use crate::wiring::{Portus, pause};
use crate::worker::chain;

/// Starts it.
pub fn start(portus: &Arc<Portus>, tasks: &mut Tasks) {
    tasks.start_endless("watch the policy", portus.database.watch());
    let own = portus.clone();
    tasks.start_endless("keep keys", async move { keep_keys(&own).await });
    let own = portus.clone();
    let stop = tasks.stop();
    tasks.start("write notes", async move { write_notes(&own, stop).await });
}

/// Tells how much waits in the inbox, where someone listens to numbers.
pub fn start_gauges(portus: &Arc<Portus>, tasks: &mut Tasks) {
    let own = portus.clone();
    tasks.start_endless("count what waits", async move {
        loop {
            // What cannot be asked is not told: the last number stays.
            let _ = count_waiting(&own).await;
            tokio::time::sleep(GAUGES).await;
        }
    });
}

/// Sums up what was timed. The exporter keeps every single time until then, and nobody may ever ask
/// for the sums: 24 bytes a request, without end.
pub fn start_sums(metrics: &PrometheusHandle, tasks: &mut Tasks) {
    let metrics = metrics.clone();
    tasks.start_endless("sum up times", async move {
        loop {
            tokio::time::sleep(SUMS).await;
            metrics.run_upkeep();
        }
    });
}

/// Signs with the keys that there are: looks again after every change, and each hour since
/// certificates end.
async fn keep_keys(portus: &Portus) {
    let mut changes = portus.database.epochs.changed();
    let mut failures = 0;
    loop {
        let wait = match tend_keys(portus).await {
            Ok(()) => {
                failures = 0;
                HOUR
            }
            Err(error) => {
                failures += 1;
                tracing::warn!("the signing keys cannot be looked at: {error:#}");
                pause(failures)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}

async fn tend_keys(portus: &Portus) -> anyhow::Result<()> {
    portus.keep_keys().tend().await?;
    portus.load_keys().await
}

async fn write_notes(portus: &Portus, mut stop: Stop) {
    let notes = portus.write_notes();
    let mut failures = 0;
    loop {
        let is_last = stop.sleep(if failures == 0 { NOTES } else { pause(failures) }).await;
        match notes.run().await {
            Ok(dropped) => {
                failures = 0;
                if dropped > 0 {
                    tracing::warn!(dropped, "there was more to note than fits");
                }
            }
            Err(error) => {
                failures += 1;
                tracing::warn!(error = chain(&error), "notes cannot be written down yet");
            }
        }
        if is_last {
            return;
        }
    }
}

async fn count_waiting(portus: &Portus) -> Result<(), StoreError> {
    let lag = portus.database.store.read(async |tx| tx.inbox().lag().await).await?;
    #[expect(clippy::cast_precision_loss, reason = "nobody tells 2^53 events from one more")]
    let gauge = |name: &'static str, number: u64| metrics::gauge!(name).set(number as f64);
    gauge("portus_inbox_waiting", lag.waiting);
    gauge("portus_inbox_parked", lag.parked);
    Ok(())
}

const HOUR: Duration = Duration::from_secs(3600);
const NOTES: Duration = Duration::from_secs(1);
const GAUGES: Duration = Duration::from_secs(5);
const SUMS: Duration = Duration::from_secs(5);
