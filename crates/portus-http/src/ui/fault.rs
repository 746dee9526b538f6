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
    /// Said where the form is, at the field with this id where it is of one.
    Told(Box<dyn Said + Send>, Option<&'static str>),
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
        Self::Told(Box::new(error), None)
    }
}

/// The errors of use cases, and which of them are of what was typed into one field.
macro_rules! faults {
    ($($error:ident { $($one:ident => $field:literal)* })*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                let field = match &error {
                    $($error::$one(..) => Some($field),)*
                    _ => None,
                };
                match error {
                    $error::Store(error) => Self::Trouble(error.into()),
                    $error::Refused(refused) => Self::Trouble(refused.into()),
                    error => Self::Told(Box::new(error), field),
                }
            }
        }
    )*};
}

faults! {
    ChangeAccountError { Password => "password" }
    ChangeBotError {}
    ChangeMembersError {}
    ChangeNamespaceError {}
    ChangeTeamError { Taken => "name" }
    CreateAccountError { NoNamespace => "username" Password => "password" Taken => "username" }
    CreateBotError { Taken => "bot" }
    CreateNamespaceError {
        Held => "name"
        Reserved => "name"
        Taken => "name"
        Unavailable => "name"
        UnknownRegistry => "registry"
        UnknownTeam => "team"
    }
    CreateTeamError { Taken => "name" }
    DeleteAccountError {}
    LinkPasswordError { Password => "password" }
    ManageTokensError {
        Taken => "label"
        UnknownNamespace => "namespaces"
        UnknownRegistry => "namespaces"
    }
}

/// What can be of what was typed into a field.
pub(super) trait At<T> {
    /// Says so, unless it is known already.
    fn at(self, field: &'static str) -> Result<T, Fault>;
}

impl<T, E: Into<Fault>> At<T> for Result<T, E> {
    fn at(self, field: &'static str) -> Result<T, Fault> {
        self.map_err(|error| match error.into() {
            Fault::Told(said, known) => Fault::Told(said, known.or(Some(field))),
            trouble => trouble,
        })
    }
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

/// What kept a form from being done, as its page says it.
pub(super) struct Told {
    /// In a sentence.
    pub(super) text: String,
    /// The id of the field that it is of; else it is of the form.
    field: Option<&'static str>,
}

impl Told {
    /// Of no field alone.
    pub(super) fn of_form(text: impl Into<String>) -> Self {
        Self { text: text.into(), field: None }
    }

    /// Of what was typed into the field with this id.
    pub(super) fn of(field: &'static str, text: impl Into<String>) -> Self {
        Self { text: text.into(), field: Some(field) }
    }

    /// Of no field alone where the page has no such field.
    pub(super) fn unless(self, has_field: bool) -> Self {
        Self { field: self.field.filter(|_| has_field), ..self }
    }

    pub(super) fn is_of_form(&self) -> bool {
        self.field.is_none()
    }

    pub(super) fn is_of(&self, field: &str) -> bool {
        self.field == Some(field)
    }
}

/// A sentence for the page, unless there is a page of its own.
pub(super) fn told(fault: Fault, t: &Texts) -> Result<Told, Trouble> {
    match fault {
        Fault::Told(said, field) => Ok(Told { text: said.said(t), field }),
        Fault::Trouble(trouble) => Err(trouble),
    }
}
