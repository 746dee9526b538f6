//! What is asked again while a deletion is done: whether who asked for it still may, and whether an
//! item still is what was to go.

use std::time::SystemTime;

use super::may_delete::refusal;
use crate::activity::{Actor, Who};
use crate::credential::{Caller, Identity};
use crate::deletion::{Deletion, DeletionItem, DeletionScope};
use crate::deletion_reason::DeletionReason;
use crate::id::RepositoryId;
use crate::namespace::NamespaceKind;
use crate::policy::Policy;
use crate::port::{StoreError, Tx};
use crate::registry::Registry;

/// What becomes of an item.
pub(super) enum Recheck {
    /// It goes.
    Goes,
    /// It stays, for a reason.
    Kept(DeletionReason),
    /// Something that was pushed since may name it, and has to be read first.
    Unread,
}

/// Why a deletion may not go on, by what her account and the credential that she asked with may now.
pub(super) async fn refused(
    tx: &mut Tx,
    policy: &Policy,
    (deletion, registry): (&Deletion, &Registry),
    now: SystemTime,
) -> Result<Option<DeletionReason>, StoreError> {
    let Some(account) = deletion.account else { return Ok(None) };
    let asker = tx.accounts().by_id(account).await?.filter(|account| account.enabled);
    let Some(asker) = asker else {
        return Ok(Some(DeletionReason::NoAsker));
    };
    let Some(namespace) = tx.namespaces().by_id(deletion.namespace).await? else {
        return Ok(Some(DeletionReason::NoNamespace));
    };
    let kind = match deletion.scope {
        // All rights were taken from it when this was asked for.
        DeletionScope::Namespace if namespace.kind == NamespaceKind::Orphan => deletion.kind,
        DeletionScope::Namespace => {
            return Ok(Some(DeletionReason::Given));
        }
        DeletionScope::Images | DeletionScope::Repository => namespace.kind,
    };
    let mut caller = Caller::unlimited(Identity::from(&asker));
    if let Some(token) = deletion.token {
        let tokens = tx.tokens().applications(account).await?;
        let found = tokens.into_iter().find(|one| one.id == token);
        let Some(limits) = found.map(|one| one.limits) else {
            return Ok(Some(DeletionReason::TokenRevoked));
        };
        if limits.expires_at.is_some_and(|end| end <= now) {
            return Ok(Some(DeletionReason::TokenEnded));
        }
        caller = Caller { limits, token: Some(token), ..caller };
    }
    let actor = Actor { who: Who::Caller(caller), ..Actor::PORTUS };
    let at = (registry, deletion.namespace, kind);
    let why = refusal(tx, policy, &actor, deletion.scope, at).await?;
    Ok(why.map(|why| DeletionReason::NotAllowed(why.to_string())))
}

/// Looks at an item again; `whole` where its digest goes with all that is on it.
pub(super) async fn recheck(
    tx: &mut Tx,
    deletion: &Deletion,
    (repository, item): (RepositoryId, &DeletionItem),
    whole: bool,
) -> Result<Recheck, StoreError> {
    let (tag, asked_at) = (item.tag.as_ref(), deletion.asked_at);
    let pushed = tx.arrivals().is_after(repository, &item.digest, tag.filter(|_| !whole), asked_at);
    if pushed.await? {
        return Ok(Recheck::Kept(DeletionReason::PushedLater));
    }
    if !whole {
        return Ok(Recheck::Goes);
    }
    let indexes = tx.deletions().indexes_of(repository, &item.digest).await?;
    if let Some(index) = indexes.first() {
        return Ok(Recheck::Kept(DeletionReason::Wanted(index.clone())));
    }
    if tag.is_some() {
        let others = tx.deletions().other_tags(deletion.id, repository, &item.digest).await?;
        if !others.is_empty() {
            return Ok(Recheck::Kept(DeletionReason::Siblings(others)));
        }
    }
    let unread = tx.arrivals().is_unread(repository, asked_at).await?;
    Ok(if unread { Recheck::Unread } else { Recheck::Goes })
}
