//! The same for what is not pull, push or delete: managing accounts, teams and namespaces.

use std::fmt;

use super::{CreateNamespaces, Keepers, Policy, Standing};
use crate::activity::{Actor, Who};
use crate::id::NamespaceId;
use crate::team::Role;

/// Something that is done to what Portus keeps, rather than to images.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Deed {
    /// Leave a team's namespaces to nobody.
    AbandonNamespaces,
    /// Call a deletion off.
    CancelDeletion,
    /// Make a namespace more open, or less.
    ChangeVisibility,
    /// Make a namespace for a team.
    CreateNamespace,
    /// Make tokens of one's own.
    CreateOwnTokens,
    /// Make a team.
    CreateTeam,
    /// Delete a namespace with all that is in it.
    DeleteNamespace,
    /// Describe a namespace, what is in it, or a team.
    Describe,
    /// Write a comment of one's own anew.
    EditComment,
    /// Ask what others may do in a namespace, and why.
    ExplainOthers,
    /// Give a namespace to another team or person; needed on both sides.
    GiveNamespace,
    /// End one's own membership.
    LeaveTeam,
    /// Make, disable, promote and delete accounts, and set their passwords.
    ManageAccounts,
    /// Make and remove a team's bots and their tokens.
    ManageBots,
    /// Look at parked events and put them back.
    ManageEvents,
    /// Rotate signing keys.
    ManageKeys,
    /// Add and remove a team's members, and change their roles.
    ManageMembers,
    /// See and revoke one's own tokens and sessions.
    ManageOwnTokens,
    /// Add registries and sync them.
    ManageRegistries,
    /// Rename a team, and delete it.
    ManageTeam,
    /// See how Portus is set up, and how its work goes.
    Oversee,
    /// See what others did.
    ReadAudit,
    /// Star what one sees, and comment on it.
    Remark,
    /// Take a comment away: whose it is, or where.
    RemoveComment,
    /// Make an account of one's own.
    SignUp,
}

impl Deed {
    /// Every deed.
    pub const ALL: [Self; 25] = [
        Self::AbandonNamespaces,
        Self::CancelDeletion,
        Self::ChangeVisibility,
        Self::CreateNamespace,
        Self::CreateOwnTokens,
        Self::CreateTeam,
        Self::DeleteNamespace,
        Self::Describe,
        Self::EditComment,
        Self::ExplainOthers,
        Self::GiveNamespace,
        Self::LeaveTeam,
        Self::ManageAccounts,
        Self::ManageBots,
        Self::ManageEvents,
        Self::ManageKeys,
        Self::ManageMembers,
        Self::ManageOwnTokens,
        Self::ManageRegistries,
        Self::ManageTeam,
        Self::Oversee,
        Self::ReadAudit,
        Self::Remark,
        Self::RemoveComment,
        Self::SignUp,
    ];

    /// The words of an explanation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AbandonNamespaces => "leave namespaces to nobody",
            Self::CancelDeletion => "call a deletion off",
            Self::ChangeVisibility => "change who can see a namespace",
            Self::CreateNamespace => "create a namespace",
            Self::CreateOwnTokens => "create tokens of one's own",
            Self::CreateTeam => "create a team",
            Self::DeleteNamespace => "delete a namespace",
            Self::Describe => "describe namespaces and teams",
            Self::EditComment => "edit a comment",
            Self::ExplainOthers => "ask what others may do",
            Self::GiveNamespace => "give a namespace away",
            Self::LeaveTeam => "leave a team",
            Self::ManageAccounts => "manage accounts",
            Self::ManageBots => "manage a team's bots",
            Self::ManageEvents => "manage parked events",
            Self::ManageKeys => "manage signing keys",
            Self::ManageMembers => "manage a team's members",
            Self::ManageOwnTokens => "manage tokens of one's own",
            Self::ManageRegistries => "manage registries",
            Self::ManageTeam => "rename or delete a team",
            Self::Oversee => "look after Portus",
            Self::ReadAudit => "read the audit",
            Self::Remark => "star and comment",
            Self::RemoveComment => "remove a comment",
            Self::SignUp => "sign up",
        }
    }
}

/// How the one who does it stands to what it is done to.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct DeedFacts {
    /// Her role in the team that it is done to, or that owns the namespace.
    pub role: Option<Role>,
    /// Whether the namespace, the token or the deletion is her own.
    pub own: bool,
    /// Whether the registry's catalog was not read yet.
    pub registry_unread: bool,
}

/// Who does it, as far as the rules look.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Manager {
    /// Someone who signed in, or did not.
    Account(Standing),
    /// Someone with the database and the master key in hand, or Portus itself.
    Operator,
}

impl Manager {
    /// How an actor stands. A credential that is not for the REST interface manages nothing; nor
    /// does one for some namespaces, since what is managed is not in one of them alone.
    pub fn of(actor: &Actor) -> Self {
        match &actor.who {
            Who::Caller(caller)
                if caller.limits.actions.api && caller.limits.namespaces.is_none() =>
            {
                Self::Account(Standing::of(caller))
            }
            Who::Caller(_) => Self::Account(Standing::Anonymous),
            Who::Operator(_) | Who::Portus => Self::Operator,
        }
    }

    /// The same for what is in one namespace alone: a credential for it is enough.
    pub fn within(actor: &Actor, namespace: NamespaceId) -> Self {
        match &actor.who {
            Who::Caller(caller)
                if caller.limits.actions.api && caller.limits.reach(Some(namespace)) =>
            {
                Self::Account(Standing::of(caller))
            }
            _ => Self::of(actor),
        }
    }
}

/// Who may do a deed besides operators and, unless it says so, admins.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Keeper {
    /// Nobody.
    Admins,
    /// Anybody, signed in or not.
    Anyone,
    /// Members of the team from this role up, and the person whose namespace it is.
    Members(Role),
    /// Whoever's own it is.
    Oneself,
    /// Whoever's own it is, and no admin in her place.
    OneselfAlone,
    /// Every person.
    People,
}

/// The answer to whether someone may do a deed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ruling {
    /// What was asked about.
    pub deed: Deed,
    /// Who may, besides admins and operators.
    pub keeper: Keeper,
    /// Whether this one may.
    pub allowed: bool,
}

impl Policy {
    /// Decides whether someone may do a deed. Pure and total, like [`Policy::decide`].
    pub fn rule(&self, manager: Manager, deed: Deed, facts: &DeedFacts) -> Ruling {
        let keeper = self.keeper(deed);
        let allowed = match manager {
            Manager::Operator => true,
            Manager::Account(Standing::Admin) => keeper != Keeper::OneselfAlone || facts.own,
            Manager::Account(Standing::Anonymous) => keeper == Keeper::Anyone,
            // What a bot began it may end.
            Manager::Account(Standing::Bot) => deed == Deed::CancelDeletion && facts.own,
            Manager::Account(Standing::Person) => match keeper {
                Keeper::Admins => false,
                Keeper::Anyone | Keeper::People => true,
                Keeper::Members(least) => {
                    let waits = deed == Deed::CreateNamespace && facts.registry_unread;
                    !waits && (facts.own || facts.role >= Some(least))
                }
                Keeper::Oneself | Keeper::OneselfAlone => facts.own,
            },
        };
        Ruling { deed, keeper, allowed }
    }

    fn keeper(&self, deed: Deed) -> Keeper {
        let owners_if = |keepers| match keepers {
            Keepers::Admins => Keeper::Admins,
            Keepers::Owners => Keeper::Members(Role::Owner),
        };
        match deed {
            Deed::ChangeVisibility => owners_if(self.switches.change_visibility),
            Deed::CreateNamespace => match self.switches.create_namespaces {
                CreateNamespaces::Admins => Keeper::Admins,
                CreateNamespaces::Contributors => Keeper::Members(Role::Contributor),
                CreateNamespaces::Owners => Keeper::Members(Role::Owner),
            },
            Deed::Remark => Keeper::People,
            Deed::CreateTeam if self.switches.people_create_teams => Keeper::People,
            Deed::GiveNamespace => owners_if(self.switches.transfer),
            Deed::CancelDeletion
            | Deed::DeleteNamespace
            | Deed::Describe
            | Deed::ExplainOthers
            | Deed::ManageBots
            | Deed::ManageMembers
            | Deed::ManageTeam
            | Deed::RemoveComment => Keeper::Members(Role::Owner),
            Deed::LeaveTeam | Deed::ManageOwnTokens => Keeper::Oneself,
            Deed::CreateOwnTokens | Deed::EditComment => Keeper::OneselfAlone,
            Deed::SignUp if self.switches.sign_up => Keeper::Anyone,
            Deed::AbandonNamespaces
            | Deed::CreateTeam
            | Deed::ManageAccounts
            | Deed::ManageEvents
            | Deed::ManageKeys
            | Deed::ManageRegistries
            | Deed::Oversee
            | Deed::ReadAudit
            | Deed::SignUp => Keeper::Admins,
        }
    }
}

impl fmt::Display for Ruling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.allowed {
            return write!(f, "allowed: {}", self.deed.as_str());
        }
        let keeper = match self.keeper {
            Keeper::Admins => "for admins".to_owned(),
            Keeper::Anyone => "for anyone".to_owned(),
            Keeper::Members(role) => format!("for the team's members from {role} up"),
            Keeper::Oneself => "for oneself".to_owned(),
            Keeper::OneselfAlone => "for oneself alone".to_owned(),
            Keeper::People => "for people who signed in".to_owned(),
        };
        write!(f, "denied: to {} is {keeper}", self.deed.as_str())
    }
}
