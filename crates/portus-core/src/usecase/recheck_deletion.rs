//! What is asked again while a deletion is done: whether who asked for it still may, and whether an
//! item still is what was to go.

use std::time::SystemTime;

use super::may_delete::refusal;
use crate::activity::{Actor, Who};
use crate::credential::{Caller, Identity};
use crate::deletion::{Deletion, DeletionItem, DeletionScope};
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
    Kept(String),
    /// Something that was pushed since may name it, and has to be read first.
    Unread,
}

/// Why a deletion may not go on, by what her account and the credential that she asked with may now.
pub(super) async fn refused(
    tx: &mut Tx,
    policy: &Policy,
    (deletion, registry): (&Deletion, &Registry),
    now: SystemTime,
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
    let mut caller = Caller::unlimited(Identity::from(&asker));
    if let Some(token) = deletion.token {
        let tokens = tx.tokens().applications(account).await?;
        let found = tokens.into_iter().find(|one| one.id == token);
        let Some(limits) = found.map(|one| one.limits) else {
            return Ok(Some("the application token that asked for it was revoked".into()));
        };
        if limits.expires_at.is_some_and(|end| end <= now) {
            return Ok(Some("the application token that asked for it has ended".into()));
        }
        caller = Caller { limits, token: Some(token), ..caller };
    }
    let actor = Actor { who: Who::Caller(caller), ..Actor::PORTUS };
    let at = (registry, deletion.namespace, kind);
    let why = refusal(tx, policy, &actor, deletion.scope, at).await?;
    Ok(why.map(|why| format!("who asked for it may not delete there any more ({why})")))
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
        return Ok(Recheck::Kept(PUSHED_AGAIN.into()));
    }
    if !whole {
        return Ok(Recheck::Goes);
    }
    let indexes = tx.deletions().indexes_of(repository, &item.digest).await?;
    if let Some(index) = indexes.first() {
        return Ok(Recheck::Kept(format!("the index `{index}` still names it")));
    }
    if tag.is_some() {
        let others = tx.deletions().other_tags(deletion.id, repository, &item.digest).await?;
        let named: Vec<String> = others.iter().map(|one| format!("`{one}`")).collect();
        if !named.is_empty() {
            let named = named.join(", ");
            let why =
                format!("the registry deletes only whole digests, and {named} is on this one");
            return Ok(Recheck::Kept(why));
        }
    }
    let unread = tx.arrivals().is_unread(repository, asked_at).await?;
    Ok(if unread { Recheck::Unread } else { Recheck::Goes })
}

/// Nobody saw it when the deletion was confirmed.
const PUSHED_AGAIN: &str = "pushed again after the deletion was asked for";
