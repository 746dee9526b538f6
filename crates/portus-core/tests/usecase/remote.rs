//! A registry that answers from a table.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use portus_core::digest::Digest;
use portus_core::image::{self, Child, Descriptor, ManifestDetails, MediaType};
use portus_core::port::{
    CatalogPage, FetchedManifest, Reference, RemoteError, RemoteRegistries, RemoteRegistry,
    Removal, TagsPage,
};
use portus_core::registry::Registry;
use portus_core::repository::RepositoryPath;
use portus_core::tag::TagName;

/// What the registry holds, and how it behaves.
#[derive(Clone, Default)]
pub struct Table(pub Arc<Mutex<Contents>>);

#[derive(Default)]
pub struct Contents {
    pub repositories: BTreeMap<RepositoryPath, BTreeMap<TagName, Digest>>,
    pub indexes: BTreeMap<Digest, Vec<Digest>>,
    pub date: Option<SystemTime>,
    pub page: usize,
    /// After so many pages of the catalog it cannot be reached.
    pub breaks_after: Option<usize>,
    pub pages_read: usize,
    pub manifests_read: Vec<Digest>,
    pub deletes: Deletes,
    /// What was deleted, in order.
    pub deleted: Vec<String>,
    /// What happens once when a deletion arrives, before it is done.
    pub meanwhile: Option<BoxFuture<'static, ()>>,
    /// After so many deletions it cannot be reached.
    pub deletes_left: Option<usize>,
    /// The tags of this one are answered with a failure.
    pub broken: Option<RepositoryPath>,
}

/// How it deletes.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub enum Deletes {
    ByDigest,
    #[default]
    ByTag,
    Nothing,
}

pub fn digest(digit: u32) -> Digest {
    format!("sha256:{digit:064x}").parse().unwrap()
}

impl Table {
    pub fn put(&self, path: &str, tag: &str, digit: u32) {
        let mut contents = self.0.lock().unwrap();
        let tags = contents.repositories.entry(path.parse().unwrap()).or_default();
        tags.insert(tag.parse().unwrap(), digest(digit));
    }
}

impl RemoteRegistries for Table {
    fn open(&self, _registry: &Registry) -> Arc<dyn RemoteRegistry> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl RemoteRegistry for Table {
    async fn catalog(&self, from: Option<&str>) -> Result<CatalogPage, RemoteError> {
        let mut contents = self.0.lock().unwrap();
        if contents.breaks_after.is_some_and(|pages| contents.pages_read >= pages) {
            return Err(RemoteError::Unreachable("switched off".into()));
        }
        contents.pages_read += 1;
        let size = contents.page.max(1);
        let after =
            |path: &&RepositoryPath| from.is_none_or(|from| path.to_string().as_str() > from);
        let names: Vec<_> =
            contents.repositories.keys().filter(after).take(size + 1).cloned().collect();
        let more = names.len() > size;
        let repositories: Vec<_> = names.into_iter().take(size).collect();
        let next = repositories.last().filter(|_| more).map(ToString::to_string);
        Ok(CatalogPage { repositories, odd: 0, next, date: contents.date })
    }

    async fn tags(
        &self,
        repository: &RepositoryPath,
        _from: Option<&str>,
    ) -> Result<TagsPage, RemoteError> {
        let contents = self.0.lock().unwrap();
        if contents.broken.as_ref() == Some(repository) {
            return Err(RemoteError::Unreachable("status 500".into()));
        }
        let tags = contents.repositories.get(repository);
        Ok(TagsPage {
            tags: tags.into_iter().flatten().map(|(t, _)| t.clone()).collect(),
            next: None,
        })
    }

    async fn resolve(
        &self,
        repository: &RepositoryPath,
        tag: &TagName,
    ) -> Result<Option<FetchedManifest>, RemoteError> {
        let contents = self.0.lock().unwrap();
        let found = contents.repositories.get(repository).and_then(|tags| tags.get(tag));
        Ok(found.map(|digest| FetchedManifest {
            digest: digest.clone(),
            media_type: MediaType::new(image::OCI_MANIFEST),
        }))
    }

    async fn manifest(
        &self,
        _repository: &RepositoryPath,
        wanted: &Digest,
    ) -> Result<Option<ManifestDetails>, RemoteError> {
        let mut contents = self.0.lock().unwrap();
        contents.manifests_read.push(wanted.clone());
        let part = |size| Descriptor { media_type: MediaType::default(), digest: digest(9), size };
        let children = contents.indexes.get(wanted);
        let is_index = children.is_some();
        let children = children.into_iter().flatten().map(|child| Child {
            descriptor: Descriptor {
                media_type: MediaType::new(image::OCI_MANIFEST),
                digest: child.clone(),
                size: 100,
            },
            platform: "linux/arm64".parse().ok(),
            attests: None,
        });
        Ok(Some(ManifestDetails {
            media_type: MediaType::new(if is_index {
                image::OCI_INDEX
            } else {
                image::OCI_MANIFEST
            }),
            artifact_type: None,
            config: (!is_index).then(|| part(10)),
            layers: if is_index { Vec::new() } else { vec![part(90)] },
            children: children.collect(),
            platform: (!is_index).then(|| "linux/amd64".parse().unwrap()),
            ..ManifestDetails::default()
        }))
    }

    async fn delete(
        &self,
        repository: &RepositoryPath,
        which: &Reference,
    ) -> Result<Removal, RemoteError> {
        let meanwhile = self.0.lock().unwrap().meanwhile.take_if(|_| is_real(which));
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        let mut contents = self.0.lock().unwrap();
        let date = contents.date;
        match (which, contents.deletes) {
            (_, Deletes::Nothing) | (Reference::Tag(_), Deletes::ByDigest) => {
                return Ok(Removal::Unsupported);
            }
            _ => {}
        }
        // What nobody has is asked about before anything is deleted.
        let tags = contents.repositories.entry(repository.clone()).or_default();
        let there = match which {
            Reference::Digest(digest) => tags.values().any(|on| on == digest),
            Reference::Tag(tag) => tags.contains_key(tag),
        };
        if !there {
            return Ok(Removal::NotThere { date });
        }
        if contents.deletes_left == Some(0) {
            return Err(RemoteError::Unreachable("switched off".into()));
        }
        contents.deletes_left = contents.deletes_left.map(|left| left - 1);
        let tags = contents.repositories.entry(repository.clone()).or_default();
        let what = match which {
            Reference::Digest(digest) => {
                tags.retain(|_, on| on != digest);
                format!("{repository}@{}", digest.as_str().trim_start_matches("sha256:0"))
            }
            Reference::Tag(tag) => {
                tags.remove(tag);
                format!("{repository}:{tag}")
            }
        };
        contents.deleted.push(what);
        Ok(Removal::Gone { date })
    }
}

/// Whether it is none of the names that nobody has, by which a registry is asked how it deletes.
fn is_real(which: &Reference) -> bool {
    match which {
        Reference::Digest(digest) => digest.as_str().starts_with("sha256:0000"),
        Reference::Tag(tag) => tag.as_str().len() < 9,
    }
}
