use std::sync::Arc;

use super::change_namespace::Owner;
use super::permit::permit;
use super::standing::stand;
use crate::activity::Actor;
use crate::credential::{AccountStanding, Caller};
use crate::digest::Digest;
use crate::id::{NamespaceId, RepositoryId};
use crate::namespace::NamespaceKind;
use crate::page::{ManifestView, NamespaceRow, Page, RepositoryRow, Slice, TagRow};
use crate::policy::{Decision, Deed, DeedFacts, Facts, NamespaceFacts, NamespaceFilter, Policy};
use crate::port::{
    Browse, Images, KnownNamespace, Lookups, NamespaceKey, RepositoryFilter, Store, StoreError,
};
use crate::registry::{Registry, RegistryName};
use crate::repository::RepositoryPath;
use crate::scope::Action;
use crate::tag::TagName;

/// What people look at: lists, and single things, as far as the one who looks may see them.
///
/// What she may not see is as if it were not there: `None`, the same as for a name nobody uses.
pub struct Look {
    /// Lists.
    pub browse: Arc<dyn Browse>,
    /// What is in repositories.
    pub images: Arc<dyn Images>,
    /// Registries.
    pub store: Arc<dyn Store>,
    /// How she stands.
    pub lookups: Arc<dyn Lookups>,
    /// The rules.
    pub policy: Arc<Policy>,
}

/// A namespace that someone may see.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenNamespace {
    /// Where it is.
    pub registry: Registry,
    /// Its name; `None` is the global one.
    pub name: NamespaceKey,
    /// The store's number.
    pub id: NamespaceId,
    /// Whose and how open.
    pub kind: NamespaceKind,
    facts: Facts,
}

/// A repository that someone may see.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenRepository {
    /// Its namespace.
    pub namespace: SeenNamespace,
    /// The store's number.
    pub id: RepositoryId,
    /// Itself, as in a list.
    pub row: RepositoryRow,
}

impl SeenNamespace {
    /// How the one who sees it stands to what is done to it.
    pub fn deed_facts(&self) -> DeedFacts {
        let (role, own) = match self.facts.namespace {
            NamespaceFacts::Personal { own, .. } => (None, own),
            NamespaceFacts::Team { role, .. } => (role, false),
            _ => (None, false),
        };
        DeedFacts { role, own, registry_unread: !self.facts.registry_read }
    }
}

impl Look {
    /// The namespaces that she can pull from.
    pub async fn namespaces(
        &self,
        caller: &Caller,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError> {
        self.browse.namespaces(&self.policy.readable(caller), slice).await
    }

    /// The repositories that she can pull from, perhaps only those of one namespace.
    pub async fn repositories(
        &self,
        caller: &Caller,
        within: Option<&SeenNamespace>,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        let filter = RepositoryFilter {
            readable: self.policy.readable(caller),
            registry: within.map(|namespace| namespace.registry.id),
            namespace: within.map(|namespace| namespace.name.clone()),
        };
        self.browse.repositories(&filter, slice).await
    }

    /// A namespace by name.
    pub async fn namespace(
        &self,
        caller: &Caller,
        registry: &RegistryName,
        name: &NamespaceKey,
    ) -> Result<Option<SeenNamespace>, StoreError> {
        let found = self.known(caller, registry, name).await?;
        let sees = |one: &SeenNamespace| self.decide(caller, Action::Pull, one).is_allowed();
        Ok(found.filter(sees))
    }

    /// A namespace that the caller has just made, where her credential need not be for pulling.
    pub async fn made(
        &self,
        caller: &Caller,
        registry: &RegistryName,
        made: NamespaceId,
        name: &NamespaceKey,
    ) -> Result<Option<SeenNamespace>, StoreError> {
        Ok(self.known(caller, registry, name).await?.filter(|one| one.id == made))
    }

    /// A namespace by name, and how she stands to it.
    async fn known(
        &self,
        caller: &Caller,
        registry: &RegistryName,
        name: &NamespaceKey,
    ) -> Result<Option<SeenNamespace>, StoreError> {
        let found = self.store.read(async |tx| tx.registries().by_name(registry).await).await?;
        let Some(registry) = found else { return Ok(None) };
        // Asked of the store itself, not of what the token endpoint remembers.
        let names = [name.clone()];
        let found = self.lookups.namespaces(registry.id, &names, caller.account()).await?;
        let Some(known) = found.into_iter().next() else { return Ok(None) };
        let facts = stand(&registry, caller, &known);
        let KnownNamespace { id, name, kind, .. } = known;
        Ok(Some(SeenNamespace { registry, name, id, kind, facts }))
    }

    /// What clients call the registries that are open to others than admins.
    pub async fn hosts(&self) -> Result<Vec<String>, StoreError> {
        let all = self.store.read(async |tx| tx.registries().all().await).await?;
        let open = all.iter().filter(|registry| registry.read_at.is_some());
        Ok(open.map(|registry| registry.called().to_owned()).collect())
    }

    /// Whose a namespace is, as lists of namespaces say; nobody's is `None`.
    pub async fn owner(&self, of: &SeenNamespace) -> Result<Option<Owner>, StoreError> {
        let kind = of.kind;
        self.store
            .read(async |tx| match kind {
                NamespaceKind::Global { .. } | NamespaceKind::Orphan => Ok(None),
                NamespaceKind::Personal { account, .. } => {
                    let person = tx.accounts().by_id(account).await?;
                    Ok(person.map(|person| Owner::Person(person.name)))
                }
                NamespaceKind::Team { team, .. } => {
                    let team = tx.teams().by_id(team).await?;
                    Ok(team.map(|team| Owner::Team(team.name)))
                }
            })
            .await
    }

    /// A namespace that she sees, as it is in a list.
    pub async fn listed(&self, of: &SeenNamespace) -> Result<Option<NamespaceRow>, StoreError> {
        let alone =
            NamespaceFilter { within: Some(Arc::new([of.id].into())), ..NamespaceFilter::EVERY };
        let page = self.browse.namespaces(&alone, &Slice::first(1)).await?;
        Ok(page.rows.into_iter().next())
    }

    /// A repository by path, if something is in it.
    pub async fn repository(
        &self,
        caller: &Caller,
        registry: &RegistryName,
        path: &RepositoryPath,
    ) -> Result<Option<SeenRepository>, StoreError> {
        let key = path.namespace().cloned();
        let Some(namespace) = self.namespace(caller, registry, &key).await? else {
            return Ok(None);
        };
        let place = namespace.registry.id;
        let id = self
            .store
            .read::<_, StoreError>(async |tx| tx.repositories().by_path(place, path).await)
            .await?;
        let Some(id) = id else { return Ok(None) };
        let row = self.browse.repository(id).await?;
        Ok(row.map(|row| SeenRepository { namespace, id, row }))
    }

    /// The tags of a repository.
    pub async fn tags(
        &self,
        of: &SeenRepository,
        slice: &Slice,
    ) -> Result<Page<TagRow>, StoreError> {
        self.browse.tags(of.id, slice).await
    }

    /// One tag of a repository.
    pub async fn tag(
        &self,
        of: &SeenRepository,
        tag: &TagName,
    ) -> Result<Option<TagRow>, StoreError> {
        self.browse.tag(of.id, tag).await
    }

    /// What a digest of a repository stands for.
    pub async fn manifest(
        &self,
        of: &SeenRepository,
        digest: &Digest,
    ) -> Result<Option<ManifestView>, StoreError> {
        self.browse.manifest(of.id, digest).await
    }

    /// Whether she may do something in a namespace, and why.
    pub fn decide(&self, caller: &Caller, action: Action, place: &SeenNamespace) -> Decision {
        self.policy.explain(caller, action, &place.facts)
    }

    /// Whether she may do a deed to a namespace.
    pub fn may(&self, actor: &Actor, deed: Deed, place: &SeenNamespace) -> bool {
        let facts = match place.facts.namespace {
            NamespaceFacts::Team { role, .. } => DeedFacts { role, ..DeedFacts::default() },
            NamespaceFacts::Personal { own, .. } => DeedFacts { own, ..DeedFacts::default() },
            _ => DeedFacts::default(),
        };
        permit(&self.policy, actor, deed, &facts).is_ok()
    }

    /// Whether she administers Portus.
    pub fn is_admin(caller: &Caller) -> bool {
        let identity = caller.identity.as_ref();
        identity.is_some_and(|identity| identity.standing == AccountStanding::Admin)
    }
}
