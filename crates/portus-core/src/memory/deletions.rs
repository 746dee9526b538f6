use std::cmp::Reverse;
use std::time::SystemTime;

use async_trait::async_trait;

use super::listing::page;
use super::state::{State, StoredRepository, exists, missing};
use super::tags::{Details, StoredManifest};
use super::unit_of_work::Work;
use crate::deletion::{
    Counts, Deletion, DeletionItem, DeletionScope, DeletionState, ItemState, NewDeletion,
};
use crate::deletion_reason::DeletionReason;
use crate::digest::Digest;
use crate::id::{AccountId, DeletionId, DeletionItemId, NamespaceId, RegistryId, RepositoryId};
use crate::image::ManifestKind;
use crate::namespace::{NamespaceKind, NamespaceName};
use crate::page::{Page, Slice};
use crate::port::{Deletions, Held, StoreError, Sums};
use crate::repository::RepositoryPath;
use crate::tag::TagName;
use crate::team::Role;

#[async_trait]
impl Deletions for Work {
    async fn add(&mut self, new: &NewDeletion) -> Result<DeletionId, StoreError> {
        let state = self.change()?;
        let registry = state.registries.get(&new.registry).ok_or_else(missing)?;
        let registry_name = registry.name.clone();
        let id = DeletionId(state.next_id());
        let deletion = Deletion {
            id,
            registry: new.registry,
            registry_name,
            namespace: new.namespace,
            namespace_name: new.namespace_name.clone(),
            kind: new.kind,
            scope: new.scope,
            object: new.object.clone(),
            account: new.account,
            token: new.token,
            actor: new.actor.clone(),
            asked_at: new.asked_at,
            state: DeletionState::UnderWay,
            reason: None,
            listed_to: None,
            counts: Counts::default(),
            finished_at: None,
        };
        state.deletions.insert(id, deletion);
        Ok(id)
    }

    async fn add_items(
        &mut self,
        deletion: DeletionId,
        repository: &RepositoryPath,
        items: &[(Option<TagName>, Digest)],
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        exists(&state.deletions, &deletion)?;
        for (tag, digest) in items {
            let id = DeletionItemId(state.next_id());
            let item = DeletionItem {
                id,
                repository: repository.clone(),
                tag: tag.clone(),
                digest: digest.clone(),
                state: ItemState::Waiting,
                reason: None,
            };
            state.deletion_items.insert((deletion, id), item);
        }
        recount(state, deletion);
        Ok(())
    }

    async fn add_manifests(
        &mut self,
        deletion: DeletionId,
        repository: RepositoryId,
        path: &RepositoryPath,
    ) -> Result<u64, StoreError> {
        let Some(stored) = self.seen().repositories.get(&repository) else { return Ok(0) };
        let (indexes, others): (Vec<_>, Vec<_>) =
            there(stored).partition(|(_, one)| one.media_type.kind() == ManifestKind::Index);
        let items: Vec<_> =
            indexes.into_iter().chain(others).map(|(digest, _)| (None, digest.clone())).collect();
        self.add_items(deletion, path, &items).await?;
        Ok(items.len() as u64)
    }

    async fn set_listed(&mut self, deletion: DeletionId, to: &str) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.deletions.get_mut(&deletion) {
            stored.listed_to = Some(to.to_owned());
        }
        Ok(())
    }

    async fn settle(
        &mut self,
        deletion: DeletionId,
        item: DeletionItemId,
        state: ItemState,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError> {
        let kept = self.change()?;
        let stored = kept.deletion_items.get_mut(&(deletion, item));
        let ends = |from: ItemState| {
            from == ItemState::Waiting || (from, state) == (ItemState::Cancelled, ItemState::Done)
        };
        if let Some(stored) = stored.filter(|stored| ends(stored.state)) {
            (stored.state, stored.reason) = (state, reason.cloned());
        }
        recount(kept, deletion);
        Ok(())
    }

    async fn settle_rest(
        &mut self,
        deletion: DeletionId,
        state: ItemState,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError> {
        let kept = self.change()?;
        let of = kept.deletion_items.iter_mut().filter(|((of, _), _)| *of == deletion);
        for (_, item) in of.filter(|(_, item)| item.state == ItemState::Waiting) {
            (item.state, item.reason) = (state, reason.cloned());
        }
        recount(kept, deletion);
        Ok(())
    }

    async fn set_reason(
        &mut self,
        deletion: DeletionId,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.deletions.get_mut(&deletion) {
            stored.reason = reason.cloned();
        }
        Ok(())
    }

    async fn finish(
        &mut self,
        deletion: DeletionId,
        state: DeletionState,
        reason: Option<&DeletionReason>,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.deletions.get_mut(&deletion) {
            (stored.state, stored.reason) = (state, reason.cloned());
            stored.finished_at = Some(at);
        }
        Ok(())
    }

    async fn by_id(&mut self, deletion: DeletionId) -> Result<Option<Deletion>, StoreError> {
        Ok(self.seen().deletions.get(&deletion).cloned())
    }

    async fn list(
        &mut self,
        viewer: Option<AccountId>,
        wanted: Option<DeletionState>,
        slice: &Slice,
    ) -> Result<Page<Deletion>, StoreError> {
        let state = self.seen();
        let sees = |one: &&Deletion| match (viewer, one.kind) {
            (None, _) => true,
            (Some(viewer), _) if one.account == Some(viewer) => true,
            (Some(viewer), NamespaceKind::Personal { account, .. }) => account == viewer,
            (Some(viewer), NamespaceKind::Team { team, .. }) => {
                state.role(team, viewer) == Some(Role::Owner)
            }
            _ => false,
        };
        let seen = state.deletions.values().filter(sees);
        let seen = seen.filter(|one| wanted.is_none_or(|wanted| one.state == wanted));
        Ok(page(seen.map(|one| (Reverse((one.asked_at, one.id.0)), one.clone())), slice))
    }

    async fn items(
        &mut self,
        deletion: DeletionId,
        slice: &Slice,
    ) -> Result<Page<DeletionItem>, StoreError> {
        Ok(page(of(self.seen(), deletion).map(|item| (item.id.0, item.clone())), slice))
    }

    async fn waiting(
        &mut self,
        deletion: DeletionId,
        limit: u32,
    ) -> Result<Vec<DeletionItem>, StoreError> {
        let waiting = of(self.seen(), deletion).filter(|item| item.state == ItemState::Waiting);
        Ok(waiting.take(limit as usize).cloned().collect())
    }

    async fn is_going(&mut self, namespace: NamespaceId) -> Result<bool, StoreError> {
        Ok(self.seen().deletions.values().any(|one| {
            one.namespace == namespace
                && one.scope == DeletionScope::Namespace
                && one.state == DeletionState::UnderWay
        }))
    }

    async fn indexes_of(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
    ) -> Result<Vec<Digest>, StoreError> {
        let stored = self.seen().repositories.get(&repository);
        let names = |one: &StoredManifest| match &one.details {
            Details::Read(details) => {
                details.children.iter().any(|child| child.descriptor.digest == *manifest)
            }
            Details::Failed | Details::Pending => false,
        };
        let indexes = stored.into_iter().flat_map(there).filter(|(_, one)| names(one));
        Ok(indexes.map(|(digest, _)| digest.clone()).take(AT_MOST).collect())
    }

    async fn other_tags(
        &mut self,
        deletion: DeletionId,
        repository: RepositoryId,
        manifest: &Digest,
    ) -> Result<Vec<TagName>, StoreError> {
        let state = self.seen();
        let Some(stored) = state.repositories.get(&repository) else { return Ok(Vec::new()) };
        let on = stored.tags.iter().filter(|(_, tag)| tag.digest(stored) == Some(manifest));
        let asked = |name: &TagName| {
            of(state, deletion).any(|item| {
                item.repository == stored.path
                    && item.tag.as_ref() == Some(name)
                    && item.digest == *manifest
            })
        };
        let others = on.filter(|(name, _)| !asked(name));
        Ok(others.map(|(name, _)| name.clone()).take(AT_MOST).collect())
    }

    async fn last_word(
        &mut self,
        repository: RepositoryId,
        tag: Option<&TagName>,
        manifest: &Digest,
    ) -> Result<Option<SystemTime>, StoreError> {
        let Some(stored) = self.seen().repositories.get(&repository) else { return Ok(None) };
        let known = stored.manifests.get(manifest).filter(|one| tag.is_none() && one.is_there());
        let added = known.and_then(|one| one.added.as_ref());
        let on = stored.tags.iter().filter(|(name, one)| {
            tag.is_none_or(|tag| tag == *name) && one.digest(stored) == Some(manifest)
        });
        let words = on.filter_map(|(_, one)| one.as_of());
        Ok(words.chain(added).map(|word| word.at).max())
    }

    async fn next_repository(
        &mut self,
        namespace: NamespaceId,
        after: Option<&str>,
    ) -> Result<Option<(RepositoryId, RepositoryPath)>, StoreError> {
        let within = self.seen().repositories.iter().filter(|(_, one)| {
            one.namespace == namespace && after.is_none_or(|after| *one.path.to_string() > *after)
        });
        let filled = within.filter(|(_, one)| there(one).next().is_some());
        let first = filled.min_by_key(|(_, one)| one.path.to_string());
        Ok(first.map(|(id, one)| (*id, one.path.clone())))
    }

    async fn sums_of_repository(&mut self, repository: RepositoryId) -> Result<Sums, StoreError> {
        Ok(sums(self.seen(), |id, _| id == repository))
    }

    async fn sums_of_namespace(&mut self, namespace: NamespaceId) -> Result<Sums, StoreError> {
        Ok(sums(self.seen(), |_, one| one.namespace == namespace))
    }

    async fn forget_repositories(
        &mut self,
        namespace: NamespaceId,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let state = self.change()?;
        let empty = state
            .repositories
            .iter()
            .filter(|(_, one)| one.namespace == namespace && there(one).next().is_none());
        let gone: Vec<RepositoryId> = empty.map(|(id, _)| *id).take(limit as usize).collect();
        forget(state, &gone);
        Ok(gone.len() as u64)
    }

    async fn remove_namespace(
        &mut self,
        namespace: NamespaceId,
        held_until: SystemTime,
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        let Some(gone) = state.namespaces.remove(&namespace) else { return Ok(()) };
        let within = state.repositories.iter().filter(|(_, one)| one.namespace == namespace);
        let within: Vec<RepositoryId> = within.map(|(id, _)| *id).collect();
        forget(state, &within);
        state.traffic.retain(|(of, _), _| *of != namespace);
        for stored in state.application_tokens.values_mut() {
            if let Some(within) = &mut stored.token.limits.namespaces {
                std::sync::Arc::make_mut(within).remove(&namespace);
            }
        }
        if let Some(name) = gone.name {
            state.held.insert((gone.registry, name), held_until);
        }
        Ok(())
    }

    async fn held(
        &mut self,
        registry: RegistryId,
        name: &NamespaceName,
    ) -> Result<Option<Held>, StoreError> {
        let held = self.seen().held.get(&(registry, name.clone()));
        Ok(held.map(|until| Held { until: *until }))
    }

    async fn release(
        &mut self,
        registry: RegistryId,
        name: &NamespaceName,
    ) -> Result<(), StoreError> {
        self.change()?.held.remove(&(registry, name.clone()));
        Ok(())
    }
}

pub(super) fn there(stored: &StoredRepository) -> impl Iterator<Item = (&Digest, &StoredManifest)> {
    stored.manifests.iter().filter(|(_, one)| one.is_there())
}

fn of(state: &State, deletion: DeletionId) -> impl Iterator<Item = &DeletionItem> {
    let all = state.deletion_items.iter();
    all.filter(move |((of, _), _)| *of == deletion).map(|(_, item)| item)
}

fn recount(state: &mut State, deletion: DeletionId) {
    let mut counts = Counts::default();
    for item in of(state, deletion) {
        counts.total += 1;
        match item.state {
            ItemState::Cancelled => counts.cancelled += 1,
            ItemState::Done => counts.done += 1,
            ItemState::Failed => counts.failed += 1,
            ItemState::Kept => counts.kept += 1,
            ItemState::Waiting => {}
        }
    }
    if let Some(stored) = state.deletions.get_mut(&deletion) {
        stored.counts = counts;
    }
}

fn sums(state: &State, which: impl Fn(RepositoryId, &StoredRepository) -> bool) -> Sums {
    let mut sums = Sums::default();
    for (id, stored) in state.repositories.iter().filter(|(id, stored)| which(**id, stored)) {
        let manifests = there(stored).count() as u64;
        let tags = stored.tags.values().filter(|tag| tag.digest(stored).is_some());
        sums.repositories += u64::from(manifests > 0);
        sums.tags += tags.count() as u64;
        sums.manifests += manifests;
        sums.descriptions += u64::from(!stored.description.is_empty());
        sums.comments += state.comments.values().filter(|(of, _)| of == id).count() as u64;
        sums.stars += stored.stars;
        sums.pulled_at = sums.pulled_at.max(stored.pulls.values().map(|pulls| pulls.last).max());
    }
    sums
}

const AT_MOST: usize = 100;

/// Repositories with what was said of them, as the databases' foreign keys remove it.
fn forget(state: &mut State, gone: &[RepositoryId]) {
    state.repositories.retain(|id, _| !gone.contains(id));
    state.stars.retain(|(_, of), _| !gone.contains(of));
    state.comments.retain(|_, (of, _)| !gone.contains(of));
}
