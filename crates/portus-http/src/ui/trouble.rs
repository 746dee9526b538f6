//! What goes wrong on a page, and the page that says so.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use portus_core::port::StoreError;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::usecase::{AuthenticateError, Refused, SignInError};

use super::access::{self, encoded};
use super::frame::{Frame, with_status};
use super::sign_in::see;
use super::texts::{Said, Texts};
use super::visit::Visit;
use crate::denied::UNSEEN;
use crate::each_request::{Cause, Failed};
use crate::rate::{Limited, seconds};
use crate::registry::told;

/// Why there is no page.
#[derive(Clone)]
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
    /// She may not, and may not know that it is there: the words of the audit.
    Hidden(Arc<str>),
    /// It is not there, or not to be seen.
    NotFound,
    /// It cannot be read.
    Odd,
    /// She may not, and may know that.
    Refused(Refusal),
    /// She has to sign in first, and comes back to this path.
    SignIn(Arc<str>),
    /// The form is none of hers.
    Stale,
    /// The form is too large.
    TooLarge,
    /// More pages than anyone looks at; she waits so long.
    TooMany(Duration),
}

/// Why she may not.
#[derive(Clone)]
pub(super) struct Refusal {
    /// The decision.
    why: Arc<dyn Said + Send + Sync>,
    /// What the page Access is asked about it.
    asks: Option<Asks>,
}

/// An action, a registry, and a path or a namespace with a slash behind it.
type Asks = (&'static str, Arc<str>, Arc<str>);

impl Trouble {
    /// She may not, for this reason.
    pub(super) fn refused(why: impl Said + Send + Sync + 'static) -> Self {
        Self::Refused(Refusal { why: Arc::new(why), asks: None })
    }

    /// She may not, and is told what she would be told of nothing.
    pub(super) fn hidden(why: impl ToString) -> Self {
        Self::Hidden(why.to_string().into())
    }

    /// What a refusal is about, so that the page Access can say more.
    pub(super) fn about(self, action: &'static str, registry: &str, path: &str) -> Self {
        match self {
            Self::Refused(refusal) => {
                let asks = Some((action, registry.trim().into(), path.trim().into()));
                Self::Refused(Refusal { asks, ..refusal })
            }
            other => other,
        }
    }

    /// What the audit says of it, where something was refused.
    pub(super) fn denial(&self) -> Option<Arc<str>> {
        match self {
            Self::Foreign => Some("a form of another site".into()),
            Self::Hidden(why) => Some(why.clone()),
            Self::Crowded(_) | Self::Limited(_) => {
                Some("too many tries came from this address".into())
            }
            Self::NotFound => Some(UNSEEN.into()),
            Self::Refused(refusal) => Some(refusal.why.said(&Texts::ENGLISH).into()),
            Self::Stale => Some("the form's guard is missing or wrong".into()),
            Self::TooMany(_) => Some("too many pages in a minute".into()),
            _ => None,
        }
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        Self::refused(refused)
    }
}

impl Refusal {
    /// Where more is said: about what was refused, else about all that she may.
    fn link(&self, visit: &Visit) -> Option<String> {
        let asks = self.asks.clone().or_else(|| asked_at(&visit.path, "push"));
        explained(visit, asks)
    }
}

/// Where the page Access says more to who signed in.
fn explained(visit: &Visit, asks: Option<Asks>) -> Option<String> {
    let name = visit.caller.name()?.as_str();
    Some(match asks {
        Some((action, registry, path)) => access::address((action, &registry, &path), name),
        None => encoded("/access/what-can", &[("who", name)]),
    })
}

/// What Access is asked about an address: read from that alone, so that it is the same whether
/// there is anything or not.
fn asked_at(path: &str, action: &'static str) -> Option<Asks> {
    let path = path.split('?').next().unwrap_or_default();
    let mut parts = path.trim_start_matches('/').splitn(3, '/');
    let (room, registry, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let path = match room {
        "namespaces" => format!("{}/", rest.split('/').next().unwrap_or_default()),
        "repositories" => rest.split([':', '@']).next().unwrap_or_default().to_owned(),
        _ => return None,
    };
    registry.parse::<RegistryName>().ok()?;
    let within = if path.ends_with('/') { format!("{path}any") } else { path.clone() };
    within.trim_start_matches("_/").parse::<RepositoryPath>().ok()?;
    Some((action, registry.into(), path.into()))
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
            Self::Foreign | Self::Refused(_) | Self::Stale => StatusCode::FORBIDDEN,
            Self::Crowded(_) | Self::Limited(_) | Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Hidden(_) | Self::NotFound => StatusCode::NOT_FOUND,
            Self::Odd => StatusCode::BAD_REQUEST,
            Self::SignIn(_) => StatusCode::SEE_OTHER,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// How many seconds to wait before trying again.
    fn wait(&self) -> Option<u64> {
        match self {
            Self::Crowded(limited) | Self::Limited(limited) => Some(seconds(limited.wait)),
            Self::TooMany(wait) => Some(seconds(*wait)),
            Self::Away(_) => Some(5),
            _ => None,
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
    /// The decision that it comes from.
    why: Option<String>,
    /// Where the page Access says more.
    ask: Option<String>,
    request: String,
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
        Trouble::Crowded(limited) => (t.trouble.too_many, (t.sign_up.wait)(seconds(limited.wait))),
        Trouble::Limited(limited) => {
            (t.trouble.too_many, (t.sign_in.failed_wait)(seconds(limited.wait)))
        }
        Trouble::TooMany(wait) => (t.trouble.too_many, (t.trouble.too_many_pages)(seconds(*wait))),
        Trouble::Hidden(_) | Trouble::NotFound | Trouble::Method | Trouble::SignIn(_) => {
            (t.trouble.not_found, t.trouble.not_found_do.to_owned())
        }
        Trouble::Odd | Trouble::TooLarge => (t.trouble.odd, t.trouble.odd_do.to_owned()),
        Trouble::Refused(_) => (t.trouble.no_permission, t.trouble.no_permission_do.to_owned()),
    };
    let refusal = match trouble {
        Trouble::Refused(refusal) => Some(refusal),
        _ => None,
    };
    // Signed in, she might see it.
    let is_hers = refusal.is_some() || matches!(trouble, Trouble::Hidden(_) | Trouble::NotFound);
    let shown = Page {
        f: Frame { notice: None, ..Frame::of(visit, what) },
        what: what.to_owned(),
        then,
        sign_in: is_hers && !visit.is_signed_in(),
        why: refusal.map(|refusal| refusal.why.said(t)),
        ask: match trouble {
            Trouble::Hidden(_) | Trouble::NotFound => {
                asked_at(&visit.path, "pull").and_then(|asks| explained(visit, Some(asks)))
            }
            _ => refusal.and_then(|refusal| refusal.link(visit)),
        },
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
    if let Some(wait) = trouble.wait() {
        let (name, value): (HeaderName, _) = (RETRY_AFTER, HeaderValue::from(wait));
        response.headers_mut().insert(name, value);
    }
    response
}
