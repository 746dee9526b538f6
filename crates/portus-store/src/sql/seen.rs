//! Single things that people look at.

use diesel::dsl::{case_when, max};
use diesel::prelude::*;
use portus_core::digest::Digest;
use portus_core::id::RepositoryId;
use portus_core::page::ManifestView;
use portus_core::port::StoreError;
use portus_core::secret::SecretDigest;
use portus_core::session::SessionOwner;

use super::accounts::{ACCOUNT, AccountRow, account};
use super::browse::SqlBrowse;
use super::listed::{ChildColumns, DescriptorColumns, ManifestColumns, manifest as read_manifest};
use super::sessions::{SESSION, SessionRow, session as read_session};
use crate::schema::{accounts, manifest_children, manifest_layers, manifests, sessions, tags};

/// A manifest that is there, with its parts.
pub(super) async fn manifest(
    browse: &SqlBrowse,
    of: RepositoryId,
    digest: &Digest,
) -> Result<Option<ManifestView>, StoreError> {
    let this = manifests::repository_id
        .eq(of.0)
        .and(manifests::digest.eq(digest.as_str().to_owned()))
        .and(manifests::present);
    let tagged = || {
        tags::table
            .filter(tags::repository_id.eq(manifests::repository_id).and(tags::present))
            .filter(tags::digest.eq(manifests::digest))
            .select(max(tags::pushed_at))
            .single_value()
    };
    let pushed_at =
        case_when(tagged().gt(manifests::pushed_at.nullable()), tagged().assume_not_null());
    let query = manifests::table.filter(this).select((
        (manifests::id, manifests::media_type, manifests::artifact_type, manifests::size),
        (manifests::platforms, manifests::details, pushed_at.otherwise(manifests::pushed_at)),
        (manifests::config_digest, manifests::config_type, manifests::config_size),
    ));
    let found: Vec<ManifestColumns> = browse.load(query).await?;
    let Some(found) = found.into_iter().next() else { return Ok(None) };
    let id = found.0.0;
    let layers = manifest_layers::table
        .filter(manifest_layers::manifest_id.eq(id))
        .order(manifest_layers::position)
        .select((manifest_layers::digest, manifest_layers::media_type, manifest_layers::size));
    let layers: Vec<DescriptorColumns> = browse.load(layers).await?;
    let children = manifest_children::table
        .filter(manifest_children::manifest_id.eq(id))
        .order(manifest_children::position)
        .select((
            (manifest_children::digest, manifest_children::media_type, manifest_children::size),
            manifest_children::platform,
            manifest_children::attests,
        ));
    let children: Vec<ChildColumns> = browse.load(children).await?;
    let tags = tags::table
        .filter(tags::repository_id.eq(of.0).and(tags::present))
        .filter(tags::digest.eq(digest.as_str().to_owned()))
        .order(tags::name)
        .limit(1000)
        .select(tags::name);
    let tags: Vec<String> = browse.load(tags).await?;
    read_manifest(digest, found, (layers, children, tags)).map(Some)
}

/// Whose a session is.
pub(super) async fn session(
    browse: &SqlBrowse,
    digest: &SecretDigest,
) -> Result<Option<SessionOwner>, StoreError> {
    let query = sessions::table
        .inner_join(accounts::table)
        .filter(sessions::digest.eq(digest.0.to_vec()))
        .select((ACCOUNT, SESSION));
    let rows: Vec<(AccountRow, SessionRow)> = browse.load(query).await?;
    let Some((owner, row)) = rows.into_iter().next() else { return Ok(None) };
    Ok(Some(SessionOwner { account: account(owner)?, session: read_session(row) }))
}
