//! Comments.

use axum::response::Response;
use portus_core::id::CommentId;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::usecase::RemarkError;
use serde::Deserialize;

use super::notice::Notice;
use super::remarks::Said;
use super::repository::say_again;
use super::sent::Sent;
use super::trouble::Trouble;
use super::visit::Visit;

/// A repository that a form names.
pub(super) struct At {
    registry: RegistryName,
    path: RepositoryPath,
}

impl At {
    pub(super) fn read(registry: &str, path: &str) -> Result<Self, Trouble> {
        let registry = registry.parse().map_err(|_| Trouble::NotFound)?;
        Ok(Self { registry, path: path.parse().map_err(|_| Trouble::NotFound)? })
    }

    pub(super) fn place(&self) -> (&RegistryName, &RepositoryPath) {
        (&self.registry, &self.path)
    }

    /// What is refused there can be asked about.
    pub(super) fn about(&self, trouble: Trouble) -> Trouble {
        trouble.about("push", self.registry.as_str(), &self.path.to_string())
    }

    /// The address of its page, and of a part of it.
    pub(super) fn address(&self, part: &str) -> String {
        format!("/repositories/{}/{}{part}", self.registry, self.path)
    }
}

/// Someone writes about a repository.
#[derive(Deserialize)]
pub(super) struct Written {
    registry: String,
    path: String,
    text: String,
}

/// Someone takes a comment away.
#[derive(Deserialize)]
pub(super) struct Removed {
    registry: String,
    path: String,
    comment: i64,
}

pub(super) async fn comment(visit: Visit, Sent(form): Sent<Written>) -> Result<Response, Trouble> {
    let at = At::read(&form.registry, &form.path)?;
    let text = match form.text.parse() {
        Ok(text) => text,
        Err(_) => return say_again(&visit, at.place(), Said::Comment(form.text)).await,
    };
    let remark = &visit.shared.app.web.remark;
    let made = remark.comment(&visit.actor(), at.place(), &text).await;
    made.map_err(|error| at.about(refused(error)))?;
    Ok(Notice::CommentMade.at(&at.address("#comments")))
}

pub(super) async fn remove(visit: Visit, Sent(form): Sent<Removed>) -> Result<Response, Trouble> {
    let at = At::read(&form.registry, &form.path)?;
    let (remark, comment) = (&visit.shared.app.web.remark, CommentId(form.comment));
    let gone = remark.remove_comment(&visit.actor(), at.place(), comment).await;
    gone.map_err(|error| at.about(refused(error)))?;
    Ok(Notice::CommentRemoved.at(&at.address("#comments")))
}

pub(super) fn refused(error: RemarkError) -> Trouble {
    match error {
        RemarkError::Refused(refused) => refused.into(),
        RemarkError::Store(error) => error.into(),
        RemarkError::Unknown(_) | RemarkError::UnknownComment(_) => Trouble::NotFound,
    }
}
