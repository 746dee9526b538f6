//! Reading a manifest that was pushed or found.

use std::time::SystemTime;

use crate::digest::Digest;
use crate::image::{ManifestDetails, SeenManifest};
use crate::port::{Described, JobKind, StoreError, Tx};
use crate::registry::Registry;
use crate::repository::RepositoryPath;
use crate::tag::AsOf;

/// Keeps what a manifest told, and has the manifests of an index read that are not known yet.
pub(super) async fn keep(
    tx: &mut Tx,
    registry: &Registry,
    (path, digest): (&RepositoryPath, &Digest),
    described: &Described,
    now: SystemTime,
) -> Result<(), StoreError> {
    let Some(repository) = tx.repositories().by_path(registry.id, path).await? else {
        return Ok(());
    };
    tx.repositories().describe(repository, digest, described).await?;
    let Described::Read(details) = described else { return Ok(()) };
    for child in unknown_children(tx, repository, details).await? {
        // As old as can be: whatever an event says of it is newer.
        let as_of = AsOf { at: SystemTime::UNIX_EPOCH, event: "".into() };
        if tx.repositories().add_manifest(repository, &seen(child, now), &as_of).await? {
            let job = JobKind::Describe {
                registry: registry.id,
                repository: path.clone(),
                digest: child.digest.clone(),
            };
            tx.jobs().enqueue(&job, now).await?;
        }
    }
    Ok(())
}

async fn unknown_children<'a>(
    tx: &mut Tx,
    repository: crate::id::RepositoryId,
    details: &'a ManifestDetails,
) -> Result<Vec<&'a crate::image::Descriptor>, StoreError> {
    let children: Vec<_> = details.children.iter().map(|child| &child.descriptor).collect();
    if children.is_empty() {
        return Ok(children);
    }
    let digests: Vec<Digest> = children.iter().map(|child| child.digest.clone()).collect();
    let known = tx.repositories().known_manifests(repository, &digests).await?;
    Ok(children.into_iter().filter(|child| !known.contains(&child.digest)).collect())
}

fn seen(child: &crate::image::Descriptor, now: SystemTime) -> SeenManifest {
    SeenManifest {
        digest: child.digest.clone(),
        media_type: child.media_type.clone(),
        pushed_at: now,
    }
}
