//! Why a command did not do what it was asked, and what the shell is told.

use std::error::Error;
use std::process::ExitCode;

use portus::wiring::OpenError;
use portus_core::port::{PasswordError, StoreError};
use portus_core::usecase::{
    AddRegistryError, CancelDeletionError, ChangeAccountError, ChangeMembersError,
    ChangeNamespaceError, ChangeRegistryError, CreateAccountError, CreateBotError,
    CreateNamespaceError, CreateTeamError, ExplainError, KeepKeysError, LinkPasswordError,
    ManageTokensError, RetryEventsError, SyncError,
};
use portus_store::MigrateError;

use crate::listing::{self, say};

/// Why a command ends early. Everything but [`Failure::Help`] is said in a line.
#[derive(Debug)]
pub enum Failure {
    /// The answer is no, and was printed.
    Denied,
    /// It was tried.
    Failed(String),
    /// A help page was asked for.
    Help(String),
    /// Nothing was tried, and nothing changed.
    Input(String),
}

impl Failure {
    /// Something was tried and ended with `error`.
    pub fn failed(error: &dyn Error) -> Self {
        Self::Failed(with_causes(error))
    }

    /// Says it, and what the shell is to be told.
    pub fn report(self) -> ExitCode {
        match self {
            Self::Denied => ExitCode::from(3),
            Self::Failed(message) => {
                say(&message);
                ExitCode::from(1)
            }
            Self::Help(page) => match listing::print(&page) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::from(1),
            },
            Self::Input(message) => {
                say(&message);
                ExitCode::from(2)
            }
        }
    }
}

/// An error and what is behind it, in one line.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // Some errors say what is behind them themselves.
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

macro_rules! failures {
    ($($error:ty,)*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::failed(&error)
            }
        }
    )*};
}

failures! {
    AddRegistryError,
    CancelDeletionError,
    ChangeMembersError,
    ChangeNamespaceError,
    ChangeRegistryError,
    CreateBotError,
    CreateNamespaceError,
    CreateTeamError,
    ExplainError,
    KeepKeysError,
    MigrateError,
    OpenError,
    RetryEventsError,
    StoreError,
    SyncError,
    std::io::Error,
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::failed(error.as_ref())
    }
}

impl From<CreateAccountError> for Failure {
    fn from(error: CreateAccountError) -> Self {
        match error {
            CreateAccountError::NoNamespace(_)
            | CreateAccountError::Password(PasswordError::Weak(_)) => {
                Self::Input(error.to_string())
            }
            error => Self::failed(&error),
        }
    }
}

impl From<ChangeAccountError> for Failure {
    fn from(error: ChangeAccountError) -> Self {
        match error {
            ChangeAccountError::Password(PasswordError::Weak(_)) => Self::Input(error.to_string()),
            error => Self::failed(&error),
        }
    }
}

impl From<LinkPasswordError> for Failure {
    fn from(error: LinkPasswordError) -> Self {
        Self::failed(&error)
    }
}

impl From<ManageTokensError> for Failure {
    fn from(error: ManageTokensError) -> Self {
        match error {
            ManageTokensError::Expired | ManageTokensError::Many | ManageTokensError::NoActions => {
                Self::Input(error.to_string())
            }
            error => Self::failed(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_behind_an_error_is_said_once() {
        let cause = std::io::Error::other("no route to host");
        let error = StoreError::Unavailable(Box::new(cause));
        assert_eq!(with_causes(&error), "the store is unavailable: no route to host");
        let said = OpenError::Wrong(anyhow::anyhow!("inner").context("outer"));
        assert_eq!(with_causes(&said), "outer: inner");
    }
}
