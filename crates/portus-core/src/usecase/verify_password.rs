//! Passwords: checked slowly, remembered briefly, and guessed only so often.

use std::sync::Arc;

use super::authenticate::{Authenticate, AuthenticateError};
use super::shown::{Authenticated, Origin, Shown};
use super::write_notes::Note;
use crate::account::{PasswordHash, Username, UsernameKey};
use crate::activity::{NewActivity, kind};
use crate::credential::{Caller, Identity};
use crate::port::{Epoch, Login, PasswordError, StoreError};
use crate::secret::Secret;

impl Authenticate {
    /// Who has this name and password.
    pub(super) async fn password(
        &self,
        epoch: Epoch,
        name: &Username,
        password: &Secret,
        origin: &Origin,
        why: &mut &'static str,
    ) -> Result<Authenticated, AuthenticateError> {
        let key = name.key();
        let known = self.logins.find(epoch, &key).filter(|known| {
            // Only for a password that was right against it: another may just have been set.
            let hash = known.as_ref().and_then(|login| login.password.as_ref());
            hash.is_some_and(|hash| self.passwords.remembers(hash, password))
        });
        let login = match known {
            Some(login) => login,
            None => {
                let login = self.lookups.person(&key).await?.map(Arc::new);
                self.logins.keep(epoch, key.clone(), login.clone());
                login
            }
        };
        let hash = login.as_ref().and_then(|login| login.password.as_ref());
        let remembered = hash.is_some_and(|hash| self.passwords.remembers(hash, password));
        *why = match &login {
            None => "no such account",
            Some(login) if !login.account.enabled => "disabled",
            Some(_) => "wrong password",
        };
        let right = remembered || self.guess(&key, hash, password, origin, why).await?;
        let (Some(login), true) = (login, right) else { return Err(AuthenticateError::Rejected) };
        if !login.account.enabled {
            return Err(AuthenticateError::Rejected);
        }
        let mut checked = login.password.clone();
        if !remembered {
            checked = self.welcome(&login, password, origin).await.or(checked);
        }
        let caller = Caller::unlimited(Identity::from(&login.account));
        Ok(Authenticated { password: checked, ..Authenticated::by(caller, Shown::Password) })
    }

    /// Checks a password that was not verified a moment ago, unless too many were wrong. The work
    /// is the same for a name that nobody has, and for one that is locked.
    async fn guess(
        &self,
        key: &UsernameKey,
        hash: Option<&PasswordHash>,
        password: &Secret,
        origin: &Origin,
        why: &mut &'static str,
    ) -> Result<bool, AuthenticateError> {
        let (now, address) = (self.clock.now(), origin.network().to_string());
        let since = now - self.lockout.window;
        let fingerprint = self.passwords.fingerprint(password);
        // Counted from here on, so that many guesses at once are not checked as if each were alone.
        let turn = self.guesses.begin(key, &address, fingerprint);
        let mut wrong = self.notes.failures(key, &address, since);
        wrong.extend(self.lookups.failures(key, &address, since).await?);
        let others = wrong.union(&turn.others()).filter(|other| **other != fingerprint).count();
        let locked = others >= self.lockout.failures as usize;
        if locked {
            *why = "locked";
        }
        let right = self.check(hash.filter(|_| !locked), password).await?;
        if !right && !locked {
            wrong.insert(fingerprint);
            let full = wrong.len() >= self.lockout.failures as usize;
            // The lock lasts for the whole window from the guess that closed it.
            for password in wrong.into_iter().filter(|one| full || *one == fingerprint) {
                let (name, address) = (key.clone(), address.clone());
                self.notes.take(Note::Failure { name, address, password, at: now });
            }
        }
        Ok(right)
    }

    /// Whether a password is the one of this hash; nothing is the one of none.
    pub(super) async fn check(
        &self,
        hash: Option<&PasswordHash>,
        password: &Secret,
    ) -> Result<bool, AuthenticateError> {
        let verified = self.passwords.verify(hash, password).await;
        let right = verified.map_err(|error| match error {
            PasswordError::Busy => AuthenticateError::Busy,
            error => AuthenticateError::Password(error),
        })?;
        Ok(right && hash.is_some())
    }

    /// Writes the sign-in down, and a stronger hash where the old one is weak; says which, if one
    /// was written. Neither keeps a right password out.
    async fn welcome(
        &self,
        login: &Login,
        password: &Secret,
        origin: &Origin,
    ) -> Option<PasswordHash> {
        let caller = Caller::unlimited(Identity::from(&login.account));
        let actor = origin.actor(caller);
        let name = login.account.name.as_str();
        let signed_in = NewActivity::done(kind::ACCOUNT_SIGN_IN, &actor, self.clock.now(), name);
        self.notes.take(Note::Activity(Box::new(signed_in.detail("password"))));
        let old = login.password.as_ref().filter(|hash| self.passwords.is_outdated(hash))?;
        let new = self.passwords.hash(password).await.ok()?;
        let account = login.account.id;
        let upgraded = self
            .store
            .write::<_, StoreError>(async |tx| {
                tx.raise_epoch().await?;
                tx.accounts().upgrade_password(account, old, &new).await
            })
            .await;
        upgraded.is_ok_and(|upgraded| upgraded).then_some(new)
    }
}
