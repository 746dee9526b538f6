use std::time::SystemTime;

use async_trait::async_trait;
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use portus_core::digest::Digest;
use portus_core::event::EventAction;
use portus_core::id::RepositoryId;
use portus_core::port::{Arrivals, StoreError};
use portus_core::tag::TagName;

use super::super::Connection;
use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::{inbox, manifests, repositories, tags};
use crate::values::micros;

/// Pushes to a repository that came after a time and are to be applied.
macro_rules! waiting {
    ($repository:expr, $time:expr) => {
        inbox::table
            .inner_join(
                repositories::table.on(repositories::registry_id
                    .eq(inbox::registry_id)
                    .and(repositories::path.nullable().eq(inbox::repository))),
            )
            .filter(repositories::id.eq($repository.0))
            // In words, so that the index of what waits is used.
            .filter(sql::<Bool>("inbox.state = 'waiting'"))
            .filter(inbox::action.eq(EventAction::Push.as_str()))
            .filter(inbox::received_at.gt(micros($time)))
            .into_boxed()
    };
}

#[async_trait]
impl Arrivals for SqlUnitOfWork {
    async fn note(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
        tag: Option<&TagName>,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        let at = micros(at);
        diesel::update(manifests::table)
            .filter(manifests::repository_id.eq(repository.0))
            .filter(manifests::digest.eq(manifest.as_str()))
            .filter(manifests::heard_at.is_null().or(manifests::heard_at.lt(at).assume_not_null()))
            .set(manifests::heard_at.eq(at))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        let Some(tag) = tag else { return Ok(()) };
        diesel::update(tags::table.find((repository.0, tag.as_str())))
            .filter(tags::digest.eq(manifest.as_str()))
            .filter(tags::heard_at.is_null().or(tags::heard_at.lt(at).assume_not_null()))
            .set(tags::heard_at.eq(at))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn is_after(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
        tag: Option<&TagName>,
        time: SystemTime,
    ) -> Result<bool, StoreError> {
        let noted = match tag {
            None => manifest_after(self.conn(), repository, manifest, time).await,
            Some(tag) => tag_after(self.conn(), repository, (manifest, tag), time).await,
        };
        if noted.map_err(store_error)? {
            return Ok(true);
        }
        let mut waiting = waiting!(repository, time);
        waiting = waiting.filter(inbox::digest.eq(manifest.as_str()));
        if let Some(tag) = tag {
            waiting = waiting.filter(inbox::tag.eq(tag.as_str()));
        }
        diesel::select(exists(waiting)).get_result(self.conn()).await.map_err(store_error)
    }

    async fn is_unread(
        &mut self,
        repository: RepositoryId,
        time: SystemTime,
    ) -> Result<bool, StoreError> {
        let unread = manifests::table
            .filter(manifests::repository_id.eq(repository.0))
            // In words, so that the index of what is unread is used.
            .filter(manifests::present.and(sql::<Bool>("details = 'pending'")))
            .filter(manifests::heard_at.gt(micros(time)));
        let conn = self.conn();
        let noted: bool =
            diesel::select(exists(unread)).get_result(conn).await.map_err(store_error)?;
        if noted {
            return Ok(true);
        }
        let waiting = waiting!(repository, time).filter(inbox::digest.is_not_null());
        diesel::select(exists(waiting)).get_result(conn).await.map_err(store_error)
    }
}

async fn manifest_after(
    conn: &mut Connection,
    repository: RepositoryId,
    manifest: &Digest,
    time: SystemTime,
) -> QueryResult<bool> {
    let heard = manifests::table
        .filter(manifests::repository_id.eq(repository.0))
        .filter(manifests::digest.eq(manifest.as_str()))
        .filter(manifests::heard_at.gt(micros(time)));
    diesel::select(exists(heard)).get_result(conn).await
}

async fn tag_after(
    conn: &mut Connection,
    repository: RepositoryId,
    (manifest, tag): (&Digest, &TagName),
    time: SystemTime,
) -> QueryResult<bool> {
    let heard = tags::table
        .find((repository.0, tag.as_str()))
        .filter(tags::digest.eq(manifest.as_str()))
        .filter(tags::heard_at.gt(micros(time)));
    diesel::select(exists(heard)).get_result(conn).await
}
