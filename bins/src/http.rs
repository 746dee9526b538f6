//! The listeners of the programs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;
use portus_core::port::{Epochs, RemoteRegistries};
use portus_core::usecase::Authenticate;
use portus_http::{Api, App, ConnectionLimits, Limits, Tls, Web, metrics_router, router, serve};
use tokio::net::TcpListener;

use crate::doctor::LiveDoctor;
use crate::settings::{MetricsListener, Server, Settings};
use crate::signals;
use crate::tasks::Tasks;
use crate::wiring::{Portus, administering};

/// Listens at an address.
///
/// # Errors
///
/// Saying which setting named it.
pub async fn listen(setting: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address} (`{setting}`)"))
}

/// The certificate that the settings name.
///
/// # Errors
///
/// Where it or its key cannot be used.
pub fn tls(settings: &Settings) -> anyhow::Result<Option<Arc<Tls>>> {
    let Some(files) = &settings.server.tls else { return Ok(None) };
    let tls = Tls::load(&files.certificate, &files.key);
    Ok(Some(Arc::new(tls.context("`server.tls_certificate`, `server.tls_key`")?)))
}

/// Answers what clients, registries and operators ask.
///
/// # Errors
///
/// Where registries cannot be called at all.
pub fn start(
    portus: &Arc<Portus>,
    metrics: &PrometheusHandle,
    (listener, tls): (TcpListener, Option<Arc<Tls>>),
    tasks: &mut Tasks,
) -> anyhow::Result<()> {
    let doctor = Arc::new(LiveDoctor::new(portus));
    let mut routes = router(app(portus, doctor.clone(), portus.registries()?));
    tasks.start_endless("examine", async move { doctor.attend().await });
    if portus.settings.metrics == MetricsListener::Same {
        routes = routes.merge(metrics_router(render(metrics)));
    }
    let limits = connection_limits(&portus.settings.server);
    let mut stop = tasks.stop();
    tasks.start("answer requests", async move {
        serve(listener, routes, tls, limits, stop.wait()).await;
    });
    Ok(())
}

/// Answers what Prometheus asks, on a listener of its own.
pub fn start_metrics(
    settings: &Settings,
    metrics: &PrometheusHandle,
    listener: TcpListener,
    tasks: &mut Tasks,
) {
    let routes = metrics_router(render(metrics));
    let limits = connection_limits(&settings.server);
    let mut stop = tasks.stop();
    tasks.start("answer Prometheus", async move {
        serve(listener, routes, None, limits, stop.wait()).await;
    });
}

/// Reads the certificate again when its files change, and when the system says so.
///
/// # Errors
///
/// Where the system does not tell us.
pub fn start_reloading(tls: Option<Arc<Tls>>, tasks: &mut Tasks) -> anyhow::Result<()> {
    let mut reloads = signals::reloads()?;
    tasks.start_endless("reload the certificate", async move {
        loop {
            let told = tokio::select! {
                _ = reloads.recv() => true,
                () = tokio::time::sleep(LOOK_AT_FILES) => false,
            };
            let Some(tls) = &tls else { continue };
            match if told { tls.reload().map(|()| true) } else { tls.reload_if_changed() } {
                Ok(true) => tracing::info!("the certificate was read again"),
                Ok(false) => {}
                Err(error) => {
                    let error = anyhow::Error::from(error);
                    tracing::error!("the certificate cannot be read again: {error:#}");
                }
            }
        }
    });
    Ok(())
}

fn app(portus: &Portus, doctor: Arc<LiveDoctor>, remotes: Arc<dyn RemoteRegistries>) -> App {
    let settings = &portus.settings;
    let signer = portus.signer.clone();
    let epochs = portus.database.epochs.clone();
    let authenticate = Arc::new(portus.authenticate());
    App {
        web: web(portus, authenticate.clone(), remotes),
        api: api(portus),
        admin: administering::admin(portus, doctor),
        authenticate,
        issue_token: Arc::new(portus.issue_token()),
        accept_notification: Arc::new(portus.accept_notification()),
        jwks: Arc::new(move || signer.jwks()),
        ready: Arc::new(move || match epochs.known() {
            Some(_) => Ok(()),
            None => Err("the database does not answer".into()),
        }),
        limits: Limits {
            trusted_proxies: settings.server.trusted_proxies.clone(),
            notification_networks: settings.notifications.networks.clone(),
            api_requests: settings.api_requests,
            page_requests: settings.page_requests,
            notification_body: settings.notifications.max_body,
            request_timeout: settings.server.request_timeout,
        },
    }
}

fn web(
    portus: &Portus,
    authenticate: Arc<Authenticate>,
    remotes: Arc<dyn RemoteRegistries>,
) -> Web {
    let server = &portus.settings.server;
    Web {
        sign_in: Arc::new(portus.sign_in(authenticate.clone())),
        look: Arc::new(portus.look()),
        survey: Arc::new(portus.survey()),
        remark: Arc::new(portus.remark()),
        describe: Arc::new(portus.describe()),
        explain: Arc::new(portus.explain_access()),
        who_can: Arc::new(portus.who_can()),
        what_can: Arc::new(portus.what_can()),
        what_if: Arc::new(portus.what_if()),
        find: Arc::new(portus.find()),
        sessions: Arc::new(portus.manage_sessions()),
        tokens: Arc::new(portus.manage_tokens()),
        change_email: Arc::new(portus.change_email(authenticate.clone())),
        change_password: Arc::new(portus.change_password(authenticate.clone())),
        create_account: Arc::new(portus.create_account()),
        delete_images: Arc::new(portus.delete_images(remotes)),
        cancel_deletion: Arc::new(portus.cancel_deletion()),
        follow_deletions: Arc::new(portus.follow_deletions()),
        setup_secret: portus.setup_secret(),
        passwords: portus.passwords.clone(),
        clock: portus.clock.clone(),
        origin: server.url.origin(),
        insecure_cookies: server.insecure_cookies,
        anonymous_browse: portus.settings.anonymous_browse,
    }
}

fn api(portus: &Portus) -> Api {
    Api {
        answer_once: portus.answer_once().into(),
        change_account: Arc::new(portus.change_account()),
        change_bot: Arc::new(portus.change_bot()),
        change_members: Arc::new(portus.change_members()),
        change_namespace: Arc::new(portus.change_namespace()),
        change_team: Arc::new(portus.change_team()),
        create_bot: Arc::new(portus.create_bot()),
        create_namespace: Arc::new(portus.create_namespace()),
        create_team: Arc::new(portus.create_team()),
        delete_account: Arc::new(portus.delete_account()),
        inspect: Arc::new(portus.inspect()),
        link_password: Arc::new(portus.link_password()),
        retry_events: Arc::new(portus.retry_events()),
        roster: Arc::new(portus.roster()),
    }
}

fn connection_limits(server: &Server) -> ConnectionLimits {
    ConnectionLimits {
        header_timeout: server.header_timeout,
        idle_timeout: server.idle_timeout,
        shutdown_timeout: server.shutdown_timeout,
        max_connections: server.max_connections,
    }
}

fn render(metrics: &PrometheusHandle) -> Arc<dyn Fn() -> String + Send + Sync> {
    let metrics = metrics.clone();
    Arc::new(move || metrics.render())
}

const LOOK_AT_FILES: Duration = Duration::from_secs(30);
