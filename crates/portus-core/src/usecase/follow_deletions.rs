use std::sync::Arc;

use super::look::Look;
use super::permit::keeping;
use crate::activity::{Actor, Who};
use crate::credential::Caller;
use crate::deletion::{Deletion, DeletionItem, DeletionState};
use crate::id::DeletionId;
use crate::page::{Page, Slice};
use crate::policy::DeedFacts;
use crate::port::{Store, StoreError, Tx};
use crate::team::Role;

/// Shows how far deletions are: to who asked, to whose namespace it is or was (of a team, its
/// owners), and to admins. To others they are not there.
pub struct FollowDeletions {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
}

impl FollowDeletions {
    /// Those that the caller may see, newest first; perhaps only those in one state.
    pub async fn list(
        &self,
        caller: &Caller,
        state: Option<DeletionState>,
        slice: &Slice,
    ) -> Result<Page<Deletion>, StoreError> {
        // A credential for some namespaces follows what it asked for, by its number.
        if caller.limits.namespaces.is_some() {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let viewer = match (Look::is_admin(caller), caller.account()) {
            (true, _) => None,
            (false, None) => return Ok(Page { rows: Vec::new(), next: None }),
            (false, account) => account,
        };
        self.store.read(async |tx| tx.deletions().list(viewer, state, slice).await).await
    }

    /// One, with a part of its items.
    pub async fn one(
        &self,
        actor: &Actor,
        id: DeletionId,
        slice: &Slice,
    ) -> Result<Option<(Deletion, Page<DeletionItem>)>, StoreError> {
        self.store
            .read(async |tx| {
                let Some(deletion) = tx.deletions().by_id(id).await? else { return Ok(None) };
                if standing(tx, actor, &deletion).await?.is_none() {
                    return Ok(None);
                }
                let items = tx.deletions().items(id, slice).await?;
                Ok(Some((deletion, items)))
            })
            .await
    }
}

/// How someone stands to a deletion; `None` where it is not to be seen.
pub(super) async fn standing(
    tx: &mut Tx,
    actor: &Actor,
    deletion: &Deletion,
) -> Result<Option<DeedFacts>, StoreError> {
    let Who::Caller(caller) = &actor.who else { return Ok(Some(DeedFacts::default())) };
    let Some(account) = caller.account() else { return Ok(None) };
    // A credential for some namespaces speaks of those alone.
    if !caller.limits.reach(Some(deletion.namespace)) {
        return Ok(None);
    }
    let mut facts = keeping(tx, actor, Some(deletion.kind)).await?;
    facts.own |= deletion.account == Some(account);
    let sees = facts.own || facts.role == Some(Role::Owner) || Look::is_admin(caller);
    Ok(sees.then_some(facts))
}
