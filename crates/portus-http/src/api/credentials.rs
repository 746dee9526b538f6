//! Who asks: an application token in one of three headers, or a browser's session.

use axum::http::header::HeaderName;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use portus_core::credential::Caller;
use portus_core::id::SessionId;
use portus_core::secret::{Secret, SecretKind};
use portus_core::usecase::{AuthenticateError, Credential, Origin};

use super::call::WhoCalls;
use super::error::{Code, Problem};
use crate::Shared;
use crate::guess::Guess;
use crate::registry::Authorization;
use crate::ui::{is_foreign, is_guard, session_secret};

/// Who asks, and with which session.
pub(super) type Known = (Caller, Option<SessionId>);

/// Finds out who sends a request. No credential is an anonymous caller, a wrong one never is.
pub(super) async fn identify(
    shared: &Shared,
    parts: &Parts,
    origin: &Origin,
) -> Result<Known, Problem> {
    if let Some(credential) = shown(&parts.headers)? {
        return Ok((by_token(shared, parts, &credential, origin).await?, None));
    }
    match session_secret(&shared.app.web, &parts.headers) {
        Some(secret) => by_session(shared, parts, &secret).await,
        None => Ok((Caller::ANONYMOUS, None)),
    }
}

/// What the headers show.
fn shown(headers: &HeaderMap) -> Result<Option<Credential>, Problem> {
    let usual = Authorization::read(headers);
    let usual = usual.map_err(|error| Problem::new(Code::CredentialsKind, error.to_string()))?;
    match (usual, portus_auth(headers)?) {
        (Some(_), Some(_)) => {
            let detail = "credentials come in `Authorization` or in `Portus-Auth`, not in both";
            Err(Problem::new(Code::CredentialsSeveral, detail))
        }
        (Some(Authorization::Basic { username, password }), None) => {
            Ok(Some(Credential::Basic { username, password }))
        }
        (Some(Authorization::Bearer(token)), None) => Ok(Some(Credential::Token(token))),
        (None, old) => Ok(old),
    }
}

/// `Portus-Auth: user:token`, as the Portus before this one had it.
fn portus_auth(headers: &HeaderMap) -> Result<Option<Credential>, Problem> {
    let mut lines = headers.get_all(PORTUS_AUTH).iter();
    let (line, more) = (lines.next(), lines.next());
    let Some(line) = line else { return Ok(None) };
    let read = line.to_str().ok().and_then(|line| line.trim().split_once(':'));
    match (read, more) {
        (Some((username, token)), None) => Ok(Some(Credential::Basic {
            username: username.to_owned(),
            password: Secret::new(token),
        })),
        _ => Err(Problem::new(Code::CredentialsKind, "`Portus-Auth` is `username:token`")),
    }
}

async fn by_token(
    shared: &Shared,
    parts: &Parts,
    credential: &Credential,
    origin: &Origin,
) -> Result<Caller, Problem> {
    if let Some(other) = of_another_kind(credential) {
        let guess = Guess::begin(shared, Some(&other), origin).map_err(Problem::limited)?;
        guess.end(Err(&AuthenticateError::Rejected)).map_err(Problem::limited)?;
        let detail = "the API takes application tokens: `portus_t_…`, or `username:portus_t_…`";
        return Err(Problem::new(Code::CredentialsKind, detail));
    }
    let guess = Guess::begin(shared, Some(credential), origin).map_err(Problem::limited)?;
    let found = shared.app.authenticate.identify(Some(credential), origin).await;
    guess.end(found.as_ref().map(drop)).map_err(Problem::limited)?;
    let caller = found?.caller;
    WhoCalls::tell(parts, &caller);
    if caller.limits.actions.api {
        return Ok(caller);
    }
    let detail = "this application token lacks the action `api`";
    Err(Problem::new(Code::TokenNotForApi, detail))
}

/// What is no application token, or has no name where one belongs. It is counted, but not looked
/// at, so that nobody guesses passwords here.
fn of_another_kind(credential: &Credential) -> Option<Credential> {
    let (secret, is_whole) = match credential {
        Credential::Basic { username, password } => (password, !username.is_empty()),
        Credential::Refresh(secret) | Credential::Token(secret) => (secret, true),
    };
    let is_application = SecretKind::of(secret) == Some(SecretKind::Application);
    (!is_application || !is_whole).then(|| Credential::Token(secret.clone()))
}

async fn by_session(shared: &Shared, parts: &Parts, secret: &Secret) -> Result<Known, Problem> {
    let web = &shared.app.web;
    let Some(found) = web.sign_in.resume(secret).await? else {
        return Err(Problem::new(Code::SessionOver, "sign in again, or use an application token"));
    };
    WhoCalls::tell(parts, &found.caller);
    if is_foreign(&parts.method, &parts.headers, &web.origin) {
        return Err(Problem::new(Code::ForeignRequest, "a page of another site sent this"));
    }
    let sent = parts.headers.get(GUARD).and_then(|guard| guard.to_str().ok());
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    if changes && !is_guard(web, secret, sent.unwrap_or_default()) {
        let detail = "a change by a session needs its guard in `X-Portus-Guard`";
        return Err(Problem::new(Code::GuardWrong, detail));
    }
    Ok((found.caller, Some(found.session)))
}

const GUARD: HeaderName = HeaderName::from_static("x-portus-guard");
pub(super) const PORTUS_AUTH: HeaderName = HeaderName::from_static("portus-auth");
