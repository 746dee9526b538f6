//! Errors in the shape registry clients read.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use portus_core::port::{SignError, StoreError};
use portus_core::scope::MalformedScope;
use portus_core::usecase::{AcceptError, AuthenticateError, IssueTokenError};
use serde::Serialize;

use crate::denied::Denied;
use crate::each_request::{Cause, Failed};
use crate::rate::Limited;

/// Why a registry, or a client of one, did not get what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    #[error(transparent)]
    Accept(#[from] AcceptError),
    #[error(transparent)]
    Authenticate(#[from] AuthenticateError),
    #[error("the authorization header does not hold credentials of a kind that is taken here")]
    Authorization,
    #[error("the request ended before its body did")]
    Body,
    #[error("the request has more than {0} bytes")]
    BodyTooLarge(usize),
    #[error("credentials come in the header or in the form, not in both")]
    CredentialsTwice,
    #[error(transparent)]
    Failed(Failed),
    #[error("`{0}` is not a grant type that is known here: `password` or `refresh_token`")]
    GrantType(String),
    #[error(transparent)]
    IssueToken(#[from] IssueTokenError),
    #[error("too many wrong credentials came from this address")]
    Limited(Limited),
    #[error("`{0}` is not a method of this address")]
    Method(Method),
    #[error("the request does not name a {0}")]
    Missing(&'static str),
    #[error("notifications are not taken from this address")]
    Network,
    #[error("there is nothing here")]
    NotFound,
    #[error("the query has more than {0} bytes")]
    QueryTooLong(usize),
    #[error("the request names two different values of `{0}`")]
    Repeated(&'static str),
    #[error(transparent)]
    Scope(#[from] MalformedScope),
}

impl RegistryError {
    /// The answer to a client that speaks OAuth 2.
    pub(crate) fn into_oauth_response(self) -> Response {
        self.answer(Dialect::OAuth)
    }

    /// How the request ended, for counting.
    pub(crate) fn outcome(&self) -> &'static str {
        match self.kind() {
            Kind::InvalidGrant => "invalid_grant",
            Kind::Limited(_) => "limited",
            Kind::Unauthorized => "unauthorized",
            Kind::Unavailable(_) => "unavailable",
            Kind::Broken => "failed",
            _ => "bad_request",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Accept(AcceptError::Away) => AWAY,
            Self::Accept(AcceptError::Refused) | Self::Authorization => Kind::Unauthorized,
            Self::Accept(AcceptError::Store(error)) => store(error),
            Self::Authenticate(error) => authenticate(error),
            Self::Body | Self::Failed(Failed::Slow) => AWAY,
            Self::Failed(Failed::Panic(_)) => Kind::Broken,
            Self::BodyTooLarge(_) => Kind::TooLarge,
            Self::CredentialsTwice | Self::Missing(_) | Self::Repeated(_) => {
                Kind::Bad("invalid_request")
            }
            Self::GrantType(_) => Kind::Bad("unsupported_grant_type"),
            Self::IssueToken(error) => issue(error),
            Self::Limited(Limited { wait }) => Kind::Limited(*wait),
            Self::Method(_) => Kind::Method,
            Self::Network => Kind::Forbidden,
            Self::NotFound => Kind::NotFound,
            Self::QueryTooLong(_) => Kind::TooLong,
            Self::Scope(_) => Kind::Bad("invalid_scope"),
        }
    }

    /// Whether no use case writes down that this was refused.
    fn is_unsaid(&self) -> bool {
        matches!(self, Self::Authorization | Self::Limited(_) | Self::Network)
    }

    fn answer(self, dialect: Dialect) -> Response {
        let mut kind = self.kind();
        // Refresh tokens that come as a password are refused as one.
        if dialect == Dialect::Docker && matches!(kind, Kind::InvalidGrant) {
            kind = Kind::Unauthorized;
        }
        let (status, code, oauth) = kind.codes();
        let message = match kind {
            Kind::Broken => "something went wrong here".to_owned(),
            Kind::Unavailable(_) => "try again later".to_owned(),
            Kind::InvalidGrant => "the refresh token is not valid".to_owned(),
            _ => self.to_string(),
        };
        let body = ErrorBody {
            error: (dialect == Dialect::OAuth).then_some(oauth),
            error_description: (dialect == Dialect::OAuth).then_some(&message),
            errors: [ErrorItem { code, message: &message }],
        };
        let mut response = (status, Json(body)).into_response();
        kind.add_headers(&mut response);
        let cause: Arc<str> = told(&self).into();
        if self.is_unsaid() {
            response.extensions_mut().insert(Denied::to_stranger(cause.clone()));
        }
        response.extensions_mut().insert(Cause(cause));
        response
    }
}

impl IntoResponse for RegistryError {
    fn into_response(self) -> Response {
        self.answer(Dialect::Docker)
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Dialect {
    Docker,
    OAuth,
}

/// What the client can do about it.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Ask otherwise; with the error code of OAuth 2.
    Bad(&'static str),
    Broken,
    Forbidden,
    InvalidGrant,
    Limited(Duration),
    Method,
    NotFound,
    TooLarge,
    TooLong,
    Unauthorized,
    Unavailable(Duration),
}

const AWAY: Kind = Kind::Unavailable(Duration::from_secs(5));
const BUSY: Kind = Kind::Unavailable(Duration::from_secs(1));

impl Kind {
    /// The status, the code that registry clients know, and the one of OAuth 2.
    ///
    /// Source: OCI distribution specification 1.1, "Error Codes"; RFC 6749, section 5.2.
    fn codes(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Bad(oauth) => (StatusCode::BAD_REQUEST, "UNSUPPORTED", oauth),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN", "server_error"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "DENIED", "access_denied"),
            Self::InvalidGrant => (StatusCode::BAD_REQUEST, "UNAUTHORIZED", "invalid_grant"),
            Self::Limited(_) => {
                (StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS", "temporarily_unavailable")
            }
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "invalid_request"),
            Self::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND", "invalid_request"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "UNSUPPORTED", "invalid_request"),
            Self::TooLong => (StatusCode::URI_TOO_LONG, "UNSUPPORTED", "invalid_request"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "invalid_grant"),
            Self::Unavailable(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "temporarily_unavailable")
            }
        }
    }

    fn add_headers(self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        match self {
            Self::Limited(wait) | Self::Unavailable(wait) => {
                headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
            }
            Self::Unauthorized => {
                let challenge = HeaderValue::from_static(r#"Basic realm="portus""#);
                headers.insert(WWW_AUTHENTICATE, challenge);
            }
            _ => {}
        }
    }
}

fn authenticate(error: &AuthenticateError) -> Kind {
    match error {
        AuthenticateError::Away => AWAY,
        AuthenticateError::Busy => BUSY,
        AuthenticateError::InvalidGrant => Kind::InvalidGrant,
        AuthenticateError::Password(_) => Kind::Broken,
        AuthenticateError::Rejected => Kind::Unauthorized,
        AuthenticateError::Store(error) => store(error),
    }
}

fn issue(error: &IssueTokenError) -> Kind {
    match error {
        IssueTokenError::Away | IssueTokenError::Sign(SignError::NoKey) => AWAY,
        IssueTokenError::InvalidGrant => Kind::InvalidGrant,
        IssueTokenError::Outdated => Kind::Unauthorized,
        IssueTokenError::Sign(SignError::Failed(_)) => Kind::Broken,
        IssueTokenError::Store(error) => store(error),
        IssueTokenError::TooManyScopes(_) => Kind::Bad("invalid_scope"),
        IssueTokenError::UnknownService => Kind::Bad("invalid_request"),
    }
}

fn store(error: &StoreError) -> Kind {
    match error {
        StoreError::Unavailable(_) => AWAY,
        _ => Kind::Broken,
    }
}

/// An error and what caused it, in one line whatever the request wrote into it.
pub(crate) fn told(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // A transparent error says what its source says.
        if !told.ends_with(&text) {
            told.push_str(": ");
            told.push_str(&text);
        }
        cause = error.source();
    }
    told.replace(char::is_control, "\u{fffd}")
}

/// `{"errors":[…]}`, and for OAuth 2 what that wants beside it.
#[derive(Serialize)]
struct ErrorBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
    errors: [ErrorItem<'a>; 1],
}

#[derive(Serialize)]
struct ErrorItem<'a> {
    code: &'static str,
    message: &'a str,
}
