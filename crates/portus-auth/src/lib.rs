//! Who someone is, and the tokens that say so: the master key and what it seals, signing keys and
//! their certificates, registry tokens, passwords.
//!
//! What each secret is kept from being used as another by: registry tokens are JWTs that only
//! [`JwtSigner`] makes and nothing here takes; application, refresh and notification secrets are no
//! JWTs but start with a prefix of their kind; what is sealed or derived with the master key is
//! bound to its purpose.
#![deny(missing_docs)]

mod certificate;
mod derive;
mod entropy;
mod jwt;
mod master_key;
pub mod password_rules;
mod passwords;
mod published;
mod seal;
mod signing_key;
mod vault;

pub use entropy::OsEntropy;
pub use jwt::{JwtSigner, KeyRingError};
pub use master_key::{MasterKey, MasterKeyError};
pub use passwords::BcryptPasswords;
pub use vault::{ImportError, KeyVault};
