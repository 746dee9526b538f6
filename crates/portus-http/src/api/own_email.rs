//! One's own mail address.

use axum::http::StatusCode;
use portus_core::account::Email;
use portus_core::usecase::{AuthenticateError, ChangeEmailError};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::body::{Hidden, Sent, value};
use super::call::SignedIn;
use super::error::{Code, Problem};

/// Another mail address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmailChange {
    /// Where mail goes from now on; `null` is nowhere
    #[serde(deserialize_with = "said")]
    #[schema(required)]
    email: Option<String>,
    /// The caller's password
    #[schema(value_type = String, format = Password)]
    password: Hidden,
}

/// What is left out is no `null`.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// Gives the caller another mail address, or none.
#[utoipa::path(
    put, path = "/api/v1/self/email", tag = "self",
    request_body = EmailChange, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    Sent(EmailChange { email, password: Hidden(password) }): Sent<EmailChange>,
) -> Result<StatusCode, Problem> {
    let name = call.caller.name().ok_or_else(Problem::absent)?;
    let email: Option<Email> = email.map(|email| value("email", &email)).transpose()?;
    let change = call.web().change_email.change(name, &password, email.as_ref(), call.origin());
    match call.checked((name, &password), change).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(ChangeEmailError::Authenticate(AuthenticateError::Rejected)) => {
            Err(Problem::new(Code::InvalidValue, "`password` is not the password"))
        }
        Err(ChangeEmailError::Authenticate(error)) => Err(error.into()),
        Err(ChangeEmailError::Store(error)) => Err(error.into()),
        Err(error @ ChangeEmailError::Taken) => Err(Problem::new(Code::Taken, error.to_string())),
    }
}
