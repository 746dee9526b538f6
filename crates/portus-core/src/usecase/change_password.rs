use std::sync::Arc;

use super::authenticate::{Authenticate, AuthenticateError};
use super::change_account::replace_password;
use super::shown::{Credential, Origin, Shown};
use crate::account::Username;
use crate::activity::{NewActivity, kind};
use crate::port::{Clock, PasswordError, Passwords, Store, StoreError};
use crate::secret::Secret;

/// Lets people change their own passwords, with the current one.
pub struct ChangePassword {
    /// Checks the current one, with the locks of every sign-in.
    pub authenticate: Arc<Authenticate>,
    /// Where it is kept.
    pub store: Arc<dyn Store>,
    /// Hashes the new one.
    pub passwords: Arc<dyn Passwords>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The current one is wrong, or is nobody's.
    #[error(transparent)]
    Authenticate(#[from] AuthenticateError),
    /// The new one is not good enough, or was not hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The new one is the current one.
    #[error("the new password is the one you have")]
    Same,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ChangePassword {
    /// Changes it, which ends all her sessions and refresh tokens: whoever knew the old one is out.
    pub async fn change(
        &self,
        name: &Username,
        current: &Secret,
        new: &Secret,
        origin: &Origin,
    ) -> Result<(), ChangePasswordError> {
        let credential =
            Credential::Basic { username: name.to_string(), password: current.clone() };
        let who = self.authenticate.identify(Some(&credential), origin).await?;
        let (Some(identity), Some(old), Shown::Password) =
            (&who.caller.identity, &who.password, who.by)
        else {
            return Err(AuthenticateError::Rejected.into());
        };
        if self.passwords.same(current, new) {
            return Err(ChangePasswordError::Same);
        }
        self.passwords.check(new)?;
        let hash = self.passwords.hash(new).await?;
        let actor = origin.actor(who.caller.clone());
        let row = NewActivity::done(
            kind::ACCOUNT_PASSWORD,
            &actor,
            self.clock.now(),
            identity.name.as_str(),
        );
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                // It may have been changed since it was found right.
                if !tx.accounts().hold_password(identity.id, old).await? {
                    return Err(ChangePasswordError::Authenticate(AuthenticateError::Rejected));
                }
                replace_password(tx, identity.id, &hash).await?;
                tx.audit().append(&[row]).await?;
                Ok(())
            })
            .await
    }
}
