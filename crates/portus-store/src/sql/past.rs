//! What tags were set to.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use portus_core::id::RepositoryId;
use portus_core::page::{Page, Slice};
use portus_core::port::StoreError;
use portus_core::shelf::PastRow;
use portus_core::tag::TagName;

use super::browse::{SqlBrowse, one_more};
use crate::schema::{manifests, tag_history};
use crate::values::{parsed, storable, time};

type Columns = (i64, String, String, Option<String>, Option<bool>);

/// What a tag was set to, newest first.
pub(super) async fn past(
    browse: &SqlBrowse,
    of: RepositoryId,
    tag: &TagName,
    slice: &Slice,
) -> Result<Page<PastRow>, StoreError> {
    let here = manifests::repository_id
        .eq(tag_history::repository_id)
        .and(manifests::digest.eq(tag_history::digest));
    let mut query = tag_history::table
        .left_join(manifests::table.on(here))
        .filter(tag_history::repository_id.eq(of.0))
        .filter(tag_history::tag.eq(tag.as_str().to_owned()))
        .order((tag_history::as_of.desc(), tag_history::as_of_event.desc()))
        .limit(one_more(slice))
        .select((
            tag_history::as_of,
            tag_history::as_of_event,
            tag_history::digest,
            tag_history::author,
            manifests::present.nullable(),
        ))
        .into_boxed();
    let cursor = slice.after.as_deref().and_then(|after| after.split_once('.'));
    if let Some((Ok(at), event)) = cursor.map(|(at, event)| (at.parse::<i64>(), event)) {
        let before = sql::<Bool>("(tag_history.as_of, tag_history.as_of_event) < (")
            .bind::<BigInt, _>(at)
            .sql(", ")
            .bind::<Text, _>(storable(event).into_owned())
            .sql(")");
        query = query.filter(before);
    }
    let rows: Vec<Columns> = browse.load(query).await?;
    let page = Page::of(rows, slice.limit, |(at, event, ..)| format!("{at}.{event}"));
    let row = |(at, _, digest, author, present): Columns| {
        let digest = parsed("tag_history.digest", &digest)?;
        Ok(PastRow { at: time(at), digest, author, present: present.unwrap_or_default() })
    };
    let rows = page.rows.into_iter().map(row).collect::<Result<_, StoreError>>()?;
    Ok(Page { rows, next: page.next })
}
