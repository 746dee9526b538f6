use std::sync::Arc;

use super::permit::{Refused, keeping, permit};
use crate::account::Username;
use crate::activity::Actor;
use crate::credential::{Caller, Identity};
use crate::namespace::{Namespace, NamespaceKind};
use crate::page::{Page, Slice};
use crate::policy::{Deed, Facts, Grant, NamespaceFacts, Policy, Standing};
use crate::port::{NamespaceKey, Rights, Store, StoreError};
use crate::registry::{Registry, RegistryName};
use crate::scope::Action;
use crate::team::Role;

/// Says who may do something in a namespace, and by which grant. For those who keep it.
pub struct WhoCan {
    /// Namespaces.
    pub store: Arc<dyn Store>,
    /// Whom rights come to.
    pub rights: Arc<dyn Rights>,
    /// The rules.
    pub policy: Arc<Policy>,
}

/// The answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holders {
    /// What lets everyone, signed in or not.
    pub everyone: Option<Grant>,
    /// What lets everyone who signed in.
    pub signed_in: Option<Grant>,
    /// Those who have a right of their own, by name: admins, members of the team, the person whose
    /// it is. Disabled accounts are not among them.
    pub holders: Page<Holder>,
}

/// Someone who may.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holder {
    /// Her name.
    pub name: Username,
    /// Whether it is a program's account.
    pub bot: bool,
    /// What she is.
    pub as_what: AsWhat,
    /// What lets her.
    pub by: Grant,
}

/// What someone is to a namespace.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AsWhat {
    /// She administers Portus.
    Admin,
    /// She is in the team.
    Member(Role),
    /// It is hers.
    Owner,
}

/// How many may do each thing in a namespace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HolderSummary {
    /// Of pulling, pushing and deleting.
    pub tallies: [Tally; 3],
    /// The people who own it, by name.
    pub owners: Vec<Username>,
    /// Whether there are more than are counted.
    pub is_cut: bool,
}

/// How many may do something, each once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tally {
    /// That.
    pub action: Action,
    /// Whether everyone may, signed in or not.
    pub everyone: bool,
    /// Whether everyone may who signed in.
    pub signed_in: bool,
    /// Owners.
    pub owners: u64,
    /// Contributors.
    pub contributors: u64,
    /// Viewers.
    pub viewers: u64,
    /// Bots, whatever they are in the team.
    pub bots: u64,
    /// Admins who are none of these.
    pub admins: u64,
}

impl Holder {
    fn owns(&self) -> bool {
        !self.bot && matches!(self.as_what, AsWhat::Owner | AsWhat::Member(Role::Owner))
    }
}

impl Tally {
    fn of(action: Action, holders: &[Holder]) -> Self {
        let count =
            |is: &dyn Fn(&Holder) -> bool| holders.iter().filter(|one| is(one)).count() as u64;
        let people = |what| count(&|one| !one.bot && one.as_what == what);
        Self {
            action,
            everyone: false,
            signed_in: false,
            owners: count(&Holder::owns),
            contributors: people(AsWhat::Member(Role::Contributor)),
            viewers: people(AsWhat::Member(Role::Viewer)),
            bots: count(&|one| one.bot),
            admins: people(AsWhat::Admin),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WhoCanError {
    /// The one who asks does not keep the namespace.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such namespace.
    #[error("there is no such namespace")]
    Unknown,
}

/// A namespace, and where it is.
type Found = (Registry, Namespace);

fn facts((registry, namespace): &Found, asker: Option<&Identity>, role: Option<Role>) -> Facts {
    let asker = asker.map(|asker| (asker.id, asker.standing));
    Facts {
        namespace: NamespaceFacts::of(namespace.kind, asker, role),
        id: Some(namespace.id),
        registry_read: registry.read_at.is_some(),
    }
}

/// One who could have the right.
struct Candidate {
    identity: Identity,
    role: Option<Role>,
}

impl WhoCan {
    /// Who may do `action` in a namespace; `None` is the global one.
    pub async fn holders(
        &self,
        actor: &Actor,
        (registry, name): (&RegistryName, &NamespaceKey),
        action: Action,
        slice: &Slice,
    ) -> Result<Holders, WhoCanError> {
        let place = self.find(actor, registry, name).await?;
        let Page { rows, next } = self.candidates(place.1.kind, slice).await?;
        let holders = rows.iter().filter_map(|one| self.holder(&place, action, one));
        Ok(Holders {
            everyone: self.open(&place, action, Standing::Anonymous),
            signed_in: self.open(&place, action, Standing::Person),
            holders: Page { rows: holders.collect(), next },
        })
    }

    /// How many may do each thing in a namespace, and who owns it; of the first of them by name
    /// where they are many.
    pub async fn summary(
        &self,
        actor: &Actor,
        (registry, name): (&RegistryName, &NamespaceKey),
    ) -> Result<HolderSummary, WhoCanError> {
        let place = self.find(actor, registry, name).await?;
        let found = self.candidates(place.1.kind, &Slice::first(COUNTED)).await?;
        let holders = |action| {
            found.rows.iter().filter_map(|one| self.holder(&place, action, one)).collect::<Vec<_>>()
        };
        let all = [Action::Pull, Action::Push, Action::Delete].map(|action| Tally {
            everyone: self.open(&place, action, Standing::Anonymous).is_some(),
            signed_in: self.open(&place, action, Standing::Person).is_some(),
            ..Tally::of(action, &holders(action))
        });
        let owners = holders(Action::Pull).into_iter().filter(Holder::owns);
        Ok(HolderSummary {
            owners: owners.map(|holder| holder.name).collect(),
            tallies: all,
            is_cut: found.next.is_some(),
        })
    }

    /// What lets anyone who is this.
    fn open(&self, place: &Found, action: Action, standing: Standing) -> Option<Grant> {
        self.policy.decide_as(standing, action, &facts(place, None, None)).grant()
    }

    /// Someone who may, and as what.
    fn holder(&self, place: &Found, action: Action, one: &Candidate) -> Option<Holder> {
        let Candidate { identity, role } = one;
        let facts = facts(place, Some(identity), *role);
        let caller = Caller::unlimited(identity.clone());
        let by = self.policy.decide(&caller, action, &facts).grant()?;
        let own = matches!(facts.namespace, NamespaceFacts::Personal { own: true, .. });
        let as_what = match role {
            Some(role) => AsWhat::Member(*role),
            None if own => AsWhat::Owner,
            None => AsWhat::Admin,
        };
        let bot = Standing::of(&caller) == Standing::Bot;
        Some(Holder { name: identity.name.clone(), bot, as_what, by })
    }

    async fn find(
        &self,
        actor: &Actor,
        registry: &RegistryName,
        name: &NamespaceKey,
    ) -> Result<Found, WhoCanError> {
        self.store
            .read(async |tx| {
                let registry = tx.registries().by_name(registry).await?;
                let namespace = match &registry {
                    Some(place) => tx.namespaces().by_name(place.id, name.as_ref()).await?,
                    None => None,
                };
                let kind = namespace.as_ref().map(|namespace| namespace.kind);
                let facts = keeping(tx, actor, kind).await?;
                permit(&self.policy, actor, Deed::ExplainOthers, &facts)?;
                registry.zip(namespace).ok_or(WhoCanError::Unknown)
            })
            .await
    }

    /// Everyone who is more to the namespace than someone who signed in, by name.
    async fn candidates(
        &self,
        kind: NamespaceKind,
        slice: &Slice,
    ) -> Result<Page<Candidate>, StoreError> {
        let some = Slice { after: slice.after.clone(), limit: slice.limit.saturating_add(1) };
        let mut all = Vec::new();
        if let NamespaceKind::Team { team, .. } = kind {
            all = self.rights.members(team, &some).await?.rows;
        }
        let mut all: Vec<Candidate> = all
            .iter()
            .map(|(account, role)| Candidate { identity: account.into(), role: Some(*role) })
            .collect();
        let mut others = self.rights.admins(&some).await?.rows;
        if let NamespaceKind::Personal { account, .. } = kind {
            let after = slice.after.as_deref().unwrap_or_default();
            let owner =
                self.store.read::<_, StoreError>(async |tx| tx.accounts().by_id(account).await);
            let owner = owner.await?.filter(|one| one.enabled);
            others.extend(owner.filter(|one| one.name.key().as_str() > after));
        }
        for account in others {
            if all.iter().all(|known| known.identity.id != account.id) {
                all.push(Candidate { identity: Identity::from(&account), role: None });
            }
        }
        all.sort_by_key(|one| one.identity.name.key());
        Ok(Page::of(all, slice.limit, |one| one.identity.name.key().to_string()))
    }
}

/// How many are counted.
const COUNTED: u32 = 200;
