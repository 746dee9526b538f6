//! What is in a repository, for who may see it.

use std::collections::HashSet;
use std::str::FromStr;

use super::look::{Look, SeenRepository};
use crate::companion::Referrer;
use crate::comparison::Comparison;
use crate::digest::Digest;
use crate::image::Platform;
use crate::page::{ManifestView, Page, Slice};
use crate::port::StoreError;
use crate::shelf::{About, ImageFilter, ImageRow, ManifestRow, PastRow};
use crate::tag::TagName;

/// A tag or a digest, as people write it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reference {
    /// `sha256:…`
    Digest(Digest),
    /// `1.2`
    Tag(TagName),
}

impl FromStr for Reference {
    type Err = crate::tag::InvalidTagName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(digest) => Ok(Self::Digest(digest)),
            Err(_) => text.parse().map(Self::Tag),
        }
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Digest(digest) => digest.fmt(f),
            Self::Tag(tag) => tag.fmt(f),
        }
    }
}

/// An image with what it says of itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown {
    /// What it is made of.
    pub view: ManifestView,
    /// What else it says.
    pub about: About,
}

/// Two images beside each other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ComparedImages {
    /// What the first reference stands for.
    pub from: Digest,
    /// What the second stands for.
    pub to: Digest,
    /// Which manifests of two indexes these are.
    pub platform: Option<Platform>,
    /// What both of two indexes have an image for.
    pub platforms: Vec<Platform>,
    /// What differs.
    pub comparison: Comparison,
}

impl Look {
    /// What is said of a manifest beside what it is made of.
    pub async fn about(
        &self,
        of: &SeenRepository,
        digest: &Digest,
    ) -> Result<Option<About>, StoreError> {
        self.images.about(of.id, digest).await
    }

    /// The images of a repository.
    pub async fn images(
        &self,
        of: &SeenRepository,
        filter: &ImageFilter,
        slice: &Slice,
    ) -> Result<Page<ImageRow>, StoreError> {
        self.images.images(of.id, filter, slice).await
    }

    /// Bytes of all that is in a repository; what several images have counts once.
    pub async fn size(&self, of: &SeenRepository) -> Result<u64, StoreError> {
        self.images.size_of(of.id).await
    }

    /// What a tag was set to, newest first.
    pub async fn past(
        &self,
        of: &SeenRepository,
        tag: &TagName,
        slice: &Slice,
    ) -> Result<Page<PastRow>, StoreError> {
        self.images.past(of.id, tag, slice).await
    }

    /// What is about these manifests.
    pub async fn referrers(
        &self,
        of: &SeenRepository,
        digests: &[Digest],
    ) -> Result<Vec<Referrer>, StoreError> {
        let mut found = Vec::new();
        for digests in digests.chunks(AT_ONCE) {
            found.extend(self.images.referrers(of.id, digests).await?);
            if found.len() >= AT_ONCE {
                break;
            }
        }
        Ok(found)
    }

    /// The manifests of a repository, newest first; perhaps only those with a tag, or without one.
    pub async fn manifests(
        &self,
        of: &SeenRepository,
        tagged: Option<bool>,
        slice: &Slice,
    ) -> Result<Page<ManifestRow>, StoreError> {
        self.images.manifests(of.id, tagged, slice).await
    }

    /// Compares two images of a repository, of indexes those for a platform that both have;
    /// `None` where one of them is not there.
    pub async fn compare(
        &self,
        of: &SeenRepository,
        (from, to): (&Reference, &Reference),
        platform: Option<&Platform>,
    ) -> Result<Option<ComparedImages>, StoreError> {
        let (Some(from), Some(to)) = (self.find(of, from).await?, self.find(of, to).await?) else {
            return Ok(None);
        };
        let platforms = common(&from.view, &to.view);
        let wanted = platform.filter(|wanted| platforms.contains(wanted));
        let platform = wanted.or(platforms.first()).cloned();
        let one = self.image_for(of, from.clone(), platform.as_ref()).await?;
        let other = self.image_for(of, to.clone(), platform.as_ref()).await?;
        let comparison = Comparison::of(
            (&one.view.layers, one.about.configuration.as_ref()),
            (&other.view.layers, other.about.configuration.as_ref()),
        );
        let (from, to) = (from.view.digest, to.view.digest);
        Ok(Some(ComparedImages { from, to, platform, platforms, comparison }))
    }

    async fn find(
        &self,
        of: &SeenRepository,
        reference: &Reference,
    ) -> Result<Option<Shown>, StoreError> {
        let digest = match reference {
            Reference::Digest(digest) => digest.clone(),
            Reference::Tag(tag) => match self.tag(of, tag).await? {
                Some(row) => row.digest,
                None => return Ok(None),
            },
        };
        self.shown(of, &digest).await
    }

    async fn shown(
        &self,
        of: &SeenRepository,
        digest: &Digest,
    ) -> Result<Option<Shown>, StoreError> {
        let Some(view) = self.manifest(of, digest).await? else { return Ok(None) };
        let about = self.about(of, digest).await?.unwrap_or_default();
        Ok(Some(Shown { view, about }))
    }

    /// The manifest of an index for a platform, where it is there; else what was given.
    async fn image_for(
        &self,
        of: &SeenRepository,
        index: Shown,
        platform: Option<&Platform>,
    ) -> Result<Shown, StoreError> {
        let mut children = index.view.children.iter();
        let child = match platform {
            Some(wanted) => children.find(|child| child.platform.as_ref() == Some(wanted)),
            None => None,
        };
        let found = match child {
            Some(child) => self.shown(of, &child.descriptor.digest).await?,
            None => None,
        };
        Ok(found.unwrap_or(index))
    }
}

/// The platforms that both are for; an image that is no index is for whatever the other is for.
fn common(one: &ManifestView, other: &ManifestView) -> Vec<Platform> {
    let of = |view: &ManifestView| -> Vec<Platform> {
        view.children.iter().filter_map(|child| child.platform.clone()).collect()
    };
    let own = |view: &ManifestView| -> Vec<Platform> {
        view.platforms.iter().filter_map(|text| text.parse().ok()).collect()
    };
    let (first, second) = match (one.children.is_empty(), other.children.is_empty()) {
        (true, true) => return Vec::new(),
        (true, false) => (of(other), own(one)),
        (false, true) => (of(one), own(other)),
        (false, false) => (of(one), of(other)),
    };
    let (second, mut told): (HashSet<_>, _) = (second.into_iter().collect(), HashSet::new());
    let both = first.into_iter().filter(|one| second.contains(one) && told.insert(one.clone()));
    both.collect()
}

/// Of how many manifests is asked at once, and about how many referrers are enough.
const AT_ONCE: usize = 1000;
