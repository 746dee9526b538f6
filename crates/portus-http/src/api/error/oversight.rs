//! What the errors of those use cases are to clients that look after Portus.

use portus_core::usecase::{
    AddRegistryError, ChangeRegistryError, DiscardEventsError, KeepKeysError, OverseeError,
    RemoveRegistryError,
};

use super::{Code, Problem};

impl From<OverseeError> for Problem {
    fn from(error: OverseeError) -> Self {
        match error {
            OverseeError::NoJob(_) | OverseeError::Unknown(_) => Self::absent(),
            OverseeError::Refused(refused) => refused.into(),
            OverseeError::Store(error) => error.into(),
        }
    }
}

impl From<AddRegistryError> for Problem {
    fn from(error: AddRegistryError) -> Self {
        match error {
            AddRegistryError::NoService => Self::new(Code::InvalidValue, error.to_string()),
            AddRegistryError::Refused(refused) => refused.into(),
            AddRegistryError::Store(error) => error.into(),
            AddRegistryError::Held(..) | AddRegistryError::Taken(_) => {
                Self::new(Code::Taken, error.to_string())
            }
        }
    }
}

impl From<ChangeRegistryError> for Problem {
    fn from(error: ChangeRegistryError) -> Self {
        match error {
            ChangeRegistryError::Refused(refused) => refused.into(),
            ChangeRegistryError::Store(error) => error.into(),
            ChangeRegistryError::Taken(_) => Self::new(Code::Taken, error.to_string()),
            ChangeRegistryError::Unknown(_) => Self::absent(),
        }
    }
}

impl From<RemoveRegistryError> for Problem {
    fn from(error: RemoveRegistryError) -> Self {
        match error {
            RemoveRegistryError::Refused(refused) => refused.into(),
            RemoveRegistryError::Store(error) => error.into(),
            RemoveRegistryError::Unknown(_) => Self::absent(),
        }
    }
}

impl From<DiscardEventsError> for Problem {
    fn from(error: DiscardEventsError) -> Self {
        match error {
            DiscardEventsError::NoReason => Self::new(Code::InvalidValue, error.to_string()),
            DiscardEventsError::Refused(refused) => refused.into(),
            DiscardEventsError::Store(error) => error.into(),
            DiscardEventsError::Unknown(_) => Self::absent(),
        }
    }
}

impl From<KeepKeysError> for Problem {
    fn from(error: KeepKeysError) -> Self {
        match error {
            KeepKeysError::NoneWaits | KeepKeysError::Waits(_) => {
                Self::new(Code::Conflict, error.to_string())
            }
            KeepKeysError::Refused(refused) => refused.into(),
            KeepKeysError::Store(error) => error.into(),
            KeepKeysError::NotInstalled | KeepKeysError::Vault(_) => Self::broken(&error),
        }
    }
}
