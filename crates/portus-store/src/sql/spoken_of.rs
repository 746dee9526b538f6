//! The audit, as far as it speaks of what someone sees.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use portus_core::page::{Page, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{Happening, SPOKEN_OF, SaidOf, StoreError};

use super::super::dialect;
use super::browse::{SqlBrowse, moment, one_more, page};
use super::listed::{ActivityColumns, activity};
use super::readable::readable;
use crate::schema::{activities, members, namespaces, registries};
use crate::values::{micros, parsed};

/// The newest rows, as the index of those that are shown has them; all else is filtered.
macro_rules! shown {
    ($limit:expr) => {
        activities::table
            .left_join(namespaces::table.on(activities::namespace_id.eq(namespaces::id.nullable())))
            .left_join(registries::table.on(namespaces::registry_id.eq(registries::id)))
            .filter(sql::<Bool>(
                "activities.outcome = 'done' AND activities.kind <> 'repository.pull'",
            ))
            .filter(activities::kind.eq_any(SPOKEN_OF))
            .select((ActivityColumns::as_select(), registries::name.nullable()))
            .order((activities::at.desc(), activities::id.desc()))
            .limit($limit)
            .into_boxed()
    };
}

/// What was done in a namespace, to a repository or in a team.
pub(super) async fn of(
    browse: &SqlBrowse,
    of: SaidOf,
    slice: &Slice,
) -> Result<Page<Happening>, StoreError> {
    let mut query = shown!(one_more(slice));
    query = match of {
        SaidOf::Namespace(id) => query.filter(activities::namespace_id.eq(id.0)),
        SaidOf::Repository(id) => query.filter(activities::repository_id.eq(id.0)),
        SaidOf::Team(id) => query.filter(activities::team_id.eq(id.0)),
    };
    if let Some((at, id)) = slice.after.as_deref().and_then(moment) {
        let before = sql::<Bool>("(activities.at, activities.id) < (")
            .bind::<BigInt, _>(at)
            .sql(", ")
            .bind::<BigInt, _>(id)
            .sql(")");
        query = query.filter(before);
    }
    let rows: Vec<HappeningColumns> = browse.load(query).await?;
    page(rows, slice, happening, |row| format!("{}.{}", micros(row.activity.at), row.activity.id))
}

/// What was done lately in what a filter admits, and in the teams of whoever asks.
pub(super) async fn recent(
    browse: &SqlBrowse,
    filter: &NamespaceFilter,
    limit: u32,
) -> Result<Vec<Happening>, StoreError> {
    let mut query = shown!(i64::from(limit))
        .filter(sql::<Bool>(
            "(activities.namespace_id IS NOT NULL OR activities.team_id IS NOT NULL)",
        ))
        .filter(sql::<Bool>(&late()));
    if let Some(ids) = readable(filter) {
        let account = filter.account.filter(|_| filter.within.is_none());
        let hers = members::table
            .filter(members::account_id.nullable().eq(account.map(|account| account.0)))
            .select(members::team_id);
        let of_teams = activities::namespace_id
            .is_null()
            .and(activities::team_id.assume_not_null().eq_any(hers));
        let of_namespaces = activities::namespace_id
            .is_not_null()
            .and(activities::namespace_id.assume_not_null().eq_any(ids));
        query = query.filter(of_namespaces.or(of_teams));
    }
    let rows: Vec<HappeningColumns> = browse.load(query).await?;
    rows.into_iter().map(happening).collect()
}

/// A row, and the registry's name.
type HappeningColumns = (ActivityColumns, Option<String>);

fn happening((row, registry): HappeningColumns) -> Result<Happening, StoreError> {
    let registry = registry.map(|name| parsed("registries.name", &name)).transpose()?;
    Ok(Happening { activity: activity(row)?, registry })
}

/// Not before the last ten thousand: who sees little would have the whole audit searched.
fn late() -> String {
    let by_index = dialect::by_index("activities_seen");
    format!(
        "activities.at >= COALESCE((
    SELECT late.at FROM activities AS late {by_index}
    WHERE (late.namespace_id IS NOT NULL OR late.team_id IS NOT NULL)
        AND late.outcome = 'done' AND late.kind <> 'repository.pull'
    ORDER BY late.at DESC, late.id DESC LIMIT 1 OFFSET 10000), 0)"
    )
}
