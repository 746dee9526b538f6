//! The audit, searched.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use portus_core::activity::{Activity, Outcome, kept};
use portus_core::page::{Page, Slice};
use portus_core::port::{ActivityFilter, StoreError};

use super::super::Backend;
use super::browse::{SqlBrowse, moment, one_more, page};
use super::listed::{ActivityColumns, activity};
use crate::schema::activities;
use crate::values::{micros, storable};

/// Each filter is an index in the order of the list, so that a page ends where it is full.
pub(super) async fn list(
    browse: &SqlBrowse,
    filter: &ActivityFilter,
    slice: &Slice,
) -> Result<Page<Activity>, StoreError> {
    let mut query = wanted(filter)
        .select(ActivityColumns::as_select())
        .order((activities::at.desc(), activities::id.desc()))
        .limit(one_more(slice));
    if let Some((at, id)) = slice.after.as_deref().and_then(moment) {
        let before = sql::<Bool>("(activities.at, activities.id) < (")
            .bind::<BigInt, _>(at)
            .sql(", ")
            .bind::<BigInt, _>(id)
            .sql(")");
        query = query.filter(before);
    }
    let rows: Vec<ActivityColumns> = browse.load(query).await?;
    page(rows, slice, activity, |row| format!("{}.{}", micros(row.at), row.id))
}

fn wanted(filter: &ActivityFilter) -> activities::BoxedQuery<'static, Backend> {
    let text = |text: &String| storable(kept(text)).into_owned();
    let mut query = activities::table.into_boxed();
    if let Some(kind) = &filter.kind {
        query = match kind.contains('.') {
            true => query.filter(activities::kind.eq(text(kind))),
            false => query.filter(activities::area.eq(text(kind))),
        };
    }
    if let Some(actor) = &filter.actor {
        // Lower case by ASCII alone, as both databases have it in the index.
        let actor = text(actor).to_ascii_lowercase();
        query = query.filter(sql::<Bool>("lower(activities.actor) = ").bind::<Text, _>(actor));
    }
    if let Some(object) = &filter.object {
        query = query.filter(activities::object.eq(text(object)));
    }
    if let Some(address) = &filter.address {
        query = query.filter(activities::address.eq(text(address)));
    }
    if let Some(request) = &filter.request {
        query = query.filter(activities::request.eq(text(request)));
    }
    if let Some(outcome) = filter.outcome {
        // In words, so that the index of what was refused is used.
        query = query.filter(activities::outcome.eq(sql::<Text>(match outcome {
            Outcome::Done => "'done'",
            Outcome::Refused => "'refused'",
        })));
    }
    if let Some(namespace) = filter.place.namespace {
        query = query.filter(activities::namespace_id.eq(namespace.0));
    }
    if let Some(repository) = filter.place.repository {
        query = query.filter(activities::repository_id.eq(repository.0));
    }
    if let Some(team) = filter.place.team {
        query = query.filter(activities::team_id.eq(team.0));
    }
    if let Some(since) = filter.since {
        query = query.filter(activities::at.ge(micros(since)));
    }
    if let Some(until) = filter.until {
        query = query.filter(activities::at.lt(micros(until)));
    }
    query
}
