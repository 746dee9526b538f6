//! What a form did not do: a sentence for its page, or a page of its own.

use std::str::FromStr;

use portus_core::usecase::{
    ChangeAccountError, ChangeBotError, ChangeMembersError, ChangeNamespaceError, ChangeTeamError,
    CreateAccountError, CreateBotError, CreateNamespaceError, CreateTeamError, DeleteAccountError,
    LinkPasswordError, ManageTokensError,
};

use super::texts::{Said, Texts};
use super::trouble::Trouble;

/// Why a form did nothing.
pub(super) enum Fault {
    /// Said where the form is.
    Told(Box<dyn Said + Send>),
    /// A page of its own.
    Trouble(Trouble),
}

/// What is wrong with what someone typed, where no name of the domain says so.
pub(super) enum Mistake {
    /// Nobody of that name gets a namespace from her.
    Heir(String),
    /// More hosts than a registry has.
    Hosts(usize),
    /// Not 1 to 60.
    Minutes,
    /// No day.
    Day(String),
    /// No number.
    Number(String),
    /// No registry and namespace.
    Place(String),
}

impl Said for Mistake {
    fn said(&self, t: &Texts) -> String {
        let t = &t.mistakes;
        match self {
            Self::Day(text) => (t.day)(text),
            Self::Heir(name) => (t.heir)(name),
            Self::Hosts(most) => (t.hosts)(&most.to_string()),
            Self::Minutes => t.minutes.into(),
            Self::Number(text) => (t.number)(text),
            Self::Place(text) => (t.place)(text),
        }
    }
}

impl Fault {
    /// What is said where the form is.
    pub(super) fn told(error: impl Said + Send + 'static) -> Self {
        Self::Told(Box::new(error))
    }
}

macro_rules! faults {
    ($($error:ident)*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                match error {
                    $error::Store(error) => Self::Trouble(error.into()),
                    $error::Refused(refused) => Self::Trouble(refused.into()),
                    error => Self::told(error),
                }
            }
        }
    )*};
}

faults! {
    ChangeAccountError ChangeBotError ChangeMembersError ChangeNamespaceError ChangeTeamError
    CreateAccountError CreateBotError CreateNamespaceError CreateTeamError DeleteAccountError
    LinkPasswordError ManageTokensError
}

impl From<Mistake> for Fault {
    fn from(mistake: Mistake) -> Self {
        Self::told(mistake)
    }
}

/// What someone typed, or what is wrong with it.
pub(super) fn typed<T: FromStr<Err: Said + Send + 'static>>(text: &str) -> Result<T, Fault> {
    text.trim().parse().map_err(Fault::told)
}

/// A sentence for the page, unless there is a page of its own.
pub(super) fn told(fault: Fault, t: &Texts) -> Result<String, Trouble> {
    match fault {
        Fault::Told(said) => Ok(said.said(t)),
        Fault::Trouble(trouble) => Err(trouble),
    }
}
