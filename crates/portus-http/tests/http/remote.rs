//! A registry that only deletes: what was pushed is there, whatever it is asked for.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portus_core::digest::Digest;
use portus_core::image::ManifestDetails;
use portus_core::port::{
    CatalogPage, FetchedManifest, Reference, RemoteError, RemoteRegistries, RemoteRegistry,
    Removal, TagsPage,
};
use portus_core::registry::Registry;
use portus_core::repository::RepositoryPath;
use portus_core::tag::TagName;

/// How it deletes.
#[derive(Clone, Default)]
pub struct Remote(pub Arc<Mutex<Deletes>>);

#[derive(Clone, Copy, Default)]
pub enum Deletes {
    Away,
    ByDigest,
    #[default]
    ByTag,
    Nothing,
}

impl Remote {
    pub fn set(&self, deletes: Deletes) {
        *self.0.lock().unwrap() = deletes;
    }
}

impl RemoteRegistries for Remote {
    fn open(&self, _: &Registry) -> Arc<dyn RemoteRegistry> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl RemoteRegistry for Remote {
    async fn catalog(&self, _: Option<&str>) -> Result<CatalogPage, RemoteError> {
        Err(away())
    }

    async fn tags(&self, _: &RepositoryPath, _: Option<&str>) -> Result<TagsPage, RemoteError> {
        Err(away())
    }

    async fn resolve(
        &self,
        _: &RepositoryPath,
        _: &TagName,
    ) -> Result<Option<FetchedManifest>, RemoteError> {
        Err(away())
    }

    async fn manifest(
        &self,
        _: &RepositoryPath,
        _: &Digest,
    ) -> Result<Option<ManifestDetails>, RemoteError> {
        Err(away())
    }

    async fn delete(&self, _: &RepositoryPath, which: &Reference) -> Result<Removal, RemoteError> {
        match (*self.0.lock().unwrap(), which) {
            (Deletes::Away, _) => Err(away()),
            (Deletes::Nothing, _) | (Deletes::ByDigest, Reference::Tag(_)) => {
                Ok(Removal::Unsupported)
            }
            _ => Ok(Removal::NotThere { date: None }),
        }
    }
}

fn away() -> RemoteError {
    RemoteError::Unreachable("switched off".into())
}
