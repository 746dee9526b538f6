//! Who may do what: the rules as data, and the one function that reads them.

mod decide;
mod grant;
mod list;
mod manage;
mod switch_change;
mod switches;

pub use decide::{Decision, Miss};
pub use grant::{Audience, Grant, Policy, Reach};
pub use list::NamespaceFilter;
pub use manage::{Deed, DeedFacts, Keeper, Manager, Ruling};
pub use switch_change::{InvalidSwitchChange, SwitchChange};
pub use switches::{
    CatalogSwitch, CreateNamespaces, CreateOnPush, InvalidSwitch, Keepers, PushPolicy, Switches,
};

use crate::credential::{AccountStanding, Caller};
use crate::id::NamespaceId;
use crate::namespace::Visibility;
use crate::team::Role;

/// Where something is done, as the asker stands to it. A store fills these in for all the
/// repositories of a request with a single query.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Facts {
    /// The namespace.
    pub namespace: NamespaceFacts,
    /// The store's number of it; `None` where there is no such namespace.
    pub id: Option<NamespaceId>,
    /// Whether the registry's catalog was ever listed whole. Until then it is for admins only.
    pub registry_read: bool,
}

/// What a decision looks at of a namespace.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum NamespaceFacts {
    /// The registry's own.
    Global(Visibility),
    /// Nobody's.
    Orphan,
    /// A person's.
    Personal {
        /// How open it is.
        visibility: Visibility,
        /// Whether the asker is that person.
        own: bool,
    },
    /// A team's.
    Team {
        /// How open it is.
        visibility: Visibility,
        /// What the asker is in that team.
        role: Option<Role>,
    },
    /// There is none of that name.
    Unknown {
        /// Whether the asker could make it, and would own it then.
        claimable: bool,
    },
}

impl Facts {
    /// A name nobody uses, in a registry that was read.
    pub const UNKNOWN: Self = Self {
        namespace: NamespaceFacts::Unknown { claimable: false },
        id: None,
        registry_read: true,
    };
}

/// What is known about the asker before any namespace is looked at.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Standing {
    /// Administers Portus.
    Admin,
    /// Showed no credential.
    Anonymous,
    /// A program.
    Bot,
    /// Anybody else who signed in.
    Person,
}

impl Standing {
    /// How a caller stands.
    pub fn of(caller: &Caller) -> Self {
        match caller.identity.as_ref().map(|identity| identity.standing) {
            None => Self::Anonymous,
            Some(AccountStanding::Admin) => Self::Admin,
            Some(AccountStanding::Bot { .. }) => Self::Bot,
            Some(AccountStanding::Person) => Self::Person,
        }
    }
}
