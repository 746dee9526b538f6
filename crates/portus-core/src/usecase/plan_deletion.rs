use std::collections::HashSet;
use std::sync::Arc;

use super::deletion_plan::{DeletionPlan, PlannedTag, empty};
use super::look::{Look, SeenNamespace, SeenRepository};
use super::may_delete::{DeletionRefusal, refusal};
use super::probe_deletes::{Deletes, Probed, probe};
use crate::activity::{Actor, Who};
use crate::credential::Caller;
use crate::deletion::DeletionScope;
use crate::digest::Digest;
use crate::page::Slice;
use crate::port::{
    Clock, Entropy, NamespaceKey, RemoteRegistries, StoreError, Sums, Weighed, Weight,
};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::tag::TagName;

/// Says what a deletion would take away, and what would stay. Changes nothing.
pub struct PlanDeletion {
    /// What is there.
    pub look: Arc<Look>,
    /// The registries: whether they delete at all, and by tag.
    pub remotes: Arc<dyn RemoteRegistries>,
    /// For the name of a tag that nobody has.
    pub entropy: Arc<dyn Entropy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What the registries answered a moment ago.
    pub probed: Probed,
}

/// What is to be deleted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wanted {
    /// A manifest, with the tags on it and, of an index, what only it names.
    Manifest(RegistryName, RepositoryPath, Digest),
    /// A namespace with all that is in it; `None` is the global one, which stays.
    Namespace(RegistryName, NamespaceKey),
    /// A repository with all that is in it.
    Repository(RegistryName, RepositoryPath),
    /// Tags of a repository.
    Tags(RegistryName, RepositoryPath, Vec<WantedTag>),
}

/// A tag that is to be deleted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WantedTag {
    /// Its name.
    pub name: TagName,
    /// What it has to point at still, where that is known.
    pub seen: Option<Digest>,
}

/// Why nothing is deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletionError {
    /// It is not there, or not to be seen by who asks.
    #[error("there is nothing of that name that you can see")]
    Absent,
    /// Too many at once.
    #[error("at most {MAX_TAGS} tags at once")]
    Many,
    /// It points elsewhere than when it was looked at.
    #[error("`{0}` points at another digest than before: look at it again")]
    Moved(TagName),
    /// Indexes name it.
    #[error("an index still names this manifest: delete that instead ({})", joined(.0))]
    Needed(Vec<Digest>),
    /// Who asks may not.
    #[error("{0}")]
    Refused(DeletionRefusal),
    /// Other tags are on the same digest, and the registry would take them along.
    #[error("the registry deletes only whole digests, and other tags are on this one: {}", joined(.0))]
    Siblings(Vec<TagName>),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The registry's configuration keeps everything.
    #[error("the registry deletes nothing: {}", super::SWITCH_ON)]
    SwitchedOff,
    /// The whole namespace is being deleted.
    #[error("the namespace is being deleted already")]
    UnderWay,
}

use DeletionError as Error;

impl PlanDeletion {
    /// What deleting something would do.
    pub async fn plan(&self, actor: &Actor, wanted: &Wanted) -> Result<DeletionPlan, Error> {
        let Who::Caller(caller) = &actor.who else { return Err(Error::Absent) };
        match wanted {
            Wanted::Namespace(registry, name) => {
                self.of_namespace((actor, caller), registry, name).await
            }
            Wanted::Repository(registry, path) => {
                let seen = self.repository((actor, caller), registry, path).await?;
                self.of_repository(caller, seen).await
            }
            Wanted::Manifest(registry, path, digest) => {
                let seen = self.repository((actor, caller), registry, path).await?;
                self.of_manifest(caller, seen, digest).await
            }
            Wanted::Tags(registry, path, tags) => {
                let seen = self.repository((actor, caller), registry, path).await?;
                self.of_tags(caller, seen, tags).await
            }
        }
    }

    /// A repository, where something in it may be deleted.
    async fn repository(
        &self,
        (actor, caller): (&Actor, &Caller),
        registry: &RegistryName,
        path: &RepositoryPath,
    ) -> Result<SeenRepository, Error> {
        let seen = self.look.repository(caller, registry, path).await?.ok_or(Error::Absent)?;
        self.permit(actor, DeletionScope::Repository, &seen.namespace).await?;
        Ok(seen)
    }

    async fn permit(
        &self,
        actor: &Actor,
        scope: DeletionScope,
        place: &SeenNamespace,
    ) -> Result<(), Error> {
        self.refusal(actor, scope, place).await?.map_or(Ok(()), |why| Err(Error::Refused(why)))
    }

    /// Why someone may not delete so much of a namespace that she sees; `None` where she may.
    pub async fn refusal(
        &self,
        actor: &Actor,
        scope: DeletionScope,
        place: &SeenNamespace,
    ) -> Result<Option<DeletionRefusal>, StoreError> {
        let at = (&place.registry, place.id, place.kind);
        let policy = &self.look.policy;
        self.look.store.read(async |tx| refusal(tx, policy, actor, scope, at).await).await
    }

    async fn of_namespace(
        &self,
        (actor, caller): (&Actor, &Caller),
        registry: &RegistryName,
        name: &NamespaceKey,
    ) -> Result<DeletionPlan, Error> {
        let place = self.look.namespace(caller, registry, name).await?.ok_or(Error::Absent)?;
        self.permit(actor, DeletionScope::Namespace, &place).await?;
        let page = self.look.repositories(caller, Some(&place), &Slice::first(SHOWN)).await?;
        let id = place.id;
        let sums = self
            .look
            .store
            .read::<_, StoreError>(async |tx| tx.deletions().sums_of_namespace(id).await)
            .await?;
        let deletes = match page.rows.first() {
            Some(first) => self.deletes(&place, &first.path).await,
            // Nothing is asked of the registry.
            None => Deletes::ByDigest,
        };
        let object = name.as_ref().map_or_else(|| "(global)".into(), ToString::to_string);
        let weight = self.weigh(caller, Weighed::Namespace(id)).await?;
        let plan = empty(place, DeletionScope::Namespace, object, deletes);
        Ok(DeletionPlan { repositories: page.rows, sums, weight, ..plan })
    }

    async fn of_repository(
        &self,
        caller: &Caller,
        seen: SeenRepository,
    ) -> Result<DeletionPlan, Error> {
        let deletes = self.deletes(&seen.namespace, &seen.row.path).await;
        let id = seen.id;
        let sums = self
            .look
            .store
            .read::<_, StoreError>(async |tx| tx.deletions().sums_of_repository(id).await)
            .await?;
        let weight = self.weigh(caller, Weighed::Repository(id)).await?;
        let object = seen.row.path.to_string();
        let plan = empty(seen.namespace.clone(), DeletionScope::Repository, object, deletes);
        Ok(DeletionPlan { sums, weight, repository: Some(seen), ..plan })
    }

    async fn of_manifest(
        &self,
        caller: &Caller,
        seen: SeenRepository,
        digest: &Digest,
    ) -> Result<DeletionPlan, Error> {
        let view = self.look.manifest(&seen, digest).await?.ok_or(Error::Absent)?;
        let deletes = self.deletes(&seen.namespace, &seen.row.path).await;
        let needed_by = self.indexes(&seen, digest).await?;
        let id = seen.id;
        let only = self
            .look
            .store
            .read::<_, StoreError>(async |tx| tx.remains().only_of(id, digest).await);
        let manifests: Vec<Digest> = [digest.clone()].into_iter().chain(only.await?).collect();
        let mut tags = Vec::new();
        for name in view.tags.iter().take(MAX_TAGS) {
            if let Some(row) = self.look.tag(&seen, name).await? {
                tags.push(PlannedTag { row, siblings: Vec::new(), needed_by: Vec::new() });
            }
        }
        let sums = Sums {
            repositories: 1,
            tags: view.tags.len() as u64,
            manifests: manifests.len() as u64,
            pulled_at: tags.iter().filter_map(|tag| tag.row.pulled_at).max(),
            ..Sums::default()
        };
        let object = format!("{}@{digest}", seen.row.path);
        let plan = empty(seen.namespace.clone(), DeletionScope::Images, object, deletes);
        let plan = DeletionPlan { tags, manifests, needed_by, sums, ..plan };
        self.with_what_hangs_on_it(caller, seen, plan).await
    }

    async fn of_tags(
        &self,
        caller: &Caller,
        seen: SeenRepository,
        wanted: &[WantedTag],
    ) -> Result<DeletionPlan, Error> {
        let asked: HashSet<&TagName> = wanted.iter().map(|one| &one.name).collect();
        if asked.len() > MAX_TAGS {
            return Err(Error::Many);
        }
        let mut tags: Vec<PlannedTag> = Vec::new();
        let mut planned: HashSet<&TagName> = HashSet::new();
        for tag in wanted.iter().filter(|tag| planned.insert(&tag.name)) {
            let row = self.look.tag(&seen, &tag.name).await?.ok_or(Error::Absent)?;
            if tag.seen.as_ref().is_some_and(|digest| *digest != row.digest) {
                return Err(Error::Moved(tag.name.clone()));
            }
            let on = self.look.manifest(&seen, &row.digest).await?;
            let siblings = on.into_iter().flat_map(|on| on.tags);
            let siblings = siblings.filter(|name| !asked.contains(name)).collect();
            let needed_by = self.indexes(&seen, &row.digest).await?;
            tags.push(PlannedTag { siblings, needed_by, row });
        }
        let object = match tags.as_slice() {
            [] => return Err(Error::Absent),
            [one] => format!("{}:{}", seen.row.path, one.row.name),
            many => format!("{} ({} tags)", seen.row.path, many.len()),
        };
        let deletes = self.deletes(&seen.namespace, &seen.row.path).await;
        let sums = Sums {
            repositories: 1,
            tags: tags.len() as u64,
            pulled_at: tags.iter().filter_map(|tag| tag.row.pulled_at).max(),
            ..Sums::default()
        };
        let plan = empty(seen.namespace.clone(), DeletionScope::Images, object, deletes);
        self.with_what_hangs_on_it(caller, seen, DeletionPlan { tags, sums, ..plan }).await
    }

    /// Adds what the digests that go weigh, and what is about them.
    async fn with_what_hangs_on_it(
        &self,
        caller: &Caller,
        seen: SeenRepository,
        plan: DeletionPlan,
    ) -> Result<DeletionPlan, Error> {
        let digests = plan.digests();
        let referrers = self.look.referrers(&seen, &digests).await?;
        let weight = match digests.is_empty() {
            true => Weight::default(),
            false => self.weigh(caller, Weighed::Manifests(seen.id, digests)).await?,
        };
        Ok(DeletionPlan { weight, referrers, repository: Some(seen), ..plan })
    }

    async fn weigh(&self, caller: &Caller, which: Weighed) -> Result<Weight, StoreError> {
        self.look.images.weigh(&which, &self.look.policy.readable(caller)).await
    }

    async fn indexes(
        &self,
        seen: &SeenRepository,
        digest: &Digest,
    ) -> Result<Vec<Digest>, StoreError> {
        let id = seen.id;
        self.look.store.read(async |tx| tx.deletions().indexes_of(id, digest).await).await
    }

    async fn deletes(&self, place: &SeenNamespace, path: &RepositoryPath) -> Deletes {
        let now = self.clock.now();
        if let Some(known) = self.probed.lately(&place.registry, now) {
            return known;
        }
        let remote = self.remotes.open(&place.registry);
        match probe(remote.as_ref(), path, &self.entropy.bytes()).await {
            Ok(deletes) => {
                self.probed.keep(&place.registry, &deletes, now);
                deletes
            }
            Err(error) => Deletes::Unknown(super::causes::in_full(&error)),
        }
    }
}

fn joined<T: ToString>(all: &[T]) -> String {
    let words: Vec<String> =
        all.iter().take(20).map(|one| format!("`{}`", one.to_string())).collect();
    let more = if all.len() > words.len() { ", …" } else { "" };
    format!("{}{more}", words.join(", "))
}

/// How many tags are deleted at once at most.
const MAX_TAGS: usize = 100;

/// How many repositories of a namespace are listed in a plan.
const SHOWN: u32 = 20;
