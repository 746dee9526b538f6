use std::time::SystemTime;

use async_trait::async_trait;
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use portus_core::catalog::{KnownTag, KnownTags};
use portus_core::digest::Digest;
use portus_core::id::{AccountId, NamespaceId, RegistryId, RepositoryId};
use portus_core::image::SeenManifest;
use portus_core::port::{Described, Repositories, StoreError, TagChange};
use portus_core::repository::RepositoryPath;
use portus_core::tag::{AsOf, TagName};

use super::unit_of_work::SqlUnitOfWork;
use super::{manifests, tags, traffic};
use crate::error::store_error;
use crate::schema::{namespaces, pulls, registries, repositories};
use crate::values::{micros, parsed};

#[async_trait]
impl Repositories for SqlUnitOfWork {
    async fn ensure(
        &mut self,
        namespace: NamespaceId,
        path: &RepositoryPath,
        at: SystemTime,
    ) -> Result<RepositoryId, StoreError> {
        let full = path.to_string();
        let known: Option<i64> = repositories::table
            .filter(repositories::namespace_id.eq(namespace.0))
            .filter(repositories::path.eq(&full))
            .select(repositories::id)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        if let Some(id) = known {
            return Ok(RepositoryId(id));
        }
        let (registry, registry_name): (i64, String) = namespaces::table
            .inner_join(registries::table)
            .filter(namespaces::id.eq(namespace.0))
            .select((registries::id, registries::name))
            .first(self.conn())
            .await
            .map_err(store_error)?;
        let added: Option<i64> = diesel::insert_into(repositories::table)
            .values((
                repositories::registry_id.eq(registry),
                repositories::namespace_id.eq(namespace.0),
                repositories::registry_name.eq(registry_name),
                repositories::path.eq(&full),
                repositories::name.eq(path.name()),
                repositories::pulls.eq(0),
                repositories::created_at.eq(micros(at)),
            ))
            .on_conflict((repositories::registry_id, repositories::path))
            .do_nothing()
            .returning(repositories::id)
            .get_result(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        match added {
            Some(id) => Ok(RepositoryId(id)),
            // Another unit of work made it since the first look.
            None => self
                .by_path(RegistryId(registry), path)
                .await?
                .ok_or_else(|| store_error(diesel::NotFound)),
        }
    }

    async fn by_path(
        &mut self,
        registry: RegistryId,
        path: &RepositoryPath,
    ) -> Result<Option<RepositoryId>, StoreError> {
        let id: Option<i64> = repositories::table
            .filter(repositories::registry_id.eq(registry.0))
            .filter(repositories::path.eq(path.to_string()))
            .select(repositories::id)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        Ok(id.map(RepositoryId))
    }

    async fn add_manifest(
        &mut self,
        repository: RepositoryId,
        manifest: &SeenManifest,
        as_of: &AsOf,
    ) -> Result<bool, StoreError> {
        self.lock(repository).await?;
        let appeared = manifests::add(self.conn(), repository, manifest, as_of).await?;
        traffic::settle_push(self.conn(), repository).await?;
        Ok(appeared)
    }

    async fn set_tag(
        &mut self,
        repository: RepositoryId,
        tag: &TagName,
        digest: &Digest,
        as_of: &AsOf,
        by: Option<(Option<AccountId>, &str)>,
    ) -> Result<TagChange, StoreError> {
        self.lock(repository).await?;
        let change = tags::set(self.conn(), repository, tag, digest, as_of, by).await?;
        traffic::settle_push(self.conn(), repository).await?;
        Ok(change)
    }

    async fn remove_manifest(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        as_of: &AsOf,
    ) -> Result<bool, StoreError> {
        self.lock(repository).await?;
        let conn = self.conn();
        if !tags::bury(conn, repository, digest.as_str(), as_of).await? {
            return Ok(false);
        }
        let manifest = manifests::remove(conn, repository, digest, as_of).await?;
        let tags = tags::remove_on(conn, repository, digest, as_of).await?;
        traffic::settle_push(conn, repository).await?;
        Ok(manifest || tags)
    }

    async fn remove_tag(
        &mut self,
        repository: RepositoryId,
        tag: &TagName,
        as_of: &AsOf,
    ) -> Result<bool, StoreError> {
        self.lock(repository).await?;
        let conn = self.conn();
        if !tags::bury(conn, repository, tag.as_str(), as_of).await? {
            return Ok(false);
        }
        let removed = tags::remove(conn, repository, tag, as_of).await?;
        traffic::settle_push(conn, repository).await?;
        Ok(removed)
    }

    async fn count_pulls(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        at: SystemTime,
        count: u32,
    ) -> Result<(), StoreError> {
        let last = case_when(excluded(pulls::last).gt(pulls::last), excluded(pulls::last));
        diesel::insert_into(pulls::table)
            .values((
                pulls::repository_id.eq(repository.0),
                pulls::digest.eq(digest.as_str()),
                pulls::day.eq(micros(at).div_euclid(DAY)),
                pulls::count.eq(i64::from(count)),
                pulls::last.eq(micros(at)),
            ))
            .on_conflict((pulls::repository_id, pulls::digest, pulls::day))
            .do_update()
            .set((
                pulls::count.eq(pulls::count + excluded(pulls::count)),
                pulls::last.eq(last.otherwise(pulls::last)),
            ))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        diesel::update(repositories::table.find(repository.0))
            .set(repositories::pulls.eq(repositories::pulls + i64::from(count)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        traffic::count(self.conn(), repository, at, (0, i64::from(count))).await
    }

    async fn describe(
        &mut self,
        repository: RepositoryId,
        digest: &Digest,
        described: &Described,
    ) -> Result<(), StoreError> {
        self.lock(repository).await?;
        manifests::describe(self.conn(), repository, digest, described).await
    }

    async fn known_tags(&mut self, repository: RepositoryId) -> Result<KnownTags, StoreError> {
        let conn = self.conn();
        let mut known = KnownTags::new();
        for (name, digest, as_of) in tags::newest(conn, repository).await? {
            known.insert(parsed("tags.name", &name)?, KnownTag { digest, as_of });
        }
        for (name, as_of) in tags::buried(conn, repository).await? {
            let unknown = || KnownTag { digest: None, as_of: as_of.clone() };
            let tag = known.entry(parsed("tombstones.what", &name)?).or_insert_with(unknown);
            tag.as_of = tag.as_of.clone().max(as_of);
        }
        Ok(known)
    }

    async fn known_manifests(
        &mut self,
        repository: RepositoryId,
        digests: &[Digest],
    ) -> Result<Vec<Digest>, StoreError> {
        manifests::known(self.conn(), repository, digests).await
    }
}

/// In microseconds.
pub(super) const DAY: i64 = 86_400_000_000;
