//! Reading the rules.

use std::fmt;

use super::{Audience, Facts, Grant, Policy, Reach, Standing};
use crate::credential::Caller;
use crate::scope::Action;

/// The answer to one question, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Decision {
    /// Yes.
    Allow {
        /// The grant that says so.
        by: Grant,
    },
    /// No.
    Deny {
        /// Every grant for the action, with what kept it from applying; none where the action is
        /// switched off.
        missed: Vec<(Grant, Miss)>,
    },
    /// No, whatever the grants say of the account: the credential is for less than that.
    Limited(Miss),
}

/// What kept a grant from applying.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Miss {
    /// The credential is not for this action.
    CredentialAction,
    /// The credential is not for this namespace.
    CredentialNamespace,
    /// It speaks of other people.
    NotInAudience,
    /// It speaks of other namespaces.
    OutOfReach,
    /// The registry was not read yet.
    RegistryUnread,
}

impl Policy {
    /// Decides whether `caller` may do `action` given `facts`.
    ///
    /// Pure and total: the same arguments always give the same answer, and there is one for all
    /// of them. The first grant that applies allows; when none does the answer is a denial. The
    /// limits of the credential come first and only ever take away.
    pub fn decide(&self, caller: &Caller, action: Action, facts: &Facts) -> Decision {
        if !caller.limits.admit(action) {
            return Decision::Limited(Miss::CredentialAction);
        }
        if !caller.limits.reach(facts.id) {
            return Decision::Limited(Miss::CredentialNamespace);
        }
        self.decide_as(Standing::of(caller), action, facts)
    }

    /// The same for whoever stands like this, with a credential that narrows nothing.
    pub fn decide_as(&self, standing: Standing, action: Action, facts: &Facts) -> Decision {
        let mut missed = Vec::new();
        for grant in self.grants.iter().filter(|grant| grant.action == action) {
            match grant.miss(standing, facts) {
                None => return Decision::Allow { by: *grant },
                Some(miss) => missed.push((*grant, miss)),
            }
        }
        Decision::Deny { missed }
    }

    /// Decides, and answers a denial in words that do not say whether there is such a namespace:
    /// to someone who may not pull there, it looks like a name nobody uses.
    pub fn explain(&self, caller: &Caller, action: Action, facts: &Facts) -> Decision {
        let decision = self.decide(caller, action, facts);
        if decision.is_allowed() || self.decide(caller, Action::Pull, facts).is_allowed() {
            return decision;
        }
        self.decide(caller, action, &Facts { registry_read: facts.registry_read, ..Facts::UNKNOWN })
    }
}

impl Grant {
    fn miss(&self, standing: Standing, facts: &Facts) -> Option<Miss> {
        if !self.on.covers(facts) {
            return Some(Miss::OutOfReach);
        }
        if !self.to.includes(standing, facts.namespace) {
            return Some(Miss::NotInAudience);
        }
        if !facts.registry_read && standing != Standing::Admin {
            return Some(Miss::RegistryUnread);
        }
        None
    }
}

impl Decision {
    /// The grant that allows it.
    pub fn grant(&self) -> Option<Grant> {
        match self {
            Self::Allow { by } => Some(*by),
            Self::Deny { .. } | Self::Limited(_) => None,
        }
    }

    /// Whether the answer is yes.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allow { .. })
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow { by } => write!(f, "allowed by {}", by.id),
            Self::Limited(miss) => write!(f, "denied: {miss}"),
            Self::Deny { missed } if missed.is_empty() => f.write_str("denied: switched off"),
            Self::Deny { missed } => {
                let mut separator = "denied: ";
                for (grant, miss) in missed {
                    write!(f, "{separator}{} {miss}", grant.id)?;
                    separator = "; ";
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CredentialAction => "the credential is not for this action",
            Self::CredentialNamespace => "the credential is not for this namespace",
            Self::NotInAudience => "is for others",
            Self::OutOfReach => "is for other namespaces",
            Self::RegistryUnread => "waits until the registry's catalog was read",
        })
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admins => f.write_str("admins"),
            Self::Anyone => f.write_str("anyone"),
            Self::Claimants => f.write_str("people who own a team of that name"),
            Self::Members(role) => write!(f, "members of the team from {role} up"),
            Self::Oneself => f.write_str("the person whose it is"),
            Self::SignedIn => f.write_str("anyone who signed in"),
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every => f.write_str("every namespace and unused name"),
            Self::Known => f.write_str("every namespace"),
            Self::Open(visibility) => write!(f, "{visibility} namespaces"),
            Self::Personal => f.write_str("people's own namespaces"),
            Self::Team => f.write_str("teams' namespaces"),
            Self::Unknown => f.write_str("unused names"),
        }
    }
}
