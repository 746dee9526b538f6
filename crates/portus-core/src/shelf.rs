//! What is in a repository, as people look at it: images with their tags, what has no tag, and what
//! a tag pointed at before.

use std::time::SystemTime;

use crate::configuration::Configuration;
use crate::digest::Digest;
use crate::image::MediaType;
use crate::page::{DetailsState, TagRow};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::tag::TagName;

/// Which images of a repository are wanted, and in which order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ImageFilter {
    /// Which comes first.
    pub order: ImageOrder,
    /// Only those with a tag that holds this text.
    pub named: Option<String>,
    /// Those whose tags belong to another image instead: signatures and the like.
    pub companions: bool,
}

/// Which image comes first.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum ImageOrder {
    /// By the first of its tags.
    Name,
    /// The one with the newest push of a tag.
    #[default]
    Push,
    /// The one with the greatest version.
    Version,
}

impl ImageOrder {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Push, Self::Version, Self::Name];

    /// As an address has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Push => "push",
            Self::Version => "version",
        }
    }
}

/// An image, with the tags that point at it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ImageRow {
    /// The tag that the list is ordered by.
    pub first: TagRow,
    /// The tags in the order of the list, `first` among them; at most fifty.
    pub tags: Vec<TagName>,
    /// Whether there are more.
    pub more: bool,
}

/// A manifest in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ManifestRow {
    /// What it is called by.
    pub digest: Digest,
    /// What it is; empty while unknown.
    pub media_type: MediaType,
    /// What kind of artifact it is, where it is not an image.
    pub artifact_type: Option<MediaType>,
    /// Bytes of configuration and layers; `None` while pending, and for an index.
    pub size: Option<u64>,
    /// What it runs on.
    pub platforms: Vec<String>,
    /// Whether the details were read.
    pub details: DetailsState,
    /// When it was first seen.
    pub pushed_at: SystemTime,
    /// How many tags point at it.
    pub tags: u64,
    /// An index that names it.
    pub part_of: Option<Digest>,
    /// Which manifest it is about.
    pub subject: Option<Digest>,
}

/// What a manifest says beside what it is made of.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct About {
    /// Which manifest it is about.
    pub subject: Option<Digest>,
    /// Names and values, by name.
    pub annotations: Vec<(String, String)>,
    /// What its configuration says, where that was read.
    pub configuration: Option<Configuration>,
    /// Of the manifests of an index, those that are there.
    pub children: Vec<StoredChild>,
}

/// A manifest of an index that is there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredChild {
    /// What it is called by.
    pub digest: Digest,
    /// Bytes of configuration and layers; `None` while pending.
    pub size: Option<u64>,
    /// Which manifest of the index it attests something of.
    pub attests: Option<Digest>,
}

/// What a tag was set to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PastRow {
    /// When.
    pub at: SystemTime,
    /// To which manifest.
    pub digest: Digest,
    /// By whom; a crawl does not know.
    pub author: Option<String>,
    /// Whether that manifest is still there.
    pub present: bool,
}

/// An image with a label.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LabelledRow {
    /// The registry.
    pub registry: RegistryName,
    /// The repository.
    pub path: RepositoryPath,
    /// The manifest.
    pub digest: Digest,
    /// The label's value.
    pub value: String,
}

/// The most characters of a label's name, and of its value, that a search finds it by.
pub const SEARCHED_LABEL: usize = 256;

/// The labels that a search finds an image by.
pub fn searched_labels(labels: &[(String, String)]) -> Vec<(String, String)> {
    let cut = |text: &String| text.chars().take(SEARCHED_LABEL).collect::<String>();
    let named = labels.iter().filter(|(name, _)| name.chars().count() <= SEARCHED_LABEL);
    let mut found: Vec<_> = named.map(|(name, value)| (name.clone(), cut(value))).collect();
    found.sort();
    found.dedup_by(|(one, _), (other, _)| one == other);
    found
}
