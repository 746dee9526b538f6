use std::sync::Arc;

use super::look::{Look, SeenNamespace, SeenRepository};
use super::may_delete::refusal;
use super::probe_deletes::{Deletes, Probed, probe};
use crate::activity::{Actor, Who};
use crate::credential::Caller;
use crate::deletion::DeletionScope;
use crate::digest::Digest;
use crate::page::{RepositoryRow, Slice, TagRow};
use crate::port::{Clock, Entropy, NamespaceKey, RemoteRegistries, StoreError, Sums};
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

/// What would happen.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletionPlan {
    /// Where.
    pub place: SeenNamespace,
    /// How much goes.
    pub scope: DeletionScope,
    /// What goes, in words: `qa/app:1`, `qa/app`, `qa`.
    pub object: String,
    /// In which repository; `None` for a namespace.
    pub repository: Option<SeenRepository>,
    /// The tags that go by name.
    pub tags: Vec<PlannedTag>,
    /// The manifests that go by digest, an index before what only it names.
    pub manifests: Vec<Digest>,
    /// The indexes that still name the manifest.
    pub needed_by: Vec<Digest>,
    /// The first repositories of a namespace.
    pub repositories: Vec<RepositoryRow>,
    /// How much all of it is.
    pub sums: Sums,
    /// How the registry deletes.
    pub deletes: Deletes,
}

/// A tag that would go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlannedTag {
    /// Itself.
    pub row: TagRow,
    /// Other tags on the same digest that were not asked for.
    pub siblings: Vec<TagName>,
    /// The indexes that name its manifest.
    pub needed_by: Vec<Digest>,
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
    Refused(String),
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
                self.of_repository(seen).await
            }
            Wanted::Manifest(registry, path, digest) => {
                let seen = self.repository((actor, caller), registry, path).await?;
                self.of_manifest(seen, digest).await
            }
            Wanted::Tags(registry, path, tags) => {
                let seen = self.repository((actor, caller), registry, path).await?;
                self.of_tags(seen, tags).await
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
    ) -> Result<Option<String>, StoreError> {
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
        let plan = empty(place, DeletionScope::Namespace, object, deletes);
        Ok(DeletionPlan { repositories: page.rows, sums, ..plan })
    }

    async fn of_repository(&self, seen: SeenRepository) -> Result<DeletionPlan, Error> {
        let deletes = self.deletes(&seen.namespace, &seen.row.path).await;
        let id = seen.id;
        let sums = self
            .look
            .store
            .read::<_, StoreError>(async |tx| tx.deletions().sums_of_repository(id).await)
            .await?;
        let object = seen.row.path.to_string();
        let plan = empty(seen.namespace.clone(), DeletionScope::Repository, object, deletes);
        Ok(DeletionPlan { sums, repository: Some(seen), ..plan })
    }

    async fn of_manifest(
        &self,
        seen: SeenRepository,
        digest: &Digest,
    ) -> Result<DeletionPlan, Error> {
        let view = self.look.manifest(&seen, digest).await?.ok_or(Error::Absent)?;
        let deletes = self.deletes(&seen.namespace, &seen.row.path).await;
        let needed_by = self.indexes(&seen, digest).await?;
        let (mut manifests, mut size) = (vec![digest.clone()], view.size.unwrap_or(0));
        for child in &view.children {
            let digest = &child.descriptor.digest;
            let Some(known) = self.look.manifest(&seen, digest).await? else { continue };
            let others = self.indexes(&seen, digest).await?;
            let only_here = others.iter().all(|index| *index == view.digest);
            if only_here && known.tags.is_empty() && !manifests.contains(digest) {
                manifests.push(digest.clone());
                size = size.saturating_add(known.size.unwrap_or(0));
            }
        }
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
            size,
            pulled_at: tags.iter().filter_map(|tag| tag.row.pulled_at).max(),
        };
        let object = format!("{}@{digest}", seen.row.path);
        let plan = empty(seen.namespace.clone(), DeletionScope::Images, object, deletes);
        Ok(DeletionPlan { tags, manifests, needed_by, sums, repository: Some(seen), ..plan })
    }

    async fn of_tags(
        &self,
        seen: SeenRepository,
        wanted: &[WantedTag],
    ) -> Result<DeletionPlan, Error> {
        if wanted.len() > MAX_TAGS {
            return Err(Error::Many);
        }
        let mut tags: Vec<PlannedTag> = Vec::new();
        for tag in wanted {
            if tags.iter().any(|planned| planned.row.name == tag.name) {
                continue;
            }
            let row = self.look.tag(&seen, &tag.name).await?.ok_or(Error::Absent)?;
            if tag.seen.as_ref().is_some_and(|digest| *digest != row.digest) {
                return Err(Error::Moved(tag.name.clone()));
            }
            let on = self.look.manifest(&seen, &row.digest).await?;
            let asked = |name: &TagName| wanted.iter().any(|one| one.name == *name);
            let siblings = on.into_iter().flat_map(|on| on.tags).filter(|name| !asked(name));
            let needed_by = self.indexes(&seen, &row.digest).await?;
            tags.push(PlannedTag { siblings: siblings.collect(), needed_by, row });
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
        Ok(DeletionPlan { tags, sums, repository: Some(seen), ..plan })
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

fn empty(
    place: SeenNamespace,
    scope: DeletionScope,
    object: String,
    deletes: Deletes,
) -> DeletionPlan {
    DeletionPlan {
        place,
        scope,
        object,
        repository: None,
        tags: Vec::new(),
        manifests: Vec::new(),
        needed_by: Vec::new(),
        repositories: Vec::new(),
        sums: Sums::default(),
        deletes,
    }
}

impl DeletionPlan {
    /// Other tags that the registry would take along, by name.
    pub fn siblings(&self) -> Vec<TagName> {
        if self.deletes != Deletes::ByDigest {
            return Vec::new();
        }
        let mut all: Vec<TagName> =
            self.tags.iter().flat_map(|tag| tag.siblings.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The indexes that would be left with a hole.
    pub fn broken(&self) -> Vec<Digest> {
        let by_tags = self.tags.iter().flat_map(|tag| &tag.needed_by);
        let by_tags = by_tags.filter(|_| self.deletes == Deletes::ByDigest);
        // What is deleted in the same run breaks nothing.
        let goes = |index: &Digest| self.tags.iter().any(|tag| tag.row.digest == *index);
        let mut all: Vec<Digest> =
            self.needed_by.iter().chain(by_tags).filter(|index| !goes(index)).cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// What keeps it from being asked for as it is; with `all_siblings` the other tags on the
    /// same digests go too.
    pub fn obstacle(&self, all_siblings: bool) -> Option<DeletionError> {
        let (siblings, broken) = (self.siblings(), self.broken());
        if self.deletes == Deletes::Nothing {
            Some(Error::SwitchedOff)
        } else if !broken.is_empty() {
            Some(Error::Needed(broken))
        } else if !siblings.is_empty() && !all_siblings {
            Some(Error::Siblings(siblings))
        } else {
            None
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
