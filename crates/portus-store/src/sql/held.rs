//! Deletions that are under way.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::deletion::{DeletionScope, DeletionState, ItemState};
use portus_core::deletion_reason::DeletionReason;
use portus_core::id::{DeletionId, DeletionItemId, TeamId};
use portus_core::port::{Going, StoreError};

use super::super::Connection;
use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::reasons::stored;
use crate::schema::{deletion_items, deletions};
use crate::values::number;

#[async_trait]
impl Going for SqlUnitOfWork {
    async fn hold(&mut self, deletion: DeletionId) -> Result<bool, StoreError> {
        // The row's lock, in both databases.
        let held = diesel::update(deletions::table.find(deletion.0))
            .filter(deletions::state.eq(DeletionState::UnderWay.as_str()))
            .set(deletions::state.eq(DeletionState::UnderWay.as_str()))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(held > 0)
    }

    async fn namespace_of(&mut self, team: TeamId) -> Result<Option<String>, StoreError> {
        deletions::table
            .filter(deletions::team_id.eq(team.0))
            .filter(deletions::scope.eq(DeletionScope::Namespace.as_str()))
            .filter(deletions::state.eq(DeletionState::UnderWay.as_str()))
            .order(deletions::id)
            .select(deletions::object)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)
    }
}

/// An item that waits comes to its end. What was under way when the deletion was called off, and is
/// gone all the same, is gone.
pub(super) async fn settle(
    conn: &mut Connection,
    deletion: DeletionId,
    item: DeletionItemId,
    state: ItemState,
    reason: Option<&DeletionReason>,
) -> Result<(), StoreError> {
    let mut from = ItemState::Waiting;
    let mut settled = settle_from(conn, (deletion, item), from, (state, reason)).await?;
    if settled == 0 && state == ItemState::Done {
        from = ItemState::Cancelled;
        settled = settle_from(conn, (deletion, item), from, (state, reason)).await?;
    }
    count(conn, deletion, state, number(settled as u64)).await?;
    match from {
        ItemState::Cancelled => count(conn, deletion, from, -number(settled as u64)).await,
        _ => Ok(()),
    }
}

async fn settle_from(
    conn: &mut Connection,
    (deletion, item): (DeletionId, DeletionItemId),
    from: ItemState,
    (state, reason): (ItemState, Option<&DeletionReason>),
) -> Result<usize, StoreError> {
    diesel::update(deletion_items::table.find(item.0))
        .filter(deletion_items::deletion_id.eq(deletion.0))
        .filter(deletion_items::state.eq(from.as_str()))
        .set((deletion_items::state.eq(state.as_str()), deletion_items::reason.eq(stored(reason))))
        .execute(conn)
        .await
        .map_err(store_error)
}

/// Every item that waits comes to the same end.
pub(super) async fn settle_rest(
    conn: &mut Connection,
    deletion: DeletionId,
    state: ItemState,
    reason: Option<&DeletionReason>,
) -> Result<(), StoreError> {
    let settled = diesel::update(deletion_items::table)
        .filter(deletion_items::deletion_id.eq(deletion.0))
        .filter(deletion_items::state.eq(ItemState::Waiting.as_str()))
        .set((deletion_items::state.eq(state.as_str()), deletion_items::reason.eq(stored(reason))))
        .execute(conn)
        .await
        .map_err(store_error)?;
    count(conn, deletion, state, number(settled as u64)).await
}

async fn count(
    conn: &mut Connection,
    of: DeletionId,
    state: ItemState,
    items: i64,
) -> Result<(), StoreError> {
    let by = |wanted| if state == wanted { items } else { 0 };
    diesel::update(deletions::table.find(of.0))
        .set((
            deletions::done.eq(deletions::done + by(ItemState::Done)),
            deletions::failed.eq(deletions::failed + by(ItemState::Failed)),
            deletions::kept.eq(deletions::kept + by(ItemState::Kept)),
            deletions::cancelled.eq(deletions::cancelled + by(ItemState::Cancelled)),
        ))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(())
}
