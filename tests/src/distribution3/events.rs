//! Telling of what happened, in the words of distribution 3.x.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::Setup;
use crate::image::digest;
use crate::wire;

/// Where events wait for being told.
pub struct Events {
    queue: UnboundedSender<Value>,
    host: String,
    count: AtomicU64,
}

/// One request, as an event tells of it.
pub struct Happening<'a> {
    pub action: &'a str,
    pub method: &'a str,
    pub actor: &'a str,
    pub target: Value,
}

/// Starts telling: one event a request, in order, each until it is taken.
pub fn start(setup: &Setup, host: &str) -> Events {
    let (queue, waiting) = unbounded_channel();
    wire::runtime().spawn(tell(waiting, setup.hook.clone(), setup.secret.clone()));
    Events { queue, host: host.into(), count: AtomicU64::new(0) }
}

impl Events {
    pub fn tell(&self, happening: Happening<'_>) {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let id = digest(format!("{} {number}", self.host).as_bytes());
        let mut event = json!({
            "id": format!("01a1facb-{}-7{}-{}-{}", &id[7..11], &id[11..14], &id[14..18], &id[18..30]),
            "timestamp": OffsetDateTime::now_utc().format(&Rfc3339).unwrap(),
            "action": happening.action,
            "target": happening.target,
            "request": {
                "id": &id[7..39],
                "addr": "127.0.0.1:40000",
                "host": self.host,
                "method": happening.method,
                "useragent": "tests",
            },
            "source": { "addr": "stand-in:5000", "instanceID": "01a1fac1-81ac-7db2-a207-830758d65623" },
        });
        if !happening.actor.is_empty() {
            event["actor"] = json!({ "name": happening.actor });
        }
        let _ = self.queue.send(event);
    }
}

async fn tell(mut waiting: UnboundedReceiver<Value>, hook: String, secret: String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    while let Some(event) = waiting.recv().await {
        loop {
            let request = client
                .post(&hook)
                .header("authorization", format!("Bearer {secret}"))
                .header("content-type", "application/vnd.docker.distribution.events.v2+json")
                .body(json!({ "events": [event] }).to_string());
            match request.send().await {
                Ok(answer) if answer.status().as_u16() < 400 => break,
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}
