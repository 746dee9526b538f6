//! Manifests. A row stays when its manifest goes, as not `present`.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::digest::Digest;
use portus_core::id::RepositoryId;
use portus_core::image::{Child, Descriptor, ManifestDetails, SeenManifest};
use portus_core::page::DetailsState;
use portus_core::port::{Described, StoreError};
use portus_core::shelf::searched_labels;
use portus_core::tag::AsOf;

use super::super::{Connection, dialect};
use super::about::written;
use super::tags::{as_of, place, tombstone};
use crate::error::store_error;
use crate::schema::{manifest_children, manifest_labels, manifest_layers, manifests};
use crate::values::{micros, number, parsed, storable};

/// Notes that a manifest is there; says whether it is to be read.
pub(super) async fn add(
    conn: &mut Connection,
    repository: RepositoryId,
    seen: &SeenManifest,
    new: &AsOf,
) -> Result<bool, StoreError> {
    let gone = tombstone(conn, repository, seen.digest.as_str()).await?;
    let Some(old) = stored(conn, repository, &seen.digest).await? else {
        let present = Some(new) > gone.as_ref();
        insert(conn, repository, seen, new, present).await.map_err(store_error)?;
        return Ok(present);
    };
    let newest = as_of(old.as_of, old.as_of_event).max(new.clone());
    let present = Some(&newest) > gone.as_ref();
    let appeared = present && !old.present;
    diesel::update(manifests::table.find(old.id))
        .set((
            manifests::present.eq(present),
            manifests::as_of.eq(micros(newest.at)),
            manifests::as_of_event.eq(&*newest.event),
            manifests::pushed_at.eq(old.pushed_at.min(micros(seen.pushed_at))),
            old.media_type.is_empty().then(|| manifests::media_type.eq(seen.media_type.as_str())),
            appeared.then(|| manifests::details.eq(DetailsState::Pending.as_str())),
        ))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(appeared)
}

/// Takes away a manifest that was not pushed again since; says whether it went.
pub(super) async fn remove(
    conn: &mut Connection,
    repository: RepositoryId,
    digest: &Digest,
    gone: &AsOf,
) -> Result<bool, StoreError> {
    let Some(old) = stored(conn, repository, digest).await? else { return Ok(false) };
    if !old.present || as_of(old.as_of, old.as_of_event) > *gone {
        return Ok(false);
    }
    diesel::update(manifests::table.find(old.id))
        .set((
            manifests::present.eq(false),
            manifests::details.eq(DetailsState::Pending.as_str()),
            manifests::size.eq(None::<i64>),
            manifests::platforms.eq(""),
            (manifests::subject.eq(None::<String>), manifests::about.eq(None::<String>)),
        ))
        .execute(conn)
        .await
        .map_err(store_error)?;
    clear_parts(conn, old.id).await.map_err(store_error)?;
    Ok(true)
}

/// Keeps what reading a manifest told; nothing where it is gone.
pub(super) async fn describe(
    conn: &mut Connection,
    repository: RepositoryId,
    digest: &Digest,
    described: &Described,
) -> Result<(), StoreError> {
    let Some(stored) = stored(conn, repository, digest).await? else { return Ok(()) };
    if !stored.present {
        return Ok(());
    }
    match described {
        Described::Failed => {
            diesel::update(manifests::table.find(stored.id))
                .set(manifests::details.eq(DetailsState::Failed.as_str()))
                .execute(conn)
                .await
                .map_err(store_error)?;
        }
        Described::Read(details) => {
            set_details(conn, stored.id, details).await.map_err(store_error)?;
            clear_parts(conn, stored.id).await.map_err(store_error)?;
            add_layers(conn, stored.id, &details.layers).await.map_err(store_error)?;
            add_children(conn, stored.id, &details.children).await.map_err(store_error)?;
            add_labels(conn, stored.id, details).await.map_err(store_error)?;
        }
    }
    place(conn, repository, digest).await
}

/// Of these digests, those of manifests that are there.
pub(super) async fn known(
    conn: &mut Connection,
    repository: RepositoryId,
    digests: &[Digest],
) -> Result<Vec<Digest>, StoreError> {
    let mut known = Vec::new();
    for digests in digests.chunks(ROWS) {
        let found: Vec<String> = manifests::table
            .filter(manifests::repository_id.eq(repository.0))
            .filter(manifests::digest.eq_any(digests.iter().map(Digest::as_str)))
            .filter(manifests::present)
            .order(manifests::digest)
            .select(manifests::digest)
            .load(conn)
            .await
            .map_err(store_error)?;
        for digest in found {
            known.push(parsed("manifests.digest", &digest)?);
        }
    }
    Ok(known)
}

/// At most so many rows a statement: both databases have a limit of values.
const ROWS: usize = 1000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = manifests)]
struct Stored {
    id: i64,
    present: bool,
    media_type: String,
    pushed_at: i64,
    as_of: i64,
    as_of_event: String,
}

async fn stored(
    conn: &mut Connection,
    repository: RepositoryId,
    digest: &Digest,
) -> Result<Option<Stored>, StoreError> {
    manifests::table
        .filter(manifests::repository_id.eq(repository.0))
        .filter(manifests::digest.eq(digest.as_str()))
        .select(Stored::as_select())
        .first(conn)
        .await
        .optional()
        .map_err(store_error)
}

async fn insert(
    conn: &mut Connection,
    repository: RepositoryId,
    seen: &SeenManifest,
    new: &AsOf,
    present: bool,
) -> QueryResult<usize> {
    diesel::insert_into(manifests::table)
        .values((
            manifests::repository_id.eq(repository.0),
            manifests::digest.eq(seen.digest.as_str()),
            manifests::present.eq(present),
            manifests::media_type.eq(seen.media_type.as_str()),
            manifests::platforms.eq(""),
            manifests::details.eq(DetailsState::Pending.as_str()),
            manifests::pushed_at.eq(micros(seen.pushed_at)),
            manifests::as_of.eq(micros(new.at)),
            manifests::as_of_event.eq(&*new.event),
        ))
        .execute(conn)
        .await
}

async fn set_details(
    conn: &mut Connection,
    manifest: i64,
    details: &ManifestDetails,
) -> QueryResult<usize> {
    let config = details.config.as_ref();
    diesel::update(manifests::table.find(manifest))
        .set((
            manifests::media_type.eq(details.media_type.as_str()),
            manifests::artifact_type.eq(details.artifact_type.as_ref().map(|one| one.as_str())),
            manifests::config_digest.eq(config.map(|config| config.digest.as_str())),
            manifests::config_type.eq(config.map(|config| config.media_type.as_str())),
            manifests::config_size.eq(config.map(|config| number(config.size))),
            manifests::size.eq(details.size().map(number)),
            manifests::platforms.eq(platforms(details).join("\n")),
            manifests::details.eq(DetailsState::Read.as_str()),
            manifests::subject.eq(details.subject.as_ref().map(|one| one.as_str())),
            manifests::about.eq(written(details)),
        ))
        .execute(conn)
        .await
}

/// What a manifest runs on. Attestations in an index say `unknown/unknown`.
fn platforms(details: &ManifestDetails) -> Vec<String> {
    let children = details.children.iter().filter_map(|child| child.platform.as_ref());
    let mut platforms: Vec<String> = Vec::new();
    for platform in details.platform.iter().chain(children).map(ToString::to_string) {
        if !platform.starts_with("unknown/unknown") && !platforms.contains(&platform) {
            platforms.push(platform);
        }
    }
    platforms
}

async fn clear_parts(conn: &mut Connection, manifest: i64) -> QueryResult<()> {
    diesel::delete(manifest_layers::table)
        .filter(manifest_layers::manifest_id.eq(manifest))
        .execute(conn)
        .await?;
    diesel::delete(manifest_children::table)
        .filter(manifest_children::manifest_id.eq(manifest))
        .execute(conn)
        .await?;
    diesel::delete(manifest_labels::table)
        .filter(manifest_labels::manifest_id.eq(manifest))
        .execute(conn)
        .await?;
    Ok(())
}

async fn add_layers(
    conn: &mut Connection,
    manifest: i64,
    layers: &[Descriptor],
) -> QueryResult<()> {
    let rows: Vec<_> = (0i64..)
        .zip(layers)
        .map(|(position, layer)| {
            (
                manifest_layers::manifest_id.eq(manifest),
                manifest_layers::position.eq(position),
                manifest_layers::digest.eq(layer.digest.to_string()),
                manifest_layers::media_type.eq(layer.media_type.to_string()),
                manifest_layers::size.eq(number(layer.size)),
            )
        })
        .collect();
    for rows in chunks(rows) {
        dialect::insert_all!(conn, manifest_layers::table, rows)?;
    }
    Ok(())
}

async fn add_children(conn: &mut Connection, manifest: i64, children: &[Child]) -> QueryResult<()> {
    let rows: Vec<_> = (0i64..)
        .zip(children)
        .map(|(position, child)| {
            let part = &child.descriptor;
            (
                manifest_children::manifest_id.eq(manifest),
                manifest_children::position.eq(position),
                manifest_children::digest.eq(part.digest.to_string()),
                manifest_children::media_type.eq(part.media_type.to_string()),
                manifest_children::size.eq(number(part.size)),
                manifest_children::platform.eq(child.platform.as_ref().map(ToString::to_string)),
                manifest_children::attests.eq(child.attests.as_ref().map(ToString::to_string)),
            )
        })
        .collect();
    for rows in chunks(rows) {
        dialect::insert_all!(conn, manifest_children::table, rows)?;
    }
    Ok(())
}

/// Keeps the labels of a manifest, which had none.
async fn add_labels(
    conn: &mut Connection,
    manifest: i64,
    details: &ManifestDetails,
) -> QueryResult<()> {
    let Some(configuration) = &details.configuration else { return Ok(()) };
    let rows: Vec<_> = searched_labels(&configuration.labels)
        .into_iter()
        .map(|(name, value)| {
            (
                manifest_labels::manifest_id.eq(manifest),
                manifest_labels::name.eq(storable(&name).into_owned()),
                manifest_labels::value.eq(storable(&value).into_owned()),
            )
        })
        .collect();
    if !rows.is_empty() {
        let taken = (manifest_labels::manifest_id, manifest_labels::name);
        dialect::insert_all!(conn, manifest_labels::table, rows, unless taken)?;
    }
    Ok(())
}

fn chunks<T>(mut rows: Vec<T>) -> Vec<Vec<T>> {
    let mut chunks = Vec::new();
    while !rows.is_empty() {
        let later = rows.split_off(rows.len().min(ROWS));
        chunks.push(std::mem::replace(&mut rows, later));
    }
    chunks
}
