//! What a search found, as pages show it.

use portus_core::search::{
    FoundLabel, FoundManifest, FoundNamespace, FoundRepository, FoundTag, FoundTeam,
};

use super::show::short;
use super::sign_in::segment;
use super::texts::Texts;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Repository,
    Tag,
    Digest,
    Namespace,
    Team,
    Label,
}

impl Kind {
    /// In the order of the page.
    pub(super) const ALL: [Self; 6] =
        [Self::Repository, Self::Tag, Self::Digest, Self::Namespace, Self::Team, Self::Label];

    /// As an address has it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Tag => "tag",
            Self::Digest => "digest",
            Self::Namespace => "namespace",
            Self::Team => "team",
            Self::Label => "label",
        }
    }

    /// The picture of it.
    pub(super) const fn icon(self) -> &'static str {
        match self {
            Self::Repository | Self::Namespace => "repository",
            Self::Tag => "starred",
            Self::Digest | Self::Label => "seal",
            Self::Team => "team",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub(super) fn title(self, t: &Texts) -> &'static str {
        match self {
            Self::Repository => t.repositories,
            Self::Tag => t.tags,
            Self::Digest => t.search.digests,
            Self::Namespace => t.namespaces,
            Self::Team => t.teams,
            Self::Label => t.search.labels,
        }
    }
}

/// One thing that was found.
pub(super) struct Hit {
    /// Where it is looked at.
    pub(super) path: String,
    pub(super) name: String,
    /// Where it is.
    pub(super) note: String,
}

impl From<FoundRepository> for Hit {
    fn from(found: FoundRepository) -> Self {
        Self {
            path: format!("/repositories/{}/{}", found.registry, found.path),
            name: found.path.to_string(),
            note: found.registry.to_string(),
        }
    }
}

impl From<FoundTag> for Hit {
    fn from(found: FoundTag) -> Self {
        let FoundTag { registry, path, name, digest, .. } = found;
        Self {
            path: format!("/repositories/{registry}/{path}:{name}"),
            name: format!("{path}:{name}"),
            note: format!("{registry} · {}", short(digest.as_str())),
        }
    }
}

impl From<FoundManifest> for Hit {
    fn from(found: FoundManifest) -> Self {
        let FoundManifest { registry, path, digest, .. } = found;
        Self {
            path: format!("/repositories/{registry}/{path}@{digest}"),
            name: format!("{path}@{}", short(digest.as_str())),
            note: registry.to_string(),
        }
    }
}

impl From<FoundLabel> for Hit {
    fn from(found: FoundLabel) -> Self {
        let FoundLabel { registry, path, digest, name, value } = found;
        Self {
            path: format!("/repositories/{registry}/{path}@{digest}"),
            name: format!("{path}@{}", short(digest.as_str())),
            note: format!("{registry} · {name}={value}"),
        }
    }
}

impl From<FoundNamespace> for Hit {
    fn from(found: FoundNamespace) -> Self {
        Self {
            path: format!("/namespaces/{}/{}", found.registry, found.name),
            name: found.name.to_string(),
            note: found.registry.to_string(),
        }
    }
}

impl From<FoundTeam> for Hit {
    fn from(found: FoundTeam) -> Self {
        Self {
            path: format!("/teams/{}", segment(found.name.as_str())),
            name: found.name.to_string(),
            note: String::new(),
        }
    }
}
