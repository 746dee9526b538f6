//! What is left of a body when the answer stands. A sender that goes on sending would find the
//! connection reset and never read what was wrong, so the rest is read first, up to a bound.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::time::timeout;

/// Answers, and then reads what the handler did not.
pub(crate) async fn unread(request: Request, next: Next) -> Response {
    // Who waits to be told to go on is not to send what nobody wants.
    if request.body().is_end_stream() || request.headers().contains_key(EXPECT) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut body = Lent(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(parts, Body::new(body.clone()))).await;
    // What is beyond a bound ends with the connection.
    let _ = timeout(LONGEST, body.finish()).await;
    response
}

/// A body that can be read on by who lent it.
#[derive(Clone)]
struct Lent(Arc<Mutex<Body>>);

impl Lent {
    async fn finish(&mut self) {
        let mut left = MOST;
        while let Some(Ok(frame)) = self.frame().await {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            let Some(rest) = left.checked_sub(bytes) else { return };
            left = rest;
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Body) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.with(|body| Pin::new(body).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|body| body.size_hint())
    }
}

/// How much is read at most, in bytes.
const MOST: usize = 4 << 20;
/// For how long at most.
const LONGEST: Duration = Duration::from_secs(5);
