//! Servers that live as long as the test that started them.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinSet;

/// A running server, and what it was asked.
pub struct Served {
    pub address: SocketAddr,
    pub heard: Arc<Mutex<Vec<Heard>>>,
    _tasks: JoinSet<()>,
}

/// One request that came in.
#[derive(Clone, Debug)]
pub struct Heard {
    pub method: Method,
    /// Path and query.
    pub target: String,
    pub headers: HeaderMap,
}

impl Heard {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Served {
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The targets of the requests so far, with their methods: `GET /v2/`.
    pub fn asked(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|one| format!("{} {}", one.method, one.target)).collect()
    }

    pub fn last(&self) -> Heard {
        self.heard.lock().unwrap().last().unwrap().clone()
    }
}

/// Serves `answer` on a free port of this machine.
pub async fn serve(answer: impl Fn(Heard) -> Response + Clone + Send + Sync + 'static) -> Served {
    serve_at("127.0.0.1", answer).await
}

/// Serves `answer` on a free port of an address.
pub async fn serve_at(
    address: &str,
    answer: impl Fn(Heard) -> Response + Clone + Send + Sync + 'static,
) -> Served {
    let listener = TcpListener::bind((address, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
    let book = Arc::clone(&heard);
    let service = tower_service(move |request: Request| {
        let one = note(&request);
        book.lock().unwrap().push(one.clone());
        answer(one)
    });
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, service).await.unwrap() });
    Served { address, heard, _tasks: tasks }
}

fn tower_service(answer: impl Fn(Request) -> Response + Clone + Send + Sync + 'static) -> Router {
    Router::new().fallback(move |request: Request| {
        let response = answer(request);
        async move { Ok::<_, Infallible>(response) }
    })
}

fn note(request: &Request) -> Heard {
    let target = request.uri().path_and_query().map_or("", |it| it.as_str()).to_owned();
    Heard { method: request.method().clone(), target, headers: request.headers().clone() }
}

/// A port that is taken, on which nobody listens.
pub struct Nobody(TcpSocket);

impl Nobody {
    pub fn home() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }
}

/// An answer of `status` with headers and a body.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let builder = Response::builder().status(status);
    let builder =
        headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    builder.body(body.into()).unwrap()
}

/// A JSON answer of a registry.
pub fn json(body: impl Into<Body>) -> Response {
    answer(200, &[("content-type", "application/json"), API], body)
}

pub const API: (&str, &str) = ("docker-distribution-api-version", "registry/2.0");
