//! What is known of one tag or manifest, as a function of everything that was told, so that the
//! order in which it was told does not matter.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::state::StoredRepository;
use crate::digest::Digest;
use crate::image::{ManifestDetails, MediaType};
use crate::page::DetailsState;
use crate::tag::AsOf;

/// One manifest. Default: nothing was told yet.
#[derive(Clone, Debug, Default)]
pub(super) struct StoredManifest {
    pub(super) media_type: MediaType,
    pub(super) pushed_at: Option<SystemTime>,
    /// The newest word that it is there.
    pub(super) added: Option<AsOf>,
    /// The newest word that it is gone.
    pub(super) removed: Option<AsOf>,
    pub(super) details: Details,
    /// When Portus heard of its newest push, by its own clock.
    pub(super) heard_at: Option<SystemTime>,
}

#[derive(Clone, Debug, Default)]
pub(super) enum Details {
    Failed,
    #[default]
    Pending,
    Read(Box<ManifestDetails>),
}

impl Details {
    pub(super) fn state(&self) -> DetailsState {
        match self {
            Self::Failed => DetailsState::Failed,
            Self::Pending => DetailsState::Pending,
            Self::Read(_) => DetailsState::Read,
        }
    }
}

impl StoredManifest {
    pub(super) fn is_there(&self) -> bool {
        self.added > self.removed
    }
}

/// One tag: every word of what it points at, and the newest that it is gone.
#[derive(Clone, Debug, Default)]
pub(super) struct StoredTag {
    pub(super) pushes: BTreeMap<AsOf, Push>,
    pub(super) removed: Option<AsOf>,
    /// When Portus heard of its newest push, by its own clock.
    pub(super) heard_at: Option<SystemTime>,
}

/// The tag was set.
#[derive(Clone, Debug)]
pub(super) struct Push {
    pub(super) digest: Digest,
    /// Who did it; a crawl does not know.
    pub(super) by: Option<String>,
}

impl StoredTag {
    /// How new the newest word of it is.
    pub(super) fn as_of(&self) -> Option<&AsOf> {
        self.pushes.last_key_value().map(|(as_of, _)| as_of).max(self.removed.as_ref())
    }

    /// What its newest push set it to, gone or not.
    pub(super) fn points_at(&self) -> Option<&Digest> {
        self.pushes.last_key_value().map(|(_, push)| &push.digest)
    }

    /// What it points at. A manifest that went after the tag was set took the tag with it; the
    /// tag's own age stays, so that a word from in between still counts.
    pub(super) fn digest<'a>(&'a self, repository: &StoredRepository) -> Option<&'a Digest> {
        let (as_of, push) = self.pushes.last_key_value()?;
        let manifest = repository.manifests.get(&push.digest);
        let gone = manifest.and_then(|manifest| manifest.removed.as_ref());
        (Some(as_of) > self.removed.as_ref() && Some(as_of) > gone).then_some(&push.digest)
    }

    /// Who set it last, and when. A crawl that finds what was pushed before takes nothing away.
    pub(super) fn last_push(&self) -> Option<(SystemTime, Option<&str>)> {
        let (newest, now) = self.pushes.last_key_value()?;
        let told = self.pushes.iter().rev().find(|(_, push)| push.by.is_some());
        match told.filter(|(_, push)| push.digest == now.digest) {
            Some((as_of, push)) => Some((as_of.at, push.by.as_deref())),
            None => Some((newest.at, None)),
        }
    }

    /// Who set it first.
    pub(super) fn first_author(&self) -> Option<&str> {
        self.pushes.first_key_value().and_then(|(_, push)| push.by.as_deref())
    }
}
