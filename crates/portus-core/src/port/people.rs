use async_trait::async_trait;

use super::StoreError;
use crate::account::Account;
use crate::id::{AccountId, TeamId};
use crate::page::{BotRow, NamespaceRow, Page, Slice, TeamRow};
use crate::policy::NamespaceFilter;
use crate::team::{Member, Role};

/// Lists about people, teams and what is theirs: read-only, one query each. Whether the asker may
/// see them was decided before, but where a filter says so.
#[async_trait]
pub trait People: Send + Sync {
    /// Accounts by name.
    async fn found(
        &self,
        filter: &PeopleFilter,
        slice: &Slice,
    ) -> Result<Page<Account>, StoreError>;

    /// The teams an account is in, by name.
    async fn teams_of(
        &self,
        account: AccountId,
        slice: &Slice,
    ) -> Result<Page<TeamRow>, StoreError>;

    /// A team's bots by name.
    async fn bots_of(&self, team: TeamId, slice: &Slice) -> Result<Page<BotRow>, StoreError>;

    /// Those who are in a team, by name.
    async fn members_of(
        &self,
        team: TeamId,
        filter: &MemberFilter,
        slice: &Slice,
    ) -> Result<Page<Member>, StoreError>;

    /// How many are in a team.
    async fn headcount(&self, team: TeamId) -> Result<Headcount, StoreError>;

    /// The namespaces of a team or person that the asker may see, by registry and name.
    async fn namespaces_of(
        &self,
        holder: Holder,
        readable: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<NamespaceRow>, StoreError>;

    /// The namespaces that are nobody's, by registry and name.
    async fn orphans(&self, slice: &Slice) -> Result<Page<NamespaceRow>, StoreError>;
}

/// Whose namespaces are.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Holder {
    /// A person's.
    Account(AccountId),
    /// A team's.
    Team(TeamId),
}

/// How many are in a team.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Headcount {
    /// People.
    pub people: u64,
    /// Programs.
    pub bots: u64,
}

/// Who of a team is wanted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct MemberFilter {
    /// Only who is this there.
    pub role: Option<Role>,
    /// Only people.
    pub is_person: bool,
    /// Only those whose accounts may do anything at all.
    pub may_act: bool,
}

/// Which accounts are wanted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PeopleFilter {
    /// Of which kind.
    pub kinds: AccountKinds,
    /// Only those whose names start so, in any case.
    pub prefix: Option<String>,
}

/// A kind of account to look for.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum AccountKinds {
    /// People who administer Portus.
    Admins,
    /// Every one.
    #[default]
    All,
    /// Programs.
    Bots,
    /// Those who may do nothing.
    Disabled,
    /// People, admins or not.
    People,
}
