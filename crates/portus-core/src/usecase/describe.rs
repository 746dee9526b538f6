use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use super::sighted::sighted;
use crate::activity::{Actor, NewActivity, kind};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError};
use crate::registry::RegistryName;
use crate::repository::RepositoryPath;
use crate::team::TeamName;
use crate::words::Description;

/// Says what repositories and teams are for; of namespaces, [`super::ChangeNamespace`] does.
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

    /// Says what a team is for.
    pub async fn team(
        &self,
        actor: &Actor,
        name: &TeamName,
        description: &Description,
    ) -> Result<(), DescribeError> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                let team = tx.teams().by_name(name).await?;
                let team = team.ok_or_else(|| DescribeError::Unknown(name.to_string()))?;
                let role = role_in(tx, actor, team.id).await?;
                let facts = DeedFacts { role, ..DeedFacts::default() };
                permit(&self.policy, actor, Deed::Describe, &facts)?;
                tx.words().describe_team(team.id, description).await?;
                let row = NewActivity::done(kind::TEAM_DESCRIBE, actor, now, team.name.as_str());
                tx.audit().append(&[row.in_team(team.id)]).await?;
                Ok(())
            })
            .await
    }
}
