//! Whether a registry deletes, and how.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::digest::Digest;
use crate::id::RegistryId;
use crate::port::{Reference, RemoteRegistry, Removal};
use crate::registry::{Registry, RegistryUrl};
use crate::repository::RepositoryPath;
use crate::tag::TagName;

/// How a registry deletes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Deletes {
    /// Only whole digests, with every tag on them.
    ByDigest,
    /// A tag alone, too.
    ByTag,
    /// Not at all, until its configuration says so.
    Nothing,
    /// It did not say; why, in words.
    Unknown(String),
}

/// How registries answered a moment ago, so that looking at a page does not ask them each time.
#[derive(Default)]
pub struct Probed(Mutex<HashMap<(RegistryId, RegistryUrl), (Deletes, SystemTime)>>);

impl Probed {
    /// What a registry answered within the last minute.
    pub(super) fn lately(&self, of: &Registry, now: SystemTime) -> Option<Deletes> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (deletes, at) = known.get(&(of.id, of.url.clone()))?;
        (now.duration_since(*at).ok()? < KEPT).then(|| deletes.clone())
    }

    /// Keeps how it deletes. That it does not is not kept: whoever mends its configuration looks at
    /// once whether that was it.
    pub(super) fn keep(&self, of: &Registry, deletes: &Deletes, now: SystemTime) {
        if !matches!(deletes, Deletes::ByDigest | Deletes::ByTag) {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, at)| now.duration_since(*at).is_ok_and(|age| age < KEPT));
        known.insert((of.id, of.url.clone()), (deletes.clone(), now));
    }
}

/// How long an answer is good for.
const KEPT: Duration = Duration::from_secs(60);

/// Asks a registry to delete what is not there: how it says no shows what it can.
pub(super) async fn probe(
    remote: &dyn RemoteRegistry,
    path: &RepositoryPath,
    random: &[u8; 32],
) -> Result<Deletes, crate::port::RemoteError> {
    let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let names = (digits.parse::<TagName>(), format!("sha256:{digits}").parse::<Digest>());
    // Hexadecimal digits make a tag, and 64 of them a digest.
    let (Ok(tag), Ok(digest)) = names else { return Ok(Deletes::ByDigest) };
    if remote.delete(path, &Reference::Tag(tag)).await? != Removal::Unsupported {
        return Ok(Deletes::ByTag);
    }
    Ok(match remote.delete(path, &Reference::Digest(digest)).await? {
        Removal::Unsupported => Deletes::Nothing,
        Removal::Gone { .. } | Removal::NotThere { .. } => Deletes::ByDigest,
    })
}
