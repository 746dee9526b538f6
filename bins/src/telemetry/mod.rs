//! What the programs say about themselves: lines of a log, and numbers.

mod lines;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::settings::{Log, LogFormat};

use lines::Lines;
pub use lines::LogEnd;

/// Sends what is logged to standard error from now on, as the settings say. What is neither a
/// warning nor an error is gathered for some milliseconds; dropping what this returns writes the
/// rest.
///
/// # Errors
///
/// Where something in this process logs elsewhere already.
pub fn log(settings: &Log) -> anyhow::Result<LogEnd> {
    let filter = EnvFilter::try_new(&settings.level)?;
    let (lines, end) = Lines::start()?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_writer(lines);
    let started = match settings.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).try_init(),
        LogFormat::Text => {
            let colourful = std::io::IsTerminal::is_terminal(&std::io::stderr());
            lines.with_ansi(colourful).with_target(false).try_init()
        }
    };
    started.map_err(|error| anyhow::anyhow!("the log cannot start: {error}"))?;
    Ok(end)
}

/// Counts from now on; the handle renders what was counted, in Prometheus' text format.
///
/// # Errors
///
/// Where something in this process counts elsewhere already.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    Ok(handle)
}

const SECONDS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
