//! What goes wrong on a page, and the page that says so.

use std::sync::Arc;

use askama::Template;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use portus_core::port::StoreError;
use portus_core::usecase::{AuthenticateError, SignInError};

use super::frame::{Frame, with_status};
use super::sign_in::see;
use super::visit::Visit;
use crate::each_request::{Cause, Failed};
use crate::rate::Limited;
use crate::registry::told;

/// Why there is no page.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// The store is away.
    Away(Arc<str>),
    /// A mistake of ours.
    Broken(Arc<str>),
    /// Another site sent it.
    Foreign,
    /// Too many accounts were asked for.
    Crowded(Limited),
    /// Too many wrong passwords.
    Limited(Limited),
    /// It is there, but not for that.
    Method,
    /// It is not there, or not to be seen.
    NotFound,
    /// It cannot be read.
    Odd,
    /// She may not, and may know that.
    Refused,
    /// She has to sign in first, and comes back to this path.
    SignIn(Arc<str>),
    /// The form is none of hers.
    Stale,
    /// The form is too large.
    TooLarge,
}

impl From<Failed> for Trouble {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Panic(_) => Self::Broken(failed.to_string().into()),
            Failed::Slow => Self::Away(failed.to_string().into()),
        }
    }
}

impl Trouble {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Away(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Foreign | Self::Refused | Self::Stale => StatusCode::FORBIDDEN,
            Self::Crowded(_) | Self::Limited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Odd => StatusCode::BAD_REQUEST,
            Self::SignIn(_) => StatusCode::SEE_OTHER,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    fn cause(&self) -> Option<Cause> {
        match self {
            Self::Away(cause) | Self::Broken(cause) => Some(Cause(cause.clone())),
            Self::Foreign => Some(Cause("a form of another site".into())),
            _ => None,
        }
    }
}

impl IntoResponse for Trouble {
    /// Only a mark: [`super::visit::attend`] makes the page of it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        let text: Arc<str> = told(&error).into();
        match error {
            StoreError::Unavailable(_) => Self::Away(text),
            _ => Self::Broken(text),
        }
    }
}

impl From<SignInError> for Trouble {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Store(error) => error.into(),
            SignInError::Authenticate(AuthenticateError::Store(error)) => error.into(),
            SignInError::Authenticate(AuthenticateError::Away | AuthenticateError::Busy) => {
                Self::Away(told(&error).into())
            }
            error => Self::Broken(told(&error).into()),
        }
    }
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct Page {
    f: Frame,
    what: String,
    then: String,
    sign_in: bool,
    /// Whether the page Access can say why.
    ask: bool,
    request: String,
}

fn seconds(limited: &Limited) -> u64 {
    limited.wait.as_secs().max(1)
}

/// The page that says what went wrong.
pub(super) fn page(visit: &Visit, trouble: &Trouble) -> Response {
    if let Trouble::SignIn(path) = trouble {
        return see(&format!("/sign-in?to={path}"));
    }
    let t = visit.t;
    let (what, then) = match trouble {
        Trouble::Away(_) => (t.trouble.too_many, t.trouble.again_later.to_owned()),
        Trouble::Broken(_) => (t.trouble.broken, t.trouble.broken_do.to_owned()),
        Trouble::Foreign | Trouble::Stale => {
            (t.trouble.form_stale, t.trouble.form_stale_do.to_owned())
        }
        Trouble::Crowded(limited) => (t.trouble.too_many, (t.sign_up.wait)(seconds(limited))),
        Trouble::Limited(limited) => {
            (t.trouble.too_many, (t.sign_in.failed_wait)(seconds(limited)))
        }
        Trouble::NotFound | Trouble::Method | Trouble::SignIn(_) => {
            (t.trouble.not_found, t.trouble.not_found_do.to_owned())
        }
        Trouble::Odd | Trouble::TooLarge => (t.trouble.odd, t.trouble.odd_do.to_owned()),
        Trouble::Refused => (t.trouble.no_permission, t.trouble.no_permission_do.to_owned()),
    };
    let shown = Page {
        f: Frame { notice: None, ..Frame::of(visit, what) },
        what: what.to_owned(),
        then,
        sign_in: matches!(trouble, Trouble::NotFound | Trouble::Refused) && !visit.is_signed_in(),
        ask: matches!(trouble, Trouble::Refused) && visit.is_signed_in(),
        request: visit.origin.request.as_deref().unwrap_or_default().to_owned(),
    };
    let mut response = match with_status(trouble.status(), &shown) {
        Ok(response) => response,
        Err(_) => trouble.status().into_response(),
    };
    response.extensions_mut().remove::<Trouble>();
    if let Some(cause) = trouble.cause() {
        response.extensions_mut().insert(cause);
    }
    let wait = match trouble {
        Trouble::Crowded(limited) | Trouble::Limited(limited) => Some(seconds(limited)),
        Trouble::Away(_) => Some(5),
        _ => None,
    };
    if let Some(wait) = wait {
        let (name, value): (HeaderName, _) = (RETRY_AFTER, HeaderValue::from(wait));
        response.headers_mut().insert(name, value);
    }
    response
}
