use std::sync::Arc;

use super::permit::permit;
use crate::activity::{Actor, Who};
use crate::credential::Caller;
use crate::page::{Page, Slice};
use crate::policy::{Deed, DeedFacts, NamespaceFilter, Policy};
use crate::port::{Search, StoreError};
use crate::search::{
    FoundManifest, FoundNamespace, FoundRepository, FoundTag, FoundTeam, SearchText,
};

/// Finds what someone looks for, among what she may see.
pub struct Find {
    /// What there is.
    pub search: Arc<dyn Search>,
    /// Who may see what.
    pub policy: Arc<Policy>,
}

/// A little of every kind.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Repositories, the best first.
    pub repositories: Page<FoundRepository>,
    /// Tags.
    pub tags: Page<FoundTag>,
    /// Manifests, where the text can be the start of a digest.
    pub manifests: Page<FoundManifest>,
    /// Namespaces.
    pub namespaces: Page<FoundNamespace>,
    /// Teams that she is in, or all for admins.
    pub teams: Page<FoundTeam>,
}

impl Found {
    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.repositories.rows.is_empty()
            && self.tags.rows.is_empty()
            && self.manifests.rows.is_empty()
            && self.namespaces.rows.is_empty()
            && self.teams.rows.is_empty()
    }
}

impl Find {
    /// The first of every kind, at most `limit` of each.
    pub async fn all(
        &self,
        actor: &Actor,
        text: &SearchText,
        limit: u32,
    ) -> Result<Found, StoreError> {
        let first = Slice::first(limit);
        Ok(Found {
            repositories: self.repositories(actor, text, &first).await?,
            tags: self.tags(actor, text, &first).await?,
            manifests: self.manifests(actor, text, &first).await?,
            namespaces: self.namespaces(actor, text, &first).await?,
            teams: self.teams(actor, text, &first).await?,
        })
    }

    /// Repositories that she can pull from, by any word of their path.
    pub async fn repositories(
        &self,
        actor: &Actor,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundRepository>, StoreError> {
        self.search.repositories(&self.readable(actor), text, slice).await
    }

    /// Tags of repositories that she can pull from.
    pub async fn tags(
        &self,
        actor: &Actor,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundTag>, StoreError> {
        self.search.tags(&self.readable(actor), text, slice).await
    }

    /// Manifests of repositories that she can pull from; none for what cannot be a digest.
    pub async fn manifests(
        &self,
        actor: &Actor,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundManifest>, StoreError> {
        match text.digest() {
            Some(digits) => self.search.manifests(&self.readable(actor), &digits, slice).await,
            None => Ok(nothing()),
        }
    }

    /// Namespaces that she can pull from.
    pub async fn namespaces(
        &self,
        actor: &Actor,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundNamespace>, StoreError> {
        self.search.namespaces(&self.readable(actor), text, slice).await
    }

    /// Teams that she is in; all of them for who manages members.
    pub async fn teams(
        &self,
        actor: &Actor,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundTeam>, StoreError> {
        if permit(&self.policy, actor, Deed::ManageMembers, &DeedFacts::default()).is_ok() {
            return self.search.teams(None, text, slice).await;
        }
        match &actor.who {
            // A credential for some namespaces is for no team.
            Who::Caller(Caller { identity: Some(member), limits, .. })
                if limits.namespaces.is_none() =>
            {
                self.search.teams(Some(member.id), text, slice).await
            }
            _ => Ok(nothing()),
        }
    }

    fn readable(&self, actor: &Actor) -> NamespaceFilter {
        match &actor.who {
            Who::Caller(caller) => self.policy.readable(caller),
            Who::Operator(_) | Who::Portus => NamespaceFilter::EVERY,
        }
    }
}

const fn nothing<T>() -> Page<T> {
    Page { rows: Vec::new(), next: None }
}
