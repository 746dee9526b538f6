//! A wire that can be cut: stands between a program and what it connects to.

use std::io;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::{port, wire};

/// Forwards connections to another port, while it is not cut.
pub struct Relay {
    /// Where it listens, on loopback.
    pub port: u16,
    open: Arc<watch::Sender<bool>>,
}

impl Relay {
    /// A relay to `target` on loopback.
    pub fn to(target: u16) -> Self {
        let port = port::free();
        let open = Arc::new(watch::channel(true).0);
        let listener = wire::runtime().block_on(TcpListener::bind(("127.0.0.1", port))).unwrap();
        wire::runtime().spawn(serve(listener, target, open.clone()));
        Self { port, open }
    }

    /// Ends every connection, and those that come.
    pub fn cut(&self) {
        self.open.send_replace(false);
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.open.send_replace(true);
    }
}

async fn serve(listener: TcpListener, target: u16, open: Arc<watch::Sender<bool>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let mut open = open.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                _ = forward(stream, target) => {}
                _ = open.wait_for(|open| !open) => {}
            }
        });
    }
}

async fn forward(mut from: TcpStream, target: u16) -> io::Result<()> {
    let mut to = TcpStream::connect(("127.0.0.1", target)).await?;
    tokio::io::copy_bidirectional(&mut from, &mut to).await?;
    Ok(())
}
