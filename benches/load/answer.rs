//! A bare server that answers every request with the same bytes: what HTTP alone costs.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Answers at `address` with the body in the file `reply`, until it is killed.
pub fn answer(address: &str, reply: &Path) {
    let body = Bytes::from(fs::read(reply).expect("a reply"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let listener = TcpListener::bind(address).await.expect("a free address");
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            let body = body.clone();
            let service = service_fn(move |request| reply_with(request, body.clone()));
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    })
}

/// With the headers of a token's answer.
async fn reply_with(
    _: Request<Incoming>,
    body: Bytes,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("cache-control", "no-store")
        .header("pragma", "no-cache")
        .header("x-content-type-options", "nosniff")
        .header("x-request-id", "0123456789abcdef0123456789abcdef");
    Ok(response.body(Full::new(body)).expect("headers of plain text"))
}
