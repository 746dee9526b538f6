use std::sync::Arc;

use super::permit::{Refused, keeping, permit, role_in};
use crate::account::Username;
use crate::activity::Actor;
use crate::credential::{Caller, Identity};
use crate::namespace::Visibility;
use crate::page::Slice;
use crate::policy::{
    Deed, DeedFacts, Facts, Grant, NamespaceFacts, Policy, Standing, SwitchChange,
};
use crate::port::{NamespaceKey, Rights, Store, StoreError};
use crate::registry::RegistryName;
use crate::scope::Action;
use crate::team::{Role, TeamName};

/// Says who would gain and who would lose what by a change, and changes nothing.
pub struct WhatIf {
    /// What there is.
    pub store: Arc<dyn Store>,
    /// Namespaces of teams.
    pub rights: Arc<dyn Rights>,
    /// The rules.
    pub policy: Arc<Policy>,
}

/// A change that is thought of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// Someone is something else in a team, or no longer in it.
    Role {
        /// Which team.
        team: TeamName,
        /// Who.
        member: Username,
        /// What she would be; `None` is no member.
        role: Option<Role>,
    },
    /// The operator decides otherwise. Only admins may ask.
    Switch(SwitchChange),
    /// A namespace is more open, or less.
    Visibility {
        /// Where it is.
        registry: RegistryName,
        /// Its name; `None` is the global one.
        namespace: NamespaceKey,
        /// How open it would be.
        visibility: Visibility,
    },
}

/// What would come of a change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outlook {
    /// What is now in the place of what would be: a role, a visibility, a switch's value.
    pub now: Option<String>,
    /// Every right that would come or go.
    pub effects: Vec<Effect>,
    /// There are more namespaces than were looked at.
    pub is_cut: bool,
    /// Whether the one who asks may make the change here.
    pub may_change: bool,
}

/// A right that would come or go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Effect {
    /// Whose.
    pub who: Affected,
    /// Where.
    pub place: Place,
    /// To do what.
    pub action: Action,
    /// Whether it would come.
    pub gains: bool,
    /// What would give it, or gives it now.
    pub by: Grant,
}

/// Whose right would come or go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Affected {
    /// One account's.
    Account(Username),
    /// Admins'.
    Admins,
    /// Theirs who own a team of that name.
    Claimants,
    /// Everyone's, signed in or not.
    Everyone,
    /// That of members of the team who are just this.
    Members(Role),
    /// That of the person whose namespace it is.
    Oneself,
    /// Everyone's who signed in.
    SignedIn,
}

/// Where a right would come or go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// In all namespaces of a kind: `team`, `personal`, `global`, `orphan`; or for names that
    /// nobody uses: `unused`.
    Kind(&'static str),
    /// In one.
    Namespace(RegistryName, NamespaceKey),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// It is nobody's, and so only admins see it.
    #[error("an orphan namespace is only visible to admins: give it to a team or a person first")]
    Orphan,
    /// The one who asks does not keep what would change.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    UnknownAccount(Username),
    /// There is no such namespace or team.
    #[error("there is no such namespace or team")]
    Unknown,
}

impl WhatIf {
    /// What would come of a change, by the same rules that decide.
    pub async fn preview(&self, actor: &Actor, change: &Change) -> Result<Outlook, WhatIfError> {
        match change {
            Change::Role { team, member, role } => self.role(actor, team, member, *role).await,
            Change::Switch(switch) => self.switch(actor, *switch),
            Change::Visibility { registry, namespace, visibility } => {
                self.visibility(actor, (registry, namespace), *visibility).await
            }
        }
    }

    async fn role(
        &self,
        actor: &Actor,
        team: &TeamName,
        member: &Username,
        after: Option<Role>,
    ) -> Result<Outlook, WhatIfError> {
        let (team, account, before) = self
            .store
            .read::<_, WhatIfError>(async |tx| {
                let team = tx.teams().by_name(team).await?;
                let role = match &team {
                    Some(team) => role_in(tx, actor, team.id).await?,
                    None => None,
                };
                let facts = DeedFacts { role, ..DeedFacts::default() };
                permit(&self.policy, actor, Deed::ManageMembers, &facts)?;
                let team = team.ok_or(WhatIfError::Unknown)?;
                let account = tx.accounts().by_name(member).await?;
                let account = account.ok_or_else(|| WhatIfError::UnknownAccount(member.clone()))?;
                let before = tx.teams().role(team.id, account.id).await?;
                Ok((team, account, before))
            })
            .await?;
        let page = self.rights.namespaces(team.id, &Slice::first(LOOKED_AT)).await?;
        let caller = Caller::unlimited(Identity::from(&account));
        let asker = caller.identity.as_ref().map(|identity| (identity.id, identity.standing));
        let mut effects = Vec::new();
        for place in page.rows.iter().filter(|_| account.enabled) {
            let facts = |role| Facts {
                namespace: NamespaceFacts::of(place.kind, asker, role),
                id: Some(place.id),
                registry_read: place.registry_read,
            };
            let (was, is) = (facts(before), facts(after));
            for action in ACTIONS {
                let grants =
                    [was, is].map(|facts| self.policy.decide(&caller, action, &facts).grant());
                let who = Affected::Account(account.name.clone());
                let at = Place::Namespace(place.registry.clone(), Some(place.name.clone()));
                effects.extend(effect(who, at, action, grants));
            }
        }
        let now = before.map(|role| role.to_string());
        Ok(Outlook { now, effects, is_cut: page.next.is_some(), may_change: before != after })
    }

    async fn visibility(
        &self,
        actor: &Actor,
        (registry, name): (&RegistryName, &NamespaceKey),
        visibility: Visibility,
    ) -> Result<Outlook, WhatIfError> {
        let (read, kind, facts) = self
            .store
            .read::<_, WhatIfError>(async |tx| {
                let place = tx.registries().by_name(registry).await?;
                let found = match &place {
                    Some(place) => tx.namespaces().by_name(place.id, name.as_ref()).await?,
                    None => None,
                };
                let kind = found.map(|namespace| namespace.kind);
                let facts = keeping(tx, actor, kind).await?;
                permit(&self.policy, actor, Deed::ExplainOthers, &facts)?;
                let (place, kind) = place.zip(kind).ok_or(WhatIfError::Unknown)?;
                Ok((place.read_at.is_some(), kind, facts))
            })
            .await?;
        let after = kind.with_visibility(visibility).ok_or(WhatIfError::Orphan)?;
        let place = Place::Namespace(registry.clone(), name.clone());
        let states =
            [kind, after].map(|kind| (&*self.policy, NamespaceFacts::of(kind, None, None)));
        let effects = compare(states, read, &place);
        let changes = permit(&self.policy, actor, Deed::ChangeVisibility, &facts).is_ok();
        let now = kind.visibility().map(|visibility| visibility.to_string());
        Ok(Outlook { now, effects, is_cut: false, may_change: changes && after != kind })
    }

    fn switch(&self, actor: &Actor, switch: SwitchChange) -> Result<Outlook, WhatIfError> {
        permit(&self.policy, actor, Deed::ExplainOthers, &DeedFacts::default())?;
        let now = switch.of(self.policy.switches());
        let after = Policy::new(switch.applied(self.policy.switches()));
        let effects = KINDS.into_iter().flat_map(|(word, facts)| {
            compare([(&self.policy, facts), (&after, facts)], true, &Place::Kind(word))
        });
        let effects = effects.collect();
        Ok(Outlook { now: Some(now.value().into()), effects, is_cut: false, may_change: false })
    }
}

/// What comes and goes in a place between two states of the rules or of the place, for everyone
/// there can be.
fn compare(
    states: [(&Policy, NamespaceFacts); 2],
    registry_read: bool,
    place: &Place,
) -> Vec<Effect> {
    let mut effects: Vec<Effect> = Vec::new();
    for who in EVERYBODY {
        for action in ACTIONS {
            let grants = states.map(|(policy, facts)| {
                let (standing, namespace) = stand(&who, facts)?;
                let facts = Facts { namespace, id: None, registry_read };
                policy.decide_as(standing, action, &facts).grant()
            });
            let found = effect(who.clone(), place.clone(), action, grants);
            // What is said of all is not said of some again.
            let is_said = |one: &Effect| {
                let all = one.who == Affected::Everyone || one.who == Affected::SignedIn;
                let same = found.as_ref().map(|found| (found.action, found.gains));
                all && Some((one.action, one.gains)) == same
            };
            if !effects.iter().any(is_said) {
                effects.extend(found);
            }
        }
    }
    effects
}

fn effect(
    who: Affected,
    place: Place,
    action: Action,
    [before, after]: [Option<Grant>; 2],
) -> Option<Effect> {
    match (before, after) {
        (None, Some(by)) => Some(Effect { who, place, action, gains: true, by }),
        (Some(by), None) => Some(Effect { who, place, action, gains: false, by }),
        _ => None,
    }
}

/// How someone stands to a place, where there can be such a one there.
fn stand(who: &Affected, place: NamespaceFacts) -> Option<(Standing, NamespaceFacts)> {
    use NamespaceFacts::{Personal, Team, Unknown};
    match (who, place) {
        (Affected::Admins, _) => Some((Standing::Admin, place)),
        (Affected::Everyone, _) => Some((Standing::Anonymous, place)),
        (Affected::SignedIn, _) => Some((Standing::Person, place)),
        (Affected::Members(role), Team { visibility, .. }) => {
            Some((Standing::Person, Team { visibility, role: Some(*role) }))
        }
        (Affected::Oneself, Personal { visibility, .. }) => {
            Some((Standing::Person, Personal { visibility, own: true }))
        }
        (Affected::Claimants, Unknown { .. }) => {
            Some((Standing::Person, Unknown { claimable: true }))
        }
        _ => None,
    }
}

/// Those of whom more is true come first.
const EVERYBODY: [Affected; 8] = [
    Affected::Everyone,
    Affected::SignedIn,
    Affected::Members(Role::Viewer),
    Affected::Members(Role::Contributor),
    Affected::Members(Role::Owner),
    Affected::Oneself,
    Affected::Claimants,
    Affected::Admins,
];

/// Every kind of place, to one who is nothing to it. How open it is does not matter where something
/// else than pulling changes.
const KINDS: [(&str, NamespaceFacts); 5] = [
    ("team", NamespaceFacts::Team { visibility: Visibility::Private, role: None }),
    ("personal", NamespaceFacts::Personal { visibility: Visibility::Private, own: false }),
    ("global", NamespaceFacts::Global(Visibility::Private)),
    ("orphan", NamespaceFacts::Orphan),
    ("unused", NamespaceFacts::Unknown { claimable: false }),
];

const ACTIONS: [Action; 3] = [Action::Pull, Action::Push, Action::Delete];

/// How many namespaces of a team are looked at.
const LOOKED_AT: u32 = 200;
