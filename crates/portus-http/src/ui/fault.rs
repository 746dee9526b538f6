//! What a form did not do: a sentence for its page, or a page of its own.

use portus_core::usecase::{
    ChangeAccountError, ChangeBotError, ChangeMembersError, ChangeNamespaceError, ChangeTeamError,
    CreateAccountError, CreateBotError, CreateNamespaceError, CreateTeamError, DeleteAccountError,
    ManageTokensError,
};

use super::trouble::Trouble;

/// Why a form did nothing.
pub(super) enum Fault {
    /// Said where the form is.
    Told(String),
    /// A page of its own.
    Trouble(Trouble),
}

macro_rules! faults {
    ($($error:ident)*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                match error {
                    $error::Store(error) => Self::Trouble(error.into()),
                    $error::Refused(refused) => Self::Trouble(refused.into()),
                    error => Self::Told(error.to_string()),
                }
            }
        }
    )*};
}

faults! {
    ChangeAccountError ChangeBotError ChangeMembersError ChangeNamespaceError ChangeTeamError
    CreateAccountError CreateBotError CreateNamespaceError CreateTeamError DeleteAccountError
    ManageTokensError
}

/// What someone typed, or what is wrong with it.
pub(super) fn typed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Fault> {
    text.trim().parse().map_err(|error: T::Err| Fault::Told(error.to_string()))
}

/// A sentence for the page, unless there is a page of its own.
pub(super) fn told(fault: Fault) -> Result<String, Trouble> {
    match fault {
        Fault::Told(text) => Ok(text),
        Fault::Trouble(trouble) => Err(trouble),
    }
}
