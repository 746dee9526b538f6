//! Manifests: what a tag points at.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use crate::configuration::Configuration;
use crate::digest::Digest;

/// A media type as a registry names it; anything up to 255 bytes, since registries take anything.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MediaType(Box<str>);

impl MediaType {
    /// Keeps the type without its parameters.
    pub fn new(text: &str) -> Self {
        let bare = text.split(';').next().unwrap_or_default().trim();
        Self(bare.chars().filter(|c| !c.is_control()).take(255).collect::<String>().into())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a manifest of this type is.
    pub fn kind(&self) -> ManifestKind {
        match &*self.0 {
            OCI_MANIFEST | DOCKER_MANIFEST => ManifestKind::Image,
            OCI_INDEX | DOCKER_LIST => ManifestKind::Index,
            DOCKER_SCHEMA1 | DOCKER_SCHEMA1_SIGNED => ManifestKind::Legacy,
            _ => ManifestKind::Unknown,
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `application/vnd.oci.image.manifest.v1+json`
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// `application/vnd.oci.image.index.v1+json`
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// `application/vnd.docker.distribution.manifest.v2+json`
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// `application/vnd.docker.distribution.manifest.list.v2+json`
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
const DOCKER_SCHEMA1_SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";
/// What a registry calls the media type of every blob in its events.
pub const BLOB: &str = "application/octet-stream";

/// What a manifest is, by its media type.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ManifestKind {
    /// One image, or an artifact in the same form.
    Image,
    /// Several manifests, usually one a platform.
    Index,
    /// Docker's schema 1: shown, not read.
    Legacy,
    /// Kept and shown by its media type.
    Unknown,
}

impl ManifestKind {
    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Index => "index",
            Self::Legacy => "legacy",
            Self::Unknown => "unknown",
        }
    }
}

/// What an image runs on: `linux/amd64`, `linux/arm/v7`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Platform {
    /// `linux`
    pub os: Box<str>,
    /// `amd64`
    pub architecture: Box<str>,
    /// `v7`
    pub variant: Option<Box<str>>,
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(f, "/{variant}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Platform {
    type Err = InvalidPlatform;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '/');
        match (parts.next(), parts.next()) {
            (Some(os), Some(architecture)) if !os.is_empty() && !architecture.is_empty() => {
                let variant = parts.next().map(Box::from);
                Ok(Self { os: os.into(), architecture: architecture.into(), variant })
            }
            _ => Err(InvalidPlatform(text.into())),
        }
    }
}

/// A text that is not a [`Platform`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a platform such as `linux/amd64`")]
pub struct InvalidPlatform(Box<str>);

/// One piece of content that a manifest names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Descriptor {
    /// What it is.
    pub media_type: MediaType,
    /// What it is called by.
    pub digest: Digest,
    /// Bytes, as stored.
    pub size: u64,
}

/// One manifest of an index.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Child {
    /// The manifest.
    pub descriptor: Descriptor,
    /// What it runs on, where the index says so.
    pub platform: Option<Platform>,
    /// Which manifest of the index it attests something of, as BuildKit's attestations do.
    pub attests: Option<Digest>,
}

/// What reading a manifest tells.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ManifestDetails {
    /// What the registry served it as.
    pub media_type: MediaType,
    /// What kind of artifact it says it is, where it says so; else its config's media type where
    /// that is not an image's.
    pub artifact_type: Option<MediaType>,
    /// The configuration.
    pub config: Option<Descriptor>,
    /// The layers, bottom first.
    pub layers: Vec<Descriptor>,
    /// The manifests of an index.
    pub children: Vec<Child>,
    /// What it runs on, by its configuration.
    pub platform: Option<Platform>,
    /// Which manifest it is about.
    pub subject: Option<Digest>,
    /// What else it says of itself: names and values, by name.
    pub annotations: Vec<(String, String)>,
    /// What its configuration says, where it is an image's and could be read.
    pub configuration: Option<Box<Configuration>>,
}

impl ManifestDetails {
    /// Bytes of configuration and layers together; `None` for an index, whose size is that of the
    /// manifests it names.
    pub fn size(&self) -> Option<u64> {
        if self.media_type.kind() == ManifestKind::Index {
            return None;
        }
        let parts = self.config.iter().chain(&self.layers);
        Some(parts.fold(0u64, |sum, part| sum.saturating_add(part.size)))
    }
}

/// A manifest that a push or a crawl brought, before it was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SeenManifest {
    /// What it is called by.
    pub digest: Digest,
    /// What it is; empty where a crawl has not read it yet.
    pub media_type: MediaType,
    /// When the registry took it, or when it was first seen.
    pub pushed_at: SystemTime,
}
