//! Events as a registry would post them, made up.

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::image::{OCI_MANIFEST, digest};
use crate::wire::{self, Ask, Reply};
use crate::world::World;

/// One thing that happened to a repository.
#[derive(Clone, Debug)]
pub struct Event {
    id: String,
    second: i64,
    action: &'static str,
    method: &'static str,
    repository: String,
    digest: Option<String>,
    tag: Option<String>,
    actor: Option<String>,
    host: Option<String>,
}

impl Event {
    /// A push of a made-up manifest, the `second`th second into the story.
    pub fn push(repository: &str, tag: &str, content: &str, second: i64) -> Self {
        Self {
            id: format!("push {repository} {tag} {content} {second}"),
            second,
            action: "push",
            method: "PUT",
            repository: repository.into(),
            digest: Some(digest(content.as_bytes())),
            tag: Some(tag.into()),
            actor: Some("bob".into()),
            host: None,
        }
    }

    /// A read of a made-up manifest.
    pub fn pull(repository: &str, tag: &str, content: &str, second: i64) -> Self {
        let pushed = Self::push(repository, tag, content, second);
        let id = format!("pull {repository} {tag} {content} {second}");
        Self { id, action: "pull", method: "GET", ..pushed }
    }

    /// A removal of a tag alone.
    pub fn untag(repository: &str, tag: &str, second: i64) -> Self {
        let pushed = Self::push(repository, tag, "", second);
        let id = format!("untag {repository} {tag} {second}");
        Self { id, action: "delete", method: "DELETE", digest: None, ..pushed }
    }

    /// The same by someone else; by nobody for an empty name.
    pub fn by(mut self, actor: &str) -> Self {
        self.actor = (!actor.is_empty()).then(|| actor.into());
        self
    }

    /// The same with another method.
    pub fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self.id = format!("{method} {}", self.id);
        self
    }

    /// The same of a registry that goes by another name.
    pub fn at_host(mut self, host: &str) -> Self {
        self.host = Some(host.into());
        self.id = format!("{host} {}", self.id);
        self
    }

    /// As the registry at `host` posts it.
    pub fn to_json(&self, host: &str) -> Value {
        // A fixed, recent start of the story: the same event is the same in every delivery.
        let start = OffsetDateTime::now_utc().replace_time(time::Time::MIDNIGHT);
        let at = start + Duration::seconds(self.second) - Duration::days(1);
        let id = digest(self.id.as_bytes());
        let mut target = json!({
            "mediaType": OCI_MANIFEST,
            "size": 100,
            "length": 100,
            "repository": self.repository,
        });
        if let Some(digest) = &self.digest {
            target["digest"] = json!(digest);
        } else {
            target.as_object_mut().unwrap().remove("mediaType");
        }
        if let Some(tag) = &self.tag {
            target["tag"] = json!(tag);
        }
        let mut event = json!({
            "id": format!("{}-{}-4{}-8{}-{}", &id[7..15], &id[15..19], &id[19..22], &id[22..25], &id[25..37]),
            "timestamp": at.format(&Rfc3339).unwrap(),
            "action": self.action,
            "target": target,
            "request": {
                "id": &id[7..39],
                "addr": "127.0.0.1:40000",
                "host": self.host.as_deref().unwrap_or(host),
                "method": self.method,
                "useragent": "tests",
            },
            "source": { "addr": "made-up:5000", "instanceID": "ef148e48-3585-42c0-9755-0a5b3a803f03" },
        });
        if let Some(actor) = &self.actor {
            event["actor"] = json!({ "name": actor });
        }
        event
    }
}

impl World {
    /// Delivers events as the registry would, in one body.
    pub fn notify(&self, events: &[Event]) -> Reply {
        let events: Vec<_> =
            events.iter().map(|event| event.to_json(&self.registry.host)).collect();
        self.notify_body(json!({ "events": events }).to_string())
    }

    /// Delivers a body with the registry's secret.
    pub fn notify_body(&self, body: impl Into<Vec<u8>>) -> Reply {
        self.notify_as(&self.registry.notification_secret(), body)
    }

    /// Delivers a body with some secret.
    pub fn notify_as(&self, secret: &str, body: impl Into<Vec<u8>>) -> Reply {
        let request = wire::post(&format!("{}/v2/webhooks/events", self.portus.url));
        request
            .bearer_auth(secret)
            .header("content-type", "application/vnd.docker.distribution.events.v1+json")
            .body(body.into())
            .ask()
    }
}
