use std::time::SystemTime;

use async_trait::async_trait;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::{AccountId, TeamId};
use portus_core::port::{StoreError, Teams};
use portus_core::team::{Member, Role, Team, TeamName};

use super::accounts::BOT;
use super::unit_of_work::SqlUnitOfWork;
use crate::error::store_error;
use crate::schema::{accounts, members, teams};
use crate::values::{count, micros, parsed, time};

#[async_trait]
impl Teams for SqlUnitOfWork {
    async fn add(&mut self, name: &TeamName, at: SystemTime) -> Result<TeamId, StoreError> {
        let added: Option<i64> = diesel::insert_into(teams::table)
            .values((
                teams::name.eq(name.as_str()),
                teams::name_key.eq(name.key()),
                teams::created_at.eq(micros(at)),
            ))
            .on_conflict_do_nothing()
            .returning(teams::id)
            .get_result(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        added.map(TeamId).ok_or(StoreError::Taken)
    }

    async fn set_role(
        &mut self,
        team: TeamId,
        account: AccountId,
        role: Role,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        diesel::insert_into(members::table)
            .values((
                members::team_id.eq(team.0),
                members::account_id.eq(account.0),
                members::role.eq(role.as_str()),
                members::since.eq(micros(at)),
            ))
            .on_conflict((members::team_id, members::account_id))
            .do_update()
            .set(members::role.eq(role.as_str()))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn remove(&mut self, team: TeamId, account: AccountId) -> Result<bool, StoreError> {
        let removed = diesel::delete(members::table.find((team.0, account.0)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(removed > 0)
    }

    async fn rename(&mut self, team: TeamId, name: &TeamName) -> Result<(), StoreError> {
        // Asked first: a statement that failed would undo the whole unit of work.
        let others = teams::table
            .filter(teams::name_key.eq(name.key()).and(teams::id.ne(team.0)))
            .select(teams::id)
            .first::<i64>(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        if others.is_some() {
            return Err(StoreError::Taken);
        }
        diesel::update(teams::table.find(team.0))
            .set((teams::name.eq(name.as_str()), teams::name_key.eq(name.key())))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn delete(&mut self, team: TeamId) -> Result<(), StoreError> {
        diesel::delete(teams::table.find(team.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn by_name(&mut self, name: &TeamName) -> Result<Option<Team>, StoreError> {
        let row: Option<TeamRow> = teams::table
            .filter(teams::name_key.eq(name.key()))
            .select(TEAM)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        row.map(team_of).transpose()
    }

    async fn by_id(&mut self, team: TeamId) -> Result<Option<Team>, StoreError> {
        let row: Option<TeamRow> = teams::table
            .find(team.0)
            .select(TEAM)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        row.map(team_of).transpose()
    }

    async fn role(&mut self, team: TeamId, account: AccountId) -> Result<Option<Role>, StoreError> {
        let role: Option<String> = members::table
            .find((team.0, account.0))
            .select(members::role)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        role.map(|role| parsed("members.role", &role)).transpose()
    }

    async fn owners_besides(
        &mut self,
        team: TeamId,
        account: AccountId,
    ) -> Result<u64, StoreError> {
        let owners: i64 = members::table
            .inner_join(accounts::table)
            .filter(members::team_id.eq(team.0))
            .filter(members::account_id.ne(account.0))
            .filter(accounts::enabled.eq(true))
            .filter(members::role.eq(Role::Owner.as_str()))
            .count()
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        count("members", owners)
    }

    async fn of(&mut self, account: AccountId) -> Result<Vec<(Team, Role)>, StoreError> {
        let rows: Vec<(TeamRow, String)> = members::table
            .inner_join(teams::table)
            .filter(members::account_id.eq(account.0))
            .order(teams::name_key)
            .select((TEAM, members::role))
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.into_iter()
            .map(|(team, role)| Ok((team_of(team)?, parsed("members.role", &role)?)))
            .collect()
    }

    async fn owned_alone(&mut self, account: AccountId) -> Result<Vec<Team>, StoreError> {
        let (hers, others) = diesel::alias!(members as hers, members as others);
        let owner = Role::Owner.as_str();
        let another = others
            .inner_join(accounts::table)
            .filter(accounts::enabled.eq(true))
            .filter(others.field(members::team_id).eq(teams::id))
            .filter(others.field(members::account_id).ne(account.0))
            .filter(others.field(members::role).eq(owner));
        let rows: Vec<TeamRow> = teams::table
            .inner_join(hers.on(hers.field(members::team_id).eq(teams::id)))
            .filter(hers.field(members::account_id).eq(account.0))
            .filter(hers.field(members::role).eq(owner))
            .filter(not(exists(another)))
            .order(teams::name_key)
            .select(TEAM)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.into_iter().map(team_of).collect()
    }

    async fn members(&mut self, team: TeamId) -> Result<Vec<Member>, StoreError> {
        let rows: Vec<MemberRow> = members::table
            .inner_join(accounts::table)
            .filter(members::team_id.eq(team.0))
            .order(accounts::name_key)
            .select(MEMBER)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.into_iter().map(member).collect()
    }
}

const TEAM: (teams::id, teams::name, teams::created_at) =
    (teams::id, teams::name, teams::created_at);

type TeamRow = (i64, String, i64);

fn team_of((id, name, created_at): TeamRow) -> Result<Team, StoreError> {
    Ok(Team { id: TeamId(id), name: parsed("teams.name", &name)?, created_at: time(created_at) })
}

pub(super) type MemberRow = (i64, String, String, String, bool);

pub(super) const MEMBER: (
    accounts::id,
    accounts::name,
    members::role,
    accounts::kind,
    accounts::enabled,
) = (accounts::id, accounts::name, members::role, accounts::kind, accounts::enabled);

pub(super) fn member(
    (account, name, role, kind, enabled): MemberRow,
) -> Result<Member, StoreError> {
    Ok(Member {
        account: AccountId(account),
        name: parsed("accounts.name", &name)?,
        role: parsed("members.role", &role)?,
        bot: kind == BOT,
        enabled,
    })
}
