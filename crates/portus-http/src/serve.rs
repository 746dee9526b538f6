//! A router on a socket.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_openssl::SslStream;
use tower::ServiceExt;

use crate::tls::Tls;

/// What a connection may cost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConnectionLimits {
    /// How long a client may take until its first request has come whole, up to its body; the TLS
    /// handshake has as long for itself.
    pub header_timeout: Duration,
    /// How long a connection is kept on which nothing is asked.
    pub idle_timeout: Duration,
    /// How long requests that were begun may take to end once the server stops.
    pub shutdown_timeout: Duration,
    /// How many connections there are at most; further ones wait to be accepted.
    pub max_connections: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            shutdown_timeout: Duration::from_secs(30),
            max_connections: 10_000,
        }
    }
}

/// Answers requests on `listener`, HTTP/1.1 and HTTP/2, until `shutdown` ends; then lets those
/// that were begun end, within their time.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<Tls>>,
    limits: ConnectionLimits,
    shutdown: impl Future<Output = ()>,
) {
    let (stop, stopping) = watch::channel(false);
    let server = Server { router, tls, limits, stopping };
    let places = Arc::new(Semaphore::new(limits.max_connections.clamp(1, Semaphore::MAX_PERMITS)));
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            (stream, peer, place) = accept(&listener, &places) => {
                connections.spawn(server.clone().attend(stream, peer, place));
            }
        }
    }
    drop(listener);
    let _ = stop.send(true);
    let ended = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.shutdown_timeout, ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "requests were cut off at shutdown");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // Nobody closes the semaphore.
    let place = places.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of file descriptors, most likely: those come back when connections end.
                tracing::error!(%error, "no connection can be accepted");
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[derive(Clone)]
struct Server {
    router: Router,
    tls: Option<Arc<Tls>>,
    limits: ConnectionLimits,
    stopping: watch::Receiver<bool>,
}

impl Server {
    async fn attend(
        self,
        stream: TcpStream,
        peer: SocketAddr,
        _place: Option<OwnedSemaphorePermit>,
    ) {
        // Answers are small and written whole: waiting for more only costs time.
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.converse(stream, peer).await,
            Some(tls) => match handshake(tls, stream, self.limits.header_timeout).await {
                Ok(stream) => self.converse(stream, peer).await,
                Err(error) => tracing::debug!(%error, address = %peer.ip(), "no TLS connection"),
            },
        }
    }

    /// Answers the requests of one connection, and ends it when nothing comes any more.
    async fn converse(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: SocketAddr,
    ) {
        let activity = Arc::new(Activity::new(self.limits));
        let (router, seen) = (self.router.clone(), activity.clone());
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let running = Running::new(seen.clone());
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = router.clone().oneshot(request);
            async move {
                let answer = answer.await;
                drop(running);
                answer
            }
        });
        let builder = builder(self.limits);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let mut stopping = self.stopping.clone();
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = activity.ends() => None,
            _ = stopping.wait_for(|stop| *stop) => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None if activity.was_never_asked() && !*self.stopping.borrow() => return,
            None => {
                connection.as_mut().graceful_shutdown();
                finish(connection, &activity, self.limits).await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, address = %peer.ip(), "a connection broke");
        }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Waits for a connection that takes no more requests. The client may be slow to read the last
/// answer, but not for ever.
async fn finish(
    connection: Pin<&mut impl Future<Output = Result<(), BoxError>>>,
    activity: &Activity,
    limits: ConnectionLimits,
) -> Result<(), BoxError> {
    let patience = async {
        activity.is_idle().await;
        sleep(limits.header_timeout).await;
    };
    tokio::select! {
        ended = connection => ended,
        () = patience => Ok(()),
    }
}

async fn handshake(
    tls: &Tls,
    stream: TcpStream,
    limit: Duration,
) -> Result<SslStream<TcpStream>, BoxError> {
    let mut stream = SslStream::new(tls.session()?, stream)?;
    timeout(limit, Pin::new(&mut stream).accept()).await??;
    Ok(stream)
}

fn builder(limits: ConnectionLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // It runs from the end of the request before: for the first one `Activity` is stricter.
        .header_read_timeout(limits.idle_timeout)
        .max_buf_size(MAX_HEADER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(u32::try_from(MAX_HEADER).unwrap_or(u32::MAX));
    builder
}

/// Whether anything is asked on a connection, and when it ought to end because nothing is.
struct Activity {
    limits: ConnectionLimits,
    came: Instant,
    /// Milliseconds from then to when something was asked or answered last; 0 while nothing was.
    last: AtomicU64,
    running: AtomicUsize,
    answered: Notify,
}

impl Activity {
    fn new(limits: ConnectionLimits) -> Self {
        Self {
            limits,
            came: Instant::now(),
            last: AtomicU64::new(0),
            running: AtomicUsize::new(0),
            answered: Notify::new(),
        }
    }

    fn touch(&self) {
        let since = u64::try_from(self.came.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(since.max(1), Ordering::Release);
    }

    fn was_never_asked(&self) -> bool {
        self.last.load(Ordering::Acquire) == 0
    }

    fn deadline(&self) -> Instant {
        match self.last.load(Ordering::Acquire) {
            0 => self.came + self.limits.header_timeout,
            last => self.came + Duration::from_millis(last) + self.limits.idle_timeout,
        }
    }

    /// Ends when the connection was idle too long. Looked at when that may be, not with every
    /// request: on a busy connection the timer is hardly ever set.
    async fn ends(&self) {
        loop {
            self.is_idle().await;
            let deadline = self.deadline();
            sleep_until(deadline).await;
            if self.running.load(Ordering::Acquire) == 0 && self.deadline() <= deadline {
                return;
            }
        }
    }

    /// Ends when no request is running.
    async fn is_idle(&self) {
        while self.running.load(Ordering::Acquire) > 0 {
            self.answered.notified().await;
        }
    }
}

/// A request that is being answered.
struct Running(Arc<Activity>);

impl Running {
    fn new(activity: Arc<Activity>) -> Self {
        activity.running.fetch_add(1, Ordering::AcqRel);
        activity.touch();
        Self(activity)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.touch();
        self.0.running.fetch_sub(1, Ordering::AcqRel);
        self.0.answered.notify_one();
    }
}

/// The largest request line and header together, in bytes: the longest query fits.
const MAX_HEADER: usize = 64 * 1024;
