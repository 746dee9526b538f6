use std::sync::Arc;

use super::look::Look;
use crate::credential::Caller;
use crate::deletion::{Deletion, DeletionItem};
use crate::id::DeletionId;
use crate::namespace::NamespaceKind;
use crate::page::{Page, Slice};
use crate::port::{Store, StoreError};
use crate::team::Role;

/// Shows how far deletions are: to who asked, to owners of the team whose namespace it is or was,
/// and to admins. To others they are not there.
pub struct FollowDeletions {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
}

impl FollowDeletions {
    /// Those that the caller may see, newest first.
    pub async fn list(&self, caller: &Caller, slice: &Slice) -> Result<Page<Deletion>, StoreError> {
        // A credential for some namespaces follows what it asked for, by its number.
        if caller.limits.namespaces.is_some() {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let viewer = match (Look::is_admin(caller), caller.account()) {
            (true, _) => None,
            (false, None) => return Ok(Page { rows: Vec::new(), next: None }),
            (false, account) => account,
        };
        self.store.read(async |tx| tx.deletions().list(viewer, slice).await).await
    }

    /// One, with a part of its items.
    pub async fn one(
        &self,
        caller: &Caller,
        id: DeletionId,
        slice: &Slice,
    ) -> Result<Option<(Deletion, Page<DeletionItem>)>, StoreError> {
        let Some(account) = caller.account() else { return Ok(None) };
        self.store
            .read(async |tx| {
                let Some(deletion) = tx.deletions().by_id(id).await? else { return Ok(None) };
                // A credential for some namespaces speaks of those alone.
                if !caller.limits.reach(Some(deletion.namespace)) {
                    return Ok(None);
                }
                let owns = match deletion.kind {
                    NamespaceKind::Team { team, .. } => {
                        tx.teams().role(team, account).await? == Some(Role::Owner)
                    }
                    _ => false,
                };
                if !owns && deletion.account != Some(account) && !Look::is_admin(caller) {
                    return Ok(None);
                }
                let items = tx.deletions().items(id, slice).await?;
                Ok(Some((deletion, items)))
            })
            .await
    }
}
