//! The lines of the log on their way to standard error: gathered for a moment, since a call to the
//! system for each line is a good part of what a token costs.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait, and who writes them.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    come: Condvar,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    ends: bool,
}

/// Writes what waits when it is dropped.
pub struct LogEnd {
    lines: Lines,
    writer: Option<JoinHandle<()>>,
}

impl Lines {
    /// Starts the thread that writes.
    pub(super) fn start() -> io::Result<(Self, LogEnd)> {
        let lines = Self(Arc::default());
        let own = lines.clone();
        let writer = thread::Builder::new().name("log".into()).spawn(move || own.write_on())?;
        Ok((lines.clone(), LogEnd { lines, writer: Some(writer) }))
    }

    fn write_on(&self) {
        loop {
            let waiting = self.waiting();
            let idle = |waiting: &mut Waiting| waiting.bytes.is_empty() && !waiting.ends;
            let waiting = self.0.come.wait_while(waiting, idle);
            let ends = waiting.unwrap_or_else(PoisonError::into_inner).ends;
            if !ends {
                thread::sleep(GATHER);
            }
            self.flush();
            if ends {
                return;
            }
        }
    }

    /// Writes what waits. The lock is held meanwhile, so that lines keep their order.
    fn flush(&self) {
        let mut waiting = self.waiting();
        // Nobody reads it where standard error is closed.
        let _ = io::stderr().write_all(&waiting.bytes);
        waiting.bytes.clear();
        waiting.bytes.shrink_to(MOST);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LogEnd {
    fn drop(&mut self) {
        self.lines.waiting().ends = true;
        self.lines.0.come.notify_one();
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
        self.lines.flush();
    }
}

/// One line.
pub(super) struct Line<'a> {
    lines: &'a Lines,
    /// Whether it is written at once, with all before it.
    urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut waiting = self.lines.waiting();
        let was_empty = waiting.bytes.is_empty();
        waiting.bytes.extend_from_slice(bytes);
        let full = waiting.bytes.len() >= MOST;
        drop(waiting);
        if full || self.urgent {
            self.lines.flush();
        } else if was_empty {
            self.lines.0.come.notify_one();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line { lines: self, urgent: true }
    }

    /// Warnings and errors may be the last that is heard.
    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Self::Writer {
        Line { lines: self, urgent: *meta.level() <= Level::WARN }
    }
}

/// How long lines are gathered.
const GATHER: Duration = Duration::from_millis(50);

/// How many bytes wait at most.
const MOST: usize = 32 * 1024;
