//! Runs the server from its first line to its last.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;
use portus::settings::{FirstAdmin, Given, MetricsListener, Settings, Source};
use portus::signals::Ends;
use portus::tasks::Tasks;
use portus::wiring::{self, Portus};
use portus::worker::Worker;
use portus::{http, keeping, telemetry};
use portus_core::activity::Actor;
use portus_core::usecase::{CreateAccountError, NewPerson};
use tokio::net::TcpListener;

use crate::flags::Flags;
use crate::greeting::{Greeting, setup_line};
use crate::registry::{self, Enrolment, Prepared, RegistryChild};
use crate::starting;

/// Runs until told to end.
///
/// # Errors
///
/// In a sentence that says why it cannot run.
pub fn run(flags: &Flags, settings: Settings, given: &Given) -> anyhow::Result<()> {
    let _log = telemetry::log(&settings.log)?;
    let metrics = telemetry::metrics()?;
    let beside = if flags.with_registry {
        Some(registry::prepare(&settings.data, flags.registry_listen, given.variable("PATH"))?)
    } else {
        None
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut ends = Ends::listen()?;
        let starting = Starting { flags, settings, metrics, beside };
        let running = tokio::select! {
            running = starting.start() => running?,
            () = ends.wait() => return Ok(()),
        };
        running.until(&mut ends).await
    })
}

/// What is known before anything runs.
struct Starting<'a> {
    flags: &'a Flags,
    settings: Settings,
    metrics: PrometheusHandle,
    beside: Option<Prepared>,
}

/// A server that runs.
struct Running {
    portus: Arc<Portus>,
    /// Answers requests; ends before what works in the background.
    serving: Tasks,
    background: Tasks,
    registry: Option<RegistryChild>,
    /// Held, so that nobody else runs a registry in its folder.
    _beside: Option<Prepared>,
}

impl Starting<'_> {
    async fn start(mut self) -> anyhow::Result<Running> {
        let tls = http::tls(&self.settings)?;
        let listener = http::listen("server.listen", self.settings.server.listen).await?;
        self.settings.server.set_listen(listener.local_addr()?);
        let own_metrics = self.listen_for_metrics().await?;
        let answer = async || {
            // Without its certificate there would be no handshake.
            if tls.is_none() {
                starting::answer(&listener).await;
            }
        };
        let portus = Arc::new(wiring::open(&self.settings, answer).await?);
        self.make_first_admin(&portus).await?;
        let enrolment = match &self.beside {
            Some(prepared) => Some(Enrolment::make(&portus, prepared).await?),
            None => None,
        };
        let (mut serving, mut background) = (Tasks::new(), Tasks::new());
        keeping::start(&portus, &mut background);
        keeping::start_sums(&self.metrics, &mut background);
        if self.settings.metrics != MetricsListener::Off {
            keeping::start_gauges(&portus, &mut background);
        }
        http::start_reloading(tls.clone(), &mut background)?;
        http::start(&portus, &self.metrics, (listener, tls), &mut serving)?;
        if let Some(listener) = own_metrics {
            http::start_metrics(&self.settings, &self.metrics, listener, &mut serving);
        }
        let server = &self.settings.server;
        tracing::info!(address = %server.listen, url = %server.url, "listening");
        if server.url.is_refused_by_some() {
            tracing::warn!(
                url = %server.url,
                "some clients, such as crane, ask no private number for a token: give \
                 `server.url` a name"
            );
        }
        let registry = match &self.beside {
            Some(prepared) => {
                let child = RegistryChild::start(prepared)?;
                child.ready().await?;
                Some(child)
            }
            None => None,
        };
        // After the registry, which it would otherwise not find at its first look.
        if self.settings.embedded_worker {
            Worker::new(&portus)?.start(&mut background);
        }
        self.greet(&portus, enrolment.as_ref()).await?;
        Ok(Running { portus, serving, background, registry, _beside: self.beside })
    }

    async fn listen_for_metrics(&self) -> anyhow::Result<Option<TcpListener>> {
        let MetricsListener::Own(address) = self.settings.metrics else { return Ok(None) };
        match http::listen("metrics.listen", address).await {
            // Nobody asked for metrics: that is no reason to do without the rest.
            Err(error) if *self.settings.source("metrics.listen") == Source::Default => {
                tracing::warn!("there are no metrics: {error:#}");
                Ok(None)
            }
            listener => listener.map(Some),
        }
    }

    /// Makes the admin that the settings name, while nobody has an account.
    async fn make_first_admin(&self, portus: &Portus) -> anyhow::Result<()> {
        let Some(FirstAdmin { name, password }) = &self.settings.setup else { return Ok(()) };
        let create = portus.create_account();
        if !create.is_first().await? {
            return Ok(());
        }
        let (name, password) = (name.clone(), password.clone());
        let person = NewPerson { name, email: None, password: Some(password), admin: true };
        match create.set_up(&Actor::PORTUS, &person).await {
            Ok(_) => tracing::info!(account.name = %person.name, "made the first admin"),
            // Another replica was first.
            Err(CreateAccountError::NotFirst) => {}
            Err(error) => return Err(error).context("`setup.admin` was not made"),
        }
        Ok(())
    }

    async fn greet(&self, portus: &Portus, enrolment: Option<&Enrolment>) -> anyhow::Result<()> {
        let is_new = portus.accounts().await? == 0;
        let link = format!("{}/setup/{}", self.settings.server.url, portus.setup_secret().expose());
        let line = setup_line(self.flags, &self.settings);
        let greeting = Greeting {
            url: &self.settings.server.url,
            registry: enrolment.map(|enrolment| enrolment.host.as_str()),
            setup: is_new.then_some((&link, &line)),
        };
        // Nobody reads it where standard output is closed.
        let mut out = std::io::stdout();
        let _ = out.write_all(greeting.text().as_bytes()).and_then(|()| out.flush());
        Ok(())
    }
}

impl Running {
    /// Runs until told to end, then ends in order.
    async fn until(mut self, ends: &mut Ends) -> anyhow::Result<()> {
        let outcome = tokio::select! {
            () = ends.wait() => Ok(()),
            error = self.serving.breakdown() => Err(error).context("a listener broke down"),
            error = self.background.breakdown() => Err(error).context("background work broke down"),
        };
        tracing::info!("ending: requests under way are finished first");
        let orderly = async {
            if let Some(registry) = self.registry {
                // First, so that what it still has to tell finds someone who listens.
                registry.end().await;
            }
            let patience = self.portus.settings.server.shutdown_timeout;
            self.serving.end(patience + patience / 10).await;
            self.background.end(patience).await;
        };
        tokio::select! {
            () = orderly => tracing::info!("ended"),
            () = ends.wait() => tracing::warn!("ended at once, as told twice"),
        }
        outcome
    }
}
