//! Images by their labels.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use portus_core::page::{Page, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::StoreError;
use portus_core::shelf::LabelledRow;

use super::browse::{SqlBrowse, one_more};
use super::readable::readable;
use crate::schema::{manifest_labels, manifests, repositories};
use crate::values::{parsed, storable};

type Columns = (i64, String, String, String, String);

/// Manifests whose image has a label of this name, and a value that starts so.
pub(super) async fn manifests_with(
    browse: &SqlBrowse,
    filter: &NamespaceFilter,
    (name, value): (&str, &str),
    slice: &Slice,
) -> Result<Page<LabelledRow>, StoreError> {
    let start = storable(value).into_owned();
    // Nothing sorts after the last character there is.
    let end = format!("{start}\u{10ffff}");
    let mut query = manifest_labels::table
        .inner_join(manifests::table.inner_join(repositories::table))
        .filter(manifest_labels::name.eq(storable(name).into_owned()))
        .filter(manifest_labels::value.ge(start).and(manifest_labels::value.lt(end)))
        .filter(manifests::present)
        .order((manifest_labels::value, manifest_labels::manifest_id))
        .limit(one_more(slice))
        .select((
            manifest_labels::manifest_id,
            repositories::registry_name,
            repositories::path,
            manifests::digest,
            manifest_labels::value,
        ))
        .into_boxed();
    if let Some(ids) = readable(filter) {
        query = query.filter(repositories::namespace_id.eq_any(ids));
    }
    let cursor = slice.after.as_deref().and_then(|after| after.split_once('.'));
    if let Some((Ok(id), value)) = cursor.map(|(id, value)| (id.parse::<i64>(), value)) {
        let after = sql::<Bool>("(manifest_labels.value, manifest_labels.manifest_id) > (")
            .bind::<Text, _>(storable(value).into_owned())
            .sql(", ")
            .bind::<BigInt, _>(id)
            .sql(")");
        query = query.filter(after);
    }
    let rows: Vec<Columns> = browse.load(query).await?;
    let page = Page::of(rows, slice.limit, |(id, .., value)| format!("{id}.{value}"));
    let row = |(_, registry, path, digest, value): Columns| {
        Ok(LabelledRow {
            registry: parsed("repositories.registry_name", &registry)?,
            path: parsed("repositories.path", &path)?,
            digest: parsed("manifests.digest", &digest)?,
            value,
        })
    };
    let rows = page.rows.into_iter().map(row).collect::<Result<_, StoreError>>()?;
    Ok(Page { rows, next: page.next })
}
