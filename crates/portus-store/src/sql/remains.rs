use async_trait::async_trait;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use portus_core::digest::Digest;
use portus_core::id::RepositoryId;
use portus_core::port::{Remains, StoreError};

use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::{
    comments, manifest_children, manifests, pulls, repositories, stars, tag_history, tags,
};
use crate::values::parsed;

/// That what an index names is there, without a tag, and named by no other index.
const ONLY_HERE: &str = "EXISTS (
        SELECT 1 FROM manifests AS part
        WHERE part.repository_id = manifests.repository_id
            AND part.digest = manifest_children.digest AND part.present)
    AND NOT EXISTS (
        SELECT 1 FROM tags
        WHERE tags.repository_id = manifests.repository_id
            AND tags.digest = manifest_children.digest AND tags.present)
    AND NOT EXISTS (
        SELECT 1 FROM manifest_children AS other
        JOIN manifests AS whole ON whole.id = other.manifest_id
        WHERE other.digest = manifest_children.digest AND whole.id <> manifests.id
            AND whole.repository_id = manifests.repository_id AND whole.present)";

#[async_trait]
impl Remains for SqlUnitOfWork {
    async fn only_of(
        &mut self,
        repository: RepositoryId,
        index: &Digest,
    ) -> Result<Vec<Digest>, StoreError> {
        let rows: Vec<String> = manifest_children::table
            .inner_join(manifests::table)
            .filter(manifests::repository_id.eq(repository.0).and(manifests::present))
            .filter(manifests::digest.eq(index.as_str()))
            .filter(sql::<Bool>(ONLY_HERE))
            .order(manifest_children::position)
            .select(manifest_children::digest)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        let mut told = std::collections::HashSet::new();
        let rows = rows.iter().filter(|digest| told.insert(*digest));
        rows.map(|digest| parsed("manifest_children.digest", digest)).collect()
    }

    async fn is_empty(&mut self, repository: RepositoryId) -> Result<bool, StoreError> {
        self.lock(repository).await?;
        let there = manifests::table
            .filter(manifests::repository_id.eq(repository.0).and(manifests::present));
        diesel::select(not(exists(there))).get_result(self.conn()).await.map_err(store_error)
    }

    async fn forget_past(
        &mut self,
        repository: RepositoryId,
        limit: u32,
    ) -> Result<u64, StoreError> {
        if !self.is_empty(repository).await? {
            return Ok(0);
        }
        macro_rules! part {
            ($table:ident by $key:ident) => {{
                let keys: Vec<String> = $table::table
                    .filter($table::repository_id.eq(repository.0))
                    .select($table::$key)
                    .limit(limit.into())
                    .load(self.conn())
                    .await
                    .map_err(store_error)?;
                if !keys.is_empty() {
                    let gone = diesel::delete($table::table)
                        .filter($table::repository_id.eq(repository.0))
                        .filter($table::$key.eq_any(keys))
                        .execute(self.conn())
                        .await
                        .map_err(store_error)?;
                    return Ok(gone as u64);
                }
            }};
        }
        part!(tag_history by tag);
        part!(tags by name);
        part!(pulls by digest);
        part!(manifests by digest);
        diesel::update(repositories::table.find(repository.0))
            .set(repositories::pulls.eq(0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(0)
    }

    async fn forget_said(&mut self, repository: RepositoryId) -> Result<(), StoreError> {
        diesel::delete(comments::table)
            .filter(comments::repository_id.eq(repository.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        diesel::delete(stars::table)
            .filter(stars::repository_id.eq(repository.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        diesel::update(repositories::table.find(repository.0))
            .set((repositories::description.eq(""), repositories::stars.eq(0)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
