use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::change_account::replace_password;
use super::permit::{Outgrown, Refused, permit, unlimited};
use super::shown::Origin;
use crate::account::{Account, Username};
use crate::activity::{Actor, NewActivity, kind};
use crate::credential::{Caller, Identity};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Entropy, PasswordError, Passwords, Store, StoreError, Tx};
use crate::secret::{Secret, SecretDigest, SecretKind};

/// Lets people set a password of their own by a link that an admin made: who has none yet, or lost
/// it.
pub struct LinkPassword {
    /// Where accounts and links are kept.
    pub store: Arc<dyn Store>,
    /// Who may make one.
    pub policy: Arc<Policy>,
    /// Hashes passwords and links.
    pub passwords: Arc<dyn Passwords>,
    /// What links are made of.
    pub entropy: Arc<dyn Entropy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// A link that was made.
#[derive(Clone, Debug)]
pub struct PasswordLink {
    /// What its address holds; shown once.
    pub secret: Secret,
    /// Until when it is good.
    pub ends: SystemTime,
}

/// Why there is no link, or why it did nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkPasswordError {
    /// Bots have no password.
    #[error("`{0}` is a bot: it has tokens only")]
    Bot(Username),
    /// It may do nothing, and could not sign in.
    #[error("`{0}` is disabled: enable the account first")]
    Disabled(Username),
    /// The link was used, is over, was replaced, or never was one.
    #[error("the link is not good any more")]
    Gone,
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

use LinkPasswordError as Error;

impl LinkPassword {
    /// Makes a link for an account; one that was made before is no good any more.
    pub async fn make(&self, actor: &Actor, name: &Username) -> Result<PasswordLink, Error> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        unlimited(actor)?;
        let now = self.clock.now();
        let secret = SecretKind::PasswordLink.secret(&self.entropy.bytes());
        let (digest, ends) = (self.passwords.digest(&secret), now + LIFETIME);
        self.store
            .write(async |tx| {
                let account = tx.accounts().by_name(name).await?;
                let account = account.ok_or_else(|| Error::Unknown(name.clone()))?;
                if account.is_bot() {
                    return Err(Error::Bot(account.name));
                }
                if !account.enabled {
                    return Err(Error::Disabled(account.name));
                }
                tx.password_links().set(account.id, &digest, ends).await?;
                let kind = kind::ACCOUNT_PASSWORD_LINK;
                let row = NewActivity::done(kind, actor, now, account.name.as_str());
                tx.audit().append(&[row]).await?;
                Ok(())
            })
            .await?;
        Ok(PasswordLink { secret, ends })
    }

    /// Whose password a link sets; `None` where it is not good, or not any more.
    pub async fn whose(&self, secret: &Secret) -> Result<Option<Username>, StoreError> {
        let Some(digest) = self.digest(secret) else { return Ok(None) };
        let now = self.clock.now();
        self.store
            .read::<_, StoreError>(async |tx| {
                let found = tx.password_links().whose(&digest, now).await?;
                let Some(account) = found else { return Ok(None) };
                let account = tx.accounts().by_id(account).await?;
                Ok(account.filter(may_sign_in).map(|account| account.name))
            })
            .await
    }

    /// Sets a password by a link, which is then used up. Ends her sessions and refresh tokens, as
    /// any new password does. Says whose it is.
    pub async fn set(
        &self,
        secret: &Secret,
        password: &Secret,
        origin: &Origin,
    ) -> Result<Username, Error> {
        let digest = self.digest(secret).ok_or(Error::Gone)?;
        // Before the slow hash, which is not for everybody.
        self.whose(secret).await?.ok_or(Error::Gone)?;
        self.passwords.check(password)?;
        let hash = self.passwords.hash(password).await?;
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let account = taken(tx, &digest, now).await?.ok_or(Error::Gone)?;
                replace_password(tx, account.id, &hash).await?;
                let actor = origin.actor(Caller::unlimited(Identity::from(&account)));
                let name = account.name.as_str();
                let row = NewActivity::done(kind::ACCOUNT_PASSWORD, &actor, now, name);
                tx.audit().append(&[row.detail("by a link")]).await?;
                Ok(account.name)
            })
            .await
    }

    /// What is no such link is not looked up.
    fn digest(&self, secret: &Secret) -> Option<SecretDigest> {
        let is_link = SecretKind::of(secret) == Some(SecretKind::PasswordLink);
        is_link.then(|| self.passwords.digest(secret))
    }
}

async fn taken(
    tx: &mut Tx,
    digest: &SecretDigest,
    now: SystemTime,
) -> Result<Option<Account>, StoreError> {
    let Some(account) = tx.password_links().take(digest, now).await? else { return Ok(None) };
    Ok(tx.accounts().by_id(account).await?.filter(may_sign_in))
}

fn may_sign_in(account: &Account) -> bool {
    account.enabled && !account.is_bot()
}

/// How long a link is good.
const LIFETIME: Duration = Duration::from_secs(3600);
