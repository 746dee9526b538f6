//! Small servers that behave as a test wants, and remember who came by.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use tokio::net::TcpListener;

use crate::{port, wire};

/// A server of the test's own on loopback; it ends with the test.
pub struct StandIn {
    /// Where it is, without scheme.
    pub host: String,
    /// Where it is.
    pub url: String,
    visits: Arc<Mutex<Vec<Visit>>>,
}

/// One request that came.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Its method and path.
    pub what: String,
    /// Whether it brought a credential.
    pub has_credential: bool,
}

impl StandIn {
    /// Starts it; what it answers may speak of its own address.
    pub fn start(routes: impl FnOnce(&str) -> Router) -> Self {
        let port = port::free();
        let host = format!("127.0.0.1:{port}");
        let url = format!("http://{host}");
        let visits: Arc<Mutex<Vec<Visit>>> = Arc::default();
        let seen = visits.clone();
        let note = move |request: Request, next: Next| {
            let what = format!("{} {}", request.method(), request.uri());
            let has_credential = request.headers().contains_key("authorization");
            seen.lock().unwrap().push(Visit { what, has_credential });
            next.run(request)
        };
        let router = routes(&url).layer(from_fn(note));
        let listener = TcpListener::bind(("127.0.0.1", port));
        let listener = wire::runtime().block_on(listener).unwrap();
        wire::runtime().spawn(async move { axum::serve(listener, router).await });
        Self { host, url, visits }
    }

    /// Who came by, in order.
    pub fn visits(&self) -> Vec<Visit> {
        self.visits.lock().unwrap().clone()
    }
}
