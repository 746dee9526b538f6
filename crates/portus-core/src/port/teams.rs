use std::time::SystemTime;

use async_trait::async_trait;

use super::StoreError;
use crate::id::{AccountId, TeamId};
use crate::team::{Member, Role, Team, TeamName};

/// Teams and who is in them.
#[async_trait]
pub trait Teams: Send {
    /// Adds a team with nobody in it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where there is one of that name; the unit of work stays usable.
    async fn add(&mut self, name: &TeamName, at: SystemTime) -> Result<TeamId, StoreError>;

    /// Makes an account a member, replacing an earlier role.
    async fn set_role(
        &mut self,
        team: TeamId,
        account: AccountId,
        role: Role,
        at: SystemTime,
    ) -> Result<(), StoreError>;

    /// Ends a membership; says whether there was one.
    async fn remove(&mut self, team: TeamId, account: AccountId) -> Result<bool, StoreError>;

    /// Gives a team another name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where another team has it; the unit of work stays usable.
    async fn rename(&mut self, team: TeamId, name: &TeamName) -> Result<(), StoreError>;

    /// Removes a team with its memberships and its bots.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] where a namespace is still its own.
    async fn delete(&mut self, team: TeamId) -> Result<(), StoreError>;

    /// The team of this name, in any case.
    async fn by_name(&mut self, name: &TeamName) -> Result<Option<Team>, StoreError>;

    /// The team of this number.
    async fn by_id(&mut self, team: TeamId) -> Result<Option<Team>, StoreError>;

    /// What an account is in a team.
    async fn role(&mut self, team: TeamId, account: AccountId) -> Result<Option<Role>, StoreError>;

    /// How many own a team and are enabled, this one not counted.
    async fn owners_besides(&mut self, team: TeamId, account: AccountId)
    -> Result<u64, StoreError>;

    /// The teams an account is in, by name, and as what.
    async fn of(&mut self, account: AccountId) -> Result<Vec<(Team, Role)>, StoreError>;

    /// The teams that this account owns and nobody else does who is enabled, by name.
    async fn owned_alone(&mut self, account: AccountId) -> Result<Vec<Team>, StoreError>;

    /// Everyone in a team, by name.
    async fn members(&mut self, team: TeamId) -> Result<Vec<Member>, StoreError>;
}
