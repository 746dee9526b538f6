//! Problems: what went wrong, for programs and for people.

mod code;
mod oversight;
mod refusal;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::denied::UNSEEN;
use crate::each_request::{Cause, Failed};
use crate::rate::{Limited, seconds};
use crate::registry::told;

pub(super) use code::Code;

/// Why there is no answer but this.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    code: Code,
    detail: String,
    /// For the log alone.
    cause: Option<Arc<str>>,
    /// For the audit alone: what is refused by the words for what is not there.
    hidden: Option<Arc<str>>,
    wait: Option<Duration>,
}

/// An error in the shape of RFC 9457, `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// `urn:portus:problem:` and the code
    #[serde(rename = "type")]
    kind: String,
    /// What kind of problem it is, for people
    title: &'static str,
    /// The status of the answer
    status: u16,
    /// What is wrong with this very request, for people
    detail: String,
    /// What kind of problem it is, for programs
    code: Code,
    /// What the operator finds the request by in the log
    request_id: String,
}

impl Problem {
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), cause: None, hidden: None, wait: None }
    }

    /// It is not there, or not to be seen by this caller: the same words for both.
    pub(super) fn absent() -> Self {
        Self::hidden(UNSEEN)
    }

    /// The caller may not know why: the same words as for what is not there.
    pub(super) fn hidden(why: impl ToString) -> Self {
        Self { hidden: Some(why.to_string().into()), ..Self::nowhere() }
    }

    /// The same answer, in place of one that would tell who asks of something: what that would
    /// have said is for the audit.
    pub(super) fn covering(self, told: &Self) -> Self {
        match (self.code, told.denial()) {
            (Code::NotFound, Some(why)) => Self::hidden(why),
            _ => self,
        }
    }

    /// It cannot be there.
    pub(super) fn nowhere() -> Self {
        Self::new(Code::NotFound, "there is nothing here, or nothing that you may see")
    }

    /// The store is away.
    pub(super) fn away(error: &dyn Error) -> Self {
        let wait = Some(Duration::from_secs(5));
        Self { wait, ..Self::caused(Code::Unavailable, "try again later", error) }
    }

    /// A mistake of ours.
    pub(super) fn broken(error: &dyn Error) -> Self {
        Self::caused(Code::Internal, "something went wrong here", error)
    }

    /// Too many wrong credentials came from the address.
    pub(super) fn limited(limited: Limited) -> Self {
        let detail = "too many wrong credentials came from this address";
        Self { wait: Some(limited.wait), ..Self::new(Code::TooManyFailures, detail) }
    }

    /// What answers it panicked, or took too long.
    pub(super) fn failed(failed: &Failed) -> Self {
        match failed {
            Failed::Panic(_) => Self::broken(failed),
            Failed::Slow => Self::away(failed),
        }
    }

    /// The caller sent too many requests.
    pub(super) fn quota(wait: Duration) -> Self {
        let detail = "too many requests: `RateLimit` says how many there may be";
        Self { wait: Some(wait), ..Self::new(Code::TooManyRequests, detail) }
    }

    pub(super) fn method(method: &Method) -> Self {
        Self::new(Code::MethodNotAllowed, format!("`{method}` is not a method of this address"))
    }

    fn caused(code: Code, detail: &str, error: &dyn Error) -> Self {
        Self { cause: Some(told(error).into()), ..Self::new(code, detail) }
    }

    /// Whether it says that something may not be done.
    pub(super) fn is_refusal(&self) -> bool {
        self.code == Code::NotAllowed
    }

    /// Why something was refused, where it was: the truth, for the audit. Wrong credentials are
    /// written down where they are looked at.
    pub(super) fn denial(&self) -> Option<Arc<str>> {
        match self.code {
            Code::CredentialsKind
            | Code::ForeignRequest
            | Code::GuardWrong
            | Code::NotAllowed
            | Code::TokenNotForApi
            | Code::TooManyFailures
            | Code::TooManyRequests => Some(self.detail.as_str().into()),
            _ => self.hidden.clone(),
        }
    }

    /// The answer, in place of the mark that the problem left.
    pub(super) fn dress(self, mark: Response, request: &str) -> Response {
        let body = ProblemBody {
            kind: format!("urn:portus:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: self.detail,
            code: self.code,
            request_id: request.to_owned(),
        };
        let mut response = (self.code.status(), Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(wait) = self.wait {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds(wait)));
        }
        if self.code.is_challenge() {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="portus""#));
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Basic realm="portus""#));
        }
        if let Some(allow) = mark.headers().get(ALLOW) {
            headers.insert(ALLOW, allow.clone());
        }
        // What is wrong with a request may quote a secret; its code does not.
        let cause = self.cause.unwrap_or_else(|| self.code.as_str().into());
        response.extensions_mut().insert(Cause(cause));
        response
    }
}

impl IntoResponse for Problem {
    /// Only a mark: [`super::attend`], which knows the request's id, makes the answer of it.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
