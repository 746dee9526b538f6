use std::sync::Arc;

use super::permit::{Refused, permit, role_in};
use crate::account::{Account, AccountKind, Username};
use crate::activity::{Actor, NewActivity, Who, kind};
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
    /// She may do nothing, and could not care for the team.
    #[error("`{0}` is disabled and can own no team: name someone else")]
    Disabled(Username),
    /// Nobody who may do anything would own the team any more.
    #[error("`{0}` is the last owner of team `{1}`: make another owner first")]
    LastOwner(Username, TeamName),
    /// She is in the team already.
    #[error("`{0}` is in team `{1}` already: change the role instead")]
    Member(Username, TeamName),
    /// She is not in the team.
    #[error("`{0}` is not in team `{1}`")]
    NoMember(Username, TeamName),
    /// Who hands a team over owns it.
    #[error("you do not own team `{0}`: change roles instead")]
    NoOwner(TeamName),
    /// One hands over to somebody else.
    #[error("`{0}` is you: name someone else")]
    Oneself(Username),
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
        self.change(actor, team, member, false, async |tx, change| {
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
        self.change(actor, team, member, false, async |tx, change| {
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

    /// Ends the actor's own membership.
    pub async fn leave(&self, actor: &Actor, team: &TeamName) -> Result<(), Error> {
        let name = match &actor.who {
            Who::Caller(caller) => caller.name().cloned(),
            Who::Operator(_) | Who::Portus => None,
        };
        match name {
            Some(name) => self.remove(actor, team, &name).await,
            None => Err(Error::UnknownTeam(team.clone())),
        }
    }

    /// Makes someone else an owner in the actor's place, who is `then` what she is told, or leaves.
    pub async fn hand_over(
        &self,
        actor: &Actor,
        team: &TeamName,
        to: &Username,
        then: Option<Role>,
    ) -> Result<(), Error> {
        self.change(actor, team, to, false, async |tx, change| {
            if change.account.is_bot() {
                return Err(Error::Bot(to.clone()));
            }
            if !change.account.enabled {
                return Err(Error::Disabled(to.clone()));
            }
            let own = actor.account().filter(|own| *own != change.account.id);
            let own = own.ok_or_else(|| Error::Oneself(to.clone()))?;
            if tx.teams().role(change.team.id, own).await? != Some(Role::Owner) {
                return Err(Error::NoOwner(team.clone()));
            }
            tx.teams().set_role(change.team.id, change.account.id, Role::Owner, change.now).await?;
            let (what, step) = match then {
                Some(role) => {
                    tx.teams().set_role(change.team.id, own, role, change.now).await?;
                    (kind::TEAM_CHANGE_MEMBER_ROLE, format!("{} → {role}", Role::Owner))
                }
                None => {
                    tx.teams().remove(change.team.id, own).await?;
                    (kind::TEAM_REMOVE_MEMBER, Role::Owner.to_string())
                }
            };
            let row = NewActivity::done(what, actor, change.now, team.as_str())
                .detail(format!("{}: {step}", actor.name()))
                .in_team(change.team.id);
            tx.audit().append(&[row]).await?;
            Ok(match change.before {
                Some(before) => {
                    (kind::TEAM_CHANGE_MEMBER_ROLE, format!("{before} → {}", Role::Owner))
                }
                None => (kind::TEAM_ADD_MEMBER, Role::Owner.to_string()),
            })
        })
        .await
    }

    /// Ends a membership: one's own, or another's for who manages members.
    pub async fn remove(
        &self,
        actor: &Actor,
        team: &TeamName,
        member: &Username,
    ) -> Result<(), Error> {
        self.change(actor, team, member, true, async |tx, change| {
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
        leaves: bool,
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
                let own = leaves && role.is_some() && is_oneself(actor, member);
                let deed = if own { Deed::LeaveTeam } else { Deed::ManageMembers };
                let facts = DeedFacts { role, own, ..DeedFacts::default() };
                permit(&self.policy, actor, deed, &facts)?;
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

fn is_oneself(actor: &Actor, name: &Username) -> bool {
    let Who::Caller(caller) = &actor.who else { return false };
    caller.name().is_some_and(|own| own.key() == name.key())
}

async fn refuse_last_owner(tx: &mut Tx, change: &Membership) -> Result<(), Error> {
    if tx.teams().owners_besides(change.team.id, change.account.id).await? > 0 {
        return Ok(());
    }
    Err(Error::LastOwner(change.account.name.clone(), change.team.name.clone()))
}
