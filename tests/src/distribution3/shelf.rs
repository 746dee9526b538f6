//! What the registry holds.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, RwLock};

use super::events::Events;
use super::gate::{Gate, Need};
use crate::image::Content;

pub struct Shelf {
    gate: RwLock<Gate>,
    pub events: Events,
    holdings: Mutex<Holdings>,
}

/// Everything that changes.
#[derive(Default)]
pub struct Holdings {
    pub blobs: HashMap<String, Vec<u8>>,
    pub repositories: BTreeMap<String, Repository>,
    pub uploads: HashMap<String, Vec<u8>>,
    next_upload: u64,
}

/// One repository. It stays, empty, when everything in it is deleted.
#[derive(Default)]
pub struct Repository {
    pub manifests: BTreeMap<String, Content>,
    pub tags: BTreeMap<String, String>,
}

impl Shelf {
    pub fn new(gate: Gate, events: Events) -> Self {
        Self { gate: RwLock::new(gate), events, holdings: Mutex::default() }
    }

    /// The subject of a token that grants all of `needs`, or the challenge to answer with.
    pub fn admit(&self, authorization: Option<&str>, needs: &[Need]) -> Result<String, String> {
        self.gate.read().unwrap().admit(authorization, needs)
    }

    pub fn replace_gate(&self, gate: Gate) {
        *self.gate.write().unwrap() = gate;
    }

    pub fn holdings(&self) -> MutexGuard<'_, Holdings> {
        self.holdings.lock().unwrap()
    }
}

impl Holdings {
    pub fn begin_upload(&mut self) -> String {
        self.next_upload += 1;
        let name = format!("upload-{}", self.next_upload);
        self.uploads.insert(name.clone(), Vec::new());
        name
    }
}

impl Repository {
    /// The manifest that a tag or a digest names.
    pub fn manifest(&self, reference: &str) -> Option<&Content> {
        let digest = self.tags.get(reference).map_or(reference, String::as_str);
        self.manifests.get(digest)
    }
}

/// One page: what comes after `last`, at most `n`, and whether there is a `Link`. A page of tags that
/// is exactly full has one too, to an empty page (distribution 3.1.1).
pub fn page(
    all: Vec<String>,
    n: Option<usize>,
    last: &str,
    link_when_full: bool,
) -> (Vec<String>, bool) {
    let rest: Vec<_> =
        all.into_iter().filter(|name| last.is_empty() || *name.as_str() > *last).collect();
    let n = n.unwrap_or(100).min(1000);
    let more = if link_when_full { rest.len() >= n && n > 0 } else { rest.len() > n };
    (rest.into_iter().take(n).collect(), more)
}
