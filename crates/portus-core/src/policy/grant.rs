//! The rules for images, as data.

use super::{
    CatalogSwitch, CreateNamespaces, CreateOnPush, Facts, NamespaceFacts, PushPolicy, Standing,
    Switches,
};
use crate::credential::Caller;
use crate::namespace::Visibility;
use crate::scope::Action;
use crate::team::Role;

/// One reason to allow something. There is nothing but grants: what none of them covers is denied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Grant {
    /// Stable and unique; shown to users, logged with each decision, listed in `docs/policy.md`.
    pub id: &'static str,
    /// What it allows.
    pub action: Action,
    /// To whom.
    pub to: Audience,
    /// On what.
    pub on: Reach,
}

/// Whom a grant speaks of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Audience {
    /// Admins of Portus.
    Admins,
    /// Everybody.
    Anyone,
    /// People who could make the namespace, and would own it then.
    Claimants,
    /// Members of the owning team with this role or a stronger one.
    Members(Role),
    /// The person whose namespace it is.
    Oneself,
    /// Every account.
    SignedIn,
}

/// Which namespaces a grant speaks of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Every one there is, and every name nobody uses.
    Every,
    /// Every one there is.
    Known,
    /// Those as open as this, whosever they are.
    Open(Visibility),
    /// People's own.
    Personal,
    /// Teams'.
    Team,
    /// Names nobody uses.
    Unknown,
}

/// The grants in force, and the switches they follow from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    pub(super) grants: Vec<Grant>,
    pub(super) switches: Switches,
}

impl Policy {
    /// The grants that follow from an operator's switches.
    pub fn new(switches: Switches) -> Self {
        let mut grants = pulls();
        grants.extend(pushes(&switches));
        grants.extend(deletions(&switches));
        Self { grants, switches }
    }

    /// Every grant in force.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// What the operator decided.
    pub fn switches(&self) -> &Switches {
        &self.switches
    }

    /// Whether a caller may list everything in a registry.
    pub fn lists_catalog(&self, caller: &Caller, registry_read: bool) -> bool {
        let meant = match (Standing::of(caller), self.switches.catalog) {
            (Standing::Admin, _) => true,
            (Standing::Anonymous, _) | (_, CatalogSwitch::Admins) => false,
            (_, CatalogSwitch::SignedIn) => registry_read,
        };
        // The list names every namespace, so a credential for some of them is not enough.
        meant && caller.limits.admit(Action::Pull) && caller.limits.namespaces.is_none()
    }
}

const fn grant(id: &'static str, action: Action, to: Audience, on: Reach) -> Grant {
    Grant { id, action, to, on }
}

fn pulls() -> Vec<Grant> {
    use Audience::{Admins, Anyone, Members, Oneself, SignedIn};
    use Reach::{Every, Open, Personal, Team};
    use Visibility::{Protected, Public};

    vec![
        grant("public-pull", Action::Pull, Anyone, Open(Public)),
        grant("protected-pull", Action::Pull, SignedIn, Open(Protected)),
        grant("member-pull", Action::Pull, Members(Role::Viewer), Team),
        grant("own-pull", Action::Pull, Oneself, Personal),
        grant("admin-pull", Action::Pull, Admins, Every),
    ]
}

/// Uploads need both rights, so whoever pushes somewhere pulls there.
fn pushes(switches: &Switches) -> Vec<Grant> {
    use Audience::{Admins, Claimants, Members, Oneself};
    use Reach::{Known, Personal, Team, Unknown};

    let mut grants = vec![grant("admin-push", Action::Push, Admins, Known)];
    if switches.push == PushPolicy::Teams {
        grants.push(grant("contributor-push", Action::Push, Members(Role::Contributor), Team));
    }
    if switches.push != PushPolicy::Admins {
        grants.push(grant("own-push", Action::Push, Oneself, Personal));
    }
    if switches.create_on_push != CreateOnPush::Never {
        grants.push(grant("admin-create-push", Action::Push, Admins, Unknown));
    }
    let members_create = switches.create_on_push == CreateOnPush::Members
        && switches.create_namespaces != CreateNamespaces::Admins;
    if members_create && switches.push == PushPolicy::Teams {
        grants.push(grant("member-create-pull", Action::Pull, Claimants, Unknown));
        grants.push(grant("member-create-push", Action::Push, Claimants, Unknown));
    }
    grants
}

fn deletions(switches: &Switches) -> Vec<Grant> {
    use Audience::{Admins, Members, Oneself};
    use Reach::{Known, Personal, Team};

    if !switches.delete {
        return Vec::new();
    }
    let mut grants = vec![
        grant("admin-delete", Action::Delete, Admins, Known),
        grant("owner-delete", Action::Delete, Members(Role::Owner), Team),
        grant("own-delete", Action::Delete, Oneself, Personal),
    ];
    if switches.contributors_delete && switches.push == PushPolicy::Teams {
        grants.push(grant("contributor-delete", Action::Delete, Members(Role::Contributor), Team));
    }
    grants
}

impl Audience {
    /// Whether someone belongs to the audience in this place.
    pub(super) fn includes(self, standing: Standing, namespace: NamespaceFacts) -> bool {
        match self {
            Self::Admins => standing == Standing::Admin,
            Self::Anyone => true,
            Self::Claimants => {
                standing == Standing::Person
                    && namespace == NamespaceFacts::Unknown { claimable: true }
            }
            Self::Members(least) => {
                standing != Standing::Anonymous
                    && matches!(namespace, NamespaceFacts::Team { role, .. } if role >= Some(least))
            }
            Self::Oneself => {
                matches!(standing, Standing::Person | Standing::Admin)
                    && matches!(namespace, NamespaceFacts::Personal { own: true, .. })
            }
            Self::SignedIn => standing != Standing::Anonymous,
        }
    }
}

impl Reach {
    /// Whether a place is within reach.
    pub(super) fn covers(self, facts: &Facts) -> bool {
        use NamespaceFacts::{Global, Orphan, Personal, Team, Unknown};
        let visibility = match facts.namespace {
            Global(visibility) | Personal { visibility, .. } | Team { visibility, .. } => {
                Some(visibility)
            }
            Orphan | Unknown { .. } => None,
        };
        match self {
            Self::Every => true,
            Self::Known => !matches!(facts.namespace, Unknown { .. }),
            Self::Open(wanted) => visibility == Some(wanted),
            Self::Personal => matches!(facts.namespace, Personal { .. }),
            Self::Team => matches!(facts.namespace, Team { .. }),
            Self::Unknown => matches!(facts.namespace, Unknown { .. }),
        }
    }
}
