use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use crate::activity::{Actor, NewActivity, kind};
use crate::id::TeamId;
use crate::namespace::{Namespace, NamespaceKind, NamespaceName};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Holder, Store, StoreError, Tx};
use crate::registry::RegistryName;
use crate::team::{Role, Team, TeamName};
use crate::words::Description;

/// Renames teams, says what they are for, and removes them.
pub struct ChangeTeam {
    /// Where teams are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What goes with a team, and what stands in the way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TeamRemains {
    /// The team.
    pub team: Team,
    /// What it owns, which has to be somebody else's before, or nobody's.
    pub namespaces: Vec<(RegistryName, NamespaceName)>,
    /// Whether the actor may leave them to nobody.
    pub may_abandon: bool,
}

/// Why a team stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeTeamError {
    /// One of its namespaces is being deleted, and would be the team's again if that were called
    /// off.
    #[error(
        "namespace `{1}` of team `{0}` is being deleted: wait until that is done, or cancel it"
    )]
    Deleting(TeamName, String),
    /// It owns namespaces.
    #[error("team `{0}` owns {1} namespaces: give them to another team or delete them first")]
    Owns(TeamName, usize),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another one has the name.
    #[error("there is a team `{0}` already")]
    Taken(TeamName),
    /// There is no such team.
    #[error("there is no team `{0}`")]
    Unknown(TeamName),
}

use ChangeTeamError as Error;

impl ChangeTeam {
    /// Gives a team another name, and says what it is for; what is left out stays. Its namespaces
    /// keep their names.
    pub async fn change(
        &self,
        actor: &Actor,
        team: &TeamName,
        name: Option<&TeamName>,
        description: Option<&Description>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                if name.is_some() {
                    tx.raise_epoch().await?;
                }
                let (found, role) = self.find(tx, actor, team).await?;
                let mut rows = Vec::new();
                if let Some(text) = description {
                    let facts = DeedFacts { role, ..DeedFacts::default() };
                    permit(&self.policy, actor, Deed::Describe, &facts)?;
                    tx.words().describe_team(found.id, text).await?;
                    rows.push(NewActivity::done(
                        kind::TEAM_DESCRIBE,
                        actor,
                        now,
                        found.name.as_str(),
                    ));
                }
                if let Some(name) = name {
                    tx.teams().rename(found.id, name).await.map_err(|error| match error {
                        StoreError::Taken => Error::Taken(name.clone()),
                        error => error.into(),
                    })?;
                    let row = NewActivity::done(kind::TEAM_RENAME, actor, now, found.name.as_str());
                    rows.push(row.detail(format!("{} → {name}", found.name)));
                }
                let rows: Vec<_> = rows.into_iter().map(|row| row.in_team(found.id)).collect();
                tx.audit().append(&rows).await?;
                Ok(())
            })
            .await
    }

    /// What would go with a team.
    pub async fn remains(&self, actor: &Actor, team: &TeamName) -> Result<TeamRemains, Error> {
        self.store
            .read(async |tx| {
                let (team, role) = self.find(tx, actor, team).await?;
                let held = tx.namespaces().held_by(Holder::Team(team.id)).await?;
                let facts = DeedFacts { role, ..DeedFacts::default() };
                let abandon = permit(&self.policy, actor, Deed::AbandonNamespaces, &facts);
                Ok(TeamRemains {
                    namespaces: placed(tx, &held).await?,
                    may_abandon: abandon.is_ok(),
                    team,
                })
            })
            .await
    }

    /// Removes a team with its bots and their tokens. One that owns namespaces stays, unless an
    /// admin says to `abandon` them: they are nobody's then, and only admins see them.
    pub async fn delete(&self, actor: &Actor, team: &TeamName, abandon: bool) -> Result<(), Error> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let (found, role) = self.find(tx, actor, team).await?;
                if let Some(namespace) = tx.going().namespace_of(found.id).await? {
                    return Err(Error::Deleting(found.name, namespace));
                }
                let held = tx.namespaces().held_by(Holder::Team(found.id)).await?;
                if !held.is_empty() && !abandon {
                    return Err(Error::Owns(found.name, held.len()));
                }
                if !held.is_empty() {
                    let facts = DeedFacts { role, ..DeedFacts::default() };
                    permit(&self.policy, actor, Deed::AbandonNamespaces, &facts)?;
                }
                let mut rows = Vec::new();
                for namespace in &held {
                    tx.namespaces().set_kind(namespace.id, NamespaceKind::Orphan).await?;
                    rows.push(
                        NewActivity::done(kind::NAMESPACE_ORPHAN, actor, now, called(namespace))
                            .detail(format!("was of team {}", found.name))
                            .in_namespace(namespace.id),
                    );
                }
                let detail = self.farewell(tx, found.id).await?;
                tx.teams().delete(found.id).await?;
                let row = NewActivity::done(kind::TEAM_DELETE, actor, now, found.name.as_str());
                rows.push(row.detail(detail).in_team(found.id));
                tx.audit().append(&rows).await?;
                Ok(())
            })
            .await
    }

    /// Who was in it, for the audit.
    async fn farewell(&self, tx: &mut Tx, team: TeamId) -> Result<String, StoreError> {
        let members = tx.teams().members(team).await?;
        let named = members.iter().map(|member| format!("{} {}", member.role, member.name));
        Ok(named.collect::<Vec<_>>().join(", "))
    }

    async fn find(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        team: &TeamName,
    ) -> Result<(Team, Option<Role>), Error> {
        let found = tx.teams().by_name(team).await?;
        let found = found.ok_or_else(|| Error::Unknown(team.clone()))?;
        let role = role_in(tx, actor, found.id).await?;
        let facts = DeedFacts { role, ..DeedFacts::default() };
        permit(&self.policy, actor, Deed::ManageTeam, &facts)?;
        Ok((found, role))
    }
}

/// Namespaces by where they are and what they are called. Nobody owns a global one.
pub(super) async fn placed(
    tx: &mut Tx,
    namespaces: &[Namespace],
) -> Result<Vec<(RegistryName, NamespaceName)>, StoreError> {
    let registries = tx.registries().all().await?;
    let mut places: Vec<_> = namespaces
        .iter()
        .filter_map(|namespace| {
            let registry = registries.iter().find(|one| one.id == namespace.registry)?;
            Some((registry.name.clone(), namespace.name.clone()?))
        })
        .collect();
    places.sort();
    Ok(places)
}

pub(super) fn called(namespace: &Namespace) -> String {
    namespace.name.as_ref().map(ToString::to_string).unwrap_or_default()
}
