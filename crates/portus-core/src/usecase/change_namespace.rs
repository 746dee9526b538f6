use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use super::settle_deletion::whose;
use crate::account::{Account, AccountKind, Username};
use crate::activity::{Actor, NewActivity, kind};
use crate::namespace::{Namespace, NamespaceKind, NamespaceName, Visibility};
use crate::policy::{Deed, DeedFacts, Manager, Policy, Ruling};
use crate::port::{Clock, NamespaceKey, Store, StoreError, Tx};
use crate::registry::RegistryName;
use crate::team::TeamName;
use crate::words::Description;

/// Changes whose a namespace is, and who can see it.
pub struct ChangeNamespace {
    /// Where namespaces are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Whom a namespace is given to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Owner {
    /// A person, as one of her own; only hers by name, or an orphan.
    Person(Username),
    /// A team.
    Team(TeamName),
}

/// Why a namespace stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeNamespaceError {
    /// Bots own nothing.
    #[error("`{0}` is a bot: namespaces belong to teams and people")]
    Bot(Username),
    /// It belongs to the registry itself, or to the person whose name it has, for good.
    #[error("a {0} namespace is not given away")]
    Kept(&'static str),
    /// Only admins see it until it is somebody's.
    #[error("an orphan namespace is only visible to admins: give it to a team or a person first")]
    Orphan,
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It has another name than the person's own, and is not nobody's.
    #[error("`{0}` gets only an orphan, or the namespace of the same name: give it to a team")]
    Teams(Username),
    /// There is no such namespace.
    #[error("registry `{1}` has no namespace `{0}`")]
    Unknown(String, RegistryName),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    UnknownAccount(Username),
    /// There is no such registry.
    #[error("there is no registry `{0}`")]
    UnknownRegistry(RegistryName),
    /// There is no such team.
    #[error("there is no team `{0}`")]
    UnknownTeam(TeamName),
}

use ChangeNamespaceError as Error;

/// What someone may change of a namespace.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NamespaceRulings {
    /// Who can see it.
    pub visibility: Ruling,
    /// Whose it is.
    pub give: Ruling,
    /// Whether it belongs where it is for good.
    pub kept: bool,
}

impl ChangeNamespace {
    /// What the actor may change of a namespace. Whether she may see it was decided before.
    pub async fn rulings(
        &self,
        actor: &Actor,
        (registry, name): (&RegistryName, &NamespaceKey),
    ) -> Result<NamespaceRulings, Error> {
        self.store
            .read(async |tx| {
                let (namespace, facts) = find(tx, actor, registry, name).await?;
                let kept = is_kept(tx, &namespace).await?;
                let rule = |deed| self.policy.rule(Manager::of(actor), deed, &facts);
                Ok(NamespaceRulings {
                    visibility: rule(Deed::ChangeVisibility),
                    give: rule(Deed::GiveNamespace),
                    kept,
                })
            })
            .await
    }

    /// Makes a namespace more open, or less. `None` is the global one.
    pub async fn set_visibility(
        &self,
        actor: &Actor,
        (registry, name): (&RegistryName, &NamespaceKey),
        visibility: Visibility,
    ) -> Result<(), Error> {
        self.change(actor, (registry, name), Some(visibility), None).await
    }

    /// Makes a namespace more open or less, says what it is for, or both: all of it or nothing.
    pub async fn change(
        &self,
        actor: &Actor,
        (registry, name): (&RegistryName, &NamespaceKey),
        visibility: Option<Visibility>,
        description: Option<&Description>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                if visibility.is_some() {
                    tx.raise_epoch().await?;
                }
                let (namespace, facts) = find(tx, actor, registry, name).await?;
                let done = |kind| NewActivity::done(kind, actor, now, shown(name));
                if let Some(visibility) = visibility {
                    permit(&self.policy, actor, Deed::ChangeVisibility, &facts)?;
                    let kind = namespace.kind.with_visibility(visibility).ok_or(Error::Orphan)?;
                    tx.namespaces().set_kind(namespace.id, kind).await?;
                    let before = namespace.kind.visibility().map_or("", Visibility::as_str);
                    let row = done(kind::NAMESPACE_CHANGE_VISIBILITY);
                    let row = row.detail(format!("{before} → {visibility}"));
                    tx.audit().append(&[row.in_namespace(namespace.id)]).await?;
                }
                if let Some(description) = description {
                    permit(&self.policy, actor, Deed::Describe, &facts)?;
                    tx.words().describe_namespace(namespace.id, description).await?;
                    let row = done(kind::NAMESPACE_DESCRIBE).in_namespace(namespace.id);
                    tx.audit().append(&[row]).await?;
                }
                Ok(())
            })
            .await
    }

    /// Gives a namespace to a team or a person. It stays as open as it was; an orphan becomes
    /// private. A person gets no team's namespace, unless it has the name that is kept for her.
    pub async fn give(
        &self,
        actor: &Actor,
        (registry, name): (&RegistryName, &NamespaceName),
        to: &Owner,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let key = Some(name.clone());
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let (namespace, facts) = find(tx, actor, registry, &key).await?;
                permit(&self.policy, actor, Deed::GiveNamespace, &facts)?;
                if is_kept(tx, &namespace).await? {
                    return Err(Error::Kept(namespace.kind.as_str()));
                }
                let (kind, shown) = self.owned_by(tx, actor, to, &namespace).await?;
                tx.namespaces().set_kind(namespace.id, kind).await?;
                let row = NewActivity::done(kind::NAMESPACE_GIVE, actor, now, name.as_str());
                let from = whose(tx, namespace.kind).await?.unwrap_or_else(|| "nobody".into());
                let row = row.detail(format!("from {from} to {shown}"));
                tx.audit().append(&[row.in_namespace(namespace.id)]).await?;
                Ok(())
            })
            .await
    }

    async fn owned_by(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        to: &Owner,
        namespace: &Namespace,
    ) -> Result<(NamespaceKind, String), Error> {
        let visibility = namespace.kind.visibility().unwrap_or(Visibility::Private);
        match to {
            Owner::Team(name) => {
                let team = tx.teams().by_name(name).await?;
                let team = team.ok_or_else(|| Error::UnknownTeam(name.clone()))?;
                let role = role_in(tx, actor, team.id).await?;
                // The right is needed on the receiving side too.
                let facts = DeedFacts { role, ..DeedFacts::default() };
                permit(&self.policy, actor, Deed::GiveNamespace, &facts)?;
                let kind = NamespaceKind::Team { team: team.id, visibility };
                Ok((kind, format!("team {name}")))
            }
            Owner::Person(name) => {
                let account = tx.accounts().by_name(name).await?;
                let account = account.ok_or_else(|| Error::UnknownAccount(name.clone()))?;
                if account.is_bot() {
                    return Err(Error::Bot(name.clone()));
                }
                let own = actor.account() == Some(account.id);
                let facts = DeedFacts { own, ..DeedFacts::default() };
                permit(&self.policy, actor, Deed::GiveNamespace, &facts)?;
                let orphan = namespace.kind == NamespaceKind::Orphan;
                if !orphan && !is_named_after(namespace, &account) {
                    return Err(Error::Teams(account.name));
                }
                let kind = NamespaceKind::Personal { account: account.id, visibility };
                Ok((kind, account.name.to_string()))
            }
        }
    }
}

/// The global one, and a person's by her name. Another that a person got can be given on.
async fn is_kept(tx: &mut Tx, namespace: &Namespace) -> Result<bool, StoreError> {
    match namespace.kind {
        NamespaceKind::Global { .. } => Ok(true),
        NamespaceKind::Orphan | NamespaceKind::Team { .. } => Ok(false),
        NamespaceKind::Personal { account, .. } => {
            let owner = tx.accounts().by_id(account).await?;
            Ok(owner.is_some_and(|owner| is_named_after(namespace, &owner)))
        }
    }
}

fn is_named_after(namespace: &Namespace, account: &Account) -> bool {
    match &account.kind {
        AccountKind::Bot { .. } => false,
        AccountKind::Person { personal, .. } => namespace.name.as_ref() == Some(personal),
    }
}

async fn find(
    tx: &mut Tx,
    actor: &Actor,
    registry: &RegistryName,
    name: &NamespaceKey,
) -> Result<(Namespace, DeedFacts), Error> {
    let place = tx.registries().by_name(registry).await?;
    let place = place.ok_or_else(|| Error::UnknownRegistry(registry.clone()))?;
    let found = tx.namespaces().by_name(place.id, name.as_ref()).await?;
    let found = found.ok_or_else(|| Error::Unknown(shown(name), registry.clone()))?;
    let mut facts = DeedFacts::default();
    match found.kind {
        NamespaceKind::Team { team, .. } => facts.role = role_in(tx, actor, team).await?,
        NamespaceKind::Personal { account, .. } => {
            facts.own = actor.account() == Some(account);
        }
        NamespaceKind::Global { .. } | NamespaceKind::Orphan => {}
    }
    Ok((found, facts))
}

fn shown(name: &NamespaceKey) -> String {
    name.as_ref().map_or_else(|| "(global)".into(), NamespaceName::to_string)
}
