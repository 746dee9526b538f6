//! Comments.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::id::CommentId;
use portus_core::policy::Deed;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::usecase::RemarkError;
use serde::Deserialize;

use super::fault::Told;
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::remarks::Said;
use super::repository::say_again;
use super::sent::{Asked, Sent};
use super::sign_in::door;
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

/// A comment that an address names.
#[derive(Deserialize)]
pub(super) struct Which {
    registry: String,
    path: String,
    comment: i64,
}

/// Someone writes a comment anew.
#[derive(Deserialize)]
pub(super) struct Edited {
    registry: String,
    path: String,
    comment: i64,
    text: String,
}

#[derive(Template)]
#[template(path = "comment_edit.html")]
struct EditPage {
    f: Frame,
    registry: String,
    path: String,
    comment: CommentId,
    text: String,
    fault: Option<Told>,
    back: String,
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

/// A comment of one's own, to be written anew.
pub(super) async fn editing(visit: Visit, Asked(asked): Asked<Which>) -> Result<Response, Trouble> {
    visit.look_around()?;
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let at = At::read(&asked.registry, &asked.path)?;
    let which = (CommentId(asked.comment), Deed::EditComment);
    let found = visit.shared.app.web.remark.one_for(&visit.actor(), at.place(), which).await;
    let found = found.map_err(|error| at.about(refused(error)))?;
    form(&visit, StatusCode::OK, &at, (found.id, found.text), None)
}

fn form(
    visit: &Visit,
    status: StatusCode,
    at: &At,
    (comment, text): (CommentId, String),
    fault: Option<Told>,
) -> Result<Response, Trouble> {
    let page = EditPage {
        f: Frame::of(visit, visit.t.words.comment_edit_title),
        back: at.address("#comments"),
        registry: at.registry.to_string(),
        path: at.path.to_string(),
        comment,
        text,
        fault,
    };
    with_status(status, &page)
}

pub(super) async fn edit(visit: Visit, Sent(sent): Sent<Edited>) -> Result<Response, Trouble> {
    let at = At::read(&sent.registry, &sent.path)?;
    let (remark, actor, id) =
        (&visit.shared.app.web.remark, visit.actor(), CommentId(sent.comment));
    let Ok(text) = sent.text.parse() else {
        // Whoever may not is told that, and not how long a comment is.
        let known = remark.one_for(&actor, at.place(), (id, Deed::EditComment)).await;
        known.map_err(|error| at.about(refused(error)))?;
        let fault = Some(Told::of("comment", visit.t.words.comment_fault));
        return form(&visit, StatusCode::UNPROCESSABLE_ENTITY, &at, (id, sent.text), fault);
    };
    let edited = remark.edit_comment(&actor, at.place(), (id, &text)).await;
    edited.map_err(|error| at.about(refused(error)))?;
    Ok(Notice::CommentEdited.at(&at.address("#comments")))
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
