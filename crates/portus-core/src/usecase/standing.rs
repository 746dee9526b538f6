//! How a caller stands to namespaces: looked up once for a request, remembered for an epoch.

use std::sync::Arc;

use super::remembered::Remembered;
use crate::credential::{AccountStanding, Caller};
use crate::id::{AccountId, RegistryId};
use crate::namespace::NamespaceName;
use crate::policy::{CreateOnPush, Facts, NamespaceFacts, Policy};
use crate::port::{Epoch, KnownNamespace, Lookups, NamespaceKey, StoreError};
use crate::registry::Registry;

/// Looks up what decisions need.
pub struct Standings {
    lookups: Arc<dyn Lookups>,
    /// Whether a name nobody uses may be claimed by a push.
    claims: bool,
    remembered: Remembered<(RegistryId, Option<AccountId>, NamespaceKey), Facts>,
}

impl Standings {
    /// Looks up through `lookups`; the policy says whether unused names can be claimed.
    pub fn new(lookups: Arc<dyn Lookups>, policy: &Policy) -> Self {
        let claims = policy.switches().create_on_push == CreateOnPush::Members;
        Self { lookups, claims, remembered: Remembered::new(REMEMBERED) }
    }

    /// The facts for each name, in order: nothing is looked up for those that are remembered, and
    /// all others with one query.
    pub async fn facts(
        &self,
        epoch: Epoch,
        registry: &Registry,
        caller: &Caller,
        names: &[NamespaceKey],
    ) -> Result<Vec<Facts>, StoreError> {
        let account = caller.account();
        let key = |name: &NamespaceKey| (registry.id, account, name.clone());
        let mut facts: Vec<Option<Facts>> =
            names.iter().map(|name| self.remembered.find(epoch, &key(name))).collect();
        let mut missing: Vec<NamespaceKey> = names
            .iter()
            .zip(&facts)
            .filter(|(_, known)| known.is_none())
            .map(|(name, _)| name.clone())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(facts.into_iter().flatten().collect());
        }
        let found = self.lookups.namespaces(registry.id, &missing, account).await?;
        let unknown = missing.iter().filter(|name| !found.iter().any(|known| known.name == **name));
        let claimable = self.claimable(caller, unknown.flatten().cloned().collect()).await?;
        for name in &missing {
            let known = found.iter().find(|known| known.name == *name);
            let looked_up = match known {
                Some(known) => stand(registry, caller, known),
                None => Facts {
                    namespace: NamespaceFacts::Unknown {
                        claimable: name.as_ref().is_some_and(|name| claimable.contains(name)),
                    },
                    id: None,
                    registry_read: registry.read_at.is_some(),
                },
            };
            self.remembered.keep(epoch, key(name), looked_up);
            for (place, _) in facts.iter_mut().zip(names).filter(|(_, asked)| *asked == name) {
                *place = Some(looked_up);
            }
        }
        Ok(facts.into_iter().flatten().collect())
    }

    /// Which of the names nobody uses this caller could claim by a push, with one query.
    async fn claimable(
        &self,
        caller: &Caller,
        unused: Vec<NamespaceName>,
    ) -> Result<Vec<NamespaceName>, StoreError> {
        let person = caller.identity.as_ref().filter(|one| one.standing == AccountStanding::Person);
        match person {
            Some(person) if self.claims && !unused.is_empty() => {
                self.lookups.claimable(&unused, person.id).await
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// How a caller stands to a namespace that is there.
pub(super) fn stand(registry: &Registry, caller: &Caller, known: &KnownNamespace) -> Facts {
    let asker = caller.identity.as_ref().map(|identity| (identity.id, identity.standing));
    Facts {
        namespace: NamespaceFacts::of(known.kind, asker, known.role),
        id: Some(known.id),
        registry_read: registry.read_at.is_some(),
    }
}

/// How many answers are remembered at most.
const REMEMBERED: usize = 20_000;
