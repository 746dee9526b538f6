use std::time::SystemTime;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::{AccountId, CommentId, NamespaceId, RegistryId, RepositoryId, TeamId};
use portus_core::port::{StoreError, Words};
use portus_core::repository::RepositoryPath;
use portus_core::words::{Comment, CommentText, Description, NewComment};

use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::{comments, namespaces, repositories, stars, teams};
use crate::values::{micros, storable, time};

#[async_trait]
impl Words for SqlUnitOfWork {
    async fn describe_namespace(
        &mut self,
        namespace: NamespaceId,
        description: &Description,
    ) -> Result<(), StoreError> {
        diesel::update(namespaces::table.find(namespace.0))
            .set(namespaces::description.eq(storable(description.as_str())))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn describe_repository(
        &mut self,
        repository: RepositoryId,
        description: &Description,
    ) -> Result<(), StoreError> {
        diesel::update(repositories::table.find(repository.0))
            .set(repositories::description.eq(storable(description.as_str())))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn describe_team(
        &mut self,
        team: TeamId,
        description: &Description,
    ) -> Result<(), StoreError> {
        diesel::update(teams::table.find(team.0))
            .set(teams::description.eq(storable(description.as_str())))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn repository(
        &mut self,
        registry: RegistryId,
        path: &RepositoryPath,
    ) -> Result<Option<RepositoryId>, StoreError> {
        let id: Option<i64> = repositories::table
            .filter(repositories::registry_id.eq(registry.0))
            .filter(repositories::path.eq(path.to_string()))
            .filter(repositories::pushed_at.is_not_null())
            .select(repositories::id)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(id.map(RepositoryId))
    }

    async fn star(
        &mut self,
        account: AccountId,
        repository: RepositoryId,
        at: SystemTime,
    ) -> Result<bool, StoreError> {
        let added = diesel::insert_into(stars::table)
            .values((
                stars::account_id.eq(account.0),
                stars::repository_id.eq(repository.0),
                stars::created_at.eq(micros(at)),
            ))
            .on_conflict_do_nothing()
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        self.count_stars(repository, added as i64).await?;
        Ok(added > 0)
    }

    async fn unstar(
        &mut self,
        account: AccountId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError> {
        let removed = diesel::delete(stars::table.find((account.0, repository.0)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        self.count_stars(repository, -(removed as i64)).await?;
        Ok(removed > 0)
    }

    async fn add_comment(&mut self, comment: &NewComment) -> Result<CommentId, StoreError> {
        let id: i64 = diesel::insert_into(comments::table)
            .values((
                comments::repository_id.eq(comment.repository.0),
                comments::account_id.eq(comment.account.map(|account| account.0)),
                comments::author.eq(storable(&comment.author)),
                comments::body.eq(storable(comment.text.as_str())),
                comments::created_at.eq(micros(comment.created_at)),
            ))
            .returning(comments::id)
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        Ok(CommentId(id))
    }

    async fn last_comment(
        &mut self,
        repository: RepositoryId,
    ) -> Result<Option<Comment>, StoreError> {
        // Writing what is there keeps the row from others on both databases.
        diesel::update(repositories::table.find(repository.0))
            .set(repositories::stars.eq(repositories::stars))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        let row: Option<CommentRow> = comments::table
            .filter(comments::repository_id.eq(repository.0))
            .order(comments::id.desc())
            .select(COMMENT)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(row.map(comment))
    }

    async fn comment(
        &mut self,
        repository: RepositoryId,
        id: CommentId,
    ) -> Result<Option<Comment>, StoreError> {
        let row: Option<CommentRow> = comments::table
            .filter(comments::repository_id.eq(repository.0).and(comments::id.eq(id.0)))
            .select(COMMENT)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(row.map(comment))
    }

    async fn edit_comment(
        &mut self,
        repository: RepositoryId,
        id: CommentId,
        text: &CommentText,
    ) -> Result<bool, StoreError> {
        let edited = diesel::update(comments::table.find(id.0))
            .filter(comments::repository_id.eq(repository.0))
            .set(comments::body.eq(storable(text.as_str())))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(edited > 0)
    }

    async fn remove_comment(
        &mut self,
        repository: RepositoryId,
        id: CommentId,
    ) -> Result<bool, StoreError> {
        let removed = diesel::delete(comments::table.find(id.0))
            .filter(comments::repository_id.eq(repository.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed > 0)
    }
}

impl SqlUnitOfWork {
    async fn count_stars(&mut self, of: RepositoryId, more: i64) -> Result<(), StoreError> {
        if more == 0 {
            return Ok(());
        }
        diesel::update(repositories::table.find(of.0))
            .set(repositories::stars.eq(repositories::stars + more))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

pub(super) type CommentRow = (i64, Option<i64>, String, String, i64);

pub(super) const COMMENT: (
    comments::id,
    comments::account_id,
    comments::author,
    comments::body,
    comments::created_at,
) = (comments::id, comments::account_id, comments::author, comments::body, comments::created_at);

pub(super) fn comment((id, account, author, text, created_at): CommentRow) -> Comment {
    Comment {
        id: CommentId(id),
        account: account.map(AccountId),
        author,
        text,
        created_at: time(created_at),
    }
}
