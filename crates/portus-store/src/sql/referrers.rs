//! Signatures, SBOMs and all else that is about another manifest.

use diesel::prelude::*;
use portus_core::companion::{Referrer, ReferrerKind};
use portus_core::digest::Digest;
use portus_core::id::RepositoryId;
use portus_core::image::MediaType;
use portus_core::port::StoreError;
use portus_core::tag::TagName;

use super::browse::SqlBrowse;
use crate::schema::{manifest_children, manifests, tags};
use crate::values::{count, parsed, time};

diesel::alias!(
    const INDEXES: Alias<Indexes> = manifests as indexes;
);

/// Digest, artifact type, size, when it was pushed.
type Columns = (String, Option<String>, Option<i64>, i64);

/// At most so many.
const LIMIT: usize = 1000;

/// The manifests that are about one of these.
pub(super) async fn referrers(
    browse: &SqlBrowse,
    of: RepositoryId,
    digests: &[Digest],
) -> Result<Vec<Referrer>, StoreError> {
    let mut found = by_subject(browse, of, digests).await?;
    found.extend(in_an_index(browse, of, digests).await?);
    found.extend(by_tag(browse, of, digests).await?);
    found.sort_by(|one, other| (&one.of, &one.digest).cmp(&(&other.of, &other.digest)));
    found.dedup_by(|one, other| (&one.of, &one.digest) == (&other.of, &other.digest));
    found.truncate(LIMIT);
    Ok(found)
}

async fn by_subject(
    browse: &SqlBrowse,
    of: RepositoryId,
    digests: &[Digest],
) -> Result<Vec<Referrer>, StoreError> {
    let query = manifests::table
        .filter(manifests::repository_id.eq(of.0).and(manifests::present))
        .filter(manifests::subject.eq_any(texts(digests)))
        .limit(LIMIT as i64)
        .select((manifests::subject.assume_not_null(), COLUMNS));
    let rows: Vec<(String, Columns)> = browse.load(query).await?;
    let read = |(subject, row): (String, Columns)| {
        referrer(parsed("manifests.subject", &subject)?, row, None)
    };
    rows.into_iter().map(read).collect()
}

/// BuildKit's, which an index names beside what they are about.
async fn in_an_index(
    browse: &SqlBrowse,
    of: RepositoryId,
    digests: &[Digest],
) -> Result<Vec<Referrer>, StoreError> {
    let here = manifests::digest
        .eq(manifest_children::digest)
        .and(manifests::repository_id.eq(of.0))
        .and(manifests::present);
    let named = INDEXES
        .field(manifests::id)
        .eq(manifest_children::manifest_id)
        .and(INDEXES.field(manifests::repository_id).eq(of.0))
        .and(INDEXES.field(manifests::present));
    let query = manifest_children::table
        .inner_join(INDEXES.on(named))
        .inner_join(manifests::table.on(here))
        .filter(manifest_children::attests.eq_any(texts(digests)))
        .limit(LIMIT as i64)
        .select((manifest_children::attests.assume_not_null(), COLUMNS));
    let rows: Vec<(String, Columns)> = browse.load(query).await?;
    let read = |(about, row): (String, Columns)| {
        let one = referrer(parsed("manifest_children.attests", &about)?, row, None)?;
        Ok(Referrer { kind: ReferrerKind::Attestation, ..one })
    };
    rows.into_iter().map(read).collect()
}

/// Cosign's, whose tags say what they are about.
async fn by_tag(
    browse: &SqlBrowse,
    of: RepositoryId,
    digests: &[Digest],
) -> Result<Vec<Referrer>, StoreError> {
    let bare = digests.iter().filter_map(|digest| digest.as_str().strip_prefix("sha256:"));
    let names = bare.flat_map(|digits| {
        ["att", "sbom", "sig"].map(|suffix| format!("sha256-{digits}.{suffix}"))
    });
    let here = manifests::repository_id
        .eq(tags::repository_id)
        .and(manifests::digest.eq(tags::digest))
        .and(manifests::present);
    let query = tags::table
        .inner_join(manifests::table.on(here))
        .filter(tags::repository_id.eq(of.0).and(tags::present))
        .filter(tags::name.eq_any(names.collect::<Vec<_>>()))
        .limit(LIMIT as i64)
        .select((tags::name, COLUMNS));
    let rows: Vec<(String, Columns)> = browse.load(query).await?;
    let read = |(name, row): (String, Columns)| {
        let tag: TagName = parsed("tags.name", &name)?;
        let Some((about, suffix)) = tag.companion() else { return Ok(None) };
        let kind = ReferrerKind::of_suffix(suffix);
        let one = referrer(about, row, Some(tag.clone()))?;
        Ok(Some(Referrer { kind, ..one }))
    };
    rows.into_iter().filter_map(|row| read(row).transpose()).collect()
}

const COLUMNS: (
    manifests::digest,
    manifests::artifact_type,
    manifests::size,
    manifests::pushed_at,
) = (manifests::digest, manifests::artifact_type, manifests::size, manifests::pushed_at);

fn texts(digests: &[Digest]) -> Vec<String> {
    digests.iter().map(ToString::to_string).collect()
}

fn referrer(of: Digest, row: Columns, tag: Option<TagName>) -> Result<Referrer, StoreError> {
    let (digest, artifact_type, size, pushed_at) = row;
    let artifact_type = artifact_type.as_deref().map(MediaType::new);
    Ok(Referrer {
        of,
        digest: parsed("manifests.digest", &digest)?,
        kind: ReferrerKind::of_artifact(artifact_type.as_ref()),
        artifact_type,
        tag,
        size: size.map(|size| count("manifests.size", size)).transpose()?,
        pushed_at: time(pushed_at),
    })
}
