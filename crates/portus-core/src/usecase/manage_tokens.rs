use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::permit::{Refused, permit, role_in};
use super::sighted::sees;
use super::token_places::{called, place_name};
use crate::account::{Account, AccountKind, Username};
use crate::activity::{Actor, NewActivity, Who, kind};
use crate::credential::{ApplicationToken, Limits, NewApplicationToken, TokenActions, TokenLabel};
use crate::id::NamespaceId;
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Entropy, NamespaceKey, Passwords, Store, StoreError, Tx};
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
    pub namespaces: Option<Vec<(RegistryName, NamespaceKey)>>,
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
    /// It names more namespaces than are looked up for one.
    #[error("a token is for at most {MOST_PLACES} namespaces, or for all")]
    Many,
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
    #[error("registry `{}` has no namespace `{}`", .1, called(.0))]
    UnknownNamespace(NamespaceKey, RegistryName),
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
        self.make(actor, owner, token, false).await
    }

    /// The same, in the place of the one of that label if it was never used: its secret was told to
    /// nobody who kept it.
    pub async fn remake(
        &self,
        actor: &Actor,
        owner: &Username,
        token: &NewToken,
    ) -> Result<Secret, Error> {
        self.make(actor, owner, token, true).await
    }

    async fn make(
        &self,
        actor: &Actor,
        owner: &Username,
        token: &NewToken,
        again: bool,
    ) -> Result<Secret, Error> {
        let now = self.clock.now();
        if token.actions == TokenActions::default() {
            return Err(Error::NoActions);
        }
        if token.expires_at.is_some_and(|end| end <= now) {
            return Err(Error::Expired);
        }
        let token = &distinct(token)?;
        let secret = SecretKind::Application.secret(&self.entropy.bytes());
        let digest = self.passwords.digest(&secret);
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let account = self.account(tx, actor, owner, Deed::CreateOwnTokens).await?;
                let mut existing = tx.tokens().applications(account.id).await?;
                let unused = existing
                    .iter()
                    .position(|one| one.label == token.label && one.last_used_at.is_none());
                if let (true, Some(unused)) = (again, unused) {
                    existing.remove(unused);
                    self.end(tx, actor, &account, &token.label).await?;
                }
                if existing.len() >= self.limit as usize {
                    return Err(Error::Limit(owner.clone(), self.limit));
                }
                let new = NewApplicationToken {
                    account: account.id,
                    label: token.label.clone(),
                    limits: self.limits(tx, actor, token).await?,
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
                let detail = format!("{}: {}", token.label, told(token, now));
                tx.audit().append(&[row.detail(detail)]).await?;
                Ok(())
            })
            .await?;
        Ok(secret)
    }

    /// What the token may, which is no more than what it is made with.
    async fn limits(&self, tx: &mut Tx, actor: &Actor, token: &NewToken) -> Result<Limits, Error> {
        let namespaces = match &token.namespaces {
            None => None,
            Some(names) => Some(Arc::new(self.ids(tx, actor, names).await?)),
        };
        let limits = Limits { actions: token.actions, namespaces, expires_at: token.expires_at };
        let covered = match &actor.who {
            Who::Caller(caller) => caller.limits.cover(&limits),
            Who::Operator(_) | Who::Portus => true,
        };
        covered.then_some(limits).ok_or(Error::Exceeds)
    }

    /// Ends a token.
    pub async fn revoke(
        &self,
        actor: &Actor,
        owner: &Username,
        label: &TokenLabel,
    ) -> Result<(), Error> {
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let account = self.account(tx, actor, owner, Deed::ManageOwnTokens).await?;
                self.end(tx, actor, &account, label).await
            })
            .await
    }

    async fn end(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        owner: &Account,
        label: &TokenLabel,
    ) -> Result<(), Error> {
        if !tx.tokens().revoke_application(owner.id, label).await? {
            return Err(Error::UnknownToken(owner.name.clone(), label.clone()));
        }
        let (what, now) = (kind::APPLICATION_TOKEN_REVOKE, self.clock.now());
        let row = NewActivity::done(what, actor, now, owner.name.as_str());
        tx.audit().append(&[row.detail(label.as_str())]).await?;
        Ok(())
    }

    /// An account's tokens, newest first.
    pub async fn list(
        &self,
        actor: &Actor,
        owner: &Username,
    ) -> Result<Vec<ApplicationToken>, Error> {
        self.store
            .read(async |tx| {
                let account = self.account(tx, actor, owner, Deed::ManageOwnTokens).await?;
                Ok(tx.tokens().applications(account.id).await?)
            })
            .await
    }

    /// The owner of the tokens, if the actor may do this with them: oneself, the owners of a bot's
    /// team, admins, who make none for people, and operators.
    async fn account(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        owner: &Username,
        own_deed: Deed,
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
                (own_deed, DeedFacts { own, ..DeedFacts::default() })
            }
        };
        permit(&self.policy, actor, deed, &facts)?;
        Ok(account)
    }

    /// The namespaces of these names. One that the actor may not see is as if it were not there.
    async fn ids(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        names: &[(RegistryName, NamespaceKey)],
    ) -> Result<BTreeSet<NamespaceId>, Error> {
        // What the credential is for is looked at when it is held against the new one.
        let mut actor = actor.clone();
        if let Who::Caller(caller) = &mut actor.who {
            caller.limits = Limits::NONE;
        }
        let mut ids = BTreeSet::new();
        for (registry, name) in names {
            let place = tx.registries().by_name(registry).await?;
            let place = place.ok_or_else(|| Error::UnknownRegistry(registry.clone()))?;
            let found = tx.namespaces().by_name(place.id, name.as_ref()).await?;
            let seen = match found {
                Some(found) if sees(tx, &self.policy, &actor, (&place, &found)).await? => {
                    Some(found.id)
                }
                _ => None,
            };
            let unknown = || Error::UnknownNamespace(name.clone(), registry.clone());
            ids.insert(seen.ok_or_else(unknown)?);
        }
        Ok(ids)
    }
}

/// The same with each namespace once: each is looked up while nobody else can write.
fn distinct(token: &NewToken) -> Result<NewToken, Error> {
    let names = token.namespaces.as_ref();
    let names = names.map(|names| names.iter().cloned().collect::<BTreeSet<_>>());
    if names.as_ref().is_some_and(|names| names.len() > MOST_PLACES) {
        return Err(Error::Many);
    }
    Ok(NewToken { namespaces: names.map(Vec::from_iter), ..token.clone() })
}

/// What a token may do, where and for how long, in words.
fn told(token: &NewToken, now: SystemTime) -> String {
    let places = match &token.namespaces {
        None => "everywhere".to_owned(),
        Some(names) => {
            let names = names.iter().map(|(registry, name)| place_name(registry, name));
            names.collect::<Vec<_>>().join(" ")
        }
    };
    let end = match token.expires_at.and_then(|end| end.duration_since(now).ok()) {
        None => "for good".to_owned(),
        Some(left) if left < HOUR => "for less than an hour".to_owned(),
        Some(left) if left < DAY => format!("for {} hours", left.as_secs() / HOUR.as_secs()),
        Some(left) => format!("for {} days", left.as_secs() / DAY.as_secs()),
    };
    format!("{}; {places}; {end}", token.actions)
}

/// How many namespaces a token is for at most, where it is not for all.
const MOST_PLACES: usize = 100;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
