use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::permit::{Refused, permit};
use crate::account::Username;
use crate::activity::{Actor, Who};
use crate::credential::{Caller, Identity, Limits};
use crate::id::{NamespaceId, TeamId};
use crate::namespace::NamespaceKind;
use crate::page::{NamespaceRow, Page, Slice};
use crate::policy::{Deed, DeedFacts, Facts, Grant, NamespaceFacts, NamespaceFilter, Policy};
use crate::port::{Browse, NamespaceKey, Rights, Store, StoreError};
use crate::registry::RegistryName;
use crate::scope::Action;
use crate::team::Role;

/// Says what someone can reach: about oneself, about others in the namespaces that one keeps, and
/// about everyone everywhere for admins.
pub struct WhatCan {
    /// Accounts and registries.
    pub store: Arc<dyn Store>,
    /// Namespaces.
    pub browse: Arc<dyn Browse>,
    /// Whom rights come to.
    pub rights: Arc<dyn Rights>,
    /// The rules.
    pub policy: Arc<Policy>,
}

/// The answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reached {
    /// The account may do nothing at all.
    pub disabled: bool,
    /// Only namespaces of the one who asks were looked at.
    pub within_own: bool,
    /// Where she may do something, by registry and name.
    pub places: Page<ReachedPlace>,
}

/// A namespace that someone reaches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReachedPlace {
    /// Where it is.
    pub registry: RegistryName,
    /// Its name; `None` is the global one.
    pub name: NamespaceKey,
    /// Whose and how open.
    pub kind: NamespaceKind,
    /// What she may do, and what lets her.
    pub actions: Vec<(Action, Grant)>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WhatCanError {
    /// The one who asks may not ask about others.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account; said to admins only.
    #[error("there is no account `{0}`")]
    UnknownAccount(Username),
}

impl WhatCan {
    /// The namespaces that an account can pull from, with what else it may do there. About herself
    /// someone is told what she may do as she came.
    pub async fn reach(
        &self,
        actor: &Actor,
        who: &Username,
        slice: &Slice,
    ) -> Result<Reached, WhatCanError> {
        let within = self.within(actor, who).await?;
        let found = self.store.read::<_, StoreError>(async |tx| tx.accounts().by_name(who).await);
        let account = match (found.await?, &within) {
            (Some(account), None) => account,
            (Some(account), Some(_)) if account.enabled => account,
            // Who reaches nothing here need not be there at all.
            (_, Some(_)) => return Ok(Reached { disabled: false, within_own: true, places: NONE }),
            (None, None) => return Err(WhatCanError::UnknownAccount(who.clone())),
        };
        let limits = match &actor.who {
            Who::Caller(caller) if is_own(actor, who) => caller.limits.clone(),
            _ => Limits::NONE,
        };
        let caller = Caller { limits, ..Caller::unlimited(Identity::from(&account)) };
        let mut filter = self.policy.readable(&caller);
        if let Some(within) = &within {
            filter.within = Some(Arc::new(within.clone()));
        }
        let places = match account.enabled {
            true => self.places(&caller, &filter, slice).await?,
            false => NONE,
        };
        Ok(Reached { disabled: !account.enabled, within_own: within.is_some(), places })
    }

    /// In which namespaces may be asked about someone; `None` is everywhere.
    async fn within(
        &self,
        actor: &Actor,
        who: &Username,
    ) -> Result<Option<BTreeSet<NamespaceId>>, WhatCanError> {
        let asks = |facts: &DeedFacts| permit(&self.policy, actor, Deed::ExplainOthers, facts);
        let refused = match asks(&DeedFacts::default()) {
            Ok(()) => return Ok(None),
            Err(_) if is_own(actor, who) => return Ok(None),
            Err(refused) => refused,
        };
        let Who::Caller(caller) = &actor.who else { return Err(refused.into()) };
        let Some(account) = caller.account() else { return Err(refused.into()) };
        let near = NamespaceFilter {
            every: false,
            role: Some(Role::Viewer),
            own: true,
            account: Some(account),
            within: caller.limits.namespaces.clone(),
            ..NamespaceFilter::EVERY
        };
        let roles = self.roles(caller).await?;
        let mut kept = BTreeSet::new();
        let mut slice = Slice::first(PART);
        for _ in 0..PARTS {
            let page = self.browse.namespaces(&near, &slice).await?;
            kept.extend(page.rows.iter().filter(|row| {
                let role = role(&roles, row.kind);
                let own = matches!(row.kind, NamespaceKind::Personal { account: of, .. } if of == account);
                asks(&DeedFacts { role, own, ..DeedFacts::default() }).is_ok()
            }).map(|row| row.id));
            if page.next.is_none() {
                break;
            }
            slice.after = page.next;
        }
        if kept.is_empty() { Err(refused.into()) } else { Ok(Some(kept)) }
    }

    async fn places(
        &self,
        caller: &Caller,
        filter: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<ReachedPlace>, StoreError> {
        let page = self.browse.namespaces(filter, slice).await?;
        let roles = self.roles(caller).await?;
        let registries =
            self.store.read::<_, StoreError>(async |tx| tx.registries().all().await).await?;
        let is_read = |name: &RegistryName| {
            let registry = registries.iter().find(|registry| registry.name == *name);
            registry.is_some_and(|registry| registry.read_at.is_some())
        };
        Ok(page.map(|row| {
            let facts = stand(caller, &row, role(&roles, row.kind), is_read(&row.registry));
            let grant =
                |action| Some((action, self.policy.decide(caller, action, &facts).grant()?));
            let actions =
                [Action::Pull, Action::Push, Action::Delete].into_iter().filter_map(grant);
            let actions = actions.collect();
            ReachedPlace { registry: row.registry, name: row.name, kind: row.kind, actions }
        }))
    }

    async fn roles(&self, caller: &Caller) -> Result<BTreeMap<TeamId, Role>, StoreError> {
        match caller.account() {
            Some(account) => Ok(self.rights.roles(account).await?.into_iter().collect()),
            None => Ok(BTreeMap::new()),
        }
    }
}

fn is_own(actor: &Actor, who: &Username) -> bool {
    let Who::Caller(caller) = &actor.who else { return false };
    caller.name().map(Username::key) == Some(who.key())
}

fn role(roles: &BTreeMap<TeamId, Role>, kind: NamespaceKind) -> Option<Role> {
    match kind {
        NamespaceKind::Team { team, .. } => roles.get(&team).copied(),
        _ => None,
    }
}

fn stand(caller: &Caller, row: &NamespaceRow, role: Option<Role>, registry_read: bool) -> Facts {
    let asker = caller.identity.as_ref().map(|identity| (identity.id, identity.standing));
    Facts { namespace: NamespaceFacts::of(row.kind, asker, role), id: Some(row.id), registry_read }
}

/// Of those that someone keeps, so many times so many are looked at.
const PART: u32 = 1000;
const PARTS: usize = 5;

const NONE: Page<ReachedPlace> = Page { rows: Vec::new(), next: None };
