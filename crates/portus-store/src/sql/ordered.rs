//! Repositories in the orders that people look at them in.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use portus_core::id::AccountId;
use portus_core::page::{Page, RepositoryRow, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{RepositoryQuery, RepositorySort, StoreError};

use super::browse::{SqlBrowse, cursor, moment, one_more, page, place};
use super::listed::{RepositoryColumns, repository};
use super::readable::readable;
use super::repository_rows::repository_columns;
use crate::schema::{repositories, stars};
use crate::values::storable;

/// What a row is sorted by, its number, and itself.
type Keyed = ((i64, i64), RepositoryColumns);

/// The wanted ones of repositories with something in them, keyed by a column and their number.
macro_rules! wanted {
    ($query:expr, $slice:expr, $key:expr) => {{
        let mut rows = repositories::table
            .filter(repositories::pushed_at.is_not_null())
            .select((($key, repositories::id), repository_columns!()))
            .limit(one_more($slice))
            .into_boxed();
        if let Some(ids) = readable(&$query.readable) {
            rows = rows.filter(repositories::namespace_id.eq_any(ids));
        }
        if let Some(namespace) = $query.namespace {
            rows = rows.filter(repositories::namespace_id.eq(namespace.0));
        }
        if let Some(name) = &$query.name {
            rows = rows.filter(repositories::path.like(pattern(name)).escape('\\'));
        }
        rows
    }};
}

/// The condition that a pair of columns comes before another, in words: as an index has it.
macro_rules! before {
    ($columns:literal, $pair:expr) => {
        sql::<Bool>(concat!($columns, " < ("))
            .bind::<BigInt, _>($pair.0)
            .sql(", ")
            .bind::<BigInt, _>($pair.1)
            .sql(")")
    };
}

/// Repositories as they were asked for.
pub(super) async fn repositories(
    browse: &SqlBrowse,
    query: &RepositoryQuery,
    slice: &Slice,
) -> Result<Page<RepositoryRow>, StoreError> {
    let before = slice.after.as_deref().and_then(moment);
    match query.sort {
        RepositorySort::Name => by_name(browse, query, slice).await,
        RepositorySort::Pulls => {
            let rows = wanted!(query, slice, repositories::pulls)
                .order((repositories::pulls.desc(), repositories::id.desc()));
            let rows = match before {
                Some(pair) => rows.filter(before!("(repositories.pulls, repositories.id)", pair)),
                None => rows,
            };
            keyed(browse.load(rows).await?, slice)
        }
        RepositorySort::Pushed => {
            let rows = wanted!(query, slice, repositories::pushed_at.assume_not_null())
                .order((repositories::pushed_at.desc(), repositories::id.desc()));
            let rows = match before {
                Some(pair) => {
                    rows.filter(before!("(repositories.pushed_at, repositories.id)", pair))
                }
                None => rows,
            };
            keyed(browse.load(rows).await?, slice)
        }
    }
}

async fn by_name(
    browse: &SqlBrowse,
    query: &RepositoryQuery,
    slice: &Slice,
) -> Result<Page<RepositoryRow>, StoreError> {
    let mut rows = wanted!(query, slice, repositories::pulls)
        .order((repositories::registry_name, repositories::path));
    if let Some((registry, path)) = cursor(slice).as_deref().and_then(place) {
        let after = sql::<Bool>("(repositories.registry_name, repositories.path) > (")
            .bind::<Text, _>(registry)
            .sql(", ")
            .bind::<Text, _>(path)
            .sql(")");
        rows = rows.filter(after);
    }
    let rows: Vec<Keyed> = browse.load(rows).await?;
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    page(rows, slice, repository, |row| format!("{}/{}", row.registry, row.path))
}

/// What an account starred, the last first.
pub(super) async fn starred(
    browse: &SqlBrowse,
    account: AccountId,
    filter: &NamespaceFilter,
    slice: &Slice,
) -> Result<Page<RepositoryRow>, StoreError> {
    let mut rows = stars::table
        .inner_join(repositories::table)
        .filter(stars::account_id.eq(account.0))
        .filter(repositories::pushed_at.is_not_null())
        .select(((stars::created_at, stars::repository_id), repository_columns!()))
        .order((stars::created_at.desc(), stars::repository_id.desc()))
        .limit(one_more(slice))
        .into_boxed();
    if let Some(ids) = readable(filter) {
        rows = rows.filter(repositories::namespace_id.eq_any(ids));
    }
    if let Some(pair) = slice.after.as_deref().and_then(moment) {
        rows = rows.filter(before!("(stars.created_at, stars.repository_id)", pair));
    }
    keyed(browse.load(rows).await?, slice)
}

fn keyed(rows: Vec<Keyed>, slice: &Slice) -> Result<Page<RepositoryRow>, StoreError> {
    let read = |(key, row)| Ok((key, repository(row)?));
    let found = page(rows, slice, read, |((at, id), _)| format!("{at}.{id}"))?;
    Ok(found.map(|(_, row)| row))
}

/// What a text with this part is like: nothing in the part stands for anything else.
fn pattern(part: &str) -> String {
    // No path is as long as that.
    let part: String = storable(part).chars().take(256).collect();
    let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SR10.
    #[test]
    fn a_pattern_stands_for_itself() {
        assert_eq!(pattern("a_b%c\\d"), "%a\\_b\\%c\\\\d%");
        assert_eq!(pattern(&"x".repeat(100_000)).len(), 258);
    }
}
