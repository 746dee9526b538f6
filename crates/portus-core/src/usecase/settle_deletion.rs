//! What a deletion leaves behind: what is not known any more, how it ended, and who did it.

use std::time::{Duration, SystemTime};

use crate::activity::{Actor, NewActivity, kind};
use crate::deletion::{Counts, Deletion, DeletionItem, DeletionScope, DeletionState};
use crate::deletion_reason::DeletionReason;
use crate::digest::Digest;
use crate::id::RepositoryId;
use crate::namespace::NamespaceKind;
use crate::port::{StoreError, Tx};
use crate::tag::AsOf;

/// What the registry took away goes from what is known, as of its answer. Says what, in words.
pub(super) async fn forget(
    tx: &mut Tx,
    repository: RepositoryId,
    item: &DeletionItem,
    whole: bool,
    at: SystemTime,
) -> Result<String, StoreError> {
    let digest: &Digest = &item.digest;
    if let Some(tag) = &item.tag {
        let last = tx.deletions().last_word(repository, Some(tag), digest).await?;
        tx.repositories().remove_tag(repository, tag, &after(at, last)).await?;
    }
    if whole {
        let last = tx.deletions().last_word(repository, None, digest).await?;
        tx.repositories().remove_manifest(repository, digest, &after(at, last)).await?;
    }
    Ok(item.tag.as_ref().map_or_else(|| digest.to_string(), |tag| format!("{tag} → {digest}")))
}

/// A registry says the second in which something went: what came in the same second came before.
/// Its own event of it, which is more exact, may come earlier or later.
fn after(at: SystemTime, last: Option<SystemTime>) -> AsOf {
    let last = last.filter(|last| *last < at + SECOND).map(|last| last + MOMENT);
    AsOf { at: last.map_or(at, |last| last.max(at)), event: "".into() }
}

/// A deletion came to its end.
pub(super) async fn finish(
    tx: &mut Tx,
    deletion: &Deletion,
    state: DeletionState,
    reason: Option<&DeletionReason>,
    now: SystemTime,
) -> Result<(), StoreError> {
    tx.deletions().finish(deletion.id, state, reason, now).await?;
    let counts = tx.deletions().by_id(deletion.id).await?.map(|now| now.counts);
    let counts = counts.unwrap_or(deletion.counts);
    let why = reason.map(|reason| format!("; {reason}")).unwrap_or_default();
    let detail = format!("{}: {}{why}", state.as_str(), tally(&counts));
    let row = by(deletion, kind::DELETION_FINISH, now, deletion.object.clone()).detail(detail);
    tx.audit().append(&[row]).await
}

/// How many items came to which end.
pub(super) fn tally(counts: &Counts) -> String {
    let Counts { done, failed, kept, cancelled, .. } = counts;
    let left = match cancelled {
        0 => String::new(),
        _ => format!(", {cancelled} not begun"),
    };
    format!("{done} deleted, {failed} failed, {kept} kept{left}")
}

/// A namespace that was not deleted after all is whose it was, where there still is one.
pub(super) async fn give_back(
    tx: &mut Tx,
    deletion: &Deletion,
    actor: &Actor,
    now: SystemTime,
) -> Result<(), StoreError> {
    if deletion.scope != DeletionScope::Namespace || deletion.kind == NamespaceKind::Orphan {
        return Ok(());
    }
    let namespace = tx.namespaces().by_id(deletion.namespace).await?;
    let is_nobodys = namespace.is_some_and(|one| one.kind == NamespaceKind::Orphan);
    let Some(whose) = whose(tx, deletion.kind).await?.filter(|_| is_nobodys) else {
        return Ok(());
    };
    tx.namespaces().set_kind(deletion.namespace, deletion.kind).await?;
    let row = NewActivity::done(kind::NAMESPACE_RESTORE, actor, now, deletion.object.as_str());
    let row = row.detail(format!("of {whose} again")).in_namespace(deletion.namespace);
    tx.audit().append(&[row]).await
}

/// Who had a namespace, in words, where she or the team can have it again.
pub(super) async fn whose(tx: &mut Tx, kind: NamespaceKind) -> Result<Option<String>, StoreError> {
    Ok(match kind {
        NamespaceKind::Team { team, .. } => {
            tx.teams().by_id(team).await?.map(|team| format!("team {}", team.name))
        }
        NamespaceKind::Personal { account, .. } => {
            tx.accounts().by_id(account).await?.map(|account| account.name.to_string())
        }
        NamespaceKind::Global { .. } | NamespaceKind::Orphan => None,
    })
}

/// Done by Portus on behalf of who asked.
pub(super) fn by(
    deletion: &Deletion,
    kind: &'static str,
    now: SystemTime,
    object: String,
) -> NewActivity {
    let row = NewActivity::done(kind, &Actor::PORTUS, now, object);
    NewActivity { account: deletion.account, actor: deletion.actor.clone(), ..row }
        .in_namespace(deletion.namespace)
}

const SECOND: Duration = Duration::from_secs(1);

/// The least that a database tells apart.
const MOMENT: Duration = Duration::from_micros(1);
