//! What this service knows: one person, her team's namespace and a public one. A real one would
//! ask its own database; each look-up is one question.

use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use portus_core::account::{Account, AccountKind, PasswordHash, UsernameKey};
use portus_core::credential::RefreshTokenOwner;
use portus_core::id::{AccountId, NamespaceId, RegistryId, TeamId};
use portus_core::namespace::{NamespaceKind, NamespaceName, Visibility};
use portus_core::port::{
    Epoch, Epochs, Fingerprint, Known, KnownNamespace, Login, Lookups, NamespaceKey, StoreError,
    TokenOwner,
};
use portus_core::registry::{KeyTrust, Registry};
use portus_core::secret::SecretDigest;
use portus_core::team::Role;

pub struct Directory {
    pub ada: PasswordHash,
    pub created_at: SystemTime,
}

const ADA: AccountId = AccountId(1);
const TEAM: TeamId = TeamId(1);

impl Directory {
    fn namespace(&self, name: &NamespaceName, asker: Option<AccountId>) -> Option<KnownNamespace> {
        let (id, visibility) = match name.as_str() {
            "engines" => (NamespaceId(1), Visibility::Private),
            "papers" => (NamespaceId(2), Visibility::Public),
            _ => return None,
        };
        Some(KnownNamespace {
            id,
            name: Some(name.clone()),
            kind: NamespaceKind::Team { team: TEAM, visibility },
            role: (asker == Some(ADA)).then_some(Role::Contributor),
        })
    }
}

#[async_trait]
impl Lookups for Directory {
    async fn person(&self, name: &UsernameKey) -> Result<Option<Login>, StoreError> {
        let Some((username, personal)) = "ada".parse().ok().zip("ada".parse().ok()) else {
            return Ok(None);
        };
        let account = Account {
            id: ADA,
            name: username,
            email: None,
            kind: AccountKind::Person { admin: false, personal },
            enabled: true,
            created_at: self.created_at,
        };
        let login = Login { account, password: Some(self.ada.clone()) };
        Ok((name.as_str() == "ada").then_some(login))
    }

    async fn application_token(&self, _: &SecretDigest) -> Result<Option<TokenOwner>, StoreError> {
        Ok(None)
    }

    async fn refresh_token(
        &self,
        _: &SecretDigest,
    ) -> Result<Option<RefreshTokenOwner>, StoreError> {
        Ok(None)
    }

    async fn namespaces(
        &self,
        _: RegistryId,
        names: &[NamespaceKey],
        asker: Option<AccountId>,
    ) -> Result<Vec<KnownNamespace>, StoreError> {
        Ok(names.iter().flatten().filter_map(|name| self.namespace(name, asker)).collect())
    }

    async fn claimable(
        &self,
        _: &[NamespaceName],
        _: AccountId,
    ) -> Result<Vec<NamespaceName>, StoreError> {
        Ok(Vec::new())
    }

    async fn failures(
        &self,
        _: &UsernameKey,
        _: &str,
        _: SystemTime,
    ) -> Result<Vec<Fingerprint>, StoreError> {
        Ok(Vec::new())
    }
}

/// Nothing ever changes here, so one epoch does.
impl Epochs for Directory {
    fn known(&self) -> Option<Arc<Known>> {
        let registry = Registry {
            id: RegistryId(1),
            name: "registry".parse().ok()?,
            url: "http://localhost:5000".parse().ok()?,
            services: vec!["registry.embedded".parse().ok()?],
            hosts: Vec::new(),
            trust: KeyTrust::Bundle,
            token_lifetime: None,
            read_at: Some(self.created_at),
            secret_generation: 0,
            created_at: self.created_at,
        };
        Some(Arc::new(Known { epoch: Epoch(1), registries: vec![registry] }))
    }
}
