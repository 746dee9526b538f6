use async_trait::async_trait;

use super::MemoryStore;
use super::listing::page;
use super::rows::{admits, is_listed};
use super::state::{State, StoredRepository};
use crate::id::{AccountId, RepositoryId};
use crate::page::{Page, Slice};
use crate::policy::NamespaceFilter;
use crate::port::{Search, StoreError};
use crate::registry::RegistryName;
use crate::search::{
    FoundManifest, FoundNamespace, FoundRepository, FoundTag, FoundTeam, SearchText, tails,
};

#[async_trait]
impl Search for MemoryStore {
    async fn repositories(
        &self,
        readable: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundRepository>, StoreError> {
        let (state, wanted) = (self.now()?, text.lowered());
        let found = seen(&state, readable).filter(|(_, one, _)| is_listed(one));
        let rows = found.filter_map(|(id, one, registry)| {
            let tails = tails(&one.path);
            let matching = tails.iter().enumerate().filter(|(_, tail)| tail.starts_with(&wanted));
            let ranked = matching.map(|(place, tail)| {
                let rank = if *tail == wanted { 0 } else { 1 + place.min(1) };
                (rank.to_string(), (tail.clone(), numbered(id)))
            });
            let key = ranked.min()?;
            Some((key, FoundRepository { registry, path: one.path.clone() }))
        });
        Ok(page(rows, slice))
    }

    async fn tags(
        &self,
        readable: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundTag>, StoreError> {
        let (state, wanted) = (self.now()?, text.as_str());
        let rows = seen(&state, readable).flat_map(|(id, one, registry)| {
            let tags = one.tags.iter().filter(|(name, _)| name.as_str().starts_with(wanted));
            let found = tags.filter_map(move |(name, tag)| {
                let found = FoundTag {
                    registry: registry.clone(),
                    path: one.path.clone(),
                    name: name.clone(),
                    digest: tag.digest(one)?.clone(),
                    pushed_at: tag.last_push()?.0,
                };
                Some(((name.to_string(), numbered(id)), found))
            });
            found.collect::<Vec<_>>()
        });
        Ok(page(rows, slice))
    }

    async fn manifests(
        &self,
        readable: &NamespaceFilter,
        digits: &str,
        slice: &Slice,
    ) -> Result<Page<FoundManifest>, StoreError> {
        let state = self.now()?;
        let rows = seen(&state, readable).flat_map(|(id, one, registry)| {
            let manifests = one.manifests.iter().filter(|(_, manifest)| manifest.is_there());
            let found = manifests.filter(|(digest, _)| digest.as_str().starts_with(digits));
            let found = found.filter_map(move |(digest, manifest)| {
                let found = FoundManifest {
                    registry: registry.clone(),
                    path: one.path.clone(),
                    digest: digest.clone(),
                    pushed_at: manifest.pushed_at?,
                };
                Some(((digest.to_string(), numbered(id)), found))
            });
            found.collect::<Vec<_>>()
        });
        Ok(page(rows, slice))
    }

    async fn namespaces(
        &self,
        readable: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundNamespace>, StoreError> {
        let (state, wanted) = (self.now()?, text.lowered());
        let found = state.namespaces.values().filter(|one| admits(&state, readable, one));
        let rows = found.filter_map(|one| {
            let name = one.name.clone().filter(|name| name.as_str().starts_with(&wanted))?;
            let registry = state.registries.get(&one.registry)?.name.clone();
            let key = (name.to_string(), format!("{:020}", one.id.0));
            Some((key, FoundNamespace { registry, name, kind: one.kind }))
        });
        Ok(page(rows, slice))
    }

    async fn teams(
        &self,
        member: Option<AccountId>,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundTeam>, StoreError> {
        let (state, wanted) = (self.now()?, text.lowered());
        let known = state
            .teams
            .values()
            .filter(|team| member.is_none_or(|member| state.role(team.id, member).is_some()))
            .filter(|team| team.name.key().starts_with(&wanted));
        let rows = known.map(|team| (team.name.key(), FoundTeam { name: team.name.clone() }));
        Ok(page(rows, slice))
    }
}

/// The repositories that may be seen, with the names of their registries.
fn seen<'a>(
    state: &'a State,
    readable: &'a NamespaceFilter,
) -> impl Iterator<Item = (RepositoryId, &'a StoredRepository, RegistryName)> {
    state.repositories.iter().filter_map(|(id, one)| {
        let namespace = state.namespaces.get(&one.namespace)?;
        let registry = state.registries.get(&one.registry)?.name.clone();
        admits(state, readable, namespace).then_some((*id, one, registry))
    })
}

/// A number in the order of numbers.
fn numbered(id: RepositoryId) -> String {
    format!("{:020}", id.0)
}
