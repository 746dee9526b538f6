use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::guesses::Guesses;
use super::remembered::Remembered;
use super::shown::{Authenticated, Credential, Origin, Shown};
use super::write_notes::{Note, Notes};
use crate::account::{Username, UsernameKey};
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
    pub(super) guesses: Guesses,
    pub(super) logins: Remembered<UsernameKey, Option<Arc<Login>>>,
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
