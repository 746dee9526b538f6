//! Lists of manifests.

use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use portus_core::id::RepositoryId;
use portus_core::image::MediaType;
use portus_core::page::{Page, Slice};
use portus_core::port::StoreError;
use portus_core::shelf::ManifestRow;

use super::browse::{SqlBrowse, one_more};
use crate::schema::{manifests, tags};
use crate::values::{count, details_state, micros, parsed, storable, time};

type Columns = (
    (String, String, Option<String>, Option<i64>),
    (String, String, i64, Option<String>),
    (Option<String>, i64),
);

/// The first index that names a manifest.
const PART_OF: &str = "(
    SELECT whole.digest FROM manifest_children AS child
    JOIN manifests AS whole ON whole.id = child.manifest_id
    WHERE child.digest = manifests.digest AND whole.repository_id = manifests.repository_id
        AND whole.present
    ORDER BY whole.digest LIMIT 1)";

const TAGS: &str = "(
    SELECT COUNT(*) FROM tags
    WHERE tags.repository_id = manifests.repository_id AND tags.digest = manifests.digest
        AND tags.present)";

/// The manifests that are there, newest first, perhaps only those with a tag or without one.
pub(super) async fn manifests(
    browse: &SqlBrowse,
    of: RepositoryId,
    tagged: Option<bool>,
    slice: &Slice,
) -> Result<Page<ManifestRow>, StoreError> {
    let on = tags::table
        .filter(tags::repository_id.eq(manifests::repository_id).and(tags::present))
        .filter(tags::digest.eq(manifests::digest));
    let mut query = manifests::table
        .filter(manifests::repository_id.eq(of.0).and(manifests::present))
        .order((manifests::pushed_at.desc(), manifests::digest.desc()))
        .limit(one_more(slice))
        .select((
            (manifests::digest, manifests::media_type, manifests::artifact_type, manifests::size),
            (manifests::platforms, manifests::details, manifests::pushed_at, manifests::subject),
            (sql::<Nullable<Text>>(PART_OF), sql::<BigInt>(TAGS)),
        ))
        .into_boxed();
    query = match tagged {
        None => query,
        Some(true) => query.filter(exists(on)),
        Some(false) => query.filter(not(exists(on))),
    };
    let cursor = slice.after.as_deref().and_then(|after| after.split_once('.'));
    if let Some((Ok(at), digest)) = cursor.map(|(at, digest)| (at.parse::<i64>(), digest)) {
        let before = sql::<Bool>("(manifests.pushed_at, manifests.digest) < (")
            .bind::<BigInt, _>(at)
            .sql(", ")
            .bind::<Text, _>(storable(digest).into_owned())
            .sql(")");
        query = query.filter(before);
    }
    let rows: Vec<Columns> = browse.load(query).await?;
    let rows = rows.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::of(rows, slice.limit, |row| format!("{}.{}", micros(row.pushed_at), row.digest)))
}

fn row(row: Columns) -> Result<ManifestRow, StoreError> {
    let (of_content, of_details, (part_of, tags)) = row;
    let (digest, media_type, artifact_type, size) = of_content;
    let (platforms, details, pushed_at, subject) = of_details;
    Ok(ManifestRow {
        digest: parsed("manifests.digest", &digest)?,
        media_type: MediaType::new(&media_type),
        artifact_type: artifact_type.as_deref().map(MediaType::new),
        size: size.map(|size| count("manifests.size", size)).transpose()?,
        platforms: platforms.lines().map(str::to_owned).collect(),
        details: details_state(&details)?,
        pushed_at: time(pushed_at),
        tags: count("tags", tags)?,
        part_of: part_of.map(|text| parsed("manifests.digest", &text)).transpose()?,
        subject: subject.map(|text| parsed("manifests.subject", &text)).transpose()?,
    })
}
