use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use super::permit::{Refused, permit, role_in};
use crate::account::{Account, AccountKind, Username};
use crate::activity::{Actor, NewActivity, Who, kind};
use crate::credential::{ApplicationToken, Limits, NewApplicationToken, TokenActions, TokenLabel};
use crate::namespace::NamespaceName;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Entropy, Passwords, Store, StoreError, Tx};
use crate::registry::RegistryName;
use crate::secret::{Secret, SecretKind};

/// Makes, lists and revokes application tokens.
pub struct ManageTokens {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// Digests them.
    pub passwords: Arc<dyn Passwords>,
    /// Makes them.
    pub entropy: Arc<dyn Entropy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How many an account has at most.
    pub limit: u32,
}

/// A token that someone wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewToken {
    /// Unique for its owner.
    pub label: TokenLabel,
    /// What it may be used for.
    pub actions: TokenActions,
    /// Where; `None` is everywhere, a list is by registry and name.
    pub namespaces: Option<Vec<(RegistryName, NamespaceName)>>,
    /// When it ends.
    pub expires_at: Option<SystemTime>,
}

/// Why there is no token, or none less.
#[derive(Debug, thiserror::Error)]
pub enum ManageTokensError {
    /// It would be good for more than the credential that it is made with.
    #[error("a token may do no more, and last no longer, than the one it is made with")]
    Exceeds,
    /// It would be of no use.
    #[error("the token would have ended already")]
    Expired,
    /// The account has enough.
    #[error("`{0}` has {1} tokens already, which is the limit: revoke one first")]
    Limit(Username, u32),
    /// It may be used for nothing.
    #[error("a token needs at least one action")]
    NoActions,
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The account has one of that label.
    #[error("`{0}` has a token `{1}` already")]
    Taken(Username, TokenLabel),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    Unknown(Username),
    /// There is no such namespace.
    #[error("registry `{1}` has no namespace `{0}`")]
    UnknownNamespace(NamespaceName, RegistryName),
    /// There is no such registry.
    #[error("there is no registry `{0}`")]
    UnknownRegistry(RegistryName),
    /// The account has none of that label.
    #[error("`{0}` has no token `{1}`")]
    UnknownToken(Username, TokenLabel),
}

use ManageTokensError as Error;

impl ManageTokens {
    /// Makes a token. The secret is told this once.
    pub async fn create(
        &self,
        actor: &Actor,
        owner: &Username,
        token: &NewToken,
    ) -> Result<Secret, Error> {
        let now = self.clock.now();
        if token.actions == TokenActions::default() {
            return Err(Error::NoActions);
        }
        if token.expires_at.is_some_and(|end| end <= now) {
            return Err(Error::Expired);
        }
        let secret = SecretKind::Application.secret(&self.entropy.bytes());
        let digest = self.passwords.digest(&secret);
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let account = self.account(tx, actor, owner).await?;
                let existing = tx.tokens().applications(account.id).await?.len();
                if existing >= self.limit as usize {
                    return Err(Error::Limit(owner.clone(), self.limit));
                }
                let namespaces = match &token.namespaces {
                    None => None,
                    Some(names) => Some(Arc::new(ids(tx, names).await?)),
                };
                let limits =
                    Limits { actions: token.actions, namespaces, expires_at: token.expires_at };
                let covered = match &actor.who {
                    Who::Caller(caller) => caller.limits.cover(&limits),
                    Who::Operator(_) | Who::Portus => true,
                };
                if !covered {
                    return Err(Error::Exceeds);
                }
                let new = NewApplicationToken {
                    account: account.id,
                    label: token.label.clone(),
                    limits,
                    digest,
                    created_at: now,
                };
                tx.tokens().add_application(&new).await.map_err(|error| match error {
                    StoreError::Taken => Error::Taken(owner.clone(), token.label.clone()),
                    error => error.into(),
                })?;
                let row = NewActivity::done(
                    kind::APPLICATION_TOKEN_CREATE,
                    actor,
                    now,
                    account.name.as_str(),
                );
                let detail = format!("{}: {}", token.label, token.actions);
                tx.audit().append(&[row.detail(detail)]).await?;
                Ok(())
            })
            .await?;
        Ok(secret)
    }

    /// Ends a token.
    pub async fn revoke(
        &self,
        actor: &Actor,
        owner: &Username,
        label: &TokenLabel,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let account = self.account(tx, actor, owner).await?;
                if !tx.tokens().revoke_application(account.id, label).await? {
                    return Err(Error::UnknownToken(owner.clone(), label.clone()));
                }
                let row = NewActivity::done(
                    kind::APPLICATION_TOKEN_REVOKE,
                    actor,
                    now,
                    account.name.as_str(),
                );
                tx.audit().append(&[row.detail(label.as_str())]).await?;
                Ok(())
            })
            .await
    }

    /// An account's tokens, newest first.
    pub async fn list(
        &self,
        actor: &Actor,
        owner: &Username,
    ) -> Result<Vec<ApplicationToken>, Error> {
        self.store
            .read(async |tx| {
                let account = self.account(tx, actor, owner).await?;
                Ok(tx.tokens().applications(account.id).await?)
            })
            .await
    }

    /// The owner of the tokens, if the actor may manage them: oneself, the owners of a bot's team,
    /// admins of bots' and operators of all.
    async fn account(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        owner: &Username,
    ) -> Result<Account, Error> {
        let account = tx.accounts().by_name(owner).await?;
        let account = account.ok_or_else(|| Error::Unknown(owner.clone()))?;
        let (deed, facts) = match account.kind {
            AccountKind::Bot { team } => {
                let role = role_in(tx, actor, team).await?;
                (Deed::ManageBots, DeedFacts { role, ..DeedFacts::default() })
            }
            AccountKind::Person { .. } => {
                let own = actor.account() == Some(account.id);
                (Deed::ManageOwnTokens, DeedFacts { own, ..DeedFacts::default() })
            }
        };
        permit(&self.policy, actor, deed, &facts)?;
        Ok(account)
    }
}

async fn ids(
    tx: &mut Tx,
    names: &[(RegistryName, NamespaceName)],
) -> Result<BTreeSet<crate::id::NamespaceId>, Error> {
    let mut ids = BTreeSet::new();
    for (registry, name) in names {
        let place = tx.registries().by_name(registry).await?;
        let place = place.ok_or_else(|| Error::UnknownRegistry(registry.clone()))?;
        let found = tx.namespaces().by_name(place.id, Some(name)).await?;
        let found = found.ok_or_else(|| Error::UnknownNamespace(name.clone(), registry.clone()))?;
        ids.insert(found.id);
    }
    Ok(ids)
}
