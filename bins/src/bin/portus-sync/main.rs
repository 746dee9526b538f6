//! The background work of Portus, apart from its server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use portus::settings::{Flag, Given, Settings};
use portus::signals::Ends;
use portus::tasks::Tasks;
use portus::wiring;
use portus::worker::Worker;
use portus::{http, keeping, telemetry};

/// The background work of Portus, apart from its server: applies notifications, reads manifests,
/// lists catalogs, keeps house. Any number may run.
///
/// Takes the same configuration as portus-server; set `worker.embedded = false` there.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Flags {
    /// The configuration file [default: ./portus.toml or /etc/portus/portus.toml, if there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where files are kept: `data.dir`
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Where the state is, sqlite://PATH or postgres://USER@HOST/DATABASE: `database.url`
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Where Prometheus finds /metrics of this program [default: nowhere]
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
    /// Says everything that is wrong with the configuration, and starts nothing
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    let flag =
        |name, key, value: &Option<String>| value.clone().map(|value| Flag { name, key, value });
    let set = [
        flag("--data", "data.dir", &flags.data),
        flag("--database", "database.url", &flags.database),
    ];
    let given = Given::to_this_process(flags.config.clone(), set.into_iter().flatten().collect());
    let settings = match Settings::load(&given) {
        Ok(settings) => settings,
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::from(2);
        }
    };
    if flags.check {
        println!("configuration is sound");
        return ExitCode::SUCCESS;
    }
    match run(&flags, settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portus-sync: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: &Flags, settings: Settings) -> anyhow::Result<()> {
    let _log = telemetry::log(&settings.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut ends = Ends::listen()?;
        let patience = settings.server.shutdown_timeout;
        let mut tasks = tokio::select! {
            tasks = start(flags, settings) => tasks?,
            () = ends.wait() => return Ok(()),
        };
        tracing::info!("working");
        let outcome = tokio::select! {
            () = ends.wait() => Ok(()),
            error = tasks.breakdown() => Err(error.into()),
        };
        tracing::info!("ending: what is under way is finished first");
        tokio::select! {
            () = tasks.end(patience) => tracing::info!("ended"),
            () = ends.wait() => tracing::warn!("ended at once, as told twice"),
        }
        outcome
    })
}

async fn start(flags: &Flags, settings: Settings) -> anyhow::Result<Tasks> {
    let mut tasks = Tasks::new();
    if let Some(address) = flags.metrics_listen {
        let metrics = telemetry::metrics()?;
        let listener = http::listen("--metrics-listen", address).await?;
        http::start_metrics(&settings, &metrics, listener, &mut tasks);
    }
    let portus = Arc::new(wiring::open(&settings, async || {}).await?);
    keeping::start(&portus, &mut tasks);
    if flags.metrics_listen.is_some() {
        keeping::start_gauges(&portus, &mut tasks);
    }
    Worker::new(&portus)?.start(&mut tasks);
    Ok(tasks)
}

const EXAMPLES: &str = "\
Example:
  portus-sync --config /etc/portus/portus.toml --metrics-listen 127.0.0.1:9091

It exits with 0 when it was told to end, 1 when it cannot go on, 2 when the configuration is wrong.";
