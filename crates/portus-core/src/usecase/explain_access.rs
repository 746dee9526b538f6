use std::fmt;
use std::sync::Arc;

use super::permit::{Refused, keeping, permit};
use super::standing::Standings;
use crate::account::Username;
use crate::activity::{Actor, Who};
use crate::credential::{Caller, Identity, Limits};
use crate::policy::{Decision, Deed, Policy};
use crate::port::{Epoch, Lookups, Store, StoreError};
use crate::registry::{Registry, RegistryName};
use crate::repository::RepositoryPath;
use crate::scope::Action;

/// Says whether someone may do something, and why.
pub struct ExplainAccess {
    /// Who someone is.
    pub store: Arc<dyn Store>,
    /// How she stands.
    pub lookups: Arc<dyn Lookups>,
    /// The rules.
    pub policy: Arc<Policy>,
}

/// About whom is asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subject {
    /// An account.
    Account(Username),
    /// Someone who shows no credential.
    Anonymous,
}

/// The answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
    /// The decision, as far as the one who asks may know.
    pub decision: Decision,
    /// The reason why an account may do nothing at all.
    pub disabled: bool,
}

impl Explanation {
    /// Whether it is allowed.
    pub fn is_allowed(&self) -> bool {
        !self.disabled && self.decision.is_allowed()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.disabled {
            true => f.write_str("denied: the account is disabled"),
            false => self.decision.fmt(f),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The one who asks may not ask about others.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    UnknownAccount(Username),
    /// There is no such registry.
    #[error("there is no registry `{0}`")]
    UnknownRegistry(RegistryName),
}

impl ExplainAccess {
    /// Explains a decision about a repository. About oneself everyone may ask; about others those
    /// who keep the namespace, admins and operators.
    pub async fn explain(
        &self,
        actor: &Actor,
        subject: &Subject,
        action: Action,
        (registry, path): (&RegistryName, &RepositoryPath),
    ) -> Result<Explanation, ExplainError> {
        let (registry, caller, own, enabled) = self.find(actor, subject, registry, path).await?;
        // Asked of the store itself, not of what the token endpoint remembers.
        let standings = Standings::new(self.lookups.clone(), &self.policy);
        let names = [path.namespace().cloned()];
        let facts = standings.facts(Epoch(0), &registry, &caller, &names).await?;
        let facts = facts.first().copied().unwrap_or(crate::policy::Facts::UNKNOWN);
        let decision = match own {
            true => self.policy.explain(&caller, action, &facts),
            // Whoever keeps the place knows that it is there, whatever the other one may know.
            false => self.policy.decide(&caller, action, &facts),
        };
        Ok(Explanation { decision, disabled: !enabled })
    }

    /// Where, who, whether it is about herself, and whether that account is enabled.
    async fn find(
        &self,
        actor: &Actor,
        subject: &Subject,
        registry: &RegistryName,
        path: &RepositoryPath,
    ) -> Result<(Registry, Caller, bool, bool), ExplainError> {
        self.store
            .read(async |tx| {
                let place = tx.registries().by_name(registry).await?;
                let own = matches!((subject, &actor.who),
                    (Subject::Account(name), Who::Caller(caller))
                        if caller.name().map(Username::key) == Some(name.key()));
                if !own {
                    let found = match &place {
                        Some(place) => tx.namespaces().by_name(place.id, path.namespace()).await?,
                        None => None,
                    };
                    let kind = found.map(|namespace| namespace.kind);
                    let facts = keeping(tx, actor, kind).await?;
                    permit(&self.policy, actor, Deed::ExplainOthers, &facts)?;
                }
                let place = place.ok_or_else(|| ExplainError::UnknownRegistry(registry.clone()))?;
                let Subject::Account(name) = subject else {
                    return Ok((place, Caller::ANONYMOUS, own, true));
                };
                let account = tx.accounts().by_name(name).await?;
                let account = account.ok_or_else(|| ExplainError::UnknownAccount(name.clone()))?;
                // About herself she is told what she may do as she came.
                let limits = match &actor.who {
                    Who::Caller(caller) if own => caller.limits.clone(),
                    _ => Limits::NONE,
                };
                let caller = Caller { limits, ..Caller::unlimited(Identity::from(&account)) };
                Ok((place, caller, own, account.enabled))
            })
            .await
    }
}
