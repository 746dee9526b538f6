use std::sync::Arc;
use std::time::SystemTime;

use super::inspect::InspectError;
use super::look::{SeenNamespace, SeenRepository};
use super::permit::permit;
use crate::activity::{Activity, Actor, Outcome, Place};
use crate::credential::Caller;
use crate::page::{NamespaceRow, Page, RepositoryRow, Slice};
use crate::policy::{Deed, DeedFacts, Manager, Policy};
use crate::port::{
    ActivityFilter, Browse, Explore, Extent, Happening, RepositoryQuery, RepositorySort, SaidOf,
    StoreError,
};
use crate::team::Role;
use crate::words::{Comment, Traffic, day};

/// What people see on the way to images: what is theirs, what is new, what is said.
///
/// Only what they may see, like all that [`super::Look`] shows.
pub struct Survey {
    /// Lists of namespaces.
    pub browse: Arc<dyn Browse>,
    /// All else.
    pub explore: Arc<dyn Explore>,
    /// The rules.
    pub policy: Arc<Policy>,
}

impl Survey {
    /// The namespaces of her teams, and her own.
    pub async fn yours(
        &self,
        caller: &Caller,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError> {
        self.browse.namespaces(&self.policy.readable(caller).of_oneself(), slice).await
    }

    /// The repositories that she can pull from, in some order; perhaps only those of one namespace,
    /// or with a text in their path.
    pub async fn repositories(
        &self,
        caller: &Caller,
        within: Option<&SeenNamespace>,
        (sort, name): (RepositorySort, Option<&str>),
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let query = RepositoryQuery {
            readable: self.policy.readable(caller),
            namespace: within.map(|namespace| namespace.id),
            name: name.map(str::to_lowercase),
            sort,
        };
        self.explore.repositories_by(&query, slice).await
    }

    /// What she starred and may still see, the last starred first.
    pub async fn starred(
        &self,
        caller: &Caller,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        let Some(account) = caller.account() else {
            return Ok(Page { rows: Vec::new(), next: None });
        };
        self.explore.starred(account, &self.policy.readable(caller), slice).await
    }

    /// Whether she starred it.
    pub async fn is_starred(
        &self,
        caller: &Caller,
        of: &SeenRepository,
    ) -> Result<bool, StoreError> {
        match caller.account() {
            Some(account) => self.explore.is_starred(account, of.id).await,
            None => Ok(false),
        }
    }

    /// What a namespace, repository or team that she sees is said to be.
    pub async fn description(&self, of: SaidOf) -> Result<String, StoreError> {
        self.explore.description(of).await
    }

    /// The comments on a repository, newest first.
    pub async fn comments(
        &self,
        of: &SeenRepository,
        slice: &Slice,
    ) -> Result<Page<Comment>, StoreError> {
        self.explore.comments(of.id, slice).await
    }

    /// What was done in a namespace, to a repository or in a team that she sees, newest first.
    pub async fn activities(
        &self,
        of: SaidOf,
        slice: &Slice,
    ) -> Result<Page<Happening>, StoreError> {
        self.explore.activities_of(of, slice).await
    }

    /// What was refused in a namespace, newest first: who came, and what the rules said; for those
    /// who keep it.
    pub async fn refusals(
        &self,
        actor: &Actor,
        of: &SeenNamespace,
        slice: &Slice,
    ) -> Result<Page<Activity>, InspectError> {
        permit(&self.policy, actor, Deed::ExplainOthers, &of.deed_facts())?;
        let place = Place { namespace: Some(of.id), ..Place::default() };
        let outcome = Some(Outcome::Refused);
        let filter = ActivityFilter { place, outcome, ..ActivityFilter::default() };
        Ok(self.browse.activities(&filter, slice).await?)
    }

    /// What was done lately in all that she may see, newest first.
    pub async fn recent(&self, caller: &Caller, limit: u32) -> Result<Vec<Happening>, StoreError> {
        self.explore.recent_activities(&self.policy.readable(caller), limit).await
    }

    /// How much there is that she may see.
    pub async fn extent(&self, caller: &Caller) -> Result<Extent, StoreError> {
        self.explore.extent(&self.policy.readable(caller)).await
    }

    /// Pushes and pulls of so many days up to today, oldest first, each day once.
    pub async fn traffic(
        &self,
        caller: &Caller,
        (days, now): (u64, SystemTime),
    ) -> Result<Vec<Traffic>, StoreError> {
        let today = day(now);
        let first = today.saturating_sub(days.saturating_sub(1));
        let found = self.explore.traffic(&self.policy.readable(caller), first).await?;
        let of = |day| found.iter().find(|one| one.day == day).copied();
        Ok((first..=today)
            .map(|day| of(day).unwrap_or(Traffic { day, ..Default::default() }))
            .collect())
    }

    /// Whether she may describe a namespace, and what is in it.
    pub fn may_describe(&self, actor: &Actor, of: &SeenNamespace) -> bool {
        self.may(actor, Deed::Describe, &of.deed_facts())
    }

    /// Whether she may describe a team that she is this in.
    pub fn may_describe_team(&self, actor: &Actor, role: Option<Role>) -> bool {
        self.may(actor, Deed::Describe, &DeedFacts { role, ..DeedFacts::default() })
    }

    /// Whether she may star what she sees, and comment on it.
    pub fn may_remark(&self, actor: &Actor) -> bool {
        self.may(actor, Deed::Remark, &DeedFacts::default())
    }

    /// Whether she may take a comment away.
    pub fn may_remove(&self, actor: &Actor, of: &SeenNamespace, comment: &Comment) -> bool {
        let facts = of.deed_facts();
        let hers = comment.account.is_some() && comment.account == actor.account();
        self.may(actor, Deed::RemoveComment, &DeedFacts { own: facts.own || hers, ..facts })
    }

    /// Whether she may write a comment anew.
    pub fn may_edit(&self, actor: &Actor, comment: &Comment) -> bool {
        let own = comment.account.is_some() && comment.account == actor.account();
        self.may(actor, Deed::EditComment, &DeedFacts { own, ..DeedFacts::default() })
    }

    fn may(&self, actor: &Actor, deed: Deed, facts: &DeedFacts) -> bool {
        self.policy.rule(Manager::of(actor), deed, facts).allowed
    }
}
