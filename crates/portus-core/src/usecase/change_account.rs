use std::sync::Arc;

use super::permit::{Outgrown, Refused, permit, unlimited};
use crate::account::{Account, PasswordHash, Username};
use crate::activity::{Actor, NewActivity, Who, kind};
use crate::id::AccountId;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, PasswordError, Passwords, Store, StoreError, Tx};
use crate::secret::Secret;

/// Changes what an account may do.
pub struct ChangeAccount {
    /// Where accounts are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// Hashes passwords.
    pub passwords: Arc<dyn Passwords>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why an account stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeAccountError {
    /// Bots have no password and no admin right.
    #[error("`{0}` is a bot: it has tokens only")]
    Bot(Username),
    /// Nobody would administer Portus any more.
    #[error("`{0}` is the last enabled admin: make another one first")]
    LastAdmin(Username),
    /// The one who asks came with a token that has limits.
    #[error(transparent)]
    Outgrown(#[from] Outgrown),
    /// The password is not good enough, or was not hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    Unknown(Username),
}

impl ChangeAccount {
    /// Lets an account do nothing any more: its sessions and refresh tokens are gone for good, its application
    /// tokens rest. The last enabled admin is disabled by an operator only.
    pub async fn disable(&self, actor: &Actor, name: &Username) -> Result<(), ChangeAccountError> {
        self.change(actor, name, async |tx, account| {
            let by_operator = matches!(actor.who, Who::Operator(_));
            if !by_operator && is_last_admin(tx, account).await? {
                return Err(ChangeAccountError::LastAdmin(name.clone()));
            }
            tx.accounts().set_enabled(account.id, false).await?;
            tx.password_links().end(account.id).await?;
            sign_out_everywhere(tx, account.id).await?;
            Ok(kind::ACCOUNT_DISABLE)
        })
        .await
    }

    /// Lets an account do things again.
    pub async fn enable(&self, actor: &Actor, name: &Username) -> Result<(), ChangeAccountError> {
        self.change(actor, name, async |tx, account| {
            tx.accounts().set_enabled(account.id, true).await?;
            Ok(kind::ACCOUNT_ENABLE)
        })
        .await
    }

    /// Makes a person an admin, who signs in anew.
    pub async fn promote(&self, actor: &Actor, name: &Username) -> Result<(), ChangeAccountError> {
        self.change(actor, name, async |tx, account| {
            unlimited(actor)?;
            if account.is_bot() {
                return Err(ChangeAccountError::Bot(name.clone()));
            }
            tx.accounts().set_admin(account.id, true).await?;
            tx.sessions().end_all(account.id, None).await?;
            Ok(kind::ACCOUNT_PROMOTE)
        })
        .await
    }

    /// Makes an admin an ordinary person, who signs in anew.
    pub async fn demote(&self, actor: &Actor, name: &Username) -> Result<(), ChangeAccountError> {
        self.change(actor, name, async |tx, account| {
            if is_last_admin(tx, account).await? {
                return Err(ChangeAccountError::LastAdmin(name.clone()));
            }
            tx.accounts().set_admin(account.id, false).await?;
            tx.sessions().end_all(account.id, None).await?;
            Ok(kind::ACCOUNT_DEMOTE)
        })
        .await
    }

    /// Sets a person's password, which ends her sessions and refresh tokens.
    pub async fn set_password(
        &self,
        actor: &Actor,
        name: &Username,
        password: &Secret,
    ) -> Result<(), ChangeAccountError> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        unlimited(actor)?;
        self.passwords.check(password)?;
        let hash = self.passwords.hash(password).await?;
        self.change(actor, name, async |tx, account| {
            if account.is_bot() {
                return Err(ChangeAccountError::Bot(name.clone()));
            }
            replace_password(tx, account.id, &hash).await?;
            Ok(kind::ACCOUNT_PASSWORD)
        })
        .await
    }

    /// Ends an account's sessions and refresh tokens: she signs in anew everywhere.
    pub async fn sign_out(&self, actor: &Actor, name: &Username) -> Result<(), ChangeAccountError> {
        self.change(actor, name, async |tx, account| {
            sign_out_everywhere(tx, account.id).await?;
            Ok(kind::ACCOUNT_SIGN_OUT)
        })
        .await
    }

    async fn change(
        &self,
        actor: &Actor,
        name: &Username,
        change: impl AsyncFnOnce(&mut Tx, &Account) -> Result<&'static str, ChangeAccountError>,
    ) -> Result<(), ChangeAccountError> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let account = tx.accounts().by_name(name).await?;
                let account = account.ok_or_else(|| ChangeAccountError::Unknown(name.clone()))?;
                let what = change(tx, &account).await?;
                let row = NewActivity::done(what, actor, now, account.name.as_str());
                tx.audit().append(&[row]).await?;
                Ok(())
            })
            .await
    }
}

/// Gives an account a password, which ends what was earned with the old one.
pub(super) async fn replace_password(
    tx: &mut Tx,
    account: AccountId,
    hash: &PasswordHash,
) -> Result<(), StoreError> {
    tx.accounts().set_password(account, hash).await?;
    sign_out_everywhere(tx, account).await
}

/// Ends an account's sessions and refresh tokens.
async fn sign_out_everywhere(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    tx.tokens().revoke_refresh(account).await?;
    tx.sessions().end_all(account, None).await?;
    Ok(())
}

pub(super) async fn is_last_admin(tx: &mut Tx, account: &Account) -> Result<bool, StoreError> {
    let counts = account.is_admin() && account.enabled;
    Ok(counts && tx.accounts().enabled_admins().await? <= 1)
}
