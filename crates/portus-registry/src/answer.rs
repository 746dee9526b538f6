//! What a registry answered, and what an answer that is no success means.

use std::time::SystemTime;

use portus_core::port::RemoteError;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::challenge::Challenge;

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Of a success, whole; of anything else, as far as an error message may reach.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header's text.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The registry's clock when it answered.
    pub(crate) fn date(&self) -> Option<SystemTime> {
        // An HTTP date is one of RFC 2822 that always says GMT.
        OffsetDateTime::parse(self.header(&DATE)?, &Rfc2822).ok().map(SystemTime::from)
    }

    /// What the body is said to be.
    pub(crate) fn content_type(&self) -> &str {
        self.header(&CONTENT_TYPE).unwrap_or_default()
    }

    /// Whether the registry says that what was asked for is not there, and it is a registry that
    /// says so, not a proxy that knows no such path.
    pub(crate) fn is_absent(&self) -> bool {
        let is_registry = || self.header(&API_VERSION).is_some_and(|v| v.starts_with("registry/2"));
        self.status == StatusCode::NOT_FOUND && (is_registry() || self.complaint().is_some())
    }

    /// What this answer is for someone who hoped for another.
    pub(crate) fn failure(&self) -> RemoteError {
        let said = self.said();
        match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => RemoteError::Refused(said),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => unavailable(said),
            status if status.is_server_error() => unavailable(said),
            status if status.is_redirection() => {
                RemoteError::Odd(format!("{said}: a redirect, which is not followed"))
            }
            _ => RemoteError::Odd(said),
        }
    }

    /// The status with the registry's own words.
    pub(crate) fn said(&self) -> String {
        let mut said = self.status.as_u16().to_string();
        if let Some(complaint) = self.complaint() {
            said.push_str(&format!(" {complaint}"));
        }
        if let Some(error) = Challenge::read(&self.headers).and_then(|challenge| challenge.error) {
            said.push_str(&format!(" ({})", plain(&error)));
        }
        said
    }

    /// `CODE: message` of the first error in the body.
    ///
    /// Source: OCI distribution specification 1.1, "Error codes".
    pub(crate) fn complaint(&self) -> Option<String> {
        let complaints: Complaints = serde_json::from_slice(&self.body).ok()?;
        let first = complaints.errors.into_iter().next()?;
        Some(match first.message {
            Some(message) => format!("{}: {}", plain(&first.code), plain(&message)),
            None => plain(&first.code),
        })
    }
}

/// The registry cannot be reached now, for a reason that HTTP does not call an error.
pub(crate) fn unavailable(said: String) -> RemoteError {
    RemoteError::Unreachable(Box::new(Unavailable(said)))
}

/// A text from outside, fit for one line of a log.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// `Docker-Distribution-Api-Version`, which is `registry/2.0`.
pub(crate) const API_VERSION: HeaderName =
    HeaderName::from_static("docker-distribution-api-version");

#[derive(Debug, thiserror::Error)]
#[error("it answered {0}")]
struct Unavailable(String);

#[derive(Deserialize)]
struct Complaints {
    errors: Vec<Complaint>,
}

#[derive(Deserialize)]
struct Complaint {
    code: String,
    message: Option<String>,
}
