use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::guesses::Guesses;
use super::remembered::Remembered;
use super::shown::{Authenticated, Credential, Origin, Shown};
use super::write_notes::{Note, Notes};
use crate::account::{PasswordHash, Username, UsernameKey};
use crate::activity::{NewActivity, kind};
use crate::credential::{Caller, Identity};
use crate::id::{RefreshTokenId, RegistryId};
use crate::port::{
    Clock, Epoch, Epochs, Login, Lookups, PasswordError, Passwords, Store, StoreError, TokenOwner,
};
use crate::secret::{Secret, SecretDigest, SecretKind};

/// Finds out who is asking.
///
/// What a credential looks like says which source it belongs to, and only that source is asked: a
/// refresh token is never tried as a password, nor a password as a token.
pub struct Authenticate {
    /// Where accounts and tokens are looked up.
    pub lookups: Arc<dyn Lookups>,
    /// Where a stronger hash of a password is kept.
    pub store: Arc<dyn Store>,
    /// What is remembered, and until when.
    pub epochs: Arc<dyn Epochs>,
    /// Hashes and compares.
    pub passwords: Arc<dyn Passwords>,
    /// What is kept of it.
    pub notes: Arc<Notes>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// When guessing ends.
    pub lockout: Lockout,
    /// How long a refresh token stays good that nobody uses.
    pub refresh_unused: Duration,
    guesses: Guesses,
    logins: Remembered<UsernameKey, Option<Arc<Login>>>,
    owners: Remembered<SecretDigest, Arc<TokenOwner>>,
    refreshed: Remembered<SecretDigest, (Caller, RefreshTokenId, RegistryId)>,
}

/// How many distinct wrong passwords, within how long, end guessing for as long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lockout {
    /// Distinct wrong passwords for one name from one address.
    pub failures: u32,
    /// Within this time, and for this time.
    pub window: Duration,
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The store was not heard of for two seconds.
    #[error("the store is away")]
    Away,
    /// Too many passwords are being checked.
    #[error("too many sign-ins at once")]
    Busy,
    /// The refresh token is not good, for whatever reason.
    #[error("the refresh token is not valid")]
    InvalidGrant,
    /// The name or the password is wrong, or the account may do nothing, or is locked.
    #[error("the username or the password is wrong")]
    Rejected,
    /// A stored hash cannot be read.
    #[error("a stored password cannot be checked")]
    Password(#[source] PasswordError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Authenticate {
    /// Puts the sources together.
    pub fn new(
        (lookups, store): (Arc<dyn Lookups>, Arc<dyn Store>),
        epochs: Arc<dyn Epochs>,
        passwords: Arc<dyn Passwords>,
        notes: Arc<Notes>,
        clock: Arc<dyn Clock>,
        (lockout, refresh_unused): (Lockout, Duration),
    ) -> Self {
        let (logins, owners) = (Remembered::new(REMEMBERED), Remembered::new(REMEMBERED));
        let refreshed = Remembered::new(REMEMBERED);
        Self {
            lookups,
            store,
            epochs,
            passwords,
            notes,
            clock,
            lockout,
            refresh_unused,
            guesses: Guesses::default(),
            logins,
            owners,
            refreshed,
        }
    }

    /// Who shows `credential`; no credential is an anonymous caller.
    pub async fn identify(
        &self,
        credential: Option<&Credential>,
        origin: &Origin,
    ) -> Result<Authenticated, AuthenticateError> {
        match credential {
            None => Ok(Authenticated::by(Caller::ANONYMOUS, Shown::Nothing)),
            Some(Credential::Refresh(secret)) => self.refresh(secret, origin).await,
            Some(Credential::Token(secret)) => {
                let found = self.token_alone(secret).await;
                if let Err(AuthenticateError::Rejected) = &found {
                    self.note_rejection("", TOKEN, origin);
                }
                found
            }
            Some(Credential::Basic { username, password }) if username.is_empty() => {
                self.refresh(password, origin).await.map_err(|error| match error {
                    AuthenticateError::InvalidGrant => AuthenticateError::Rejected,
                    other => other,
                })
            }
            Some(Credential::Basic { username, password }) => {
                let mut why = TOKEN;
                let found = self.basic(username, password, origin, &mut why).await;
                if let Err(AuthenticateError::Rejected) = &found {
                    self.note_rejection(username, why, origin);
                }
                found
            }
        }
    }

    async fn basic(
        &self,
        username: &str,
        password: &Secret,
        origin: &Origin,
        why: &mut &'static str,
    ) -> Result<Authenticated, AuthenticateError> {
        let epoch = self.epochs.known().ok_or(AuthenticateError::Away)?.epoch;
        match (username.parse::<Username>(), SecretKind::of(password)) {
            (Ok(name), Some(SecretKind::Application)) => {
                self.token(epoch, Some(&name), password).await
            }
            // A secret of ours in the wrong place: nothing to look up, nothing to count.
            (_, Some(_)) => Err(AuthenticateError::Rejected),
            (Ok(name), None) => self.password(epoch, &name, password, origin, why).await,
            (Err(_), None) => {
                *why = "no such account";
                self.check(None, password).await?;
                Err(AuthenticateError::Rejected)
            }
        }
    }

    async fn token_alone(&self, secret: &Secret) -> Result<Authenticated, AuthenticateError> {
        let epoch = self.epochs.known().ok_or(AuthenticateError::Away)?.epoch;
        match SecretKind::of(secret) {
            Some(SecretKind::Application) => self.token(epoch, None, secret).await,
            _ => Err(AuthenticateError::Rejected),
        }
    }

    /// Where a name was shown too, it has to be the owner's.
    async fn token(
        &self,
        epoch: Epoch,
        name: Option<&Username>,
        secret: &Secret,
    ) -> Result<Authenticated, AuthenticateError> {
        let digest = self.passwords.digest(secret);
        let owner = match self.owners.find(epoch, &digest) {
            Some(owner) => owner,
            None => {
                let found = self.lookups.application_token(&digest).await?;
                let owner = Arc::new(found.ok_or(AuthenticateError::Rejected)?);
                self.owners.keep(epoch, digest, owner.clone());
                owner
            }
        };
        let now = self.clock.now();
        let expired = owner.token.limits.expires_at.is_some_and(|end| end <= now);
        let other = name.is_some_and(|name| owner.account.name.key() != name.key());
        if expired || !owner.account.enabled || other {
            return Err(AuthenticateError::Rejected);
        }
        self.notes.take(Note::ApplicationUsed(owner.token.id, now));
        let identity = Some(Identity::from(&owner.account));
        let (limits, id) = (owner.token.limits.clone(), owner.token.id);
        let caller = Caller { identity, limits, token: Some(id) };
        Ok(Authenticated::by(caller, Shown::ApplicationToken(id)))
    }

    async fn refresh(
        &self,
        secret: &Secret,
        origin: &Origin,
    ) -> Result<Authenticated, AuthenticateError> {
        let (mut whose, mut why) = (String::new(), REFRESH_TOKEN);
        let found = self.by_refresh(secret, (&mut whose, &mut why)).await;
        if let Err(AuthenticateError::InvalidGrant) = &found {
            self.note_rejection(&whose, why, origin);
        }
        found
    }

    async fn by_refresh(
        &self,
        secret: &Secret,
        (whose, why): (&mut String, &mut &'static str),
    ) -> Result<Authenticated, AuthenticateError> {
        let epoch = self.epochs.known().ok_or(AuthenticateError::Away)?.epoch;
        if SecretKind::of(secret) != Some(SecretKind::Refresh) {
            return Err(AuthenticateError::InvalidGrant);
        }
        let digest = self.passwords.digest(secret);
        let (caller, id, registry) = match self.refreshed.find(epoch, &digest) {
            Some(known) => known,
            None => {
                let found = self.lookups.refresh_token(&digest).await?;
                let owner = found.ok_or(AuthenticateError::InvalidGrant)?;
                let stale = owner.last_used_at + self.refresh_unused < self.clock.now();
                if stale || !owner.account.enabled {
                    *whose = owner.account.name.to_string();
                    *why = if stale { "refresh token unused for too long" } else { "disabled" };
                    return Err(AuthenticateError::InvalidGrant);
                }
                let caller = Caller::unlimited(Identity::from(&owner.account));
                let known = (caller, owner.id, owner.registry);
                self.refreshed.keep(epoch, digest, known.clone());
                known
            }
        };
        self.notes.take(Note::RefreshUsed(id, self.clock.now()));
        Ok(Authenticated::by(caller, Shown::RefreshToken { id, registry }))
    }

    async fn password(
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

    async fn check(
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

    /// The audit has the truth, which nobody is told who tries.
    fn note_rejection(&self, username: &str, why: &str, origin: &Origin) {
        let actor = origin.actor(Caller::ANONYMOUS);
        // What is no username may be a password typed into the wrong field.
        let name = username.parse::<Username>().map_or("(not a username)".into(), |name| {
            name.as_str().chars().take(100).collect::<String>()
        });
        let failed =
            NewActivity::done(kind::ACCOUNT_SIGN_IN_FAILED, &actor, self.clock.now(), name);
        self.notes.take(Note::Activity(Box::new(failed.detail(why).refused())));
    }
}

/// The same of what docker keeps.
const REFRESH_TOKEN: &str = "unknown, ended or revoked refresh token";

/// Of a token it is not told whose it would have been.
const TOKEN: &str = "unknown, ended or revoked token";

/// How many credentials are remembered at most, of each kind.
const REMEMBERED: usize = 10_000;

/// What is left of a credential's time.
pub(super) fn remaining(caller: &Caller, now: SystemTime) -> Option<Duration> {
    caller.limits.expires_at.map(|end| end.duration_since(now).unwrap_or_default())
}
