use std::sync::Arc;

use super::permit::{Refused, permit};
use super::sighted::sighted;
use crate::activity::{Actor, NewActivity, kind};
use crate::policy::{Deed, Policy};
use crate::port::{Clock, Store, StoreError};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::words::Description;

/// Says what repositories are for; of namespaces and teams, those do that change them.
pub struct Describe {
    /// Where it is kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum DescribeError {
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is not there, or not to be seen by the one who asks.
    #[error("there is no `{0}`")]
    Unknown(String),
}

impl Describe {
    /// Says what a repository is for.
    pub async fn repository(
        &self,
        actor: &Actor,
        (registry, path): (&RegistryName, &RepositoryPath),
        description: &Description,
    ) -> Result<(), DescribeError> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                let seen = sighted(tx, &self.policy, actor, (registry, path)).await?;
                let seen = seen.ok_or_else(|| DescribeError::Unknown(path.to_string()))?;
                permit(&self.policy, actor, Deed::Describe, &seen.facts)?;
                tx.words().describe_repository(seen.id, description).await?;
                let row =
                    NewActivity::done(kind::REPOSITORY_DESCRIBE, actor, now, path.to_string());
                let row = row.in_namespace(seen.namespace.id).in_repository(seen.id);
                tx.audit().append(&[row]).await?;
                Ok(())
            })
            .await
    }
}
