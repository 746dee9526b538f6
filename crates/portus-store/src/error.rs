//! What a database says, as the core understands it.

use std::error::Error;

use diesel::result::Error as DieselError;
use portus_core::port::StoreError;

/// A row that cannot be read is corrupt; all else may go better later. That a name is taken is
/// never read from an error, since it would have ended a PostgreSQL transaction.
pub(crate) fn store_error(error: DieselError) -> StoreError {
    match error {
        DieselError::DeserializationError(cause) => StoreError::Corrupt(cause.to_string()),
        error => unavailable(error),
    }
}

pub(crate) fn unavailable(error: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Unavailable(error.into())
}

pub(crate) fn corrupt(column: &str, value: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{column} is {value}"))
}

/// An error with all its causes, for those that keep only a text: that a certificate was not
/// trusted is the last of them.
pub(crate) fn in_words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let text = deeper.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = deeper.source();
    }
    words
}
