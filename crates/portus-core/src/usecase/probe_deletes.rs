//! Whether a registry deletes, and how.

use crate::digest::Digest;
use crate::port::{Reference, RemoteRegistry, Removal};
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
