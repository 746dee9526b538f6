//! What a deletion would do.

use std::collections::HashSet;

use super::look::{SeenNamespace, SeenRepository};
use super::plan_deletion::DeletionError;
use super::probe_deletes::Deletes;
use crate::companion::Referrer;
use crate::deletion::DeletionScope;
use crate::digest::Digest;
use crate::page::{RepositoryRow, TagRow};
use crate::port::{Sums, Weight};
use crate::tag::TagName;

/// What would happen.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletionPlan {
    /// Where.
    pub place: SeenNamespace,
    /// How much goes.
    pub scope: DeletionScope,
    /// What goes, in words: `qa/app:1`, `qa/app`, `qa`.
    pub object: String,
    /// In which repository; `None` for a namespace.
    pub repository: Option<SeenRepository>,
    /// The tags that go by name.
    pub tags: Vec<PlannedTag>,
    /// The manifests that go by digest, an index before what only it names.
    pub manifests: Vec<Digest>,
    /// The indexes that still name the manifest.
    pub needed_by: Vec<Digest>,
    /// The first repositories of a namespace.
    pub repositories: Vec<RepositoryRow>,
    /// What all of it is.
    pub sums: Sums,
    /// How much of it the registry could free.
    pub weight: Weight,
    /// Signatures and all else that is about what goes.
    pub referrers: Vec<Referrer>,
    /// How the registry deletes.
    pub deletes: Deletes,
}

/// A tag that would go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlannedTag {
    /// Itself.
    pub row: TagRow,
    /// Other tags on the same digest that were not asked for.
    pub siblings: Vec<TagName>,
    /// The indexes that name its manifest.
    pub needed_by: Vec<Digest>,
}

pub(super) fn empty(
    place: SeenNamespace,
    scope: DeletionScope,
    object: String,
    deletes: Deletes,
) -> DeletionPlan {
    DeletionPlan {
        place,
        scope,
        object,
        repository: None,
        tags: Vec::new(),
        manifests: Vec::new(),
        needed_by: Vec::new(),
        repositories: Vec::new(),
        sums: Sums::default(),
        weight: Weight::default(),
        referrers: Vec::new(),
        deletes,
    }
}

impl DeletionPlan {
    /// Other tags that the registry would take along, by name.
    pub fn siblings(&self) -> Vec<TagName> {
        if self.deletes != Deletes::ByDigest {
            return Vec::new();
        }
        let mut all: Vec<TagName> =
            self.tags.iter().flat_map(|tag| tag.siblings.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The indexes that would be left with a hole.
    pub fn broken(&self) -> Vec<Digest> {
        let by_tags = self.tags.iter().flat_map(|tag| &tag.needed_by);
        let by_tags = by_tags.filter(|_| self.deletes == Deletes::ByDigest);
        // What is deleted in the same run breaks nothing.
        let goes: HashSet<&Digest> = self.tags.iter().map(|tag| &tag.row.digest).collect();
        let all = self.needed_by.iter().chain(by_tags).filter(|index| !goes.contains(index));
        let mut all: Vec<Digest> = all.cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// The digests that the registry would take away, as far as they are listed.
    pub(super) fn digests(&self) -> Vec<Digest> {
        match self.deletes {
            _ if !self.manifests.is_empty() => self.manifests.clone(),
            Deletes::ByDigest => {
                let mut all: Vec<_> = self.tags.iter().map(|tag| tag.row.digest.clone()).collect();
                all.sort();
                all.dedup();
                all
            }
            Deletes::ByTag | Deletes::Nothing | Deletes::Unknown(_) => Vec::new(),
        }
    }

    /// What is about something that goes, and stays.
    pub fn left_alone(&self) -> Vec<&Referrer> {
        let goes: HashSet<Digest> = self.digests().into_iter().collect();
        self.referrers.iter().filter(|one| !goes.contains(&one.digest)).collect()
    }

    /// What is about something that goes, and goes too.
    pub fn taken_along(&self) -> Vec<&Referrer> {
        let goes: HashSet<Digest> = self.digests().into_iter().collect();
        self.referrers.iter().filter(|one| goes.contains(&one.digest)).collect()
    }

    /// What keeps it from being asked for as it is; with `all_siblings` the other tags on the
    /// same digests go too.
    pub fn obstacle(&self, all_siblings: bool) -> Option<DeletionError> {
        let (siblings, broken) = (self.siblings(), self.broken());
        if self.deletes == Deletes::Nothing {
            Some(DeletionError::SwitchedOff)
        } else if !broken.is_empty() {
            Some(DeletionError::Needed(broken))
        } else if !siblings.is_empty() && !all_siblings {
            Some(DeletionError::Siblings(siblings))
        } else {
            None
        }
    }
}
