use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::activity::{self, NewActivity};
use portus_core::port::{Audit, StoreError};

use super::super::dialect;
use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::activities;
use crate::values::{micros, storable, time};

#[async_trait]
impl Audit for SqlUnitOfWork {
    async fn append(&mut self, new: &[NewActivity]) -> Result<(), StoreError> {
        for rows in new.chunks(ROWS) {
            let rows: Vec<NewRow> = rows.iter().map(NewRow::of).collect();
            dialect::insert_all!(self.conn(), activities::table, rows).map_err(store_error)?;
        }
        Ok(())
    }

    async fn last(&mut self, kind: &str, object: &str) -> Result<Option<SystemTime>, StoreError> {
        let at: Option<i64> = activities::table
            .filter(activities::kind.eq(kind).and(activities::object.eq(object)))
            .order((activities::at.desc(), activities::id.desc()))
            .select(activities::at)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(at.map(time))
    }
}

/// At most so many rows a statement: both databases have a limit of values.
const ROWS: usize = 500;

#[derive(Insertable)]
#[diesel(table_name = activities, treat_none_as_default_value = false)]
struct NewRow {
    at: i64,
    kind: &'static str,
    account_id: Option<i64>,
    actor: String,
    address: Option<String>,
    request: Option<String>,
    object: String,
    detail: String,
    outcome: &'static str,
    namespace_id: Option<i64>,
    repository_id: Option<i64>,
    team_id: Option<i64>,
    count: i64,
}

impl NewRow {
    fn of(new: &NewActivity) -> Self {
        let kept = |text: &String| storable(activity::kept(text)).into_owned();
        Self {
            at: micros(new.at),
            kind: new.kind,
            account_id: new.account.map(|account| account.0),
            actor: kept(&new.actor),
            address: new.address.as_ref().map(kept),
            request: new.request.as_ref().map(kept),
            object: kept(&new.object),
            detail: storable(&new.detail).into_owned(),
            outcome: new.outcome.as_str(),
            namespace_id: new.place.namespace.map(|namespace| namespace.0),
            repository_id: new.place.repository.map(|repository| repository.0),
            team_id: new.place.team.map(|team| team.0),
            count: new.count.into(),
        }
    }
}
