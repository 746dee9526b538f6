//! What the system tells a program.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end a program.
#[derive(Debug)]
pub struct Ends {
    interrupt: Signal,
    terminate: Signal,
}

impl Ends {
    /// From now on these signals no longer end the process at once.
    ///
    /// # Errors
    ///
    /// Where the system does not let us.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Returns when the program is to end.
    pub async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The signal to read files again.
///
/// # Errors
///
/// Where the system does not let us.
pub fn reloads() -> io::Result<Signal> {
    signal(SignalKind::hangup())
}
