//! Guessing: an address that sends too much that is wrong has to wait.

use std::net::IpAddr;

use portus_core::account::Username;
use portus_core::secret::{Secret, SecretKind};
use portus_core::usecase::{
    AuthenticateError, ChangeEmailError, ChangePasswordError, Credential, Origin,
};
use tokio::time::Instant;

use crate::Shared;
use crate::rate::{Failures, Limited, Mark};

/// One check of what somebody shows.
pub(crate) struct Guess<'a> {
    /// Nothing where nothing is shown that counts.
    shown: Option<Shown<'a>>,
    address: IpAddr,
}

/// A credential that counts when it is wrong.
struct Shown<'a> {
    failures: &'a Failures,
    mark: Mark,
    /// Whether checking it takes a slow hash. What Portus made does not, and nobody guesses that.
    is_costly: bool,
}

impl<'a> Guess<'a> {
    /// Begins one, unless the address has to wait.
    pub(crate) fn begin(
        shared: &'a Shared,
        credential: Option<&Credential>,
        origin: &Origin,
    ) -> Result<Self, Limited> {
        let shown = credential.and_then(|credential| Shown::read(shared, credential));
        if let Some(Shown { failures, mark, is_costly: true }) = &shown {
            failures.admit(origin.address, *mark, Instant::now())?;
        }
        Ok(Self { shown, address: origin.address })
    }

    /// Takes in how it ended; the error says that this was one too many.
    pub(crate) fn end(self, found: Result<(), &AuthenticateError>) -> Result<(), Limited> {
        let Some(Shown { failures, mark, is_costly }) = self.shown else { return Ok(()) };
        match found {
            Ok(()) if is_costly => failures.right(mark),
            Err(AuthenticateError::InvalidGrant | AuthenticateError::Rejected) => {
                failures.wrong(self.address, mark, Instant::now())?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// A change that asks for one's own password again, which counts like a sign-in.
pub(crate) async fn checked<T, E: Checks>(
    shared: &Shared,
    (name, password): (&Username, &Secret),
    origin: &Origin,
    change: impl Future<Output = Result<T, E>>,
) -> Result<Result<T, E>, Limited> {
    let credential = Credential::Basic { username: name.to_string(), password: password.clone() };
    let guess = Guess::begin(shared, Some(&credential), origin)?;
    let changed = change.await;
    guess.end(changed.as_ref().err().and_then(Checks::check).map_or(Ok(()), Err))?;
    Ok(changed)
}

/// Why a change was not made that asks for a password.
pub(crate) trait Checks {
    /// What came of the password, where that is why.
    fn check(&self) -> Option<&AuthenticateError>;
}

macro_rules! checks {
    ($($error:ident)*) => {$(
        impl Checks for $error {
            fn check(&self) -> Option<&AuthenticateError> {
                match self {
                    Self::Authenticate(error) => Some(error),
                    _ => None,
                }
            }
        }
    )*};
}

checks! { ChangeEmailError ChangePasswordError }

impl<'a> Shown<'a> {
    /// `None` for a password without a name, which is what containerd makes of a refresh token
    /// that was refused and counted before.
    fn read(shared: &'a Shared, credential: &Credential) -> Option<Self> {
        let (username, secret) = match credential {
            Credential::Basic { username, .. } if username.is_empty() => return None,
            Credential::Basic { username, password } => (username.as_str(), password),
            Credential::Refresh(token) | Credential::Token(token) => ("", token),
        };
        let is_costly = !username.is_empty() && SecretKind::of(secret).is_none();
        let failures = if is_costly { &shared.password_failures } else { &shared.token_failures };
        Some(Self { failures, mark: failures.mark((username, secret.expose())), is_costly })
    }
}
