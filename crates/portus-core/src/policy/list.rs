//! The same rules, as the condition of a list.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Audience, Facts, NamespaceFacts, Policy, Reach, Standing};
use crate::credential::{AccountStanding, Caller};
use crate::id::{AccountId, NamespaceId};
use crate::namespace::Visibility;
use crate::scope::Action;
use crate::team::Role;

/// A set of namespaces, as a condition for a store to turn into a `WHERE`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamespaceFilter {
    /// Every one.
    pub every: bool,
    /// Those as open as one of these, whosever they are.
    pub visibilities: Vec<Visibility>,
    /// Those of teams that have `account` in this role or a stronger one.
    pub role: Option<Role>,
    /// Whether people's own are among them, where they are `account`'s.
    pub own: bool,
    /// Who is asking.
    pub account: Option<AccountId>,
    /// Only these, of all those; `None` is no such limit.
    pub within: Option<Arc<BTreeSet<NamespaceId>>>,
    /// Only those of registries whose catalog was read.
    pub read_registries_only: bool,
}

impl Policy {
    /// The namespaces this caller can pull from.
    ///
    /// Admits exactly what [`Policy::decide`] allows for [`Action::Pull`]; a test holds them
    /// together over every combination of facts there is.
    pub fn readable(&self, caller: &Caller) -> NamespaceFilter {
        let standing = Standing::of(caller);
        let mut filter = NamespaceFilter {
            every: false,
            visibilities: Vec::new(),
            role: None,
            own: false,
            account: caller.account(),
            within: caller.limits.namespaces.clone(),
            read_registries_only: standing != Standing::Admin,
        };
        if caller.limits.admit(Action::Pull) {
            for grant in self.grants.iter().filter(|grant| grant.action == Action::Pull) {
                filter.add(grant.to, grant.on, standing);
            }
        }
        filter
    }
}

impl NamespaceFilter {
    /// Every namespace there is: for an operator's lists.
    pub const EVERY: Self = Self {
        every: true,
        visibilities: Vec::new(),
        role: None,
        own: false,
        account: None,
        within: None,
        read_registries_only: false,
    };

    /// Of these, the ones of the asker's teams, and her own.
    pub fn of_oneself(&self) -> Self {
        let someone = self.account.is_some();
        Self {
            every: false,
            visibilities: Vec::new(),
            role: someone.then_some(Role::Viewer),
            own: someone,
            ..self.clone()
        }
    }

    fn add(&mut self, to: Audience, on: Reach, standing: Standing) {
        let someone = standing != Standing::Anonymous;
        match (to, on) {
            (Audience::Members(least), Reach::Team) if someone => {
                self.role = Some(self.role.map_or(least, |role| role.min(least)));
            }
            (Audience::Oneself, Reach::Personal) => {
                self.own |= matches!(standing, Standing::Person | Standing::Admin);
            }
            (Audience::Admins, Reach::Every | Reach::Known) => {
                self.every |= standing == Standing::Admin;
            }
            (Audience::Anyone, Reach::Open(visibility)) => self.visibilities.push(visibility),
            (Audience::SignedIn, Reach::Open(visibility)) if someone => {
                self.visibilities.push(visibility);
            }
            // Of a name nobody uses there is nothing to list.
            _ => {}
        }
    }

    /// Whether a namespace belongs to the set.
    pub fn admits(&self, facts: &Facts) -> bool {
        let Some(id) = facts.id else { return false };
        let within = self.within.as_ref().is_none_or(|listed| listed.contains(&id));
        let read = facts.registry_read || !self.read_registries_only;
        within && read && (self.every || self.covers(facts.namespace))
    }

    fn covers(&self, namespace: NamespaceFacts) -> bool {
        let open = |visibility| self.visibilities.contains(&visibility);
        match namespace {
            NamespaceFacts::Global(visibility) => open(visibility),
            NamespaceFacts::Orphan | NamespaceFacts::Unknown { .. } => false,
            NamespaceFacts::Personal { visibility, own } => open(visibility) || (own && self.own),
            NamespaceFacts::Team { visibility, role } => {
                open(visibility) || self.role.is_some_and(|least| role >= Some(least))
            }
        }
    }
}

impl NamespaceFacts {
    /// What a namespace's kind means to one asker.
    pub fn of(
        kind: crate::namespace::NamespaceKind,
        asker: Option<(AccountId, AccountStanding)>,
        role: Option<Role>,
    ) -> Self {
        use crate::namespace::NamespaceKind;
        match kind {
            NamespaceKind::Global { visibility } => Self::Global(visibility),
            NamespaceKind::Orphan => Self::Orphan,
            NamespaceKind::Personal { account, visibility } => {
                Self::Personal { visibility, own: asker.is_some_and(|(id, _)| id == account) }
            }
            NamespaceKind::Team { visibility, .. } => Self::Team { visibility, role },
        }
    }
}
