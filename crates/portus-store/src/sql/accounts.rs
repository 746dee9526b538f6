use async_trait::async_trait;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::account::{Account, AccountKind, Email, NewAccount, PasswordHash, Username};
use portus_core::id::{AccountId, TeamId};
use portus_core::namespace::NamespaceName;
use portus_core::port::{Accounts, StoreError, UnitOfWork};

use super::unit_of_work::SqlUnitOfWork;
use crate::error::{corrupt, store_error};
use crate::schema::{accounts, deleted_names, namespaces, repositories, stars};
use crate::values::{count, micros, parsed, time};

#[async_trait]
impl Accounts for SqlUnitOfWork {
    async fn add(&mut self, account: &NewAccount) -> Result<AccountId, StoreError> {
        let added: Option<i64> = diesel::insert_into(accounts::table)
            .values((identity(account), standing(account), accounts::enabled.eq(true)))
            .on_conflict_do_nothing()
            .returning(accounts::id)
            .get_result(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        added.map(AccountId).ok_or(StoreError::Taken)
    }

    async fn set_admin(&mut self, account: AccountId, admin: bool) -> Result<(), StoreError> {
        diesel::update(accounts::table)
            .filter(accounts::id.eq(account.0).and(accounts::kind.eq(PERSON)))
            .set(accounts::admin.eq(admin))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn set_enabled(&mut self, account: AccountId, enabled: bool) -> Result<(), StoreError> {
        diesel::update(accounts::table.find(account.0))
            .set(accounts::enabled.eq(enabled))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn set_email(
        &mut self,
        account: AccountId,
        email: Option<&Email>,
    ) -> Result<(), StoreError> {
        let key = email.map(Email::key);
        // Asked first: a statement that failed would undo the whole unit of work.
        if let Some(key) = &key {
            let other = accounts::table
                .filter(accounts::email_key.eq(key).and(accounts::id.ne(account.0)))
                .select(accounts::id)
                .first::<i64>(self.conn())
                .await
                .optional()
                .map_err(store_error)?;
            if other.is_some() {
                return Err(StoreError::Taken);
            }
        }
        diesel::update(accounts::table.find(account.0))
            .set((accounts::email.eq(email.map(Email::as_str)), accounts::email_key.eq(key)))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn set_password(
        &mut self,
        account: AccountId,
        hash: &PasswordHash,
    ) -> Result<(), StoreError> {
        diesel::update(accounts::table)
            .filter(accounts::id.eq(account.0).and(accounts::kind.eq(PERSON)))
            .set(accounts::password_hash.eq(&*hash.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        self.password_links().end(account).await
    }

    async fn upgrade_password(
        &mut self,
        account: AccountId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(accounts::table)
            .filter(accounts::id.eq(account.0).and(accounts::password_hash.eq(&*old.0)))
            .set(accounts::password_hash.eq(&*new.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(changed > 0)
    }

    async fn hold_password(
        &mut self,
        account: AccountId,
        hash: &PasswordHash,
    ) -> Result<bool, StoreError> {
        // Writing what is there keeps the row from others on both databases.
        let held = diesel::update(accounts::table.find(account.0))
            .filter(accounts::enabled.and(accounts::password_hash.eq(&*hash.0)))
            .set(accounts::enabled.eq(accounts::enabled))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(held > 0)
    }

    async fn delete(&mut self, account: AccountId) -> Result<(), StoreError> {
        let starred = stars::table.filter(stars::account_id.eq(account.0));
        diesel::update(repositories::table)
            .filter(repositories::id.eq_any(starred.select(stars::repository_id)))
            .set(repositories::stars.eq(repositories::stars - 1))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        diesel::delete(accounts::table.find(account.0))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn count(&mut self) -> Result<u64, StoreError> {
        let all: i64 =
            accounts::table.count().get_result(self.conn()).await.map_err(store_error)?;
        count("accounts", all)
    }

    async fn enabled_admins(&mut self) -> Result<u64, StoreError> {
        let admins: i64 = accounts::table
            .filter(accounts::admin.and(accounts::enabled))
            .count()
            .get_result(self.conn())
            .await
            .map_err(store_error)?;
        count("accounts", admins)
    }

    async fn by_name(&mut self, name: &Username) -> Result<Option<Account>, StoreError> {
        let row: Option<AccountRow> = accounts::table
            .filter(accounts::name_key.eq(name.key().as_str()))
            .select(ACCOUNT)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        row.map(account).transpose()
    }

    async fn by_id(&mut self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let row: Option<AccountRow> = accounts::table
            .find(id.0)
            .select(ACCOUNT)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        row.map(account).transpose()
    }

    async fn people(
        &mut self,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<AccountRow> = accounts::table
            .filter(accounts::id.gt(after.map_or(i64::MIN, |id| id.0)))
            .filter(accounts::kind.eq(PERSON))
            .order(accounts::id)
            .limit(limit.into())
            .select(ACCOUNT)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.into_iter().map(account).collect()
    }

    async fn is_personal_name_free(&mut self, name: &NamespaceName) -> Result<bool, StoreError> {
        let reserved = accounts::table.filter(accounts::personal_name.eq(name.as_str()));
        let used = namespaces::table.filter(namespaces::name.eq(name.as_str()));
        let deleted = deleted_names::table.filter(deleted_names::name.eq(name.as_str()));
        diesel::select(not(exists(reserved)).and(not(exists(used))).and(not(exists(deleted))))
            .get_result(self.conn())
            .await
            .map_err(store_error)
    }
}

pub(super) const BOT: &str = "bot";
pub(super) const PERSON: &str = "person";

type AccountColumns = (
    accounts::id,
    accounts::name,
    accounts::email,
    accounts::kind,
    accounts::admin,
    accounts::enabled,
    accounts::team_id,
    accounts::personal_name,
    accounts::created_at,
);

/// The columns that [`account`] reads.
pub(super) const ACCOUNT: AccountColumns = (
    accounts::id,
    accounts::name,
    accounts::email,
    accounts::kind,
    accounts::admin,
    accounts::enabled,
    accounts::team_id,
    accounts::personal_name,
    accounts::created_at,
);

pub(super) type AccountRow =
    (i64, String, Option<String>, String, bool, bool, Option<i64>, Option<String>, i64);

pub(super) fn account(row: AccountRow) -> Result<Account, StoreError> {
    let (id, name, email, kind, admin, enabled, team, personal, created_at) = row;
    let kind = match (kind.as_str(), team, personal) {
        (BOT, Some(team), None) => AccountKind::Bot { team: TeamId(team) },
        (PERSON, None, Some(personal)) => {
            AccountKind::Person { admin, personal: parsed("accounts.personal_name", &personal)? }
        }
        _ => return Err(corrupt("accounts.kind", kind)),
    };
    Ok(Account {
        id: AccountId(id),
        name: parsed("accounts.name", &name)?,
        email: email.map(|email| parsed("accounts.email", &email)).transpose()?,
        kind,
        enabled,
        created_at: time(created_at),
    })
}

type Identity = (
    diesel::dsl::Eq<accounts::name, String>,
    diesel::dsl::Eq<accounts::name_key, String>,
    diesel::dsl::Eq<accounts::email, Option<String>>,
    diesel::dsl::Eq<accounts::email_key, Option<String>>,
    diesel::dsl::Eq<accounts::created_at, i64>,
);

fn identity(account: &NewAccount) -> Identity {
    (
        accounts::name.eq(account.name.to_string()),
        accounts::name_key.eq(account.name.key().to_string()),
        accounts::email.eq(account.email.as_ref().map(ToString::to_string)),
        accounts::email_key.eq(account.email.as_ref().map(|email| email.key())),
        accounts::created_at.eq(micros(account.created_at)),
    )
}

type Standing = (
    diesel::dsl::Eq<accounts::kind, &'static str>,
    diesel::dsl::Eq<accounts::admin, bool>,
    diesel::dsl::Eq<accounts::password_hash, Option<String>>,
    diesel::dsl::Eq<accounts::team_id, Option<i64>>,
    diesel::dsl::Eq<accounts::personal_name, Option<String>>,
);

fn standing(account: &NewAccount) -> Standing {
    let (kind, admin, team, personal) = match &account.kind {
        AccountKind::Bot { team } => (BOT, false, Some(team.0), None),
        AccountKind::Person { admin, personal } => {
            (PERSON, *admin, None, Some(personal.to_string()))
        }
    };
    let password = account.password.as_ref().filter(|_| kind == PERSON);
    (
        accounts::kind.eq(kind),
        accounts::admin.eq(admin),
        accounts::password_hash.eq(password.map(|hash| hash.0.to_string())),
        accounts::team_id.eq(team),
        accounts::personal_name.eq(personal),
    )
}
