//! Signing in and out.

use askama::Template;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use portus_core::secret::Secret;
use portus_core::usecase::{AuthenticateError, Credential, Lockout, SignInError};
use serde::Deserialize;

use super::cookie::Cookie;
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Asked, Sent};
use super::trouble::Trouble;
use super::visit::Visit;
use crate::guess::Guess;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    f: Frame,
    host: String,
    username: String,
    to: String,
    failed: bool,
    /// When guessing ends.
    lockout: Lockout,
    /// Whether strangers may make accounts.
    sign_up: bool,
    /// Whether the browser would not keep the session.
    needs_tls: bool,
}

impl Page {
    /// Begun minutes count whole.
    fn try_again(&self) -> String {
        let minutes = self.lockout.window.as_secs().div_ceil(60);
        (self.f.t.sign_in.failed_try_again)(self.lockout.failures, minutes)
    }
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(super) struct Target {
    #[serde(default)]
    to: String,
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    username: String,
    password: String,
    #[serde(default)]
    to: String,
}

/// A form without fields.
#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show(visit: Visit, Asked(target): Asked<Target>) -> Result<Response, Trouble> {
    if visit.is_signed_in() {
        return Ok(see(&local(&target.to)));
    }
    page(&visit, StatusCode::OK, "", &target.to, false)
}

fn page(
    visit: &Visit,
    status: StatusCode,
    username: &str,
    to: &str,
    failed: bool,
) -> Result<Response, Trouble> {
    let origin = &visit.shared.app.web.origin;
    let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
    let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| {
        host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    });
    let insecure = visit.shared.app.web.insecure_cookies;
    let shown = Page {
        f: Frame::of(visit, visit.t.sign_in.title),
        host: host.to_owned(),
        username: username.chars().take(255).collect(),
        to: local(to),
        failed,
        lockout: visit.shared.app.authenticate.lockout,
        sign_up: visit.shared.app.web.create_account.is_open(),
        needs_tls: origin.starts_with("http:") && !is_local && !insecure,
    };
    with_status(status, &shown)
}

pub(super) async fn sign_in(
    visit: Visit,
    Sent(form): Sent<SignInForm>,
) -> Result<Response, Trouble> {
    let password = Secret::new(form.password);
    let credential =
        Credential::Basic { username: form.username.clone(), password: password.clone() };
    let guess = Guess::begin(&visit.shared, Some(&credential), &visit.origin);
    let guess = guess.map_err(Trouble::Limited)?;
    let old = visit.session.as_ref().map(|(_, secret)| secret);
    let sign_in = &visit.shared.app.web.sign_in;
    let signed_in =
        sign_in.sign_in(&form.username, password, &visit.agent, old, &visit.origin).await;
    let outcome = signed_in.as_ref().map(drop).map_err(|error| match error {
        SignInError::Authenticate(error) => error,
        SignInError::Store(_) => &AuthenticateError::Away,
    });
    guess.end(outcome).map_err(Trouble::Limited)?;
    match signed_in {
        Ok((secret, _)) => {
            let mut response = see(&local(&form.to));
            let headers = response.headers_mut();
            headers.append(SET_COOKIE, visit.cookie(Cookie::Session).set(secret.expose(), None));
            Ok(response)
        }
        Err(SignInError::Authenticate(AuthenticateError::Rejected)) => {
            page(&visit, StatusCode::UNAUTHORIZED, &form.username, &form.to, true)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn sign_out(visit: Visit, Sent(_): Sent<Nothing>) -> Result<Response, Trouble> {
    if let Some((_, secret)) = &visit.session {
        visit.shared.app.web.sign_in.sign_out(secret, &visit.origin).await?;
    }
    let mut response = Notice::SignedOut.at("/");
    response.headers_mut().append(SET_COOKIE, visit.cookie(Cookie::Session).unset());
    Ok(response)
}

/// The page to look at after a form.
pub(super) fn see(path: &str) -> Response {
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

/// The way in, and back to what was asked for.
pub(super) fn door(visit: &Visit) -> Response {
    see(&format!("/sign-in?to={}", segment(&visit.path).replace("%2F", "/")))
}

/// A name as one part of an address.
pub(crate) fn segment(name: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// A path on this very site, or the home page: anything that a browser could read as another host
/// is none.
pub(super) fn local(to: &str) -> String {
    let absolute = to.starts_with('/');
    let second = to.get(1..).unwrap_or_default().to_ascii_lowercase();
    let elsewhere = ["/", "\\", "%2f", "%5c"].iter().any(|slash| second.starts_with(slash));
    let plain = to.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'\\');
    if absolute && !elsewhere && plain { to.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local;

    /// SR16: after a sign-in nobody is sent to another site.
    #[test]
    fn sr16_only_paths_of_this_site_are_gone_to() {
        for path in ["/", "/tokens", "/repositories/main/a/b:1?after=x%2f"] {
            assert_eq!(local(path), path);
        }
        for foreign in [
            "",
            "tokens",
            "//evil.test",
            "/%2f%2fevil.test",
            "/%2Fevil.test",
            "/%5cevil.test",
            "/%5C/evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "\\/evil.test",
            " //evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "/a\\b",
            "/a\r\nset-cookie: x",
            "/ä",
        ] {
            assert_eq!(local(foreign), "/", "{foreign:?}");
        }
    }
}
