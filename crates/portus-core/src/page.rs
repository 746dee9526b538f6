//! Lists, a page at a time, and what is on them.

use std::time::SystemTime;

use crate::account::Username;
use crate::digest::Digest;
use crate::id::{InboxId, NamespaceId, TeamId};
use crate::image::{Child, Descriptor, MediaType};
use crate::namespace::{NamespaceKind, NamespaceName};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::tag::TagName;
use crate::team::TeamName;

/// Which part of a list is wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Slice {
    /// The last key of the page before; `None` for the first page.
    pub after: Option<String>,
    /// How many rows at most, one to 1000.
    pub limit: u32,
}

impl Slice {
    /// The first rows.
    pub const fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }
}

/// Part of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub rows: Vec<T>,
    /// What to ask for next; `None` where this was all.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of up to one row more than was asked for, `key` being what the list is sorted
    /// by.
    pub fn of(mut rows: Vec<T>, limit: u32, key: impl Fn(&T) -> String) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(key) } else { None };
        Self { rows, next }
    }

    /// The same page of something else.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(change).collect(), next: self.next }
    }
}

/// A namespace in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamespaceRow {
    /// The store's number.
    pub id: NamespaceId,
    /// Where it is.
    pub registry: RegistryName,
    /// `None` for the global one.
    pub name: Option<NamespaceName>,
    /// Whose and how open.
    pub kind: NamespaceKind,
    /// The team's or person's name.
    pub owner: Option<String>,
    /// How many repositories are in it.
    pub repositories: u64,
}

/// A repository in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RepositoryRow {
    /// Where it is.
    pub registry: RegistryName,
    /// Its full path.
    pub path: RepositoryPath,
    /// How many tags it has.
    pub tags: u64,
    /// When a tag was last pushed; where no tag is left, when what is there came first.
    pub pushed_at: Option<SystemTime>,
    /// How often its manifests were pulled.
    pub pulls: u64,
    /// How many people starred it.
    pub stars: u64,
}

/// A tag in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TagRow {
    /// The tag.
    pub name: TagName,
    /// What it points at.
    pub digest: Digest,
    /// What that is; empty while unknown.
    pub media_type: MediaType,
    /// What kind of artifact it is, where it is not an image.
    pub artifact_type: Option<MediaType>,
    /// Bytes; `None` while pending.
    pub size: Option<u64>,
    /// What it runs on; empty while pending, and for what is no image.
    pub platforms: Vec<String>,
    /// Whether the details were read.
    pub details: DetailsState,
    /// Who pushed it last; `None` for someone unknown.
    pub author: Option<String>,
    /// Who pushed it first.
    pub first_author: Option<String>,
    /// When it was last pushed.
    pub pushed_at: SystemTime,
    /// How often what it points at was pulled.
    pub pulls: u64,
    /// When that was last pulled.
    pub pulled_at: Option<SystemTime>,
}

/// A manifest, with its parts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ManifestView {
    /// What it is called by.
    pub digest: Digest,
    /// What it is; empty while unknown.
    pub media_type: MediaType,
    /// What kind of artifact it is, where it is not an image.
    pub artifact_type: Option<MediaType>,
    /// Bytes of configuration and layers; `None` while pending, and for an index.
    pub size: Option<u64>,
    /// What it runs on; empty while pending, and for what is no image.
    pub platforms: Vec<String>,
    /// Whether the details were read.
    pub details: DetailsState,
    /// When it came first, or when a tag was last pushed that points at it.
    pub pushed_at: SystemTime,
    /// The configuration.
    pub config: Option<Descriptor>,
    /// The layers, bottom first.
    pub layers: Vec<Descriptor>,
    /// The manifests of an index.
    pub children: Vec<Child>,
    /// The tags that point at it, by name; at most a thousand.
    pub tags: Vec<TagName>,
}

/// Whether a manifest was read after it was seen.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DetailsState {
    /// Reading it failed for good.
    Failed,
    /// It will be read.
    Pending,
    /// It was read.
    Read,
}

impl DetailsState {
    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Pending => "pending",
            Self::Read => "read",
        }
    }
}

/// A team in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TeamRow {
    /// The store's number.
    pub id: TeamId,
    /// Its name.
    pub name: TeamName,
    /// How many people and bots are in it.
    pub members: u64,
    /// How many of them own it and may act.
    pub owners: u64,
    /// How many namespaces it has.
    pub namespaces: u64,
    /// When it was made.
    pub created_at: SystemTime,
}

/// A bot in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BotRow {
    /// Its name.
    pub name: Username,
    /// Its team.
    pub team: TeamName,
    /// What it may do there.
    pub role: crate::team::Role,
    /// Whether it may do anything at all.
    pub enabled: bool,
    /// How many tokens it has.
    pub tokens: u64,
    /// When it was made.
    pub created_at: SystemTime,
}

/// A notification that could not be applied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParkedRow {
    /// The store's number.
    pub id: InboxId,
    /// Which registry sent it.
    pub registry: RegistryName,
    /// The registry's own id.
    pub event: String,
    /// What was done, where that could be read.
    pub action: Option<String>,
    /// To which repository, where that could be read.
    pub repository: Option<String>,
    /// Why it was not applied.
    pub error: String,
    /// How often that was tried.
    pub tries: u32,
    /// When it came.
    pub received_at: SystemTime,
    /// The text, where it could not be read.
    pub raw: Option<String>,
}
