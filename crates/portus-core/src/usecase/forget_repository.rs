//! A repository that was deleted whole is forgotten, so that whoever pushes one of that name later
//! begins anew.

use std::time::SystemTime;

use super::settle_deletion::{by, finish};
use crate::activity::kind;
use crate::deletion::{Deletion, DeletionState};
use crate::port::{StoreError, Sums, Tx};
use crate::repository::RepositoryPath;

/// How far it came.
pub(super) enum Forgetting {
    /// The deletion came to its end.
    Ended,
    /// There is more to forget.
    More,
    /// Something was pushed that is not applied yet.
    Waits,
}

/// Forgets a part of a repository of which every item is gone; the last part ends the deletion. What
/// was pushed meanwhile keeps all of it.
pub(super) async fn forget(
    tx: &mut Tx,
    deletion: &Deletion,
    now: SystemTime,
) -> Result<Forgetting, StoreError> {
    if !tx.going().hold(deletion.id).await? {
        return Ok(Forgetting::Ended);
    }
    let path: Option<RepositoryPath> = deletion.object.parse().ok();
    let known = match path {
        Some(path) => tx.repositories().by_path(deletion.registry, &path).await?,
        None => None,
    };
    if let Some(known) = known
        && tx.remains().is_empty(known).await?
    {
        if tx.arrivals().is_unread(known, SystemTime::UNIX_EPOCH).await? {
            return Ok(Forgetting::Waits);
        }
        if tx.remains().forget_past(known, AT_ONCE).await? > 0 {
            return Ok(Forgetting::More);
        }
        let said = tx.deletions().sums_of_repository(known).await?;
        tx.remains().forget_said(known).await?;
        let row = by(deletion, kind::REPOSITORY_DELETE, now, deletion.object.clone());
        tx.audit().append(&[row.detail(told(&said)).in_repository(known)]).await?;
    }
    finish(tx, deletion, DeletionState::Done, None, now).await?;
    Ok(Forgetting::Ended)
}

fn told(said: &Sums) -> String {
    let description = if said.descriptions > 0 { "description, " } else { "" };
    format!("all of it: {description}{} comments, {} stars", said.comments, said.stars)
}

/// How many rows are forgotten in one unit of work, about.
const AT_ONCE: u32 = 5_000;
