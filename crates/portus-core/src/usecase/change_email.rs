use std::sync::Arc;

use super::authenticate::{Authenticate, AuthenticateError};
use super::shown::{Credential, Origin, Shown};
use crate::account::{Email, Username};
use crate::activity::{NewActivity, kind};
use crate::port::{Clock, Store, StoreError};
use crate::secret::Secret;

/// Lets people change their own mail addresses, with the password.
pub struct ChangeEmail {
    /// Checks the password, with the locks of every sign-in.
    pub authenticate: Arc<Authenticate>,
    /// Where it is kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Why an address was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeEmailError {
    /// The password is wrong, or is nobody's.
    #[error(transparent)]
    Authenticate(#[from] AuthenticateError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another account has the address.
    #[error("that mail address is not free")]
    Taken,
}

impl ChangeEmail {
    /// The address that an account has.
    pub async fn current(&self, name: &Username) -> Result<Option<Email>, StoreError> {
        let account = self.store.read(async |tx| tx.accounts().by_name(name).await).await?;
        Ok(account.and_then(|account| account.email))
    }

    /// Changes it, or takes it away. The audit says that it was, and not to what.
    pub async fn change(
        &self,
        name: &Username,
        password: &Secret,
        email: Option<&Email>,
        origin: &Origin,
    ) -> Result<(), ChangeEmailError> {
        let credential =
            Credential::Basic { username: name.to_string(), password: password.clone() };
        let who = self.authenticate.identify(Some(&credential), origin).await?;
        let (Some(identity), Some(hash), Shown::Password) =
            (&who.caller.identity, &who.password, who.by)
        else {
            return Err(AuthenticateError::Rejected.into());
        };
        let actor = origin.actor(who.caller.clone());
        let name = identity.name.as_str();
        let row = NewActivity::done(kind::ACCOUNT_EMAIL, &actor, self.clock.now(), name);
        self.store
            .write(async |tx| {
                // The password may have been changed since it was found right.
                if !tx.accounts().hold_password(identity.id, hash).await? {
                    return Err(AuthenticateError::Rejected.into());
                }
                tx.accounts().set_email(identity.id, email).await.map_err(|error| match error {
                    StoreError::Taken => ChangeEmailError::Taken,
                    error => error.into(),
                })?;
                tx.audit().append(&[row]).await?;
                Ok(())
            })
            .await
    }
}
