use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use crate::account::{Account, AccountKind, Username};
use crate::activity::{Actor, NewActivity, kind};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Store, StoreError, Tx};
use crate::team::{Role, Team, TeamName};

/// Changes who is in a team, and as what.
pub struct ChangeMembers {
    /// Where teams are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why a team stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeMembersError {
    /// Bots belong to one team and own nothing.
    #[error("`{0}` is a bot: it stays in its own team, as viewer or contributor")]
    Bot(Username),
    /// Nobody would own the team any more.
    #[error("`{0}` is the last owner of team `{1}`: make another owner first")]
    LastOwner(Username, TeamName),
    /// She is in the team already.
    #[error("`{0}` is in team `{1}` already: change the role instead")]
    Member(Username, TeamName),
    /// She is not in the team.
    #[error("`{0}` is not in team `{1}`")]
    NoMember(Username, TeamName),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    UnknownAccount(Username),
    /// There is no such team.
    #[error("there is no team `{0}`")]
    UnknownTeam(TeamName),
}

use ChangeMembersError as Error;

impl ChangeMembers {
    /// Adds someone.
    pub async fn add(
        &self,
        actor: &Actor,
        team: &TeamName,
        member: &Username,
        role: Role,
    ) -> Result<(), Error> {
        self.change(actor, team, member, async |tx, change| {
            if change.account.is_bot() {
                return Err(Error::Bot(member.clone()));
            }
            if change.before.is_some() {
                return Err(Error::Member(member.clone(), team.clone()));
            }
            tx.teams().set_role(change.team.id, change.account.id, role, change.now).await?;
            Ok((kind::TEAM_ADD_MEMBER, role.to_string()))
        })
        .await
    }

    /// Changes what someone is.
    pub async fn set_role(
        &self,
        actor: &Actor,
        team: &TeamName,
        member: &Username,
        role: Role,
    ) -> Result<(), Error> {
        self.change(actor, team, member, async |tx, change| {
            let before = change.before;
            let before = before.ok_or_else(|| Error::NoMember(member.clone(), team.clone()))?;
            if matches!(change.account.kind, AccountKind::Bot { .. }) && role == Role::Owner {
                return Err(Error::Bot(member.clone()));
            }
            if before == Role::Owner && role != Role::Owner {
                refuse_last_owner(tx, &change).await?;
            }
            tx.teams().set_role(change.team.id, change.account.id, role, change.now).await?;
            Ok((kind::TEAM_CHANGE_MEMBER_ROLE, format!("{before} → {role}")))
        })
        .await
    }

    /// Ends a membership.
    pub async fn remove(
        &self,
        actor: &Actor,
        team: &TeamName,
        member: &Username,
    ) -> Result<(), Error> {
        self.change(actor, team, member, async |tx, change| {
            let before = change.before;
            let before = before.ok_or_else(|| Error::NoMember(member.clone(), team.clone()))?;
            if change.account.is_bot() {
                return Err(Error::Bot(member.clone()));
            }
            if before == Role::Owner {
                refuse_last_owner(tx, &change).await?;
            }
            tx.teams().remove(change.team.id, change.account.id).await?;
            Ok((kind::TEAM_REMOVE_MEMBER, before.to_string()))
        })
        .await
    }

    async fn change(
        &self,
        actor: &Actor,
        team: &TeamName,
        member: &Username,
        change: impl AsyncFnOnce(&mut Tx, Membership) -> Result<(&'static str, String), Error>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                // First: this row's lock keeps two owners from being demoted at once.
                tx.raise_epoch().await?;
                let found = tx.teams().by_name(team).await?;
                let found = found.ok_or_else(|| Error::UnknownTeam(team.clone()))?;
                let role = role_in(tx, actor, found.id).await?;
                let facts = DeedFacts { role, ..DeedFacts::default() };
                permit(&self.policy, actor, Deed::ManageMembers, &facts)?;
                let account = tx.accounts().by_name(member).await?;
                let account = account.ok_or_else(|| Error::UnknownAccount(member.clone()))?;
                let before = tx.teams().role(found.id, account.id).await?;
                let (team_id, member_name) = (found.id, account.name.to_string());
                let membership = Membership { team: found, account, before, now };
                let (what, detail) = change(tx, membership).await?;
                let row = NewActivity::done(what, actor, now, team.as_str())
                    .detail(format!("{member_name}: {detail}"))
                    .in_team(team_id);
                tx.audit().append(&[row]).await?;
                Ok(())
            })
            .await
    }
}

/// One account and one team, before the change.
struct Membership {
    team: Team,
    account: Account,
    before: Option<Role>,
    now: std::time::SystemTime,
}

async fn refuse_last_owner(tx: &mut Tx, change: &Membership) -> Result<(), Error> {
    if tx.teams().owners(change.team.id).await? > 1 {
        return Ok(());
    }
    Err(Error::LastOwner(change.account.name.clone(), change.team.name.clone()))
}
