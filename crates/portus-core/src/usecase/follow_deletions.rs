use std::sync::Arc;

use super::permit::{keeping, permit};
use crate::activity::{Actor, Who};
use crate::deletion::{Deletion, DeletionItem, DeletionState};
use crate::id::DeletionId;
use crate::page::{Page, Slice};
use crate::policy::{Deed, DeedFacts, Manager, Policy};
use crate::port::{Store, StoreError, Tx};
use crate::scope::Action;
use crate::team::Role;

/// Shows how far deletions are: to who asked, to whose namespace it is or was (of a team, its
/// owners), and to admins. To others they are not there, nor to a credential that is not for
/// pulling: they name tags and digests.
pub struct FollowDeletions {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may see all.
    pub policy: Arc<Policy>,
}

impl FollowDeletions {
    /// Those that the actor may see, newest first; perhaps only those in one state.
    pub async fn list(
        &self,
        actor: &Actor,
        state: Option<DeletionState>,
        slice: &Slice,
    ) -> Result<Page<Deletion>, StoreError> {
        let none = || Ok(Page { rows: Vec::new(), next: None });
        if let Who::Caller(caller) = &actor.who
            // A credential for some namespaces follows what it asked for, by its number.
            && (caller.limits.namespaces.is_some() || !caller.limits.admit(Action::Pull))
        {
            return none();
        }
        let anyones = DeedFacts::default();
        let all = permit(&self.policy, actor, Deed::CancelDeletion, &anyones).is_ok();
        let viewer = match (all, actor.account()) {
            (true, _) => None,
            (false, None) => return none(),
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
                if standing(tx, &self.policy, actor, &deletion).await?.is_none() {
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
    policy: &Policy,
    actor: &Actor,
    deletion: &Deletion,
) -> Result<Option<DeedFacts>, StoreError> {
    let Who::Caller(caller) = &actor.who else { return Ok(Some(DeedFacts::default())) };
    let Some(account) = caller.account() else { return Ok(None) };
    // A credential for some namespaces speaks of those alone.
    if !caller.limits.reach(Some(deletion.namespace)) || !caller.limits.admit(Action::Pull) {
        return Ok(None);
    }
    let mut facts = keeping(tx, actor, Some(deletion.kind)).await?;
    facts.own |= deletion.account == Some(account);
    let manager = Manager::within(actor, deletion.namespace);
    let all = policy.rule(manager, Deed::CancelDeletion, &DeedFacts::default()).allowed;
    let sees = facts.own || facts.role == Some(Role::Owner) || all;
    Ok(sees.then_some(facts))
}
