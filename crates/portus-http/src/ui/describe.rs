//! What namespaces and repositories are said to be for.

use axum::response::Response;
use portus_core::usecase::{ChangeNamespaceError, DescribeError};
use portus_core::words::Description;
use serde::Deserialize;

use super::namespace::{self, place};
use super::notice::Notice;
use super::remark::At;
use super::remarks::Said;
use super::repository::say_again;
use super::sent::Sent;
use super::trouble::Trouble;
use super::visit::Visit;

/// What a description is, as a page shows it and lets it be changed.
pub(super) struct Words {
    /// As it was written.
    pub(super) text: String,
    /// As it is shown: safe.
    pub(super) html: String,
    /// Whether the visitor may change it.
    pub(super) editable: bool,
    /// Whether what was written is too long.
    pub(super) fault: bool,
}

impl Words {
    pub(super) fn of(text: String, editable: bool) -> Self {
        Self { html: crate::markdown::rendered(&text), text, editable, fault: false }
    }

    /// What someone wrote and could not keep.
    pub(super) fn refuse(&mut self, written: String) {
        self.text = written;
        self.fault = true;
    }

    pub(super) fn limit(&self) -> usize {
        Description::LIMIT
    }
}

/// What someone writes about a namespace.
#[derive(Deserialize)]
pub(super) struct OfNamespace {
    registry: String,
    name: String,
    text: String,
}

/// What someone writes about a repository.
#[derive(Deserialize)]
pub(super) struct OfRepository {
    registry: String,
    path: String,
    text: String,
}

pub(super) async fn namespace(
    visit: Visit,
    Sent(form): Sent<OfNamespace>,
) -> Result<Response, Trouble> {
    let (registry, key) = place(&form.registry, &form.name)?;
    let seen = visit.shared.app.web.look.namespace(&visit.caller, &registry, &key).await?;
    let seen = seen.ok_or(Trouble::NotFound)?;
    let Ok(description) = form.text.parse::<Description>() else {
        return namespace::say_again(&visit, seen, form.text).await;
    };
    let change = &visit.shared.app.api.change_namespace;
    let actor = visit.actor();
    let changed = change.change(&actor, (&registry, &key), None, Some(&description)).await;
    changed.map_err(|error| match error {
        ChangeNamespaceError::Refused(refused) => {
            Trouble::from(refused).about("push", &form.registry, &format!("{}/", form.name))
        }
        ChangeNamespaceError::Store(error) => error.into(),
        _ => Trouble::NotFound,
    })?;
    Ok(Notice::Described.at(&format!("/namespaces/{registry}/{}", form.name)))
}

pub(super) async fn repository(
    visit: Visit,
    Sent(form): Sent<OfRepository>,
) -> Result<Response, Trouble> {
    let at = At::read(&form.registry, &form.path)?;
    let Ok(description) = form.text.parse::<Description>() else {
        return say_again(&visit, at.place(), Said::Description(form.text)).await;
    };
    let describe = &visit.shared.app.web.describe;
    let described = describe.repository(&visit.actor(), at.place(), &description).await;
    described.map_err(|error| match error {
        DescribeError::Refused(refused) => at.about(refused.into()),
        DescribeError::Store(error) => error.into(),
        DescribeError::Unknown(_) => Trouble::NotFound,
    })?;
    Ok(Notice::Described.at(&at.address("")))
}
