//! The doctor of a server that runs: looks in the background, so that no page waits for a registry
//! that does not answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use portus_core::finding::{Advice, Check, Finding, Found};
use portus_core::id::RegistryId;
use portus_core::port::{Doctor, Examination, Trial};
use portus_core::registry::{NewRegistry, Registry};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::Depth;
use crate::wiring::Portus;

/// Looks when asked, once at a time, and remembers what was found.
pub struct LiveDoctor {
    portus: Arc<Portus>,
    asked: Notify,
    /// Whether a manifest of each registry is to be read.
    read: AtomicBool,
    latest: watch::Sender<Latest>,
}

#[derive(Clone, Default)]
struct Latest {
    /// How often everything was looked at.
    round: u64,
    examination: Examination,
}

impl LiveDoctor {
    /// Nothing was looked at yet.
    pub fn new(portus: &Arc<Portus>) -> Self {
        Self {
            portus: portus.clone(),
            asked: Notify::new(),
            read: AtomicBool::new(false),
            latest: watch::Sender::default(),
        }
    }

    /// Looks whenever someone asks, until it is dropped.
    pub async fn attend(&self) {
        loop {
            self.asked.notified().await;
            let depth =
                if self.read.swap(false, Ordering::SeqCst) { Depth::Read } else { Depth::Look };
            self.latest.send_modify(|latest| latest.examination.under_way = true);
            let findings = match timeout(LONGEST, self.examine(depth)).await {
                Ok(findings) => findings,
                Err(_) => {
                    let found = Found::NotAllAnswered(LONGEST.into());
                    let change = Advice::Run("portusctl doctor".into());
                    vec![Finding::warn(Check::Doctor, found).change(change)]
                }
            };
            let at = Some(self.portus.clock.now());
            self.latest.send_modify(|latest| {
                latest.round += 1;
                latest.examination = Examination { at, findings, under_way: false };
            });
        }
    }

    async fn examine(&self, depth: Depth) -> Vec<Finding> {
        let mut findings = Vec::new();
        super::opened(&self.portus, &mut findings).await;
        let examined = async {
            let registries = super::registries(&self.portus).await?;
            super::examine(&self.portus, &registries, depth, &mut findings).await
        };
        if let Err(error) = examined.await {
            let found = Found::CannotGoOn(format!("{error:#}"));
            findings.push(Finding::fail(Check::Doctor, found));
        }
        findings
    }

    /// Asks, and waits until it was looked at once from the beginning, or patience ends.
    async fn ask(&self, patience: Duration) -> Examination {
        let mut latest = self.latest.subscribe();
        let (round, under_way) = {
            let now = latest.borrow();
            (now.round, now.examination.under_way)
        };
        self.asked.notify_one();
        // What is under way began before.
        let wanted = round + if under_way { 2 } else { 1 };
        let done = latest.wait_for(|latest| latest.round >= wanted);
        let in_time = timeout(patience, done).await.is_ok();
        let mut examination = self.latest.borrow().examination.clone();
        examination.under_way |= !in_time;
        examination
    }
}

#[async_trait]
impl Doctor for LiveDoctor {
    async fn findings(&self) -> Examination {
        let known = self.latest.borrow().examination.clone();
        let now = self.portus.clock.now();
        let is_fresh = known.at.is_some_and(|at| at + FRESH > now);
        if is_fresh || (known.under_way && known.at.is_some()) {
            return known;
        }
        self.ask(PATIENCE_OF_A_PAGE).await
    }

    async fn look_again(&self) -> Examination {
        self.read.store(true, Ordering::SeqCst);
        self.ask(PATIENCE_OF_A_FORM).await
    }

    async fn try_out(&self, new: &NewRegistry) -> Trial {
        let registry = Registry {
            id: RegistryId(0),
            name: new.name.clone(),
            url: new.url.clone(),
            services: new.services.clone(),
            hosts: new.hosts.clone(),
            trust: new.trust,
            token_lifetime: new.token_lifetime,
            read_at: None,
            secret_generation: 0,
            created_at: new.created_at,
        };
        let failed = |found| Trial {
            findings: vec![Finding::fail(Check::Reachable, found)],
            ..Trial::default()
        };
        match timeout(PATIENCE_OF_A_FORM, super::try_out(&self.portus, &registry)).await {
            Ok(Ok(trial)) => trial,
            Ok(Err(error)) => failed(Found::CannotBeAsked(format!("{error:#}"))),
            Err(_) => failed(Found::NotAnswered(PATIENCE_OF_A_FORM.into())),
        }
    }
}

/// How long what was found is shown again.
const FRESH: Duration = Duration::from_secs(15);
const LONGEST: Duration = Duration::from_secs(60);
const PATIENCE_OF_A_FORM: Duration = Duration::from_secs(8);
const PATIENCE_OF_A_PAGE: Duration = Duration::from_secs(2);
