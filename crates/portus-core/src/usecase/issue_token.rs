use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::authenticate::remaining;
use super::shown::{Authenticated, Origin, Shown};
use super::standing::Standings;
use super::write_notes::{Note, Notes};
use crate::activity::{NewActivity, Place, kind};
use crate::credential::{AccountStanding, Caller, NewRefreshToken};
use crate::id::NamespaceId;
use crate::policy::{Facts, Policy};
use crate::port::{
    Access, Claims, Clock, Entropy, Epochs, Known, NamespaceKey, Passwords, SignError, SignedToken,
    Store, StoreError, TokenSigner,
};
use crate::registry::{Registry, ServiceName};
use crate::repository::RepositoryPath;
use crate::scope::{Action, AskedActions, Scope};
use crate::secret::{Secret, SecretKind};

/// Answers a registry client's request for a token.
///
/// A client that may do none of what it asks for still gets a token, with no actions in it: the
/// registry is what says no, and says it in words the client understands.
pub struct IssueToken {
    /// What is known of the namespaces that are asked for.
    pub standings: Standings,
    /// Where refresh tokens are kept.
    pub store: Arc<dyn Store>,
    /// The registries, and until when what is remembered holds.
    pub epochs: Arc<dyn Epochs>,
    /// The rules.
    pub policy: Arc<Policy>,
    /// Signs.
    pub signer: Arc<dyn TokenSigner>,
    /// What is kept of it.
    pub notes: Arc<Notes>,
    /// Digests refresh tokens.
    pub passwords: Arc<dyn Passwords>,
    /// Makes refresh tokens.
    pub entropy: Arc<dyn Entropy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long a token is good for, where the registry has no lifetime of its own.
    pub lifetime: Duration,
    /// How many refresh tokens an account has at most.
    pub refresh_limit: u32,
}

/// What a registry client asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenRequest {
    /// The registry the token is for, as its configuration names itself.
    pub service: String,
    /// What the client wants to do; `None` where it asks for nothing, as at a log-in.
    pub scopes: Option<Vec<Scope>>,
    /// Whether it wants a refresh token too.
    pub offline: bool,
    /// What it calls itself.
    pub client: String,
}

/// The answer to a token request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IssuedToken {
    /// The token.
    pub token: SignedToken,
    /// When it was made.
    pub issued_at: SystemTime,
    /// What is granted; `None` where nothing was asked for.
    pub access: Option<Vec<Access>>,
    /// A refresh token, where one was asked for and earned.
    pub refresh: Option<Secret>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum IssueTokenError {
    /// The store was not heard of for two seconds.
    #[error("the store is away")]
    Away,
    /// The refresh token is good for another registry.
    #[error("the refresh token is not valid")]
    InvalidGrant,
    /// The account, or its password, was changed since the password was found right.
    #[error("the username or the password is wrong")]
    Outdated,
    /// It was not signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// More than [`MAX_SCOPES`].
    #[error("a request has at most {MAX_SCOPES} scopes, this one has {0}")]
    TooManyScopes(usize),
    /// No registry goes by that name. The message names none.
    #[error("no registry is known by this service name")]
    UnknownService,
}

/// How many scopes one request may have.
pub const MAX_SCOPES: usize = 100;

impl IssueToken {
    /// Decides what of the request is granted, and signs it.
    pub async fn issue(
        &self,
        who: &Authenticated,
        request: TokenRequest,
        origin: &Origin,
    ) -> Result<IssuedToken, IssueTokenError> {
        let issued = self.answer(who, &request, origin).await;
        if let Err(error) = &issued {
            self.note_failure(who, &request, error, origin);
        }
        issued
    }

    async fn answer(
        &self,
        who: &Authenticated,
        request: &TokenRequest,
        origin: &Origin,
    ) -> Result<IssuedToken, IssueTokenError> {
        let asked = request.scopes.as_ref().map_or(0, Vec::len);
        if asked > MAX_SCOPES {
            return Err(IssueTokenError::TooManyScopes(asked));
        }
        let known = self.epochs.known().ok_or(IssueTokenError::Away)?;
        let (registry, audience) =
            find(&known, &request.service).ok_or(IssueTokenError::UnknownService)?;
        if matches!(who.by, Shown::RefreshToken { registry: bound, .. } if bound != registry.id) {
            return Err(IssueTokenError::InvalidGrant);
        }
        let access = match &request.scopes {
            None => None,
            Some(scopes) => Some(self.grant(&known, registry, &who.caller, scopes, origin).await?),
        };
        let issued_at = self.clock.now();
        let token = self.signer.sign(&Claims {
            subject: who.caller.name().map(ToString::to_string).unwrap_or_default(),
            audience: audience.clone(),
            trust: registry.trust,
            issued_at,
            lifetime: self.lifetime(registry, &who.caller, issued_at),
            access: access.clone(),
        })?;
        let refresh = self.refresh(who, registry, request, origin, issued_at).await?;
        Ok(IssuedToken { token, issued_at, access, refresh })
    }

    /// Clients take anything under a minute for a minute, so no token is good for less.
    fn lifetime(&self, registry: &Registry, caller: &Caller, now: SystemTime) -> Duration {
        let lifetime = registry.token_lifetime.unwrap_or(self.lifetime);
        let left = remaining(caller, now).unwrap_or(lifetime);
        lifetime.min(left).max(Duration::from_secs(60))
    }

    async fn grant(
        &self,
        known: &Known,
        registry: &Registry,
        caller: &Caller,
        scopes: &[Scope],
        origin: &Origin,
    ) -> Result<Vec<Access>, IssueTokenError> {
        let (asked, catalog) = merge(scopes);
        let names: Vec<NamespaceKey> =
            asked.iter().map(|(path, _)| path.namespace().cloned()).collect();
        let facts = self.standings.facts(known.epoch, registry, caller, &names).await?;
        let mut access = Vec::with_capacity(asked.len() + 1);
        // Of a stranger's request the audit keeps one refusal: names are free to invent.
        let mut noted = false;
        for ((path, asked), facts) in asked.into_iter().zip(facts) {
            let (granted, refused) = self.split(caller, &asked, &facts);
            let told = caller.identity.is_none() && noted;
            if let Some((action, decision)) = refused.filter(|_| !told) {
                noted = true;
                let place = (registry, &path, facts.id);
                self.note_refusal(caller, (action, &decision), place, origin);
            }
            if !granted.is_empty() {
                let star = asked.star && granted.len() == Action::ALL.len();
                access.push(Access::Repository { path, actions: granted, star });
            }
        }
        if catalog && self.policy.lists_catalog(caller, registry.read_at.is_some()) {
            access.push(Access::Catalog);
        }
        Ok(access)
    }

    /// The actions that are granted, and the first that is not with the reason.
    fn split(
        &self,
        caller: &Caller,
        asked: &AskedActions,
        facts: &Facts,
    ) -> (Vec<Action>, Option<(Action, String)>) {
        let mut granted = Vec::with_capacity(asked.actions.len());
        let mut refused = None;
        for action in &asked.actions {
            if self.policy.decide(caller, *action, facts).is_allowed() {
                granted.push(*action);
            } else if refused.is_none() {
                refused = Some((*action, self.policy.explain(caller, *action, facts).to_string()));
            }
        }
        (granted, refused)
    }

    fn note_refusal(
        &self,
        caller: &Caller,
        (action, decision): (Action, &str),
        (registry, path, namespace): (&Registry, &RepositoryPath, Option<NamespaceId>),
        origin: &Origin,
    ) {
        let place = Place { namespace, ..Place::default() };
        let detail = format!("{action} on {}: {decision}", registry.name);
        self.note(caller, (path.to_string(), detail, place), origin);
    }

    /// A request that gets no token at all is refused too, unless something is broken or away.
    fn note_failure(
        &self,
        who: &Authenticated,
        request: &TokenRequest,
        error: &IssueTokenError,
        origin: &Origin,
    ) {
        use IssueTokenError::{
            Away, InvalidGrant, Outdated, Sign, Store, TooManyScopes, UnknownService,
        };
        let why = match error {
            InvalidGrant => "the refresh token is for another registry".to_owned(),
            Outdated | TooManyScopes(_) | UnknownService => error.to_string(),
            Away | Sign(_) | Store(_) => return,
        };
        let service = request.service.chars().take(100).collect();
        self.note(&who.caller, (service, why, Place::default()), origin);
    }

    fn note(
        &self,
        caller: &Caller,
        (object, detail, place): (String, String, Place),
        origin: &Origin,
    ) {
        let actor = origin.actor(caller.clone());
        let row = NewActivity::done(kind::TOKEN_REFUSED, &actor, self.clock.now(), object);
        let row = NewActivity { place, ..row.detail(detail).refused() };
        self.notes.take(Note::Activity(Box::new(row)));
    }

    /// Makes a refresh token where one was asked for: only a person's password earns one, since it
    /// would outlive the limits of anything else.
    async fn refresh(
        &self,
        who: &Authenticated,
        registry: &Registry,
        request: &TokenRequest,
        origin: &Origin,
        now: SystemTime,
    ) -> Result<Option<Secret>, IssueTokenError> {
        let (Some(identity), Some(password)) = (&who.caller.identity, &who.password) else {
            return Ok(None);
        };
        let is_bot = matches!(identity.standing, AccountStanding::Bot { .. });
        if !request.offline || who.by != Shown::Password || is_bot {
            return Ok(None);
        }
        let secret = SecretKind::Refresh.secret(&self.entropy.bytes());
        let token = NewRefreshToken {
            account: identity.id,
            registry: registry.id,
            digest: self.passwords.digest(&secret),
            client: request.client.chars().filter(|c| !c.is_control()).take(100).collect(),
            address: origin.address.to_string(),
            created_at: now,
        };
        let limit = self.refresh_limit;
        self.store
            .write(async |tx| {
                if tx.tokens().count_refresh(token.account).await? >= u64::from(limit) {
                    // The oldest goes, and may be remembered somewhere.
                    tx.raise_epoch().await?;
                }
                // The password may have been changed since it was found right.
                if !tx.accounts().hold_password(token.account, password).await? {
                    return Err(IssueTokenError::Outdated);
                }
                tx.tokens().add_refresh(&token, limit).await?;
                Ok(())
            })
            .await?;
        Ok(Some(secret))
    }
}

fn find<'a>(known: &'a Known, service: &str) -> Option<(&'a Registry, &'a ServiceName)> {
    known.registries.iter().find_map(|one| one.service(service).map(|service| (one, service)))
}

/// Each repository once, in the order of the request, and whether the catalog is asked for.
fn merge(scopes: &[Scope]) -> (Vec<(RepositoryPath, AskedActions)>, bool) {
    let mut merged: Vec<(RepositoryPath, AskedActions)> = Vec::with_capacity(scopes.len());
    let mut places: BTreeMap<&RepositoryPath, usize> = BTreeMap::new();
    for scope in scopes {
        let Scope::Repository { path, asked } = scope else { continue };
        let place = *places.entry(path).or_insert(merged.len());
        match merged.get_mut(place) {
            None => merged.push((path.clone(), asked.clone())),
            Some((_, known)) => {
                known.star |= asked.star;
                known.actions.extend(&asked.actions);
                known.actions.sort_unstable();
                known.actions.dedup();
            }
        }
    }
    (merged, scopes.contains(&Scope::Catalog))
}
