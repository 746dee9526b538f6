use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::causes::in_full;
use super::may_delete::refusal;
use super::settle_deletion::{by, finish, forget};
use crate::activity::{Actor, Who, kind};
use crate::credential::{Caller, Identity};
use crate::deletion::{Deletion, DeletionItem, DeletionScope, DeletionState, ItemState};
use crate::id::DeletionId;
use crate::namespace::NamespaceKind;
use crate::policy::Policy;
use crate::port::{
    Clock, Reference, RemoteError, RemoteRegistries, RemoteRegistry, Removal, Store, StoreError, Tx,
};
use crate::registry::Registry;
use crate::tag::TagName;

/// Does deletions, an item at a time, and goes on where it stopped.
pub struct RunDeletion {
    /// What is to go, and what is known of it.
    pub store: Arc<dyn Store>,
    /// The registries.
    pub remotes: Arc<dyn RemoteRegistries>,
    /// Who may, asked again while it is done.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long tokens are good for where a registry has no lifetime of its own.
    pub lifetime: Duration,
}

/// The line that lets a registry delete.
pub const SWITCH_ON: &str = "set `storage.delete.enabled: true` in its configuration \
                             (`REGISTRY_STORAGE_DELETE_ENABLED=true`) and start it again";

/// How one run ended.
pub(super) enum Ran {
    /// The deletion came to its end.
    Ended,
    /// There is more to do, at once.
    More,
    /// The registry does not answer.
    Away(RemoteError),
}

/// A deletion in the hands of the worker.
struct Going {
    deletion: Deletion,
    registry: Registry,
    remote: Arc<dyn RemoteRegistry>,
    items: Vec<DeletionItem>,
}

/// How one item ended.
enum Ended {
    Gone { date: Option<SystemTime>, whole: bool },
    Not(ItemState, String),
    SwitchedOff,
    Away(RemoteError),
}

impl RunDeletion {
    /// Does some items of a deletion; `tries` says how often the registry did not answer.
    pub(super) async fn run(&self, id: DeletionId, tries: u32) -> Result<Ran, StoreError> {
        let until = self.clock.now() + AT_A_TIME;
        let Some(going) = self.look(id).await? else { return Ok(Ran::Ended) };
        if going.items.is_empty() {
            return self.go_on(&going).await;
        }
        for item in &going.items {
            match self.remove(&going, item).await? {
                Ended::Gone { date, whole } => self.gone(&going, item, date, whole).await?,
                Ended::Not(state, reason) => self.settle(&going, item, state, &reason).await?,
                Ended::SwitchedOff => {
                    let why = format!("the registry deletes nothing: {SWITCH_ON}");
                    return self.give_up(&going, &why).await;
                }
                Ended::Away(error) if tries >= LAST_TRY => {
                    return self.give_up(&going, &in_full(&error)).await;
                }
                Ended::Away(error) => {
                    self.wait(id, &error).await?;
                    return Ok(Ran::Away(error));
                }
            }
            if self.clock.now() >= until {
                break;
            }
        }
        Ok(Ran::More)
    }

    /// The deletion with what comes next, while who asked for it still may.
    async fn look(&self, id: DeletionId) -> Result<Option<Going>, StoreError> {
        let found = self
            .store
            .read::<_, StoreError>(async |tx| {
                let Some(deletion) = tx.deletions().by_id(id).await? else { return Ok(None) };
                if deletion.state != DeletionState::UnderWay {
                    return Ok(None);
                }
                let Some(registry) = tx.registries().by_id(deletion.registry).await? else {
                    return Ok(None);
                };
                let refused = self.refused(tx, &deletion, &registry).await?;
                let items = tx.deletions().waiting(id, ITEMS).await?;
                Ok(Some((deletion, registry, items, refused)))
            })
            .await?;
        let Some((deletion, registry, items, refused)) = found else { return Ok(None) };
        let remote = self.remotes.open(&registry);
        let going = Going { deletion, registry, remote, items };
        if let Some(why) = refused {
            self.leave(&going, DeletionState::Stopped, &why).await?;
            return Ok(None);
        }
        Ok(Some(going))
    }

    /// Why it may not go on.
    async fn refused(
        &self,
        tx: &mut Tx,
        deletion: &Deletion,
        registry: &Registry,
    ) -> Result<Option<String>, StoreError> {
        let Some(account) = deletion.account else { return Ok(None) };
        let asker = tx.accounts().by_id(account).await?.filter(|account| account.enabled);
        let Some(asker) = asker else {
            return Ok(Some("who asked for it has no account any more, or a disabled one".into()));
        };
        let Some(namespace) = tx.namespaces().by_id(deletion.namespace).await? else {
            return Ok(Some("the namespace is gone".into()));
        };
        let kind = match deletion.scope {
            // All rights were taken from it when this was asked for.
            DeletionScope::Namespace if namespace.kind == NamespaceKind::Orphan => deletion.kind,
            DeletionScope::Namespace => {
                return Ok(Some("the namespace was given to someone meanwhile".into()));
            }
            DeletionScope::Images | DeletionScope::Repository => namespace.kind,
        };
        let caller = Caller::unlimited(Identity::from(&asker));
        let actor = Actor { who: Who::Caller(caller), ..Actor::PORTUS };
        let at = (registry, deletion.namespace, kind);
        let why = refusal(tx, &self.policy, &actor, deletion.scope, at).await?;
        Ok(why.map(|why| format!("who asked for it may not delete there any more ({why})")))
    }

    /// Nothing waits: lists more of a namespace, or ends.
    async fn go_on(&self, going: &Going) -> Result<Ran, StoreError> {
        let deletion = &going.deletion;
        if deletion.scope != DeletionScope::Namespace {
            self.end(deletion, deletion.counts.failed + deletion.counts.kept == 0).await?;
            return Ok(Ran::Ended);
        }
        let listed = self
            .store
            .write::<_, StoreError>(async |tx| {
                let after = deletion.listed_to.as_deref();
                let next = tx.deletions().next_repository(deletion.namespace, after).await?;
                let Some((repository, path)) = next else { return Ok(false) };
                tx.deletions().add_manifests(deletion.id, repository, &path).await?;
                tx.deletions().set_listed(deletion.id, &path.to_string()).await?;
                Ok(true)
            })
            .await?;
        if listed { Ok(Ran::More) } else { self.end_namespace(going).await }
    }

    async fn end_namespace(&self, going: &Going) -> Result<Ran, StoreError> {
        let deletion = &going.deletion;
        let left = self
            .store
            .read::<_, StoreError>(async |tx| {
                tx.deletions().next_repository(deletion.namespace, None).await
            })
            .await?;
        if left.is_some() {
            let why = "something is still there, so the namespace stays";
            self.leave(going, DeletionState::Incomplete, why).await?;
            return Ok(Ran::Ended);
        }
        let forgot = self
            .store
            .write::<_, StoreError>(async |tx| {
                tx.deletions().forget_repositories(deletion.namespace, FORGOTTEN_AT_ONCE).await
            })
            .await?;
        if forgot > 0 {
            return Ok(Ran::More);
        }
        let now = self.clock.now();
        let lifetime = going.registry.token_lifetime.unwrap_or_default().max(self.lifetime);
        self.store
            .write::<_, StoreError>(async |tx| {
                tx.raise_epoch().await?;
                tx.deletions().remove_namespace(deletion.namespace, now + lifetime + SKEW).await?;
                let row = by(deletion, kind::NAMESPACE_DELETE, now, deletion.object.clone());
                tx.audit().append(&[row]).await?;
                finish(tx, deletion, DeletionState::Done, "", now).await
            })
            .await?;
        Ok(Ran::Ended)
    }

    /// Ends early. A namespace that was not deleted is whose it was.
    async fn leave(
        &self,
        going: &Going,
        state: DeletionState,
        why: &str,
    ) -> Result<(), StoreError> {
        let (deletion, now) = (&going.deletion, self.clock.now());
        self.store
            .write::<_, StoreError>(async |tx| {
                if deletion.scope == DeletionScope::Namespace {
                    tx.raise_epoch().await?;
                    let namespace = tx.namespaces().by_id(deletion.namespace).await?;
                    let is_nobodys = namespace.is_some_and(|one| one.kind == NamespaceKind::Orphan);
                    if is_nobodys && is_there(tx, deletion.kind).await? {
                        tx.namespaces().set_kind(deletion.namespace, deletion.kind).await?;
                    }
                }
                tx.deletions().settle_rest(deletion.id, ItemState::Kept, why).await?;
                finish(tx, deletion, state, why, now).await
            })
            .await
    }

    async fn end(&self, deletion: &Deletion, whole: bool) -> Result<(), StoreError> {
        let now = self.clock.now();
        let state = if whole { DeletionState::Done } else { DeletionState::Incomplete };
        self.store
            .write::<_, StoreError>(async |tx| finish(tx, deletion, state, "", now).await)
            .await
    }

    /// Asks the registry to delete one item, if it still is what was to go.
    async fn remove(&self, going: &Going, item: &DeletionItem) -> Result<Ended, StoreError> {
        let Some(tag) = &item.tag else { return self.remove_digest(going, item, None).await };
        match going.remote.resolve(&item.repository, tag).await {
            Err(error) => return Ok(failed(error)),
            Ok(Some(found)) if found.digest != item.digest => {
                let why = format!("pushed again since: it points at `{}` now", found.digest);
                return Ok(Ended::Not(ItemState::Kept, why));
            }
            Ok(_) => {}
        }
        match going.remote.delete(&item.repository, &Reference::Tag(tag.clone())).await {
            Err(error) => Ok(failed(error)),
            Ok(Removal::Gone { date } | Removal::NotThere { date }) => {
                Ok(Ended::Gone { date, whole: false })
            }
            Ok(Removal::Unsupported) => self.remove_digest(going, item, Some(tag)).await,
        }
    }

    /// Deletes a digest with every tag on it, unless that takes more along than was asked for.
    async fn remove_digest(
        &self,
        going: &Going,
        item: &DeletionItem,
        tag: Option<&TagName>,
    ) -> Result<Ended, StoreError> {
        if let Some(why) = self.kept(going, item, tag).await? {
            return Ok(Ended::Not(ItemState::Kept, why));
        }
        let which = Reference::Digest(item.digest.clone());
        Ok(match going.remote.delete(&item.repository, &which).await {
            Err(error) => failed(error),
            Ok(Removal::Gone { date } | Removal::NotThere { date }) => {
                Ended::Gone { date, whole: true }
            }
            Ok(Removal::Unsupported) => Ended::SwitchedOff,
        })
    }

    async fn kept(
        &self,
        going: &Going,
        item: &DeletionItem,
        tag: Option<&TagName>,
    ) -> Result<Option<String>, StoreError> {
        let (place, id) = (going.registry.id, going.deletion.id);
        self.store
            .read(async |tx| {
                let Some(repository) = tx.repositories().by_path(place, &item.repository).await?
                else {
                    return Ok(None);
                };
                let indexes = tx.deletions().indexes_of(repository, &item.digest).await?;
                if let Some(index) = indexes.first() {
                    return Ok(Some(format!("the index `{index}` still names it")));
                }
                if tag.is_none() {
                    return Ok(None);
                }
                let others = tx.deletions().other_tags(id, repository, &item.digest).await?;
                let named: Vec<String> = others.iter().map(|one| format!("`{one}`")).collect();
                Ok((!named.is_empty()).then(|| {
                    let named = named.join(", ");
                    format!("the registry deletes only whole digests, and {named} is on this one")
                }))
            })
            .await
    }

    /// What the registry took away goes here too.
    async fn gone(
        &self,
        going: &Going,
        item: &DeletionItem,
        date: Option<SystemTime>,
        whole: bool,
    ) -> Result<(), StoreError> {
        let (deletion, now) = (&going.deletion, self.clock.now());
        let at = date.unwrap_or(deletion.asked_at);
        self.store
            .write::<_, StoreError>(async |tx| {
                let place = going.registry.id;
                if let Some(known) = tx.repositories().by_path(place, &item.repository).await? {
                    let what = forget(tx, known, item, whole, at).await?;
                    let row =
                        by(deletion, kind::REPOSITORY_DELETE, now, item.repository.to_string());
                    tx.audit().append(&[row.detail(what).in_repository(known)]).await?;
                }
                tx.deletions().set_reason(deletion.id, "").await?;
                tx.deletions().settle(deletion.id, item.id, ItemState::Done, "").await
            })
            .await
    }

    async fn settle(
        &self,
        going: &Going,
        item: &DeletionItem,
        state: ItemState,
        reason: &str,
    ) -> Result<(), StoreError> {
        let id = going.deletion.id;
        self.store.write(async |tx| tx.deletions().settle(id, item.id, state, reason).await).await
    }

    /// What waits will not go better.
    async fn give_up(&self, going: &Going, reason: &str) -> Result<Ran, StoreError> {
        let id = going.deletion.id;
        self.store
            .write::<_, StoreError>(async |tx| {
                tx.deletions().settle_rest(id, ItemState::Failed, reason).await
            })
            .await?;
        self.leave(going, DeletionState::Incomplete, reason).await?;
        Ok(Ran::Ended)
    }

    async fn wait(&self, id: DeletionId, error: &RemoteError) -> Result<(), StoreError> {
        let reason = in_full(error);
        self.store.write(async |tx| tx.deletions().set_reason(id, &reason).await).await
    }
}

fn failed(error: RemoteError) -> Ended {
    match error.is_temporary() {
        true => Ended::Away(error),
        false => Ended::Not(ItemState::Failed, in_full(&error)),
    }
}

/// Whether whoever had a namespace can have it again.
async fn is_there(tx: &mut Tx, kind: NamespaceKind) -> Result<bool, StoreError> {
    Ok(match kind {
        NamespaceKind::Team { team, .. } => tx.teams().by_id(team).await?.is_some(),
        NamespaceKind::Personal { account, .. } => tx.accounts().by_id(account).await?.is_some(),
        NamespaceKind::Global { .. } | NamespaceKind::Orphan => true,
    })
}

/// How many items are done in one run at most.
const ITEMS: u32 = 50;

/// How long one run takes at most, so that other jobs of the worker get their turn.
const AT_A_TIME: Duration = Duration::from_secs(15);

/// After so many tries, about a day, what the registry did not answer has failed.
const LAST_TRY: u32 = 34;

/// How many empty repositories are forgotten in one unit of work.
const FORGOTTEN_AT_ONCE: u32 = 50;

/// How far a registry's clock may be off.
const SKEW: Duration = Duration::from_secs(60);
