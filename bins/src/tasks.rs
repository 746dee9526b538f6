//! What runs in the background: each task has an owner that ends it.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

/// The background tasks of a program. Dropping it ends them at once.
#[derive(Debug)]
pub struct Tasks {
    running: JoinSet<&'static str>,
    stop: watch::Sender<bool>,
}

/// Tells a task when to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Returns once the program is to end.
    pub async fn wait(&mut self) {
        // The sender is gone only when its owner is, and then all ends.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Whether the program is to end.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for a time; says whether the program is to end.
    pub async fn sleep(&mut self, time: Duration) -> bool {
        tokio::select! {
            () = self.wait() => true,
            () = tokio::time::sleep(time) => false,
        }
    }
}

impl Tasks {
    /// No tasks yet.
    pub fn new() -> Self {
        Self { running: JoinSet::new(), stop: watch::Sender::new(false) }
    }

    /// What tells when these tasks have to end.
    pub fn stop(&self) -> Stop {
        Stop(self.stop.subscribe())
    }

    /// Starts a task that ends by itself once told to stop.
    pub fn start<F>(&mut self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.running.spawn(async move {
            task.await;
            name
        });
    }

    /// Starts a task that may be cut off anywhere.
    pub fn start_endless<F>(&mut self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut stop = self.stop();
        self.start(name, async move {
            tokio::select! {
                () = stop.wait() => {}
                () = task => tracing::error!(task.name = name, "a background task ended by itself"),
            }
        });
    }

    /// Returns when a task broke down, which none should: the program is then better restarted.
    pub async fn breakdown(&mut self) -> tokio::task::JoinError {
        loop {
            match self.running.join_next().await {
                Some(Err(error)) => return error,
                Some(Ok(_)) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// Tells every task to end and waits for them, but not longer than `patience`.
    pub async fn end(mut self, patience: Duration) {
        self.stop.send_replace(true);
        let all = async { while self.running.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_err() {
            let left = self.running.len();
            tracing::warn!(tasks = left, "background tasks are cut off: they did not end in time");
        }
    }
}

impl Default for Tasks {
    fn default() -> Self {
        Self::new()
    }
}
