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
