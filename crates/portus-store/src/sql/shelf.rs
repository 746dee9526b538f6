//! The images of a repository, one row a digest.
//!
//! A page walks an index of tags in the wanted order and takes each tag that comes before all others
//! on its digest: no page needs the tags of another.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use portus_core::id::RepositoryId;
use portus_core::page::{Page, Slice};
use portus_core::port::StoreError;
use portus_core::shelf::{ImageFilter, ImageOrder, ImageRow};

use super::browse::{SqlBrowse, cursor, one_more, page};
use super::listed::{TagColumns, tag};
use super::tag_rows::tag_rows;
use crate::schema::{manifests, tags};
use crate::values::{micros, parsed, storable};

/// How many tags of one digest are shown.
const SHOWN: usize = 50;
/// How many tags of one page are read.
const READ: i64 = 5_000;

/// That a tag's name holds what a pattern is for. A macro, since its type cannot be written.
macro_rules! fits {
    ($pattern:expr) => {
        sql::<Bool>("lower(tags.name) LIKE ")
            .bind::<Text, _>($pattern.to_owned())
            .sql(" ESCAPE '!'")
    };
}

macro_rules! in_order {
    ($query:expr, $order:expr) => {
        match $order {
            ImageOrder::Name => $query.order(tags::name),
            ImageOrder::Push => $query.order((tags::pushed_at.desc(), tags::name.desc())),
            ImageOrder::Version => $query.order((tags::version.desc(), tags::name.desc())),
        }
    };
}

/// The images of a repository that have a tag of the wanted kind.
pub(super) async fn images(
    browse: &SqlBrowse,
    of: RepositoryId,
    filter: &ImageFilter,
    slice: &Slice,
) -> Result<Page<ImageRow>, StoreError> {
    let pattern = filter.named.as_deref().map(pattern);
    let mut query = tag_rows!(of, by tags::version)
        .filter(tags::companion.eq(filter.companions))
        .limit(one_more(slice))
        .into_boxed();
    let first = sql::<Bool>(NONE_BEFORE).sql(comes_before(filter.order));
    query = match &pattern {
        None => query.filter(first.sql(")")),
        Some(pattern) => {
            let first = first.sql(" AND lower(other.name) LIKE ");
            let first = first.bind::<Text, _>(pattern.clone()).sql(" ESCAPE '!')");
            query.filter(first).filter(fits!(pattern))
        }
    };
    query = in_order!(query, filter.order);
    query = match (filter.order, cursor(slice)) {
        (_, None) => query,
        (ImageOrder::Name, Some(after)) => query.filter(tags::name.gt(after)),
        (ImageOrder::Push, Some(after)) => match moment(&after) {
            Some((at, name)) => query.filter(
                sql::<Bool>("(tags.pushed_at, tags.name) < (")
                    .bind::<BigInt, _>(at)
                    .sql(", ")
                    .bind::<Text, _>(name.to_owned())
                    .sql(")"),
            ),
            None => query,
        },
        (ImageOrder::Version, Some(after)) => match after.split_once('/') {
            Some((version, name)) => query.filter(
                sql::<Bool>("(tags.version, tags.name) < (")
                    .bind::<Text, _>(version.to_owned())
                    .sql(", ")
                    .bind::<Text, _>(name.to_owned())
                    .sql(")"),
            ),
            None => query,
        },
    };
    let rows: Vec<(String, TagColumns)> = browse.load(query).await?;
    let read = |(version, row)| Ok((version, tag(row)?));
    let page = page(rows, slice, read, |(version, row)| match filter.order {
        ImageOrder::Name => row.name.to_string(),
        ImageOrder::Push => format!("{}.{}", micros(row.pushed_at), row.name),
        // As it is stored: a tag of before there were versions has none for a while.
        ImageOrder::Version => format!("{version}/{}", row.name),
    })?;
    let page = page.map(|(_, row)| row);
    with_tags(browse, of, (filter, pattern.as_deref()), page).await
}

/// Adds to each row the other tags of its digest.
async fn with_tags(
    browse: &SqlBrowse,
    of: RepositoryId,
    (filter, pattern): (&ImageFilter, Option<&str>),
    page: Page<portus_core::page::TagRow>,
) -> Result<Page<ImageRow>, StoreError> {
    let digests: Vec<String> = page.rows.iter().map(|row| row.digest.to_string()).collect();
    let mut query = tags::table
        .filter(tags::repository_id.eq(of.0).and(tags::present))
        .filter(tags::companion.eq(filter.companions).and(tags::digest.eq_any(digests)))
        .select((tags::digest, tags::name))
        .limit(READ)
        .into_boxed();
    if let Some(pattern) = pattern {
        query = query.filter(fits!(pattern));
    }
    query = in_order!(query, filter.order);
    let on: Vec<(String, String)> = browse.load(query).await?;
    let images = page.rows.into_iter().map(|first| {
        let mut here = on.iter().filter(|(digest, _)| digest == first.digest.as_str());
        let shown = here.by_ref().take(SHOWN).map(|(_, name)| parsed("tags.name", name));
        let tags = shown.collect::<Result<Vec<_>, StoreError>>()?;
        Ok(ImageRow { more: here.next().is_some(), first, tags })
    });
    Ok(Page { rows: images.collect::<Result<_, StoreError>>()?, next: page.next })
}

/// That no other tag of the digest comes before this one, but for the last parenthesis.
const NONE_BEFORE: &str = "NOT EXISTS (SELECT 1 FROM tags AS other
    WHERE other.repository_id = tags.repository_id AND other.digest = tags.digest
        AND other.present AND other.companion = tags.companion AND ";

/// What makes another tag come before.
const fn comes_before(order: ImageOrder) -> &'static str {
    match order {
        ImageOrder::Name => "other.name < tags.name",
        ImageOrder::Push => "(other.pushed_at, other.name) > (tags.pushed_at, tags.name)",
        ImageOrder::Version => "(other.version, other.name) > (tags.version, tags.name)",
    }
}

/// A pattern for what holds a text.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    // No tag is as long as that; SQLite fails on a pattern of 50,000 bytes.
    for c in storable(text).to_ascii_lowercase().chars().take(129) {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern + "%"
}

/// A time and a name, as a page says where it ended.
fn moment(cursor: &str) -> Option<(i64, &str)> {
    let (at, name) = cursor.split_once('.')?;
    Some((at.parse().ok()?, name))
}
