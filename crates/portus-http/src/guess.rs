//! Guessing: an address that sends too much that is wrong has to wait.

use portus_core::secret::SecretKind;
use portus_core::usecase::{AuthenticateError, Credential, Origin};
use tokio::time::Instant;

use crate::Shared;
use crate::rate::{Failures, Limited, Mark};

/// A credential that counts when it is wrong.
#[derive(Clone, Copy)]
pub(crate) struct Guess<'a> {
    failures: &'a Failures,
    mark: Mark,
    /// Whether checking it takes a slow hash. What Portus made does not, and nobody guesses that.
    is_costly: bool,
}

impl<'a> Guess<'a> {
    /// `None` for a password without a name, which is what containerd makes of a refresh token
    /// that was refused and counted before.
    pub(crate) fn new(shared: &'a Shared, credential: &Credential) -> Option<Self> {
        let (username, secret) = match credential {
            Credential::Basic { username, .. } if username.is_empty() => return None,
            Credential::Basic { username, password } => (username.as_str(), password),
            Credential::Refresh(token) | Credential::Token(token) => ("", token),
        };
        let is_costly = !username.is_empty() && SecretKind::of(secret).is_none();
        let failures = if is_costly { &shared.password_failures } else { &shared.token_failures };
        Some(Self { failures, mark: failures.mark((username, secret.expose())), is_costly })
    }

    /// Whether it may be checked at all.
    pub(crate) fn admit(&self, origin: &Origin) -> Result<(), Limited> {
        match self.is_costly {
            true => self.failures.admit(origin.address, self.mark, Instant::now()),
            false => Ok(()),
        }
    }

    /// Takes in how checking it ended; the error says that this was one too many.
    pub(crate) fn settle<T>(
        &self,
        found: Result<&T, &AuthenticateError>,
        origin: &Origin,
    ) -> Result<(), Limited> {
        match found {
            Ok(_) if self.is_costly => self.failures.right(self.mark),
            Err(AuthenticateError::InvalidGrant | AuthenticateError::Rejected) => {
                self.failures.wrong(origin.address, self.mark, Instant::now())?;
            }
            _ => {}
        }
        Ok(())
    }
}
