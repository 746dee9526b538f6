//! How much images take.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use portus_core::digest::Digest;
use portus_core::id::RepositoryId;
use portus_core::policy::NamespaceFilter;
use portus_core::port::{Blobs, StoreError, Weighed, Weight};

use super::super::Backend;
use super::browse::SqlBrowse;
use super::readable::{NamespaceIds, readable};
use crate::schema::manifests;
use crate::values::count;

#[async_trait]
impl Blobs for SqlBrowse {
    async fn size_of(&self, repository: RepositoryId) -> Result<u64, StoreError> {
        let which = format!("manifests.repository_id = {}", repository.0);
        Ok(weighed(self, Weighing { which, others: None }).await?.size)
    }

    async fn weigh(&self, which: &Weighed, filter: &NamespaceFilter) -> Result<Weight, StoreError> {
        let (which, repository) = match which {
            Weighed::Manifests(repository, digests) => {
                let ids = ids(self, *repository, digests).await?;
                if ids.is_empty() {
                    return Ok(Weight::default());
                }
                (format!("manifests.id IN ({})", ids.join(",")), Some(*repository))
            }
            Weighed::Namespace(namespace) => {
                let within = "SELECT id FROM repositories WHERE namespace_id";
                (format!("manifests.repository_id IN ({within} = {})", namespace.0), None)
            }
            Weighed::Repository(repository) => {
                (format!("manifests.repository_id = {}", repository.0), Some(*repository))
            }
        };
        let others = repository.map(|beside| Others { beside, readable: readable(filter) });
        weighed(self, Weighing { which, others }).await
    }
}

async fn ids(
    browse: &SqlBrowse,
    of: RepositoryId,
    digests: &[Digest],
) -> Result<Vec<String>, StoreError> {
    let mut ids = Vec::new();
    for digests in digests.chunks(ROWS) {
        let digests: Vec<String> = digests.iter().map(ToString::to_string).collect();
        let query = manifests::table
            .filter(manifests::repository_id.eq(of.0).and(manifests::present))
            .filter(manifests::digest.eq_any(digests))
            .select(manifests::id);
        let found: Vec<i64> = browse.load(query).await?;
        ids.extend(found.iter().map(ToString::to_string));
    }
    Ok(ids)
}

async fn weighed(browse: &SqlBrowse, weighing: Weighing) -> Result<Weight, StoreError> {
    let rows: Vec<(i64, i64, i64)> = browse.load(weighing).await?;
    let Some((size, shared, shared_size)) = rows.into_iter().next() else {
        return Ok(Weight::default());
    };
    Ok(Weight {
        size: count("manifest_layers.size", size)?,
        shared: count("manifest_layers", shared)?,
        shared_size: count("manifest_layers.size", shared_size)?,
    })
}

/// Sums up some manifests. diesel has no word for a query in the place of a table.
struct Weighing {
    /// A condition on manifests, made of numbers alone.
    which: String,
    /// Where else a layer is looked for.
    others: Option<Others>,
}

/// What is in the registry of a repository.
struct Others {
    beside: RepositoryId,
    readable: Option<NamespaceIds>,
}

impl Query for Weighing {
    type SqlType = (BigInt, BigInt, BigInt);
}

impl QueryId for Weighing {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Backend> for Weighing {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(GOING);
        out.push_sql(&self.which);
        out.push_sql(BLOBS);
        let Some(others) = &self.others else {
            out.push_sql("0 = 1");
            out.push_sql(SUMS);
            return Ok(());
        };
        out.push_sql(ELSEWHERE);
        out.push_sql(&others.beside.0.to_string());
        out.push_sql(")");
        if let Some(readable) = &others.readable {
            out.push_sql(" AND place.namespace_id IN (");
            QueryFragment::<Backend>::walk_ast(readable, out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(ONE_BY_ONE);
        out.push_sql(SUMS);
        Ok(())
    }
}

const GOING: &str = "WITH going AS MATERIALIZED (
    SELECT manifests.id, manifests.config_digest, manifests.config_size FROM manifests
    WHERE manifests.present AND ";

const BLOBS: &str = "),
config AS (
    SELECT MAX(going.config_size) AS size FROM going
    WHERE going.config_digest IS NOT NULL GROUP BY going.config_digest),
blob AS MATERIALIZED (
    SELECT layer.digest, MAX(layer.size) AS size
    FROM going JOIN manifest_layers AS layer ON layer.manifest_id = going.id
    GROUP BY layer.digest),
weighed AS MATERIALIZED (SELECT blob.size, ";

/// Row by row, by the index of layers: PostgreSQL would rather read every manifest there is, where it
/// thinks that nearly each of them will do.
const ELSEWHERE: &str = "EXISTS (
    SELECT 1 FROM manifest_layers AS other
    WHERE other.digest = blob.digest AND other.manifest_id NOT IN (SELECT going.id FROM going)
        AND EXISTS (
            SELECT 1 FROM manifests AS holder
            JOIN repositories AS place ON place.id = holder.repository_id
            WHERE holder.id = other.manifest_id AND holder.present
                AND place.registry_id = (SELECT repositories.registry_id FROM repositories
                    WHERE repositories.id = ";

const ONE_BY_ONE: &str = " LIMIT 1 OFFSET 0)
    ORDER BY other.manifest_id LIMIT 1 OFFSET 0)";

const SUMS: &str = " AS shared FROM blob)
SELECT
    CAST(COALESCE((SELECT SUM(config.size) FROM config), 0) + COALESCE(SUM(weighed.size), 0) AS BIGINT),
    COUNT(CASE WHEN weighed.shared THEN 1 END),
    CAST(COALESCE(SUM(CASE WHEN weighed.shared THEN weighed.size END), 0) AS BIGINT)
FROM weighed";

/// At most so many values a statement.
const ROWS: usize = 1000;
