//! What is done about every request: an id, a limit of time, a net for panics, a line in the log.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{USER_AGENT, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use portus_core::usecase::Origin;
use tokio::time::{Instant, timeout};

use crate::origin::{REQUEST_ID, origin};
use crate::{Limits, Shared, denied};

/// What went wrong, for the log alone; put into the response by what answers the error.
#[derive(Clone, Debug)]
pub(crate) struct Cause(pub(crate) Arc<str>);

pub(crate) async fn attend(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let limits = &shared.app.limits;
    let origin = origin(&request, &limits.trusted_proxies);
    let line = Line::new(&request, &origin);
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(origin.clone());
    let mut response = next.run(request).await;
    denied::note(&shared, &mut response, route.as_ref(), (&origin, &line.asked()));
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(&line.request) {
        headers.insert(REQUEST_ID, id);
    }
    line.write(&response, started);
    response
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// What answers it panicked, with this message.
    #[error("the request panicked: {0}")]
    Panic(String),
    /// It took too long.
    #[error("the request took too long")]
    Slow,
}

/// Answers a request, unless that takes too long or panics.
///
/// What a handler leaves behind when it unwinds is dropped with it; locks that it held take what
/// they find.
pub(crate) async fn guarded(
    limits: &Limits,
    answer: impl Future<Output = Response>,
) -> Result<Response, Failed> {
    match timeout(limits.request_timeout, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(panic)) => Err(Failed::Panic(message(&*panic))),
        Err(_) => Err(Failed::Slow),
    }
}

/// The line of one request. The query is not in it: clients put names there that people mistype.
struct Line {
    method: Method,
    path: String,
    route: String,
    address: String,
    user_agent: String,
    request: Box<str>,
}

impl Line {
    fn new(request: &Request, origin: &Origin) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        Self {
            method: request.method().clone(),
            path: cut(&without_secrets(request.uri().path()), 200),
            route: route.map_or("none", MatchedPath::as_str).to_owned(),
            address: origin.address.to_string(),
            user_agent: user_agent(request.headers()),
            request: origin.request.clone().unwrap_or_default(),
        }
    }

    /// What was asked for, as the audit names it.
    fn asked(&self) -> String {
        cut(&format!("{} {}", self.method, self.path), 220)
    }

    fn write(&self, response: &Response, started: Instant) {
        let (status, took) = (response.status().as_u16(), started.elapsed());
        metrics::histogram!(
            "portus_http_request_seconds",
            "method" => method_label(&self.method),
            "route" => self.route.clone(),
            "status" => status.to_string(),
        )
        .record(took.as_secs_f64());
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        macro_rules! line {
            ($level:ident, $($more:tt)*) => {
                tracing::$level!(
                    method = %self.method,
                    path = %self.path,
                    status,
                    duration_ms,
                    address = %self.address,
                    user_agent = %self.user_agent,
                    request.id = %self.request,
                    $($more)*
                )
            };
        }
        match response.extensions().get::<Cause>() {
            Some(Cause(error)) if status >= 500 => line!(error, %error, "request failed"),
            Some(Cause(error)) => line!(info, %error, "request refused"),
            None if PROBES.contains(&&*self.route) => line!(debug, "request answered"),
            None => line!(info, "request answered"),
        }
    }
}

/// The path, with what may be the secret of a set-up link or a token in the wrong place left out.
fn without_secrets(path: &str) -> String {
    let mut after_setup = false;
    let parts = path.split('/').map(|part| {
        let plain = part.to_ascii_lowercase().replace("%5f", "_");
        let is_secret = !part.is_empty() && after_setup || plain.contains("portus_");
        after_setup = plain == "setup" || after_setup && part.is_empty();
        if is_secret { "***" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn user_agent(headers: &HeaderMap) -> String {
    let sent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    cut(sent.unwrap_or_default(), 200)
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

/// Methods that nobody uses must not each become a time series.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

/// Asked every few seconds by machines.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];
