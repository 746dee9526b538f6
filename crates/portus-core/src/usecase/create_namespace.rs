use std::sync::Arc;
use std::time::SystemTime;

use super::permit::{Refused, permit, role_in};
use super::sighted::sees;
use crate::account::Account;
use crate::activity::{Actor, NewActivity, Who, kind};
use crate::credential::{Caller, Identity};
use crate::id::{AccountId, NamespaceId, RegistryId};
use crate::namespace::{NamespaceKind, NamespaceName, NewNamespace, Visibility};
use crate::policy::{Deed, DeedFacts, Facts, Manager, NamespaceFacts, Policy, Ruling, Standing};
use crate::port::{Clock, Store, StoreError, Tx};
use crate::registry::{Registry, RegistryName};
use crate::scope::Action;
use crate::team::{Role, TeamName};

/// Makes a namespace for a team.
pub struct CreateNamespace {
    /// Where it is kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why there is no new namespace.
#[derive(Debug, thiserror::Error)]
pub enum CreateNamespaceError {
    /// One of that name was deleted a while ago, and tokens for it may still be good.
    #[error("`{0}` was deleted a while ago; it can be used again in {1} minutes")]
    Held(NamespaceName, u64),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Someone has it for her own namespaces.
    #[error("`{0}` is kept for a person's own namespace")]
    Reserved(NamespaceName),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The registry has one.
    #[error("registry `{1}` has a namespace `{0}` already")]
    Taken(NamespaceName, RegistryName),
    /// Not free, and why is not for the one who asks to know.
    #[error("`{0}` is not free: it is in use, kept for someone, or was deleted a while ago")]
    Unavailable(NamespaceName),
    /// There is no such registry.
    #[error("there is no registry `{0}`")]
    UnknownRegistry(RegistryName),
    /// There is no such team, as far as the one who asks may know.
    #[error("there is no team `{0}`")]
    UnknownTeam(TeamName),
}

/// What someone can choose from for a new namespace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamespaceOffer {
    /// Where, by name.
    pub registries: Vec<RegistryName>,
    /// For which of her teams, by name.
    pub teams: Vec<TeamName>,
    /// Whether any other team will do, too.
    pub any_team: bool,
    /// Who may, where there is nothing to choose from.
    pub ruling: Ruling,
}

impl NamespaceOffer {
    /// Whether there is any team to make one for.
    pub fn is_any(&self) -> bool {
        self.any_team || !self.teams.is_empty()
    }
}

impl CreateNamespace {
    /// Where and for whom the actor may make namespaces.
    pub async fn offer(&self, actor: &Actor) -> Result<NamespaceOffer, StoreError> {
        let rule =
            |facts: &DeedFacts| self.policy.rule(Manager::of(actor), Deed::CreateNamespace, facts);
        let ruling = rule(&DeedFacts::default());
        self.store
            .read(async |tx| {
                let own = match actor.account() {
                    Some(account) => tx.teams().of(account).await?,
                    None => Vec::new(),
                };
                let may = |role| rule(&DeedFacts { role, ..DeedFacts::default() }).allowed;
                let teams = own.into_iter().filter(|(_, role)| may(Some(*role)));
                let registries = tx.registries().all().await?.into_iter();
                // What was not read yet is for who needs no team.
                let registries = registries.filter(|one| ruling.allowed || one.read_at.is_some());
                Ok(NamespaceOffer {
                    registries: registries.map(|registry| registry.name).collect(),
                    teams: teams.map(|(team, _)| team.name).collect(),
                    any_team: ruling.allowed,
                    ruling,
                })
            })
            .await
    }

    /// Makes a namespace in a registry for a team, and lets events go on that waited for it.
    pub async fn create(
        &self,
        actor: &Actor,
        (registry, name): (&RegistryName, &NamespaceName),
        team: &TeamName,
        visibility: Visibility,
    ) -> Result<NamespaceId, CreateNamespaceError> {
        use CreateNamespaceError::{Unavailable, UnknownRegistry, UnknownTeam};

        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let owner = tx.teams().by_name(team).await?;
                let owner = owner.ok_or_else(|| UnknownTeam(team.clone()))?;
                let role = role_in(tx, actor, owner.id).await?;
                let place = tx.registries().by_name(registry).await?;
                let registry_unread = place.as_ref().is_some_and(|one| one.read_at.is_none());
                let facts = DeedFacts { role, registry_unread, own: false };
                match permit(&self.policy, actor, Deed::CreateNamespace, &facts) {
                    Err(_) if role.is_none() => return Err(UnknownTeam(team.clone())),
                    ruled => ruled?,
                }
                let place = place.ok_or_else(|| UnknownRegistry(registry.clone()))?;
                self.free(tx, actor, (&place, name), now).await?;
                let kind = NamespaceKind::Team { team: owner.id, visibility };
                let added = add(tx, place.id, name, kind, now).await;
                let id = added.map_err(|error| match error {
                    StoreError::Taken => Unavailable(name.clone()),
                    error => error.into(),
                })?;
                let row = NewActivity::done(kind::NAMESPACE_CREATE, actor, now, name.as_str())
                    .detail(format!("{visibility}, for team {team}"))
                    .in_namespace(id)
                    .in_team(owner.id);
                tx.audit().append(&[row]).await?;
                Ok(id)
            })
            .await
    }

    /// Whether nobody has a name. Why not says who may see it, or whose it is, and nobody else.
    async fn free(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (place, name): (&Registry, &NamespaceName),
        now: SystemTime,
    ) -> Result<(), CreateNamespaceError> {
        use CreateNamespaceError::{Held, Reserved, Taken, Unavailable};

        let anyone = DeedFacts::default();
        let told = permit(&self.policy, actor, Deed::ManageAccounts, &anyone).is_ok();
        let or_unavailable = |told, error| if told { error } else { Unavailable(name.clone()) };
        let reserved = tx.namespaces().is_reserved(name, None).await?;
        if reserved && told {
            return Err(Reserved(name.clone()));
        }
        if let Some(known) = tx.namespaces().by_name(place.id, Some(name)).await? {
            let seen = sees(tx, &self.policy, actor, (place, &known)).await?;
            return Err(or_unavailable(seen, Taken(name.clone(), place.name.clone())));
        }
        if reserved {
            return Err(Unavailable(name.clone()));
        }
        let held = tx.deletions().held(place.id, name).await?;
        if let Some(left) = held.and_then(|held| held.until.duration_since(now).ok()) {
            let minutes = left.as_secs().div_ceil(60).max(1);
            return Err(or_unavailable(told, Held(name.clone(), minutes)));
        }
        Ok(())
    }
}

/// Adds a namespace, and lets events go on that waited for it. What was pushed with old tokens while
/// the name was held is not the new owner's, and stays parked.
pub(super) async fn add(
    tx: &mut Tx,
    registry: RegistryId,
    name: &NamespaceName,
    kind: NamespaceKind,
    now: SystemTime,
) -> Result<NamespaceId, StoreError> {
    let new = NewNamespace { registry, name: Some(name.clone()), kind, created_at: now };
    let id = tx.namespaces().add(&new).await?;
    let held = tx.deletions().held(registry, name).await?;
    let since = held.map_or(SystemTime::UNIX_EPOCH, |held| held.until);
    tx.deletions().release(registry, name).await?;
    tx.inbox().retry_namespace(registry, name, since, now).await?;
    Ok(id)
}

/// Makes the namespace of a push to a name nobody uses, where a switch lets this person: looked at
/// anew, since the token was granted some time ago. `None` where none is made.
pub(super) async fn place_on_push(
    tx: &mut Tx,
    policy: &Policy,
    registry: &Registry,
    name: &NamespaceName,
    pusher: AccountId,
    now: SystemTime,
) -> Result<Option<NamespaceId>, StoreError> {
    tx.raise_epoch().await?;
    if let Some(known) = tx.namespaces().by_name(registry.id, Some(name)).await? {
        return Ok(Some(known.id));
    }
    // A name that was deleted comes back when someone makes it, not by a push with an old token.
    if tx.deletions().held(registry.id, name).await?.is_some() {
        return Ok(None);
    }
    let pusher = tx.accounts().by_id(pusher).await?;
    let Some(pusher) = pusher.filter(|pusher| pusher.enabled) else { return Ok(None) };
    let caller = Caller::unlimited(Identity::from(&pusher));
    let team = owned_team(tx, name, &pusher).await?;
    let free = !tx.namespaces().is_reserved(name, None).await?;
    let namespace = NamespaceFacts::Unknown { claimable: free && team.is_some() };
    let facts = Facts { namespace, id: None, registry_read: registry.read_at.is_some() };
    if !free || !policy.decide(&caller, Action::Push, &facts).is_allowed() {
        return Ok(None);
    }
    let kind = match team {
        Some(team) if Standing::of(&caller) == Standing::Person => {
            NamespaceKind::Team { team, visibility: Visibility::Private }
        }
        _ => NamespaceKind::Orphan,
    };
    let id = add(tx, registry.id, name, kind, now).await?;
    let actor = Actor { who: Who::Caller(caller), ..Actor::PORTUS };
    let row = NewActivity::done(kind::NAMESPACE_CREATE, &actor, now, name.as_str())
        .detail(format!("{} by a push", kind.as_str()))
        .in_namespace(id);
    tx.audit().append(&[row]).await?;
    Ok(Some(id))
}

/// The team of the same name, if this person owns it.
async fn owned_team(
    tx: &mut Tx,
    name: &NamespaceName,
    pusher: &Account,
) -> Result<Option<crate::id::TeamId>, StoreError> {
    let Ok(team_name) = name.as_str().parse::<TeamName>() else { return Ok(None) };
    let Some(team) = tx.teams().by_name(&team_name).await? else { return Ok(None) };
    let role = tx.teams().role(team.id, pusher.id).await?;
    Ok((role == Some(Role::Owner)).then_some(team.id))
}
