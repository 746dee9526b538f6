//! The rows of deletions, and what is there to be deleted.

use std::time::SystemTime;

use diesel::dsl::{count_star, exists, max, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use portus_core::deletion::{
    Counts, Deletion, DeletionItem, DeletionScope, DeletionState, ItemState,
};
use portus_core::digest::Digest;
use portus_core::id::{
    AccountId, ApplicationTokenId, DeletionId, DeletionItemId, NamespaceId, RegistryId,
    RepositoryId,
};
use portus_core::image::{DOCKER_LIST, OCI_INDEX};
use portus_core::port::{StoreError, Sums};
use portus_core::repository::RepositoryPath;
use portus_core::tag::TagName;

use super::super::{Connection, dialect};
use super::namespaces::{namespace_kind, namespace_name};
use crate::error::{corrupt, store_error};
use crate::reasons::reason;
use crate::schema::{
    comments, deleted_names, deletion_items, deletions, manifests, namespaces, pulls, repositories,
    stars, tags,
};
use crate::values::{count, micros, parsed, time};

#[derive(Queryable, Selectable)]
#[diesel(table_name = deletions)]
pub(super) struct DeletionColumns {
    id: i64,
    registry_id: i64,
    namespace_id: i64,
    namespace_name: String,
    kind: String,
    team_id: Option<i64>,
    owner_id: Option<i64>,
    visibility: Option<String>,
    scope: String,
    object: String,
    account_id: Option<i64>,
    token_id: Option<i64>,
    actor: String,
    asked_at: i64,
    state: String,
    reason: String,
    listed_to: Option<String>,
    total: i64,
    done: i64,
    failed: i64,
    kept: i64,
    cancelled: i64,
    finished_at: Option<i64>,
}

/// The registry's name beside it.
pub(super) fn deletion((row, registry): (DeletionColumns, String)) -> Result<Deletion, StoreError> {
    Ok(Deletion {
        id: DeletionId(row.id),
        registry: RegistryId(row.registry_id),
        registry_name: parsed("registries.name", &registry)?,
        namespace: NamespaceId(row.namespace_id),
        namespace_name: namespace_name(&row.namespace_name)?,
        kind: namespace_kind((row.kind, row.team_id, row.owner_id, row.visibility))?,
        scope: word("deletions.scope", &row.scope, DeletionScope::ALL, DeletionScope::as_str)?,
        object: row.object,
        account: row.account_id.map(AccountId),
        token: row.token_id.map(ApplicationTokenId),
        actor: row.actor,
        asked_at: time(row.asked_at),
        state: word("deletions.state", &row.state, DeletionState::ALL, DeletionState::as_str)?,
        reason: reason("deletions.reason", &row.reason)?,
        listed_to: row.listed_to,
        counts: Counts {
            total: count("deletions.total", row.total)?,
            done: count("deletions.done", row.done)?,
            failed: count("deletions.failed", row.failed)?,
            kept: count("deletions.kept", row.kept)?,
            cancelled: count("deletions.cancelled", row.cancelled)?,
        },
        finished_at: row.finished_at.map(time),
    })
}

/// Number, repository, tag, digest, state, reason.
pub(super) type ItemColumns = (i64, String, String, String, String, String);

/// The columns that [`item`] reads.
pub(super) const ITEM: (
    deletion_items::id,
    deletion_items::repository,
    deletion_items::tag,
    deletion_items::digest,
    deletion_items::state,
    deletion_items::reason,
) = (
    deletion_items::id,
    deletion_items::repository,
    deletion_items::tag,
    deletion_items::digest,
    deletion_items::state,
    deletion_items::reason,
);

pub(super) fn item(row: ItemColumns) -> Result<DeletionItem, StoreError> {
    let (id, repository, tag, digest, state, why) = row;
    Ok(DeletionItem {
        id: DeletionItemId(id),
        repository: parsed("deletion_items.repository", &repository)?,
        tag: match tag.as_str() {
            "" => None,
            tag => Some(parsed("deletion_items.tag", tag)?),
        },
        digest: parsed("deletion_items.digest", &digest)?,
        state: word("deletion_items.state", &state, ItemState::ALL, ItemState::as_str)?,
        reason: reason("deletion_items.reason", &why)?,
    })
}

fn word<T: Copy>(
    column: &str,
    text: &str,
    all: &[T],
    spelled: impl Fn(T) -> &'static str,
) -> Result<T, StoreError> {
    all.iter().copied().find(|one| spelled(*one) == text).ok_or_else(|| corrupt(column, text))
}

pub(super) fn digests(rows: Vec<String>) -> Result<Vec<Digest>, StoreError> {
    rows.iter().map(|digest| parsed("manifests.digest", digest)).collect()
}

/// How new the newest word is that something is there.
pub(super) async fn last_word(
    conn: &mut Connection,
    repository: RepositoryId,
    tag: Option<&TagName>,
    manifest: &Digest,
) -> Result<Option<SystemTime>, StoreError> {
    let mut on = tags::table
        .filter(tags::repository_id.eq(repository.0))
        .filter(tags::digest.eq(manifest.as_str()))
        .filter(tags::present)
        .select(max(tags::as_of))
        .into_boxed();
    if let Some(tag) = tag {
        on = on.filter(tags::name.eq(tag.as_str()));
    }
    let tagged: Option<i64> = on.get_result(conn).await.map_err(store_error)?;
    let known: Option<i64> = manifests::table
        .filter(manifests::repository_id.eq(repository.0))
        .filter(manifests::digest.eq(manifest.as_str()))
        .filter(manifests::present)
        .select(manifests::as_of)
        .first(conn)
        .await
        .optional()
        .map_err(store_error)?;
    Ok(tagged.max(known.filter(|_| tag.is_none())).map(time))
}

/// The first repository after a path that has something in it.
pub(super) async fn next_repository(
    conn: &mut Connection,
    namespace: NamespaceId,
    after: Option<&str>,
) -> Result<Option<(RepositoryId, RepositoryPath)>, StoreError> {
    let there = manifests::table
        .filter(manifests::repository_id.eq(repositories::id))
        .filter(manifests::present);
    let found: Option<(i64, String)> = repositories::table
        .filter(repositories::namespace_id.eq(namespace.0))
        .filter(repositories::path.gt(after.unwrap_or_default()))
        .filter(exists(there))
        .order(repositories::path)
        .select((repositories::id, repositories::path))
        .first(conn)
        .await
        .optional()
        .map_err(store_error)?;
    let read =
        |(id, path): (i64, String)| Ok((RepositoryId(id), parsed("repositories.path", &path)?));
    found.map(read).transpose()
}

/// What a repository holds, or all those of a namespace.
macro_rules! sums {
    ($conn:expr, $which:expr) => {{
        let there = manifests::table
            .filter(manifests::repository_id.eq(repositories::id))
            .filter(manifests::present);
        let filled: i64 = repositories::table
            .filter($which)
            .filter(exists(there))
            .select(count_star())
            .get_result($conn)
            .await
            .map_err(store_error)?;
        let tagged: i64 = tags::table
            .inner_join(repositories::table)
            .filter($which)
            .filter(tags::present)
            .select(count_star())
            .get_result($conn)
            .await
            .map_err(store_error)?;
        let held: i64 = manifests::table
            .inner_join(repositories::table)
            .filter($which)
            .filter(manifests::present)
            .select(count_star())
            .get_result($conn)
            .await
            .map_err(store_error)?;
        let described: i64 = repositories::table
            .filter($which)
            .filter(repositories::description.ne(""))
            .select(count_star())
            .get_result($conn)
            .await
            .map_err(store_error)?;
        let said: i64 = comments::table
            .inner_join(repositories::table)
            .filter($which)
            .select(count_star())
            .get_result($conn)
            .await
            .map_err(store_error)?;
        let starred: i64 = stars::table
            .inner_join(repositories::table)
            .filter($which)
            .select(count_star())
            .get_result($conn)
            .await
            .map_err(store_error)?;
        let pulled: Option<i64> = pulls::table
            .inner_join(repositories::table)
            .filter($which)
            .select(max(pulls::last))
            .get_result($conn)
            .await
            .map_err(store_error)?;
        Ok(Sums {
            repositories: count("repositories", filled)?,
            tags: count("tags", tagged)?,
            manifests: count("manifests", held)?,
            descriptions: count("repositories", described)?,
            comments: count("comments", said)?,
            stars: count("stars", starred)?,
            pulled_at: pulled.map(time),
        })
    }};
}

pub(super) async fn sums_of_repository(
    conn: &mut Connection,
    repository: RepositoryId,
) -> Result<Sums, StoreError> {
    sums!(conn, repositories::id.eq(repository.0))
}

pub(super) async fn sums_of_namespace(
    conn: &mut Connection,
    namespace: NamespaceId,
) -> Result<Sums, StoreError> {
    sums!(conn, repositories::namespace_id.eq(namespace.0))
}

/// Removes repositories that have nothing in them, with what is remembered of them.
pub(super) async fn forget(
    conn: &mut Connection,
    namespace: NamespaceId,
    limit: u32,
) -> Result<u64, StoreError> {
    let there = manifests::table
        .filter(manifests::repository_id.eq(repositories::id))
        .filter(manifests::present);
    let empty: Vec<i64> = repositories::table
        .filter(repositories::namespace_id.eq(namespace.0))
        .filter(not(exists(there)))
        .select(repositories::id)
        .limit(limit.into())
        .load(conn)
        .await
        .map_err(store_error)?;
    let gone = diesel::delete(repositories::table)
        .filter(repositories::id.eq_any(empty))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(gone as u64)
}

/// Adds items to a deletion.
pub(super) async fn add_items(
    conn: &mut Connection,
    deletion: DeletionId,
    repository: &RepositoryPath,
    items: &[(Option<TagName>, Digest)],
) -> Result<(), StoreError> {
    for part in items.chunks(ROWS) {
        let rows: Vec<_> = part
            .iter()
            .map(|(tag, digest)| {
                let tag = tag.as_ref().map(ToString::to_string).unwrap_or_default();
                (
                    deletion_items::deletion_id.eq(deletion.0),
                    deletion_items::repository.eq(repository.to_string()),
                    deletion_items::tag.eq(tag),
                    deletion_items::digest.eq(digest.to_string()),
                    deletion_items::state.eq(ItemState::Waiting.as_str()),
                    deletion_items::reason.eq(""),
                )
            })
            .collect();
        dialect::insert_all!(conn, deletion_items::table, rows).map_err(store_error)?;
    }
    Ok(())
}

/// Adds every manifest of a repository to a deletion, indexes first.
pub(super) async fn add_manifests(
    conn: &mut Connection,
    deletion: DeletionId,
    repository: RepositoryId,
    path: &RepositoryPath,
) -> Result<u64, StoreError> {
    let mut added = 0;
    for indexes in [true, false] {
        let is_index = manifests::media_type.eq_any([OCI_INDEX, DOCKER_LIST]);
        let rows = manifests::table
            .filter(manifests::repository_id.eq(repository.0))
            .filter(manifests::present)
            .filter(is_index.eq(indexes))
            .order(manifests::digest)
            .select((
                deletion.0.into_sql::<BigInt>(),
                path.to_string().into_sql::<Text>(),
                "".into_sql::<Text>(),
                manifests::digest,
                ItemState::Waiting.as_str().into_sql::<Text>(),
                "".into_sql::<Text>(),
            ))
            .insert_into(deletion_items::table)
            .into_columns((
                deletion_items::deletion_id,
                deletion_items::repository,
                deletion_items::tag,
                deletion_items::digest,
                deletion_items::state,
                deletion_items::reason,
            ));
        added += rows.execute(conn).await.map_err(store_error)? as u64;
    }
    Ok(added)
}

/// Removes a namespace, and keeps its name.
pub(super) async fn remove_namespace(
    conn: &mut Connection,
    namespace: NamespaceId,
    held_until: SystemTime,
) -> Result<(), StoreError> {
    let gone: Option<(i64, String)> = diesel::delete(namespaces::table.find(namespace.0))
        .returning((namespaces::registry_id, namespaces::name))
        .get_result(conn)
        .await
        .optional()
        .map_err(store_error)?;
    let Some((registry, name)) = gone else { return Ok(()) };
    diesel::insert_into(deleted_names::table)
        .values((
            deleted_names::registry_id.eq(registry),
            deleted_names::name.eq(name),
            deleted_names::held_until.eq(micros(held_until)),
        ))
        .on_conflict((deleted_names::registry_id, deleted_names::name))
        .do_update()
        .set(deleted_names::held_until.eq(micros(held_until)))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// At most so many rows a statement.
const ROWS: usize = 1000;
