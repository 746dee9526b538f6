//! What registries tell of, and what follows from it.

use std::time::SystemTime;

use crate::digest::Digest;
use crate::id::{InboxId, RegistryId};
use crate::image::{self, ManifestKind, MediaType};
use crate::repository::RepositoryPath;
use crate::tag::{AsOf, TagName};

/// One thing that happened in a registry, read from its notification.
///
/// Source: `distribution`, `docs/content/about/notifications.md`; what registries really send is
/// in the tests of the endpoint.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Event {
    /// Unique for its registry.
    pub id: Box<str>,
    /// The registry's own time.
    pub at: SystemTime,
    /// What was done.
    pub action: EventAction,
    /// To which repository.
    pub repository: RepositoryPath,
    /// To which content; a deletion of a tag names none.
    pub digest: Option<Digest>,
    /// Through which tag.
    pub tag: Option<TagName>,
    /// What the content is; registries leave it out of deletions.
    pub media_type: Option<MediaType>,
    /// The subject of the token that was used: a name to look up, never a right.
    pub actor: Option<Box<str>>,
    /// The host that the client asked, as the registry saw it.
    pub host: Option<Box<str>>,
    /// The HTTP method, upper case.
    pub method: Box<str>,
    /// Where the client was, as the registry saw it.
    pub address: Option<Box<str>>,
}

/// What a registry client did.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum EventAction {
    /// Removed a tag, a manifest or a blob.
    Delete,
    /// Linked a blob of another repository.
    Mount,
    /// Read a manifest or a blob, or asked whether it is there.
    Pull,
    /// Wrote a manifest or a blob.
    Push,
}

impl EventAction {
    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Mount => "mount",
            Self::Pull => "pull",
            Self::Push => "push",
        }
    }
}

/// What an event changes of what is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// A manifest is there, perhaps under a tag.
    Pushed {
        /// Which.
        digest: Digest,
        /// What it is.
        media_type: MediaType,
        /// What points at it now.
        tag: Option<TagName>,
    },
    /// A manifest was read once.
    Pulled {
        /// Which.
        digest: Digest,
        /// Through which tag.
        tag: Option<TagName>,
    },
    /// A manifest, or a blob, is gone.
    Removed {
        /// Which.
        digest: Digest,
    },
    /// A tag is gone.
    Untagged {
        /// Which.
        tag: TagName,
    },
}

impl Event {
    /// How new the event is.
    pub fn as_of(&self) -> AsOf {
        AsOf { at: self.at, event: self.id.clone() }
    }

    /// What follows, or nothing: blobs, mounts and questions whether something is there change
    /// nothing that is shown.
    pub fn change(&self) -> Option<Change> {
        match (self.action, self.digest.clone(), self.tag.clone()) {
            (EventAction::Push, Some(digest), tag) if self.is_manifest() => {
                let media_type = self.media_type.clone().unwrap_or_default();
                Some(Change::Pushed { digest, media_type, tag })
            }
            (EventAction::Pull, Some(digest), tag)
                if &*self.method == "GET" && self.is_manifest() =>
            {
                Some(Change::Pulled { digest, tag })
            }
            (EventAction::Delete, None, Some(tag)) => Some(Change::Untagged { tag }),
            (EventAction::Delete, Some(digest), None) => Some(Change::Removed { digest }),
            // Both at once: the tag is what was named.
            (EventAction::Delete, Some(_), Some(tag)) => Some(Change::Untagged { tag }),
            _ => None,
        }
    }

    /// Whether the content is a manifest: registries give blobs one type, whatever they are.
    fn is_manifest(&self) -> bool {
        match &self.media_type {
            None => self.tag.is_some(),
            Some(media_type) => {
                media_type.as_str() != image::BLOB
                    && (self.tag.is_some()
                        || media_type.kind() != ManifestKind::Unknown
                        || !media_type.as_str().is_empty())
            }
        }
    }
}

/// A notification as it came in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Incoming {
    /// An event that was read.
    Event(Box<Event>),
    /// Something that was not: kept for an admin to look at.
    Unreadable {
        /// Unique for its registry: the event's own id, or a digest of the text.
        id: Box<str>,
        /// What is wrong with it.
        error: String,
        /// The text, at most 64 KiB of it.
        raw: String,
    },
}

impl Incoming {
    /// Unique for its registry.
    pub fn id(&self) -> &str {
        match self {
            Self::Event(event) => &event.id,
            Self::Unreadable { id, .. } => id,
        }
    }
}

/// An event in the inbox, waiting to be applied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WaitingEvent {
    /// The store's number.
    pub id: InboxId,
    /// What happened.
    pub event: Event,
    /// How often applying it failed.
    pub tries: u32,
}

/// The waiting events of one repository, in the hands of one worker.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claimed {
    /// Where.
    pub registry: RegistryId,
    /// Of which repository.
    pub repository: RepositoryPath,
    /// In the order of their arrival.
    pub events: Vec<WaitingEvent>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(action: EventAction, method: &str, media_type: &str) -> Event {
        Event {
            id: "1".into(),
            at: SystemTime::UNIX_EPOCH,
            action,
            repository: "qa/app".parse().unwrap(),
            digest: Some(format!("sha256:{}", "0".repeat(64)).parse().unwrap()),
            tag: None,
            media_type: Some(MediaType::new(media_type)),
            actor: None,
            host: None,
            method: method.into(),
            address: None,
        }
    }

    #[test]
    fn only_reading_a_manifest_is_a_pull() {
        use EventAction::Pull;
        assert!(event(Pull, "GET", image::OCI_MANIFEST).change().is_some());
        assert_eq!(event(Pull, "HEAD", image::OCI_MANIFEST).change(), None);
        assert_eq!(event(Pull, "GET", image::BLOB).change(), None);
    }

    #[test]
    fn a_manifest_of_an_unknown_type_is_kept() {
        let pushed = event(EventAction::Push, "PUT", "application/vnd.new.thing+json");
        assert!(matches!(pushed.change(), Some(Change::Pushed { .. })));
        assert_eq!(event(EventAction::Push, "PUT", image::BLOB).change(), None);
        assert_eq!(event(EventAction::Mount, "POST", image::BLOB).change(), None);
    }
}
