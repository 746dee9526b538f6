use std::sync::Arc;
use std::time::Duration;

use super::authenticate::{Authenticate, AuthenticateError};
use super::remembered::Remembered;
use super::shown::{Credential, Origin, Shown};
use super::write_notes::{Note, Notes};
use crate::activity::{NewActivity, kind};
use crate::credential::{Caller, Identity};
use crate::id::SessionId;
use crate::port::{Browse, Clock, Entropy, Epochs, Passwords, Store, StoreError};
use crate::secret::{Secret, SecretDigest, SecretKind};
use crate::session::{NewSession, SessionOwner};

/// Signs people in with browsers, and out again.
///
/// A session's secret is made at sign-in, whatever the browser brought along, and is known to the
/// browser alone: the store keeps its digest. Passwords are checked by [`Authenticate`], with the
/// same locks and the same notes as at the token endpoint.
pub struct SignIn {
    authenticate: Arc<Authenticate>,
    browse: Arc<dyn Browse>,
    store: Arc<dyn Store>,
    epochs: Arc<dyn Epochs>,
    passwords: Arc<dyn Passwords>,
    entropy: Arc<dyn Entropy>,
    notes: Arc<Notes>,
    clock: Arc<dyn Clock>,
    times: SessionTimes,
    resumed: Remembered<SecretDigest, Arc<SessionOwner>>,
}

/// How long sessions last, and how many there may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SessionTimes {
    /// Unused for so long, it is over.
    pub idle: Duration,
    /// It is over after so long in any case.
    pub longest: Duration,
    /// How many an account has at most; one more ends the least recently used.
    pub limit: u32,
}

/// Someone who is signed in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedIn {
    /// Who, with no limits.
    pub caller: Caller,
    /// With which session.
    pub session: SessionId,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Nobody was recognised.
    #[error(transparent)]
    Authenticate(#[from] AuthenticateError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignIn {
    /// Puts the parts together.
    pub fn new(
        authenticate: Arc<Authenticate>,
        browse: Arc<dyn Browse>,
        entropy: Arc<dyn Entropy>,
        times: SessionTimes,
    ) -> Self {
        let whole = &*authenticate;
        Self {
            store: whole.store.clone(),
            epochs: whole.epochs.clone(),
            passwords: whole.passwords.clone(),
            notes: whole.notes.clone(),
            clock: whole.clock.clone(),
            browse,
            entropy,
            times,
            resumed: Remembered::new(REMEMBERED),
            authenticate,
        }
    }

    /// Begins a session for the owner of a password; `old` is the one that the browser had, which
    /// ends. Only passwords sign in: what an application token may do is narrower than a session.
    pub async fn sign_in(
        &self,
        username: &str,
        password: Secret,
        agent: &str,
        old: Option<&Secret>,
        origin: &Origin,
    ) -> Result<(Secret, SignedIn), SignInError> {
        let credential = Credential::Basic { username: username.into(), password };
        let who = match username.is_empty() {
            true => return Err(AuthenticateError::Rejected.into()),
            false => self.authenticate.identify(Some(&credential), origin).await?,
        };
        let (Some(identity), Some(password), Shown::Password) =
            (&who.caller.identity, &who.password, who.by)
        else {
            return Err(AuthenticateError::Rejected.into());
        };
        let secret = SecretKind::Session.secret(&self.entropy.bytes());
        let session = NewSession {
            account: identity.id,
            digest: self.passwords.digest(&secret),
            agent: agent.chars().filter(|c| !c.is_control()).take(200).collect(),
            address: origin.address.to_string(),
            created_at: self.clock.now(),
        };
        let old = match old {
            Some(old) => self.find(old).await?,
            None => None,
        };
        let actor = origin.actor(who.caller.clone());
        let name = identity.name.as_str();
        let begun = NewActivity::done(kind::ACCOUNT_SIGN_IN, &actor, session.created_at, name)
            .detail("browser");
        let limit = self.times.limit;
        let id = self
            .store
            .write(async |tx| {
                let full = tx.sessions().count(session.account).await? >= u64::from(limit);
                if full || old.is_some() {
                    // A session that ends may be remembered somewhere.
                    tx.raise_epoch().await?;
                }
                // The password may have been changed since it was found right.
                if !tx.accounts().hold_password(session.account, password).await? {
                    return Err(SignInError::Authenticate(AuthenticateError::Rejected));
                }
                if let Some(old) = &old {
                    tx.sessions().end(old.account.id, old.session.id).await?;
                }
                let id = tx.sessions().add(&session, limit).await?;
                tx.audit().append(std::slice::from_ref(&begun)).await?;
                Ok(id)
            })
            .await?;
        Ok((secret, SignedIn { caller: who.caller, session: id }))
    }

    /// Whose session this is; `None` for one that ended or never was.
    pub async fn resume(&self, secret: &Secret) -> Result<Option<SignedIn>, SignInError> {
        let Some(owner) = self.find(secret).await? else { return Ok(None) };
        self.notes.take(Note::SessionUsed(owner.session.id, self.clock.now()));
        let caller = Caller::unlimited(Identity::from(&owner.account));
        Ok(Some(SignedIn { caller, session: owner.session.id }))
    }

    /// Ends a session.
    pub async fn sign_out(&self, secret: &Secret, origin: &Origin) -> Result<(), SignInError> {
        let Some(owner) = self.find(secret).await? else { return Ok(()) };
        let actor = origin.actor(Caller::unlimited(Identity::from(&owner.account)));
        let name = owner.account.name.as_str();
        let row = NewActivity::done(kind::ACCOUNT_SIGN_OUT, &actor, self.clock.now(), name);
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                tx.sessions().end(owner.account.id, owner.session.id).await?;
                tx.audit().append(&[row]).await?;
                Ok(())
            })
            .await
    }

    /// What forms carry, so that no other site can send one: made of the session's secret, or of
    /// another that the browser keeps, and telling nothing of it.
    pub fn guard(&self, seed: &Secret) -> String {
        let digest =
            self.passwords.digest(&Secret::new(format!("guard of forms: {}", seed.expose())));
        digest.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A secret for the guard of someone without a session.
    pub fn seed(&self) -> Secret {
        SecretKind::Session.secret(&self.entropy.bytes())
    }

    async fn find(&self, secret: &Secret) -> Result<Option<Arc<SessionOwner>>, SignInError> {
        if SecretKind::of(secret) != Some(SecretKind::Session) {
            return Ok(None);
        }
        let epoch = self.epochs.known().ok_or(AuthenticateError::Away)?.epoch;
        let digest = self.passwords.digest(secret);
        let now = self.clock.now();
        let remembered = self.resumed.find(epoch, &digest);
        // Its last use is only known as it was then.
        let fresh = remembered.filter(|owner| owner.session.last_used_at + FRESH > now);
        let owner = match fresh {
            Some(owner) => owner,
            None => {
                let Some(found) = self.browse.session(&digest).await? else { return Ok(None) };
                if found.session.last_used_at + self.times.idle <= now {
                    return Ok(None);
                }
                let mut found = found;
                found.session.last_used_at = now;
                let owner = Arc::new(found);
                self.resumed.keep(epoch, digest, owner.clone());
                owner
            }
        };
        let over = owner.session.created_at + self.times.longest <= now;
        Ok((owner.account.enabled && !over).then_some(owner))
    }
}

/// How many sessions are remembered at most.
const REMEMBERED: usize = 10_000;

/// How long a session is remembered without a look.
const FRESH: Duration = Duration::from_secs(60);
