use std::time::SystemTime;

use async_trait::async_trait;

use super::rows::is_listed;
use super::state::{exists, missing};
use super::unit_of_work::Work;
use crate::id::{AccountId, CommentId, NamespaceId, RegistryId, RepositoryId, TeamId};
use crate::port::{StoreError, Words};
use crate::repository::RepositoryPath;
use crate::words::{Comment, CommentText, Description, NewComment};

#[async_trait]
impl Words for Work {
    async fn describe_namespace(
        &mut self,
        namespace: NamespaceId,
        description: &Description,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.namespaces.get_mut(&namespace) {
            stored.description = description.as_str().to_owned();
        }
        Ok(())
    }

    async fn describe_repository(
        &mut self,
        repository: RepositoryId,
        description: &Description,
    ) -> Result<(), StoreError> {
        if let Some(stored) = self.change()?.repositories.get_mut(&repository) {
            stored.description = description.as_str().to_owned();
        }
        Ok(())
    }

    async fn describe_team(
        &mut self,
        team: TeamId,
        description: &Description,
    ) -> Result<(), StoreError> {
        let state = self.change()?;
        if state.teams.contains_key(&team) {
            state.team_descriptions.insert(team, description.as_str().to_owned());
        }
        Ok(())
    }

    async fn repository(
        &mut self,
        registry: RegistryId,
        path: &RepositoryPath,
    ) -> Result<Option<RepositoryId>, StoreError> {
        let mut listed = self.seen().repositories.iter().filter(|(_, one)| is_listed(one));
        let found = listed.find(|(_, one)| one.registry == registry && one.path == *path);
        Ok(found.map(|(id, _)| *id))
    }

    async fn star(
        &mut self,
        account: AccountId,
        repository: RepositoryId,
        at: SystemTime,
    ) -> Result<bool, StoreError> {
        let state = self.change()?;
        exists(&state.accounts, &account)?;
        if state.stars.contains_key(&(account, repository)) {
            return Ok(false);
        }
        state.repositories.get_mut(&repository).ok_or_else(missing)?.stars += 1;
        state.stars.insert((account, repository), at);
        Ok(true)
    }

    async fn unstar(
        &mut self,
        account: AccountId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError> {
        let state = self.change()?;
        let was = state.stars.remove(&(account, repository)).is_some();
        if let Some(stored) = state.repositories.get_mut(&repository).filter(|_| was) {
            stored.stars -= 1;
        }
        Ok(was)
    }

    async fn add_comment(&mut self, comment: &NewComment) -> Result<CommentId, StoreError> {
        let state = self.change()?;
        exists(&state.repositories, &comment.repository)?;
        let id = CommentId(state.next_id());
        let stored = Comment {
            id,
            account: comment.account,
            author: comment.author.clone(),
            text: comment.text.as_str().to_owned(),
            created_at: comment.created_at,
        };
        state.comments.insert(id, (comment.repository, stored));
        Ok(id)
    }

    async fn last_comment(
        &mut self,
        repository: RepositoryId,
    ) -> Result<Option<Comment>, StoreError> {
        let all = self.seen().comments.values().filter(|(of, _)| *of == repository);
        Ok(all.map(|(_, comment)| comment).max_by_key(|comment| comment.id).cloned())
    }

    async fn comment(
        &mut self,
        repository: RepositoryId,
        comment: CommentId,
    ) -> Result<Option<Comment>, StoreError> {
        let found = self.seen().comments.get(&comment).filter(|(of, _)| *of == repository);
        Ok(found.map(|(_, comment)| comment.clone()))
    }

    async fn edit_comment(
        &mut self,
        repository: RepositoryId,
        comment: CommentId,
        text: &CommentText,
    ) -> Result<bool, StoreError> {
        let found = self.change()?.comments.get_mut(&comment);
        let found = found.filter(|(of, _)| *of == repository);
        Ok(found.map(|(_, known)| known.text = text.as_str().to_owned()).is_some())
    }

    async fn remove_comment(
        &mut self,
        repository: RepositoryId,
        comment: CommentId,
    ) -> Result<bool, StoreError> {
        let comments = &mut self.change()?.comments;
        let is_there = comments.get(&comment).is_some_and(|(of, _)| *of == repository);
        Ok(is_there && comments.remove(&comment).is_some())
    }
}
