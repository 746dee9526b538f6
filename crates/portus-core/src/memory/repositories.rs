use std::collections::BTreeMap;
use std::time::SystemTime;

use async_trait::async_trait;

use super::state::{Pulls, State, StoredRepository, missing};
use super::tags::{Details, Push, StoredTag};
use super::unit_of_work::Work;
use crate::catalog::{KnownTag, KnownTags};
use crate::digest::Digest;
use crate::id::{AccountId, NamespaceId, RegistryId, RepositoryId};
use crate::image::SeenManifest;
use crate::port::{Described, Repositories, StoreError, TagChange};
use crate::repository::RepositoryPath;
use crate::tag::{AsOf, TagName};

#[async_trait]
impl Repositories for Work {
    async fn ensure(
        &mut self,
        namespace: NamespaceId,
        path: &RepositoryPath,
        _at: SystemTime,
    ) -> Result<RepositoryId, StoreError> {
        let state = self.change()?;
        let registry = state.namespaces.get(&namespace).ok_or_else(missing)?.registry;
        let mut known = state.repositories.iter();
        let found = known.find(|(_, one)| one.namespace == namespace && one.path == *path);
        if let Some((id, _)) = found {
            return Ok(*id);
        }
        let id = RepositoryId(state.next_id());
        state.repositories.insert(id, empty(registry, namespace, path));
        Ok(id)
    }

    async fn by_path(
        &mut self,
        registry: RegistryId,
        path: &RepositoryPath,
    ) -> Result<Option<RepositoryId>, StoreError> {
        let mut repositories = self.seen().repositories.iter();
        let found = repositories.find(|(_, one)| one.registry == registry && one.path == *path);
        Ok(found.map(|(id, _)| *id))
    }

    async fn add_manifest(
        &mut self,
        repository: RepositoryId,
        manifest: &SeenManifest,
        as_of: &AsOf,
    ) -> Result<bool, StoreError> {
        let stored = of(self.change()?, repository)?;
        let known = stored.manifests.entry(manifest.digest.clone()).or_default();
        let was_there = known.is_there();
        known.added = known.added.take().max(Some(as_of.clone()));
        known.pushed_at =
            Some(known.pushed_at.map_or(manifest.pushed_at, |at| at.min(manifest.pushed_at)));
        if known.media_type.as_str().is_empty() {
            known.media_type = manifest.media_type.clone();
        }
        let appeared = !was_there && known.is_there();
        if appeared {
            known.details = Details::Pending;
        }
        Ok(appeared)
    }

    async fn set_tag(
        &mut self,
        repository: RepositoryId,
        tag: &TagName,
        digest: &Digest,
        as_of: &AsOf,
        by: Option<(Option<AccountId>, &str)>,
    ) -> Result<TagChange, StoreError> {
        let state = self.change()?;
        let stored = of(state, repository)?;
        let before = stored.tags.get(tag).cloned().unwrap_or_default();
        let pointed_at = before.digest(stored).cloned();
        let mut after = before.clone();
        let by = by.map(|(_, name)| name.to_owned());
        after.pushes.entry(as_of.clone()).or_insert(Push { digest: digest.clone(), by });
        let points_at = after.digest(stored).cloned();
        stored.tags.insert(tag.clone(), after);
        let change = match points_at {
            _ if before.as_of() > Some(as_of) => TagChange::Older,
            None => TagChange::Older,
            now if now == pointed_at && now.as_ref() == Some(digest) => TagChange::Same,
            now if now == pointed_at => TagChange::Older,
            _ => TagChange::Set,
        };
        let namespace = stored.namespace;
        // What a crawl finds was pushed before.
        if !before.pushes.contains_key(as_of) && !as_of.event.is_empty() {
            state.traffic(namespace, as_of.at).pushes += 1;
        }
        Ok(change)
    }

    async fn remove_manifest(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        as_of: &AsOf,
    ) -> Result<bool, StoreError> {
        let stored = of(self.change()?, repository)?;
        let shown = |stored: &StoredRepository| {
            let there = stored.manifests.get(digest).is_some_and(|known| known.is_there());
            let tags = stored.tags.values();
            (there, tags.filter(|tag| tag.digest(stored) == Some(digest)).count())
        };
        let before = shown(stored);
        let known = stored.manifests.entry(digest.clone()).or_default();
        known.removed = known.removed.take().max(Some(as_of.clone()));
        Ok(shown(stored) != before)
    }

    async fn remove_tag(
        &mut self,
        repository: RepositoryId,
        tag: &TagName,
        as_of: &AsOf,
    ) -> Result<bool, StoreError> {
        let stored = of(self.change()?, repository)?;
        let mut known = stored.tags.remove(tag).unwrap_or_default();
        let was_there = known.digest(stored).is_some();
        known.removed = known.removed.take().max(Some(as_of.clone()));
        let is_there = known.digest(stored).is_some();
        stored.tags.insert(tag.clone(), known);
        Ok(was_there && !is_there)
    }

    async fn count_pulls(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        at: SystemTime,
        count: u32,
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        let stored = of(state, repository)?;
        let pulls = stored.pulls.entry(digest.clone()).or_insert(Pulls { count: 0, last: at });
        pulls.count += u64::from(count);
        pulls.last = pulls.last.max(at);
        let namespace = stored.namespace;
        state.traffic(namespace, at).pulls += u64::from(count);
        Ok(())
    }

    async fn describe(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        described: &Described,
    ) -> Result<(), StoreError> {
        let stored = of(self.change()?, repository)?;
        let Some(known) = stored.manifests.get_mut(digest) else { return Ok(()) };
        match described {
            Described::Failed => known.details = Details::Failed,
            Described::Read(details) => {
                known.media_type = details.media_type.clone();
                known.details = Details::Read(details.clone());
            }
        }
        Ok(())
    }

    async fn known_tags(&mut self, repository: RepositoryId) -> Result<KnownTags, StoreError> {
        let Some(stored) = self.seen().repositories.get(&repository) else {
            return Ok(KnownTags::new());
        };
        let known = |tag: &StoredTag| {
            Some(KnownTag { digest: tag.digest(stored).cloned(), as_of: tag.as_of()?.clone() })
        };
        let tags = stored.tags.iter();
        Ok(tags.filter_map(|(name, tag)| Some((name.clone(), known(tag)?))).collect())
    }

    async fn known_manifests(
        &mut self,
        repository: RepositoryId,
        digests: &[Digest],
    ) -> Result<Vec<Digest>, StoreError> {
        let Some(stored) = self.seen().repositories.get(&repository) else {
            return Ok(Vec::new());
        };
        let manifests = stored.manifests.iter();
        let known = manifests.filter(|(digest, one)| one.is_there() && digests.contains(digest));
        Ok(known.map(|(digest, _)| digest.clone()).collect())
    }
}

fn of(state: &mut State, id: RepositoryId) -> Result<&mut StoredRepository, StoreError> {
    state.repositories.get_mut(&id).ok_or_else(missing)
}

fn empty(registry: RegistryId, namespace: NamespaceId, path: &RepositoryPath) -> StoredRepository {
    StoredRepository {
        registry,
        namespace,
        path: path.clone(),
        manifests: BTreeMap::new(),
        tags: BTreeMap::new(),
        pulls: BTreeMap::new(),
        description: String::new(),
        stars: 0,
    }
}
