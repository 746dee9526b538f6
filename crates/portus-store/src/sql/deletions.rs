use std::time::SystemTime;

use async_trait::async_trait;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use portus_core::deletion::{
    Deletion, DeletionItem, DeletionScope, DeletionState, ItemState, NewDeletion,
};
use portus_core::deletion_reason::DeletionReason;
use portus_core::digest::Digest;
use portus_core::id::{
    AccountId, DeletionId, DeletionItemId, NamespaceId, RegistryId, RepositoryId,
};
use portus_core::namespace::{NamespaceKind, NamespaceName, Visibility};
use portus_core::page::{Page, Slice};
use portus_core::port::{Deletions, Held, StoreError, Sums};
use portus_core::repository::RepositoryPath;
use portus_core::tag::TagName;
use portus_core::team::Role;

use super::super::Connection;
use super::going::{self, DeletionColumns, ITEM, ItemColumns};
use super::held;
use super::namespaces::stored_name;
use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::reasons::stored;
use crate::schema::{
    deleted_names, deletion_items, deletions, manifest_children, manifests, members, registries,
    tags,
};
use crate::values::{micros, number, parsed, time};

#[async_trait]
impl Deletions for SqlUnitOfWork {
    async fn add(&mut self, new: &NewDeletion) -> Result<DeletionId, StoreError> {
        let (team, owner) = match new.kind {
            NamespaceKind::Global { .. } | NamespaceKind::Orphan => (None, None),
            NamespaceKind::Personal { account, .. } => (None, Some(account.0)),
            NamespaceKind::Team { team, .. } => (Some(team.0), None),
        };
        let id: i64 = diesel::insert_into(deletions::table)
            .values((
                (
                    deletions::registry_id.eq(new.registry.0),
                    deletions::namespace_id.eq(new.namespace.0),
                    deletions::namespace_name.eq(stored_name(new.namespace_name.as_ref())),
                    deletions::kind.eq(new.kind.as_str()),
                    deletions::team_id.eq(team),
                    deletions::owner_id.eq(owner),
                    deletions::visibility.eq(new.kind.visibility().map(Visibility::as_str)),
                    deletions::scope.eq(new.scope.as_str()),
                    deletions::object.eq(&new.object),
                    deletions::account_id.eq(new.account.map(|account| account.0)),
                    deletions::actor.eq(&new.actor),
                    deletions::asked_at.eq(micros(new.asked_at)),
                ),
                deletions::token_id.eq(new.token.map(|token| token.0)),
                deletions::state.eq(DeletionState::UnderWay.as_str()),
                deletions::reason.eq(""),
                deletions::total.eq(0),
                deletions::done.eq(0),
                deletions::failed.eq(0),
                deletions::kept.eq(0),
                deletions::cancelled.eq(0),
            ))
            .returning(deletions::id)
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        Ok(DeletionId(id))
    }

    async fn add_items(
        &mut self,
        deletion: DeletionId,
        repository: &RepositoryPath,
        items: &[(Option<TagName>, Digest)],
    ) -> Result<(), StoreError> {
        going::add_items(self.conn(), deletion, repository, items).await?;
        grow(self.conn(), deletion, items.len() as u64).await
    }

    async fn add_manifests(
        &mut self,
        deletion: DeletionId,
        repository: RepositoryId,
        path: &RepositoryPath,
    ) -> Result<u64, StoreError> {
        let added = going::add_manifests(self.conn(), deletion, repository, path).await?;
        grow(self.conn(), deletion, added).await?;
        Ok(added)
    }

    async fn set_listed(&mut self, deletion: DeletionId, to: &str) -> Result<(), StoreError> {
        diesel::update(deletions::table.find(deletion.0))
            .set(deletions::listed_to.eq(to))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn settle(
        &mut self,
        deletion: DeletionId,
        item: DeletionItemId,
        state: ItemState,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError> {
        held::settle(self.conn(), deletion, item, state, reason).await
    }

    async fn settle_rest(
        &mut self,
        deletion: DeletionId,
        state: ItemState,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError> {
        held::settle_rest(self.conn(), deletion, state, reason).await
    }

    async fn set_reason(
        &mut self,
        deletion: DeletionId,
        reason: Option<&DeletionReason>,
    ) -> Result<(), StoreError> {
        diesel::update(deletions::table.find(deletion.0))
            .set(deletions::reason.eq(stored(reason)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn finish(
        &mut self,
        deletion: DeletionId,
        state: DeletionState,
        reason: Option<&DeletionReason>,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        diesel::update(deletions::table.find(deletion.0))
            .set((
                deletions::state.eq(state.as_str()),
                deletions::reason.eq(stored(reason)),
                deletions::finished_at.eq(micros(at)),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn by_id(&mut self, deletion: DeletionId) -> Result<Option<Deletion>, StoreError> {
        let row: Option<(DeletionColumns, String)> = deletions::table
            .inner_join(registries::table)
            .filter(deletions::id.eq(deletion.0))
            .select((DeletionColumns::as_select(), registries::name))
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        row.map(going::deletion).transpose()
    }

    async fn list(
        &mut self,
        viewer: Option<AccountId>,
        state: Option<DeletionState>,
        slice: &Slice,
    ) -> Result<Page<Deletion>, StoreError> {
        let mut query = deletions::table
            .inner_join(registries::table)
            .select((DeletionColumns::as_select(), registries::name))
            .order(deletions::id.desc())
            .limit(i64::from(slice.limit) + 1)
            .into_boxed();
        if let Some(viewer) = viewer {
            let owned = members::table
                .filter(members::account_id.eq(viewer.0))
                .filter(members::role.eq(Role::Owner.as_str()))
                .select(members::team_id.nullable());
            let hers = deletions::account_id
                .eq(viewer.0)
                .or(deletions::owner_id.eq(viewer.0))
                .or(deletions::team_id.eq_any(owned));
            query = query.filter(hers.assume_not_null());
        }
        if let Some(state) = state {
            query = query.filter(deletions::state.eq(state.as_str()));
        }
        if let Some(after) = number_after(slice) {
            query = query.filter(deletions::id.lt(after));
        }
        let rows: Vec<(DeletionColumns, String)> =
            query.load(self.conn()).await.map_err(store_error)?;
        let rows = rows.into_iter().map(going::deletion).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, slice.limit, |row: &Deletion| row.id.to_string()))
    }

    async fn items(
        &mut self,
        deletion: DeletionId,
        slice: &Slice,
    ) -> Result<Page<DeletionItem>, StoreError> {
        let rows: Vec<ItemColumns> = deletion_items::table
            .filter(deletion_items::deletion_id.eq(deletion.0))
            .filter(deletion_items::id.gt(number_after(slice).unwrap_or_default()))
            .order(deletion_items::id)
            .limit(i64::from(slice.limit) + 1)
            .select(ITEM)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        let rows = rows.into_iter().map(going::item).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, slice.limit, |row: &DeletionItem| row.id.to_string()))
    }

    async fn waiting(
        &mut self,
        deletion: DeletionId,
        limit: u32,
    ) -> Result<Vec<DeletionItem>, StoreError> {
        let rows: Vec<ItemColumns> = deletion_items::table
            .filter(deletion_items::deletion_id.eq(deletion.0))
            // In words, so that the index of waiting items is used.
            .filter(deletion_items::state.eq(diesel::dsl::sql::<Text>("'waiting'")))
            .order(deletion_items::id)
            .limit(limit.into())
            .select(ITEM)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.into_iter().map(going::item).collect()
    }

    async fn is_going(&mut self, namespace: NamespaceId) -> Result<bool, StoreError> {
        let going = deletions::table
            .filter(deletions::namespace_id.eq(namespace.0))
            .filter(deletions::scope.eq(DeletionScope::Namespace.as_str()))
            .filter(deletions::state.eq(DeletionState::UnderWay.as_str()));
        diesel::select(exists(going)).get_result(self.conn()).await.map_err(store_error)
    }

    async fn indexes_of(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
    ) -> Result<Vec<Digest>, StoreError> {
        let rows: Vec<String> = manifest_children::table
            .inner_join(manifests::table)
            .filter(manifest_children::digest.eq(manifest.as_str()))
            .filter(manifests::repository_id.eq(repository.0))
            .filter(manifests::present)
            .order(manifests::digest)
            .select(manifests::digest)
            .distinct()
            .limit(AT_MOST)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        going::digests(rows)
    }

    async fn other_tags(
        &mut self,
        deletion: DeletionId,
        repository: RepositoryId,
        manifest: &Digest,
    ) -> Result<Vec<TagName>, StoreError> {
        let asked = deletion_items::table
            .filter(deletion_items::deletion_id.eq(deletion.0))
            .filter(deletion_items::digest.eq(manifest.as_str()))
            .filter(deletion_items::tag.eq(tags::name));
        let rows: Vec<String> = tags::table
            .filter(tags::repository_id.eq(repository.0))
            .filter(tags::digest.eq(manifest.as_str()))
            .filter(tags::present)
            .filter(not(exists(asked)))
            .order(tags::name)
            .select(tags::name)
            .limit(AT_MOST)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.iter().map(|name| parsed("tags.name", name)).collect()
    }

    async fn last_word(
        &mut self,
        repository: RepositoryId,
        tag: Option<&TagName>,
        manifest: &Digest,
    ) -> Result<Option<SystemTime>, StoreError> {
        going::last_word(self.conn(), repository, tag, manifest).await
    }

    async fn next_repository(
        &mut self,
        namespace: NamespaceId,
        after: Option<&str>,
    ) -> Result<Option<(RepositoryId, RepositoryPath)>, StoreError> {
        going::next_repository(self.conn(), namespace, after).await
    }

    async fn sums_of_repository(&mut self, repository: RepositoryId) -> Result<Sums, StoreError> {
        going::sums_of_repository(self.conn(), repository).await
    }

    async fn sums_of_namespace(&mut self, namespace: NamespaceId) -> Result<Sums, StoreError> {
        going::sums_of_namespace(self.conn(), namespace).await
    }

    async fn forget_repositories(
        &mut self,
        namespace: NamespaceId,
        limit: u32,
    ) -> Result<u64, StoreError> {
        going::forget(self.conn(), namespace, limit).await
    }

    async fn remove_namespace(
        &mut self,
        namespace: NamespaceId,
        held_until: SystemTime,
    ) -> Result<(), StoreError> {
        going::remove_namespace(self.conn(), namespace, held_until).await
    }

    async fn held(
        &mut self,
        registry: RegistryId,
        name: &NamespaceName,
    ) -> Result<Option<Held>, StoreError> {
        let until: Option<i64> = deleted_names::table
            .find((registry.0, name.as_str()))
            .select(deleted_names::held_until)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(until.map(|until| Held { until: time(until) }))
    }

    async fn release(
        &mut self,
        registry: RegistryId,
        name: &NamespaceName,
    ) -> Result<(), StoreError> {
        diesel::delete(deleted_names::table.find((registry.0, name.as_str())))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

async fn grow(conn: &mut Connection, of: DeletionId, by: u64) -> Result<(), StoreError> {
    diesel::update(deletions::table.find(of.0))
        .set(deletions::total.eq(deletions::total + number(by)))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// The number that a page before ended with.
fn number_after(slice: &Slice) -> Option<i64> {
    slice.after.as_deref().and_then(|after| after.parse().ok())
}

/// At most so many indexes or tags are named.
const AT_MOST: i64 = 100;
