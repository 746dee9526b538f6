//! `/v2/token`: the token server of the registry's bearer authentication.
//!
//! Source: `distribution`, `docs/content/spec/auth/token.md` and `oauth.md`.

use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::response::{IntoResponse, Response};
use portus_core::usecase::{
    Authenticated, Credential, IssueTokenError, IssuedToken, Origin, TokenRequest,
};

use super::RegistryError;
use super::authorization::Authorization;
use super::{body, token_reply, token_request};
use crate::guess::Guess;
use crate::{Shared, SharedState};

/// What docker, podman, skopeo and crane send.
pub(crate) async fn get(
    State(shared): SharedState,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let issued = for_query(&shared, &headers, query.as_deref(), &origin).await;
    count(&issued);
    match issued {
        Ok(issued) => token_reply::docker(&issued),
        Err(error) => error.into_response(),
    }
}

/// What containerd, BuildKit, and everyone with a refresh token sends.
pub(crate) async fn post(
    State(shared): SharedState,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    form: Body,
) -> Response {
    let issued = for_form(&shared, &headers, form, &origin).await;
    count(&issued);
    match issued {
        Ok(issued) => token_reply::oauth(&issued),
        Err(error) => error.into_oauth_response(),
    }
}

async fn for_query(
    shared: &Shared,
    headers: &HeaderMap,
    query: Option<&str>,
    origin: &Origin,
) -> Result<IssuedToken, RegistryError> {
    let request = token_request::from_query(query.unwrap_or_default())?;
    let credential = match Authorization::read(headers)? {
        Some(Authorization::Basic { username, password }) => {
            Some(Credential::Basic { username, password })
        }
        // A registry's token, or anyone else's, says nothing here.
        Some(Authorization::Bearer(_)) => return Err(RegistryError::Authorization),
        None => None,
    };
    issue(shared, credential, request, origin).await
}

async fn for_form(
    shared: &Shared,
    headers: &HeaderMap,
    form: Body,
    origin: &Origin,
) -> Result<IssuedToken, RegistryError> {
    if headers.contains_key(AUTHORIZATION) {
        return Err(RegistryError::CredentialsTwice);
    }
    let form = body::read(form, MAX_FORM).await?;
    let (credential, request) = token_request::from_form(&form)?;
    issue(shared, Some(credential), request, origin).await
}

async fn issue(
    shared: &Shared,
    credential: Option<Credential>,
    request: TokenRequest,
    origin: &Origin,
) -> Result<IssuedToken, RegistryError> {
    let who = identify(shared, credential.as_ref(), origin).await?;
    let service = request.service.clone();
    let issued = shared.app.issue_token.issue(&who, request, origin).await;
    if let Err(IssueTokenError::UnknownService) = &issued {
        tell_services(shared, &service);
    }
    Ok(issued?)
}

/// Finds out who asks, and has an address wait that sent too much that was wrong.
async fn identify(
    shared: &Shared,
    credential: Option<&Credential>,
    origin: &Origin,
) -> Result<Authenticated, RegistryError> {
    let guess = Guess::begin(shared, credential, origin).map_err(RegistryError::Limited)?;
    let found = shared.app.authenticate.identify(credential, origin).await;
    guess.end(found.as_ref().map(drop)).map_err(RegistryError::Limited)?;
    Ok(found?)
}

/// Helps the operator whose registry announces another service than it was added with.
fn tell_services(shared: &Shared, asked: &str) {
    let Some(known) = shared.app.issue_token.epochs.known() else { return };
    let services = known.registries.iter().flat_map(|registry| &registry.services);
    let services: Vec<&str> = services.map(AsRef::as_ref).collect();
    let asked: String = asked.chars().take(100).collect();
    tracing::info!(service = ?asked, known = ?services, "a token was asked for an unknown service");
}

fn count(issued: &Result<IssuedToken, RegistryError>) {
    let outcome = issued.as_ref().map_or_else(RegistryError::outcome, |_| "issued");
    metrics::counter!("portus_token_requests_total", "outcome" => outcome).increment(1);
}

/// The largest form, in bytes.
const MAX_FORM: usize = 8 * 1024;
