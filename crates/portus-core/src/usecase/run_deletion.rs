use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::forget_repository::{self, Forgetting};
use super::recheck_deletion::refused;
use super::remove_item::{Ended, said};
use super::settle_deletion::{by, finish, forget, give_back};
use crate::activity::{Actor, kind};
use crate::deletion::{Deletion, DeletionItem, DeletionScope, DeletionState, ItemState};
use crate::deletion_reason::DeletionReason;
use crate::id::DeletionId;
use crate::policy::Policy;
use crate::port::{Clock, RemoteError, RemoteRegistries, RemoteRegistry, Store, StoreError};
use crate::registry::{HELD_FOR, Registry};

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
}

/// The line that lets a registry delete.
pub const SWITCH_ON: &str = "set `storage.delete.enabled: true` in its configuration \
                             (`REGISTRY_STORAGE_DELETE_ENABLED=true`) and start it again";

/// How one run ended.
pub(super) enum Ran {
    /// The deletion came to its end.
    Ended,
    /// There is more to do, in a moment.
    Later,
    /// There is more to do, at once.
    More,
    /// The registry does not answer.
    Away(RemoteError),
}

/// A deletion in the hands of the worker.
pub(super) struct Going {
    pub(super) deletion: Deletion,
    pub(super) registry: Registry,
    pub(super) remote: Arc<dyn RemoteRegistry>,
    items: Vec<DeletionItem>,
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
            // Each is decided by what who asked may now.
            if !self.goes_on(id).await? {
                return Ok(Ran::Ended);
            }
            match self.remove(&going, item).await? {
                Ended::Gone { date, whole } => self.gone(&going, item, date, whole).await?,
                Ended::Not(state, reason) => self.settle(&going, item, state, &reason).await?,
                Ended::SwitchedOff => {
                    return self.give_up(&going, &DeletionReason::SwitchedOff).await;
                }
                Ended::Unread => return Ok(Ran::Later),
                Ended::Away(error) if tries >= LAST_TRY => {
                    return self.give_up(&going, &said(&error)).await;
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
        let Some((deletion, registry, items)) = self.allowed(id, ITEMS).await? else {
            return Ok(None);
        };
        let remote = self.remotes.open(&registry);
        Ok(Some(Going { deletion, registry, remote, items }))
    }

    /// Whether nobody called it off meanwhile, and who asked for it still may; else it ends here.
    async fn goes_on(&self, id: DeletionId) -> Result<bool, StoreError> {
        Ok(self.allowed(id, 0).await?.is_some())
    }

    async fn allowed(
        &self,
        id: DeletionId,
        items: u32,
    ) -> Result<Option<(Deletion, Registry, Vec<DeletionItem>)>, StoreError> {
        let now = self.clock.now();
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
                let refused = refused(tx, &self.policy, (&deletion, &registry), now).await?;
                let items = match items {
                    0 => Vec::new(),
                    limit => tx.deletions().waiting(id, limit).await?,
                };
                Ok(Some((deletion, registry, items, refused)))
            })
            .await?;
        let Some((deletion, registry, items, refused)) = found else { return Ok(None) };
        if let Some(why) = refused {
            let ends = (ItemState::Cancelled, DeletionState::Stopped);
            self.leave(&deletion, ends, &why).await?;
            return Ok(None);
        }
        Ok(Some((deletion, registry, items)))
    }

    /// Nothing waits: lists more of a namespace, or ends.
    async fn go_on(&self, going: &Going) -> Result<Ran, StoreError> {
        let deletion = &going.deletion;
        let whole = deletion.counts.failed + deletion.counts.kept == 0;
        match deletion.scope {
            DeletionScope::Namespace => {}
            DeletionScope::Repository if whole => return self.forget(deletion).await,
            DeletionScope::Images | DeletionScope::Repository => {
                self.end(deletion, whole).await?;
                return Ok(Ran::Ended);
            }
        }
        let listed = self
            .store
            .write::<_, StoreError>(async |tx| {
                if !tx.going().hold(deletion.id).await? {
                    // Called off: the next look ends it.
                    return Ok(true);
                }
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

    /// All of a repository is gone: nothing of it is kept for the next one of that name.
    async fn forget(&self, deletion: &Deletion) -> Result<Ran, StoreError> {
        let now = self.clock.now();
        let how = self.store.write(async |tx| forget_repository::forget(tx, deletion, now).await);
        Ok(match how.await? {
            Forgetting::Ended => Ran::Ended,
            Forgetting::More => Ran::More,
            Forgetting::Waits => Ran::Later,
        })
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
            let why = &DeletionReason::SomethingLeft;
            let ends = (ItemState::Kept, DeletionState::Incomplete);
            self.leave(deletion, ends, why).await?;
            return Ok(Ran::Ended);
        }
        let forgot = self
            .store
            .write::<_, StoreError>(async |tx| {
                if !tx.going().hold(deletion.id).await? {
                    return Ok(1);
                }
                tx.deletions().forget_repositories(deletion.namespace, FORGOTTEN_AT_ONCE).await
            })
            .await?;
        if forgot > 0 {
            return Ok(Ran::More);
        }
        let now = self.clock.now();
        let gone = self
            .store
            .write::<_, StoreError>(async |tx| {
                tx.raise_epoch().await?;
                let held = tx.going().hold(deletion.id).await?;
                let left = tx.deletions().next_repository(deletion.namespace, None).await?;
                if !held || left.is_some() {
                    return Ok(false);
                }
                tx.deletions().remove_namespace(deletion.namespace, now + HELD_FOR).await?;
                let row = by(deletion, kind::NAMESPACE_DELETE, now, deletion.object.clone());
                tx.audit().append(&[row]).await?;
                finish(tx, deletion, DeletionState::Done, None, now).await?;
                Ok(true)
            })
            .await?;
        Ok(if gone { Ran::Ended } else { Ran::More })
    }

    /// Ends early, unless somebody ended it already.
    async fn leave(
        &self,
        deletion: &Deletion,
        (items, state): (ItemState, DeletionState),
        why: &DeletionReason,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.store
            .write::<_, StoreError>(async |tx| {
                if deletion.scope == DeletionScope::Namespace {
                    tx.raise_epoch().await?;
                }
                if tx.going().hold(deletion.id).await? {
                    tx.deletions().settle_rest(deletion.id, items, Some(why)).await?;
                    give_back(tx, deletion, &Actor::PORTUS, now).await?;
                    finish(tx, deletion, state, Some(why), now).await?;
                }
                Ok(())
            })
            .await
    }

    async fn end(&self, deletion: &Deletion, whole: bool) -> Result<(), StoreError> {
        let now = self.clock.now();
        let state = if whole { DeletionState::Done } else { DeletionState::Incomplete };
        self.store
            .write::<_, StoreError>(async |tx| match tx.going().hold(deletion.id).await? {
                true => finish(tx, deletion, state, None, now).await,
                false => Ok(()),
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
                if tx.going().hold(deletion.id).await? {
                    tx.deletions().set_reason(deletion.id, None).await?;
                }
                tx.deletions().settle(deletion.id, item.id, ItemState::Done, None).await
            })
            .await
    }

    async fn settle(
        &self,
        going: &Going,
        item: &DeletionItem,
        state: ItemState,
        reason: &DeletionReason,
    ) -> Result<(), StoreError> {
        let id = going.deletion.id;
        self.store
            .write(async |tx| tx.deletions().settle(id, item.id, state, Some(reason)).await)
            .await
    }

    /// What waits will not go better.
    async fn give_up(&self, going: &Going, reason: &DeletionReason) -> Result<Ran, StoreError> {
        let ends = (ItemState::Failed, DeletionState::Incomplete);
        self.leave(&going.deletion, ends, reason).await?;
        Ok(Ran::Ended)
    }

    async fn wait(&self, id: DeletionId, error: &RemoteError) -> Result<(), StoreError> {
        let reason = said(error);
        self.store
            .write(async |tx| match tx.going().hold(id).await? {
                true => tx.deletions().set_reason(id, Some(&reason)).await,
                false => Ok(()),
            })
            .await
    }
}

/// How many items are done in one run at most.
const ITEMS: u32 = 50;

/// How long one run takes at most, so that other jobs of the worker get their turn.
const AT_A_TIME: Duration = Duration::from_secs(15);

/// After so many tries, about a day, what the registry did not answer has failed.
const LAST_TRY: u32 = 34;

/// How many empty repositories are forgotten in one unit of work.
const FORGOTTEN_AT_ONCE: u32 = 50;
