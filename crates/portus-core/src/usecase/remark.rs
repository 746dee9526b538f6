use std::sync::Arc;
use std::time::Duration;

use super::permit::{Refused, permit};
use super::sighted::{Sighted, sighted};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::CommentId;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError, Tx};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::words::{Comment, CommentText, NewComment};

/// Stars repositories, and comments on them. Neither is ever a right.
pub struct Remark {
    /// Where it is kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum RemarkError {
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The repository is not there, or not to be seen by the one who asks.
    #[error("there is no `{0}`")]
    Unknown(String),
    /// The repository has no such comment.
    #[error("there is no comment {0}")]
    UnknownComment(CommentId),
}

/// Where something is: a registry, and a path in it.
type Place<'a> = (&'a RegistryName, &'a RepositoryPath);

impl Remark {
    /// Stars a repository; once more changes nothing.
    pub async fn star(&self, actor: &Actor, place: Place<'_>) -> Result<(), RemarkError> {
        self.set_star(actor, place, true).await
    }

    /// Takes a star back; once more changes nothing.
    pub async fn unstar(&self, actor: &Actor, place: Place<'_>) -> Result<(), RemarkError> {
        self.set_star(actor, place, false).await
    }

    /// Writes about a repository. The same twice within a minute, with nothing between, is a button
    /// that was pressed twice, and said once.
    pub async fn comment(
        &self,
        actor: &Actor,
        place: Place<'_>,
        text: &CommentText,
    ) -> Result<Comment, RemarkError> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                let seen = self.sighted(tx, actor, place).await?;
                permit(&self.policy, actor, Deed::Remark, &DeedFacts::default())?;
                let last = tx.words().last_comment(seen.id).await?;
                let is_again = |last: &Comment| {
                    let age = now.duration_since(last.created_at).unwrap_or_default();
                    last.account.is_some()
                        && last.account == actor.account()
                        && last.text == text.as_str()
                        && age < TWICE
                };
                if let Some(last) = last.filter(is_again) {
                    return Ok(last);
                }
                let new = NewComment {
                    repository: seen.id,
                    account: actor.account(),
                    author: actor.name(),
                    text: text.clone(),
                    created_at: now,
                };
                let id = tx.words().add_comment(&new).await?;
                let row = NewActivity::done(kind::COMMENT_CREATE, actor, now, place.1.to_string());
                let row = row.detail(format!("comment {id}"));
                tx.audit().append(&[seen.place(row)]).await?;
                Ok(Comment {
                    id,
                    account: new.account,
                    author: new.author,
                    text: text.as_str().to_owned(),
                    created_at: now,
                })
            })
            .await
    }

    /// A comment on a repository that the actor sees.
    pub async fn one(
        &self,
        actor: &Actor,
        place: Place<'_>,
        comment: CommentId,
    ) -> Result<Comment, RemarkError> {
        self.store
            .read(async |tx| {
                let seen = self.sighted(tx, actor, place).await?;
                let known = tx.words().comment(seen.id, comment).await?;
                known.ok_or(RemarkError::UnknownComment(comment))
            })
            .await
    }

    /// The same for who may do this to it.
    pub async fn one_for(
        &self,
        actor: &Actor,
        place: Place<'_>,
        (comment, deed): (CommentId, Deed),
    ) -> Result<Comment, RemarkError> {
        self.store
            .read(async |tx| {
                let seen = self.sighted(tx, actor, place).await?;
                let known = tx.words().comment(seen.id, comment).await?;
                let known = known.ok_or(RemarkError::UnknownComment(comment))?;
                let facts = match deed {
                    Deed::RemoveComment => seen.facts_of(actor, &known),
                    _ => of_author(actor, &known),
                };
                permit(&self.policy, actor, deed, &facts)?;
                Ok(known)
            })
            .await
    }

    /// Writes a comment anew: whose it is, and nobody else.
    pub async fn edit_comment(
        &self,
        actor: &Actor,
        place: Place<'_>,
        (comment, text): (CommentId, &CommentText),
    ) -> Result<Comment, RemarkError> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                let seen = self.sighted(tx, actor, place).await?;
                let known = tx.words().comment(seen.id, comment).await?;
                let known = known.ok_or(RemarkError::UnknownComment(comment))?;
                permit(&self.policy, actor, Deed::EditComment, &of_author(actor, &known))?;
                tx.words().edit_comment(seen.id, comment, text).await?;
                let row = NewActivity::done(kind::COMMENT_EDIT, actor, now, place.1.to_string());
                let row = row.detail(format!("comment {comment}"));
                tx.audit().append(&[seen.place(row)]).await?;
                Ok(Comment { text: text.as_str().to_owned(), ..known })
            })
            .await
    }

    /// Takes a comment away: one's own, or any where one owns what it is about.
    pub async fn remove_comment(
        &self,
        actor: &Actor,
        place: Place<'_>,
        comment: CommentId,
    ) -> Result<(), RemarkError> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                let seen = self.sighted(tx, actor, place).await?;
                let known = tx.words().comment(seen.id, comment).await?;
                let known = known.ok_or(RemarkError::UnknownComment(comment))?;
                permit(&self.policy, actor, Deed::RemoveComment, &seen.facts_of(actor, &known))?;
                tx.words().remove_comment(seen.id, comment).await?;
                let row = NewActivity::done(kind::COMMENT_REMOVE, actor, now, place.1.to_string());
                let row = row.detail(format!("comment {comment} by {}", known.author));
                tx.audit().append(&[seen.place(row)]).await?;
                Ok(())
            })
            .await
    }

    async fn set_star(
        &self,
        actor: &Actor,
        place: Place<'_>,
        starred: bool,
    ) -> Result<(), RemarkError> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                let seen = self.sighted(tx, actor, place).await?;
                permit(&self.policy, actor, Deed::Remark, &DeedFacts::default())?;
                // Someone on the machine itself has nothing to star with.
                let Some(account) = actor.account() else { return Ok(()) };
                let (kind, changed) = if starred {
                    (kind::REPOSITORY_STAR, tx.words().star(account, seen.id, now).await?)
                } else {
                    (kind::REPOSITORY_UNSTAR, tx.words().unstar(account, seen.id).await?)
                };
                if changed {
                    let row = NewActivity::done(kind, actor, now, place.1.to_string());
                    tx.audit().append(&[seen.place(row)]).await?;
                }
                Ok(())
            })
            .await
    }

    async fn sighted(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        place: Place<'_>,
    ) -> Result<Sighted, RemarkError> {
        let seen = sighted(tx, &self.policy, actor, place).await?;
        seen.ok_or_else(|| RemarkError::Unknown(place.1.to_string()))
    }
}

fn of_author(actor: &Actor, comment: &Comment) -> DeedFacts {
    let own = comment.account.is_some() && comment.account == actor.account();
    DeedFacts { own, ..DeedFacts::default() }
}

impl Sighted {
    fn place(&self, row: NewActivity) -> NewActivity {
        row.in_namespace(self.namespace.id).in_repository(self.id)
    }

    /// How someone stands to a comment here: it is hers, or what it is about is.
    fn facts_of(&self, actor: &Actor, comment: &Comment) -> DeedFacts {
        let hers = of_author(actor, comment).own;
        DeedFacts { own: self.facts.own || hers, ..self.facts }
    }
}

/// How soon the same is taken for a button that was pressed twice.
const TWICE: Duration = Duration::from_secs(60);
