//! What a server answers while its database is away: that it runs, and that it is not ready.

use std::convert::Infallible;

use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Answers until it is dropped.
pub async fn answer(listener: &TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if connections.len() >= MOST {
            continue;
        }
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service_fn(reply));
        connections.spawn(async move {
            // A client that goes away early misses nothing.
            let _ = connection.await;
        });
    }
}

async fn reply(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let (status, text) = match request.uri().path() {
        "/healthz" => (StatusCode::OK, "ok\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE),
    };
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, 5.into());
    if text == UNAVAILABLE {
        let json = hyper::header::HeaderValue::from_static("application/json");
        headers.insert(CONTENT_TYPE, json);
    }
    Ok(response)
}

const MOST: usize = 256;
const UNAVAILABLE: &str = "{\"errors\":[{\"code\":\"UNAVAILABLE\",\"message\":\"Portus is starting: \
                           its database does not answer yet\"}]}\n";
