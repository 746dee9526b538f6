use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use portus_core::id::{AccountId, RepositoryId};
use portus_core::page::{Page, RepositoryRow, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{EXTENT, Explore, Extent, Happening, RepositoryQuery, SaidOf, StoreError};
use portus_core::words::{Comment, Traffic};

use super::browse::{SqlBrowse, one_more, page};
use super::readable::readable;
use super::words::{COMMENT, CommentRow, comment};
use super::{ordered, spoken_of};
use crate::schema::{comments, namespaces, repositories, stars, tags, teams, traffic};
use crate::values::{count, number};

#[async_trait]
impl Explore for SqlBrowse {
    async fn repositories_by(
        &self,
        query: &RepositoryQuery,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        ordered::repositories(self, query, slice).await
    }

    async fn starred(
        &self,
        account: AccountId,
        filter: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        ordered::starred(self, account, filter, slice).await
    }

    async fn is_starred(
        &self,
        account: AccountId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError> {
        let star = stars::table.find((account.0, repository.0)).select(stars::created_at);
        let found: Vec<i64> = self.load(star).await?;
        Ok(!found.is_empty())
    }

    async fn description(&self, of: SaidOf) -> Result<String, StoreError> {
        let found: Vec<String> = match of {
            SaidOf::Namespace(id) => {
                self.load(namespaces::table.find(id.0).select(namespaces::description)).await?
            }
            SaidOf::Repository(id) => {
                self.load(repositories::table.find(id.0).select(repositories::description)).await?
            }
            SaidOf::Team(id) => {
                self.load(teams::table.find(id.0).select(teams::description)).await?
            }
        };
        Ok(found.into_iter().next().unwrap_or_default())
    }

    async fn comments(&self, of: RepositoryId, slice: &Slice) -> Result<Page<Comment>, StoreError> {
        let mut query = comments::table
            .filter(comments::repository_id.eq(of.0))
            .select(COMMENT)
            .order(comments::id.desc())
            .limit(one_more(slice))
            .into_boxed();
        if let Some(before) = slice.after.as_deref().and_then(|after| after.parse::<i64>().ok()) {
            query = query.filter(comments::id.lt(before));
        }
        let rows: Vec<CommentRow> = self.load(query).await?;
        page(rows, slice, |row| Ok(comment(row)), |comment| comment.id.to_string())
    }

    async fn activities_of(
        &self,
        of: SaidOf,
        slice: &Slice,
    ) -> Result<Page<Happening>, StoreError> {
        spoken_of::of(self, of, slice).await
    }

    async fn recent_activities(
        &self,
        filter: &NamespaceFilter,
        limit: u32,
    ) -> Result<Vec<Happening>, StoreError> {
        spoken_of::recent(self, filter, limit).await
    }

    async fn traffic(
        &self,
        filter: &NamespaceFilter,
        day: u64,
    ) -> Result<Vec<Traffic>, StoreError> {
        let mut query = traffic::table
            .filter(traffic::day.ge(number(day)))
            .group_by(traffic::day)
            .select((
                traffic::day,
                sql::<BigInt>("CAST(SUM(traffic.pushes) AS BIGINT)"),
                sql::<BigInt>("CAST(SUM(traffic.pulls) AS BIGINT)"),
            ))
            .order(traffic::day)
            .into_boxed();
        if let Some(ids) = readable(filter) {
            query = query.filter(traffic::namespace_id.eq_any(ids));
        }
        let rows: Vec<(i64, i64, i64)> = self.load(query).await?;
        let read = |(day, pushes, pulls)| {
            Ok(Traffic {
                day: count("traffic.day", day)?,
                pushes: count("traffic.pushes", pushes)?,
                pulls: count("traffic.pulls", pulls)?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    async fn extent(&self, filter: &NamespaceFilter) -> Result<Extent, StoreError> {
        let most = number(EXTENT + 1);
        let mut seen = repositories::table
            .filter(repositories::pushed_at.is_not_null())
            .select(repositories::id)
            .limit(most)
            .into_boxed();
        seen = match readable(filter) {
            Some(ids) => seen.filter(repositories::namespace_id.eq_any(ids)),
            // The first ones of all, by the index of their numbers.
            None => seen.order(repositories::id),
        };
        let repositories: Vec<i64> = self.load(seen).await?;
        let tags = tags::table
            .filter(tags::repository_id.eq_any(repositories.clone()).and(tags::present))
            .select(tags::repository_id)
            .limit(most);
        let tags: Vec<i64> = self.load(tags).await?;
        Ok(Extent { repositories: repositories.len() as u64, tags: tags.len() as u64 })
    }
}
