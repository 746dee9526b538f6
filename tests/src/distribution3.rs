//! A stand-in for what only distribution 3.x does: keys from a `jwks` file, deletion by tag, its own
//! shape of events, pages of tags. It keeps everything in memory.

mod answers;
mod events;
mod gate;
mod shelf;

use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;

use crate::{port, wire};
use gate::Gate;
use shelf::Shelf;

/// How the stand-in is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where tokens are.
    pub realm: String,
    /// What it calls itself.
    pub service: String,
    /// Who signs its tokens.
    pub issuer: String,
    /// The keys it trusts, as a JWK set.
    pub jwks: String,
    /// Where its events go.
    pub hook: String,
    /// The secret they carry.
    pub secret: String,
}

/// A registry on loopback.
pub struct Distribution3 {
    /// Where it is, without scheme.
    pub host: String,
    /// Where it is.
    pub url: String,
    port: u16,
    shelf: Mutex<Option<Arc<Shelf>>>,
}

impl Distribution3 {
    /// A registry that does not run yet, so that its address is known.
    pub fn reserve() -> Self {
        let port = port::free();
        let host = format!("127.0.0.1:{port}");
        Self { url: format!("http://{host}"), host, port, shelf: Mutex::default() }
    }

    /// What a restart with other keys does.
    pub fn trust(&self, setup: &Setup) {
        let shelf = self.shelf.lock().unwrap();
        shelf.as_ref().expect("a running registry").replace_gate(Gate::new(setup));
    }

    /// Starts it; it ends with the test.
    pub fn start(&self, setup: Setup) {
        let gate = Gate::new(&setup);
        let events = events::start(&setup, &self.host);
        let shelf = Arc::new(Shelf::new(gate, events));
        *self.shelf.lock().unwrap() = Some(shelf.clone());
        let listener = TcpListener::bind(("127.0.0.1", self.port));
        let listener = wire::runtime().block_on(listener).unwrap();
        let router = axum::Router::new().fallback(answers::answer).with_state(shelf);
        wire::runtime().spawn(async move { axum::serve(listener, router).await });
    }
}
