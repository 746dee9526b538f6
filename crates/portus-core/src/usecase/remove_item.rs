//! One item of a deletion: looked at again, and taken away by the registry.

use std::time::SystemTime;

use super::causes::in_full;
use super::recheck_deletion::{Recheck, recheck};
use super::run_deletion::{Going, RunDeletion};
use crate::deletion::{DeletionItem, ItemState};
use crate::deletion_reason::DeletionReason;
use crate::port::{Reference, RemoteError, Removal, StoreError};

/// How one item ended.
pub(super) enum Ended {
    Gone {
        date: Option<SystemTime>,
        whole: bool,
    },
    Not(ItemState, DeletionReason),
    SwitchedOff,
    /// Something that was pushed since may name it, and is not read yet.
    Unread,
    Away(RemoteError),
}

impl RunDeletion {
    /// Asks the registry to delete one item, if it still is what was to go.
    pub(super) async fn remove(
        &self,
        going: &Going,
        item: &DeletionItem,
    ) -> Result<Ended, StoreError> {
        let Some(tag) = &item.tag else { return self.remove_digest(going, item).await };
        if let Some(ended) = self.check(going, item, false).await? {
            return Ok(ended);
        }
        match going.remote.resolve(&item.repository, tag).await {
            Err(error) => return Ok(failed(error)),
            Ok(Some(found)) if found.digest != item.digest => {
                let why = DeletionReason::PushedAgain(found.digest);
                return Ok(Ended::Not(ItemState::Kept, why));
            }
            Ok(_) => {}
        }
        match going.remote.delete(&item.repository, &Reference::Tag(tag.clone())).await {
            Err(error) => Ok(failed(error)),
            Ok(Removal::Gone { date } | Removal::NotThere { date }) => {
                Ok(Ended::Gone { date, whole: false })
            }
            Ok(Removal::Unsupported) => self.remove_digest(going, item).await,
        }
    }

    /// Deletes a digest with every tag on it, unless that takes more along than was asked for.
    async fn remove_digest(&self, going: &Going, item: &DeletionItem) -> Result<Ended, StoreError> {
        if let Some(ended) = self.check(going, item, true).await? {
            return Ok(ended);
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

    /// How an item ends that does not go, or not yet.
    async fn check(
        &self,
        going: &Going,
        item: &DeletionItem,
        whole: bool,
    ) -> Result<Option<Ended>, StoreError> {
        let (deletion, place) = (&going.deletion, going.registry.id);
        let found = self
            .store
            .read::<_, StoreError>(async |tx| {
                match tx.repositories().by_path(place, &item.repository).await? {
                    Some(known) => recheck(tx, deletion, (known, item), whole).await,
                    None => Ok(Recheck::Goes),
                }
            })
            .await?;
        Ok(match found {
            Recheck::Goes => None,
            Recheck::Kept(why) => Some(Ended::Not(ItemState::Kept, why)),
            Recheck::Unread => Some(Ended::Unread),
        })
    }
}

fn failed(error: RemoteError) -> Ended {
    match error.is_temporary() {
        true => Ended::Away(error),
        false => Ended::Not(ItemState::Failed, said(&error)),
    }
}

pub(super) fn said(error: &RemoteError) -> DeletionReason {
    DeletionReason::Said(in_full(error))
}
