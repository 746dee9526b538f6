//! What a deletion leaves behind: what is not known any more, how it ended, and who did it.

use std::time::{Duration, SystemTime};

use crate::activity::{Actor, NewActivity, kind};
use crate::deletion::{Deletion, DeletionItem, DeletionState};
use crate::digest::Digest;
use crate::id::RepositoryId;
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
    reason: &str,
    now: SystemTime,
) -> Result<(), StoreError> {
    tx.deletions().finish(deletion.id, state, reason, now).await?;
    let counts = tx.deletions().by_id(deletion.id).await?.map(|now| now.counts);
    let counts = counts.unwrap_or(deletion.counts);
    let detail = format!(
        "{}: {} deleted, {} failed, {} kept",
        state.as_str(),
        counts.done,
        counts.failed,
        counts.kept
    );
    let row = by(deletion, kind::DELETION_FINISH, now, deletion.object.clone()).detail(detail);
    tx.audit().append(&[row]).await
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
