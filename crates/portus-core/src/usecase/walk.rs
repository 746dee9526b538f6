use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::create_namespace::add as add_namespace;
use super::sync_registry::SyncRegistry;
use crate::activity::{Actor, NewActivity, kind};
use crate::catalog::{Difference, KnownTags, Observed, diff};
use crate::id::NamespaceId;
use crate::image::{MediaType, SeenManifest};
use crate::namespace::NamespaceKind;
use crate::policy::CreateOnPush;
use crate::port::{JobKind, RemoteError, RemoteRegistry, StoreError, TagChange, Tx};
use crate::registry::Registry;
use crate::repository::RepositoryPath;
use crate::tag::AsOf;

/// One walk through a registry: looks at repositories, and adds what is missing of them.
pub(super) struct Walk<'a> {
    pub(super) own: &'a SyncRegistry,
    pub(super) registry: &'a Registry,
    pub(super) remote: Arc<dyn RemoteRegistry>,
    pub(super) as_of: AsOf,
}

impl Walk<'_> {
    /// Every tag of a repository and what it points at.
    pub(super) async fn observe(&self, path: &RepositoryPath) -> Result<Observed, RemoteError> {
        let remote = &*self.remote;
        let mut tags = BTreeMap::new();
        let mut from: Option<String> = None;
        loop {
            let page = remote.tags(path, from.as_deref()).await?;
            let resolved: Vec<_> = stream::iter(page.tags)
                .map(|tag| async move {
                    let found = remote.resolve(path, &tag).await?;
                    Ok::<_, RemoteError>(found.map(|manifest| (tag, manifest.digest)))
                })
                .buffer_unordered(TAGS_RESOLVED_AT_ONCE)
                .try_collect()
                .await?;
            tags.extend(resolved.into_iter().flatten());
            match page.next {
                Some(next) => from = Some(next),
                None => return Ok(Observed { repository: path.clone(), tags }),
            }
        }
    }

    async fn known_tags(
        &self,
        tx: &mut Tx,
        path: &RepositoryPath,
    ) -> Result<KnownTags, StoreError> {
        match tx.repositories().by_path(self.registry.id, path).await? {
            Some(repository) => tx.repositories().known_tags(repository).await,
            None => Ok(KnownTags::new()),
        }
    }

    /// Whether a push may make the namespace of this name, and its event be on the way.
    pub(super) async fn may_be_claimed(&self, path: &RepositoryPath) -> Result<bool, StoreError> {
        let makes_namespaces = self.own.policy.switches().create_on_push != CreateOnPush::Never;
        if !makes_namespaces || self.registry.read_at.is_none() || path.namespace().is_none() {
            return Ok(false);
        }
        let known = self.known_namespace(path).await?;
        Ok(known.is_none())
    }

    /// Has a name that may be claimed looked at again when its event has had time to come.
    pub(super) async fn look_again(&self, path: &RepositoryPath) -> Result<(), StoreError> {
        let job = JobKind::Adopt { registry: self.registry.id, repository: path.clone() };
        let at = self.own.clock.now() + TIME_TO_CLAIM;
        self.own.store.write(async |tx| tx.jobs().enqueue(&job, at).await).await
    }

    async fn known_namespace(
        &self,
        path: &RepositoryPath,
    ) -> Result<Option<NamespaceId>, StoreError> {
        let (registry, name) = (self.registry.id, path.namespace());
        let known = self
            .own
            .store
            .read::<_, StoreError>(async |tx| tx.namespaces().by_name(registry, name).await);
        Ok(known.await?.map(|known| known.id))
    }

    /// What differs.
    pub(super) async fn compare(&self, observed: &Observed) -> Result<Difference, StoreError> {
        self.own
            .store
            .read(async |tx| {
                let known = self.known_tags(tx, &observed.repository).await?;
                Ok(diff(&known, observed, &self.as_of))
            })
            .await
    }

    /// Adds what is missing, and says what was.
    pub(super) async fn add(&self, observed: &Observed) -> Result<Difference, StoreError> {
        let found = !observed.tags.is_empty();
        let Some(namespace) = self.namespace(&observed.repository, found).await? else {
            return Ok(Difference::none(&observed.repository));
        };
        let difference = self.compare(observed).await?;
        let tags: Vec<_> = difference.tags().collect();
        let now = self.own.clock.now();
        for part in tags.chunks(TAGS_AT_ONCE) {
            self.own
                .store
                .write::<_, StoreError>(async |tx| {
                    let path = &observed.repository;
                    let repository = tx.repositories().ensure(namespace, path, now).await?;
                    for (tag, digest) in part {
                        let manifest = SeenManifest {
                            digest: digest.clone(),
                            media_type: MediaType::default(),
                            pushed_at: self.as_of.at,
                        };
                        let repositories = tx.repositories();
                        let unread =
                            repositories.add_manifest(repository, &manifest, &self.as_of).await?;
                        let set = repositories
                            .set_tag(repository, tag, digest, &self.as_of, None)
                            .await?;
                        // Only what differs from what was known is among these.
                        tx.arrivals().note(repository, digest, Some(tag), now).await?;
                        if unread && set != TagChange::Older {
                            let job = JobKind::Describe {
                                registry: self.registry.id,
                                repository: path.clone(),
                                digest: digest.clone(),
                            };
                            tx.jobs().enqueue(&job, now).await?;
                        }
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(difference)
    }

    /// The namespace of a repository; one that nobody made becomes an orphan. A registry goes on
    /// listing the names of what was deleted, so of a deleted name only what is `found` again, when
    /// no token from before is good any more, makes one.
    pub(super) async fn namespace(
        &self,
        path: &RepositoryPath,
        found: bool,
    ) -> Result<Option<NamespaceId>, StoreError> {
        let (registry, name) = (self.registry.id, path.namespace());
        if let Some(known) = self.known_namespace(path).await? {
            return Ok(Some(known));
        }
        let now = self.own.clock.now();
        self.own
            .store
            .write(async |tx| {
                tx.raise_epoch().await?;
                if let Some(known) = tx.namespaces().by_name(registry, name).await? {
                    return Ok(Some(known.id));
                }
                let Some(name) = name else {
                    return Err(StoreError::Corrupt(format!(
                        "namespaces has no global one for registry {registry}"
                    )));
                };
                let held = tx.deletions().held(registry, name).await?;
                if held.is_some_and(|held| !found || held.until > now) {
                    return Ok(None);
                }
                let id = add_namespace(tx, registry, name, NamespaceKind::Orphan, now).await?;
                let row =
                    NewActivity::done(kind::NAMESPACE_CREATE, &Actor::PORTUS, now, name.as_str());
                tx.audit().append(&[row.detail("orphan, found by sync").in_namespace(id)]).await?;
                Ok(Some(id))
            })
            .await
    }
}

/// How many tags are set in one unit of work at most.
const TAGS_AT_ONCE: usize = 200;

/// How many tags of one repository are looked at at once.
const TAGS_RESOLVED_AT_ONCE: usize = 4;

/// How long after a manifest the event of its push may come.
const TIME_TO_CLAIM: Duration = Duration::from_secs(60);
