use std::time::{Duration, SystemTime};

use crate::registry::{KeyTrust, ServiceName};
use crate::repository::RepositoryPath;
use crate::scope::Action;

/// What a token says: the claims of the registry token specification that vary per request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claims {
    /// Who the token is for; empty for someone not signed in.
    pub subject: String,
    /// The registry it is for, as the registry's row spells it.
    pub audience: ServiceName,
    /// Whether the token carries a certificate or only names its key.
    pub trust: KeyTrust,
    /// Now.
    pub issued_at: SystemTime,
    /// How long it is good for at most; the key's certificate may end earlier.
    pub lifetime: Duration,
    /// What is granted; `None` where nothing was asked for.
    pub access: Option<Vec<Access>>,
}

/// One entry of a token's `access`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Access {
    /// `registry:catalog:*`
    Catalog,
    /// Some actions on one repository.
    Repository {
        /// Which.
        path: RepositoryPath,
        /// At least one.
        actions: Vec<Action>,
        /// Whether `*` stands for them: all are granted and `*` was asked for.
        star: bool,
    },
}

/// A signed token, ready to send.
#[derive(Clone, Eq, PartialEq)]
pub struct SignedToken {
    /// The compact form.
    pub text: String,
    /// How long it is really good for.
    pub lifetime: Duration,
}

impl std::fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedToken").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// Signs tokens with the key that the registry trusts.
pub trait TokenSigner: Send + Sync {
    /// Signs one token.
    fn sign(&self, claims: &Claims) -> Result<SignedToken, SignError>;
}

/// Why a token was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No key is loaded, or its certificate ends within a minute.
    #[error("no signing key is ready")]
    NoKey,
    /// The key did not sign.
    #[error("the token could not be signed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
