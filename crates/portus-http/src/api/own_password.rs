//! One's own password.

use axum::http::StatusCode;
use portus_core::usecase::{AuthenticateError, ChangePasswordError};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{Hidden, Sent};
use super::call::SignedIn;
use super::error::{Code, Problem};

/// The password one has, and another.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordChange {
    /// The one that is good now
    #[schema(value_type = String, format = Password)]
    current: Hidden,
    /// 8 characters to 72 bytes
    #[schema(value_type = String, format = Password)]
    new: Hidden,
}

/// Gives the caller another password, which ends all her sessions and what docker keeps.
#[utoipa::path(
    put, path = "/api/v1/self/password", tag = "self",
    request_body = PasswordChange, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    Sent(PasswordChange { current: Hidden(current), new: Hidden(new) }): Sent<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let name = call.caller.name().ok_or_else(Problem::absent)?;
    let change = call.web().change_password.change(name, &current, &new, call.origin());
    match call.checked((name, &current), change).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(ChangePasswordError::Authenticate(AuthenticateError::Rejected)) => {
            Err(Problem::new(Code::InvalidValue, "`current` is not the password"))
        }
        Err(ChangePasswordError::Authenticate(error)) => Err(error.into()),
        Err(ChangePasswordError::Password(error)) => Err(error.into()),
        Err(error @ ChangePasswordError::Same) => {
            Err(Problem::new(Code::InvalidValue, error.to_string()))
        }
        Err(ChangePasswordError::Store(error)) => Err(error.into()),
    }
}
