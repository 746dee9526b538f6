use std::error::Error;

use openssl::error::ErrorStack;
use portus_core::port::RemoteError;

use crate::answer::plain;

/// Why a registry gave no answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unreached {
    /// Nothing answers there, or what answers does not speak HTTP.
    #[error("it does not answer: {0}")]
    Connection(String),
    /// No whole answer came in time.
    #[error("it does not answer in time")]
    Timeout,
    /// It is not who it should be, or does not speak TLS.
    #[error("TLS fails: {0}")]
    Tls(String),
}

impl From<reqwest::Error> for Unreached {
    /// Keeps the innermost cause: the outer ones only say that there is one. Addresses are left
    /// out, since a redirect's may hold a signature.
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_timeout() {
            return Self::Timeout;
        }
        let mut outer: &(dyn Error + 'static) = &error;
        while let Some(cause) = outer.source() {
            if let Some(errors) = cause.downcast_ref() {
                return Self::Tls(plain(&tls(outer, errors)));
            }
            outer = cause;
        }
        Self::Connection(plain(&outer.to_string()))
    }
}

impl From<Unreached> for RemoteError {
    fn from(unreached: Unreached) -> Self {
        Self::Unreachable(Box::new(unreached))
    }
}

/// The registry could not be reached, or took too long.
pub(crate) fn unreachable(error: reqwest::Error) -> RemoteError {
    Unreached::from(error).into()
}

/// What OpenSSL complains of, and, in brackets, what it found wrong with the certificate.
fn tls(outer: &dyn Error, errors: &ErrorStack) -> String {
    let reason = errors.errors().iter().find_map(|error| error.reason());
    let reason = reason.unwrap_or("the connection was not set up");
    let text = outer.to_string();
    let verdict = text.rfind(" (").and_then(|at| text.get(at..)).unwrap_or_default();
    format!("{reason}{verdict}")
}
