use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::MemoryStore;
use super::deletions::there;
use super::rows::admits;
use super::state::{State, StoredRepository};
use super::tags::{Details, StoredManifest};
use crate::digest::Digest;
use crate::id::{RegistryId, RepositoryId};
use crate::image::ManifestDetails;
use crate::policy::NamespaceFilter;
use crate::port::{Blobs, StoreError, Weighed, Weight};

#[async_trait]
impl Blobs for MemoryStore {
    async fn size_of(&self, repository: RepositoryId) -> Result<u64, StoreError> {
        let every = NamespaceFilter::EVERY;
        Ok(self.weigh(&Weighed::Repository(repository), &every).await?.size)
    }

    async fn weigh(
        &self,
        which: &Weighed,
        readable: &NamespaceFilter,
    ) -> Result<Weight, StoreError> {
        let state = self.now()?;
        let (mut configs, mut layers) = (BTreeMap::new(), BTreeMap::new());
        let (mut others, mut registries) = (BTreeSet::new(), BTreeSet::new());
        let named: BTreeSet<&Digest> = match which {
            Weighed::Manifests(_, digests) => digests.iter().collect(),
            Weighed::Namespace(_) | Weighed::Repository(_) => BTreeSet::new(),
        };
        let goes = |id: RepositoryId, stored: &StoredRepository, digest: &Digest| match which {
            Weighed::Manifests(of, _) => *of == id && named.contains(digest),
            Weighed::Namespace(of) => *of == stored.namespace,
            Weighed::Repository(of) => *of == id,
        };
        for (id, stored, digest, details) in all(&state) {
            if !goes(id, stored, digest) {
                continue;
            }
            registries.insert(stored.registry);
            configs.extend(details.config.iter().map(|part| (&part.digest, part.size)));
            layers.extend(details.layers.iter().map(|part| (&part.digest, part.size)));
        }
        for (id, stored, digest, details) in all(&state) {
            if !goes(id, stored, digest) && counts(&state, readable, &registries, stored) {
                others.extend(details.layers.iter().map(|part| &part.digest));
            }
        }
        if matches!(which, Weighed::Namespace(_)) {
            others.clear();
        }
        let shared = layers.iter().filter(|(digest, _)| others.contains(*digest));
        let shared: Vec<u64> = shared.map(|(_, size)| *size).collect();
        Ok(Weight {
            size: configs.values().chain(layers.values()).sum(),
            shared: shared.len() as u64,
            shared_size: shared.iter().sum(),
        })
    }
}

type Read<'a> = (RepositoryId, &'a StoredRepository, &'a Digest, &'a ManifestDetails);

/// Every manifest that is there and was read.
fn all(state: &State) -> impl Iterator<Item = Read<'_>> {
    let read = |one: &'_ StoredManifest| matches!(one.details, Details::Read(_));
    state.repositories.iter().flat_map(move |(id, stored)| {
        let here = there(stored).filter(move |(_, one)| read(one));
        here.filter_map(move |(digest, one)| match &one.details {
            Details::Read(details) => Some((*id, stored, digest, &**details)),
            Details::Failed | Details::Pending => None,
        })
    })
}

/// Whether what a repository holds is in one of these registries, and to be seen.
fn counts(
    state: &State,
    readable: &NamespaceFilter,
    registries: &BTreeSet<RegistryId>,
    stored: &StoredRepository,
) -> bool {
    let namespace = state.namespaces.get(&stored.namespace);
    registries.contains(&stored.registry)
        && namespace.is_some_and(|namespace| admits(state, readable, namespace))
}
