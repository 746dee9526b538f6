//! Where application tokens are good, by name.

use std::collections::BTreeMap;

use super::manage_tokens::ManageTokens;
use super::sighted::sees;
use crate::activity::{Actor, Who};
use crate::credential::{ApplicationToken, Limits};
use crate::id::NamespaceId;
use crate::port::{NamespaceKey, StoreError};
use crate::registry::RegistryName;

/// What namespaces are called that tokens are for: `main/crew`, and `main/_` the global one. Those
/// that the one who asks may not see have no name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TokenPlaces(BTreeMap<NamespaceId, String>);

impl TokenPlaces {
    /// The names of a token's namespaces; `None` where it is good everywhere.
    pub fn of(&self, token: &ApplicationToken) -> Option<Vec<&str>> {
        let ids = token.limits.namespaces.as_deref()?;
        let mut names: Vec<_> =
            ids.iter().filter_map(|id| self.0.get(id).map(String::as_str)).collect();
        names.sort_unstable();
        Some(names)
    }
}

impl ManageTokens {
    /// What the namespaces of some tokens are called.
    pub async fn places(
        &self,
        actor: &Actor,
        tokens: &[ApplicationToken],
    ) -> Result<TokenPlaces, StoreError> {
        let ids = tokens.iter().filter_map(|token| token.limits.namespaces.as_deref()).flatten();
        let mut wanted: Vec<NamespaceId> = ids.copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        // What the credential is for says nothing of what was chosen once.
        let mut actor = actor.clone();
        if let Who::Caller(caller) = &mut actor.who {
            caller.limits = Limits::NONE;
        }
        self.store
            .read(async |tx| {
                let registries = tx.registries().all().await?;
                let mut names = BTreeMap::new();
                for id in wanted {
                    let Some(found) = tx.namespaces().by_id(id).await? else { continue };
                    let place = registries.iter().find(|place| place.id == found.registry);
                    if let Some(place) = place
                        && sees(tx, &self.policy, &actor, (place, &found)).await?
                    {
                        names.insert(id, place_name(&place.name, &found.name));
                    }
                }
                Ok(TokenPlaces(names))
            })
            .await
    }
}

/// A namespace as it is written: `main/crew`, `main/_`.
pub(super) fn place_name(registry: &RegistryName, name: &NamespaceKey) -> String {
    format!("{registry}/{}", called(name))
}

/// A namespace's name; `_` is the global one, which no other can have.
pub(super) fn called(name: &NamespaceKey) -> String {
    name.as_ref().map_or_else(|| "_".to_owned(), ToString::to_string)
}
