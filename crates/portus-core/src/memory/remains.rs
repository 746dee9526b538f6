use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::deletions::there;
use super::tags::{Details, StoredManifest, StoredTag};
use super::unit_of_work::Work;
use crate::digest::Digest;
use crate::id::RepositoryId;
use crate::image::Child;
use crate::port::{Remains, StoreError};

#[async_trait]
impl Remains for Work {
    async fn only_of(
        &mut self,
        repository: RepositoryId,
        index: &Digest,
    ) -> Result<Vec<Digest>, StoreError> {
        let Some(stored) = self.seen().repositories.get(&repository) else {
            return Ok(Vec::new());
        };
        let names = |one: &'_ StoredManifest| -> Vec<Digest> {
            let named = children(one).iter().map(|child| child.descriptor.digest.clone());
            named.collect()
        };
        let others = there(stored).filter(|(digest, _)| *digest != index);
        let needed: BTreeSet<Digest> = others.flat_map(|(_, one)| names(one)).collect();
        let tagged: BTreeSet<&Digest> =
            stored.tags.values().filter_map(|tag| tag.digest(stored)).collect();
        let mut told = BTreeSet::new();
        let here = stored.manifests.get(index).filter(|one| one.is_there());
        let named = here.map(names).unwrap_or_default().into_iter();
        let alone = named.filter(|digest| {
            let known = stored.manifests.get(digest);
            known.is_some_and(StoredManifest::is_there)
                && !needed.contains(digest)
                && !tagged.contains(digest)
                && told.insert(digest.clone())
        });
        Ok(alone.collect())
    }

    async fn is_empty(&mut self, repository: RepositoryId) -> Result<bool, StoreError> {
        let stored = self.seen().repositories.get(&repository);
        Ok(stored.is_none_or(|stored| there(stored).next().is_none()))
    }

    async fn forget_past(
        &mut self,
        repository: RepositoryId,
        _limit: u32,
    ) -> Result<u64, StoreError> {
        let Some(stored) = self.change()?.repositories.get_mut(&repository) else { return Ok(0) };
        if there(stored).next().is_some() {
            return Ok(0);
        }
        let manifests = stored.manifests.values().filter(|one| one.added.is_some());
        let tags = stored.tags.values().filter(|one| !one.pushes.is_empty());
        let gone = (manifests.count() + tags.count() + stored.pulls.len()) as u64;
        let manifests = std::mem::take(&mut stored.manifests).into_iter();
        stored.manifests = manifests
            .map(|(digest, StoredManifest { removed, .. })| {
                (digest, StoredManifest { removed, ..StoredManifest::default() })
            })
            .collect();
        let tags = std::mem::take(&mut stored.tags).into_iter();
        stored.tags = tags
            .map(|(name, StoredTag { removed, .. })| {
                (name, StoredTag { removed, ..StoredTag::default() })
            })
            .collect();
        stored.pulls = BTreeMap::new();
        Ok(gone)
    }

    async fn forget_said(&mut self, repository: RepositoryId) -> Result<(), StoreError> {
        let state = self.change()?;
        state.stars.retain(|(_, of), _| *of != repository);
        state.comments.retain(|_, (of, _)| *of != repository);
        if let Some(stored) = state.repositories.get_mut(&repository) {
            (stored.description, stored.stars) = (String::new(), 0);
        }
        Ok(())
    }
}

fn children(manifest: &StoredManifest) -> &[Child] {
    match &manifest.details {
        Details::Read(details) => &details.children,
        Details::Failed | Details::Pending => &[],
    }
}
