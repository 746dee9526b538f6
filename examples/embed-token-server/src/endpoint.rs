//! The wire: a handler of the service's own around the use case.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use portus_core::secret::Secret;
use portus_core::usecase::{Authenticate, Credential, IssueToken, Origin, TokenRequest};
use serde_json::{Value, json};

pub struct Service {
    pub ca_certificate: String,
    pub authenticate: Authenticate,
    pub issue_token: IssueToken,
}

pub fn router(service: Service) -> Router {
    Router::new()
        .route("/token", get(token))
        .route(
            "/ca.pem",
            get(|State(s): State<Arc<Service>>| async move { s.ca_certificate.clone() }),
        )
        .with_state(Arc::new(service))
}

async fn token(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, (StatusCode, String)> {
    let origin = Origin { address: IpAddr::V4(Ipv4Addr::LOCALHOST), request: None };
    let credential = basic(&headers);
    let who = service.authenticate.identify(credential.as_ref(), &origin).await;
    let who = who.map_err(|error| (StatusCode::UNAUTHORIZED, error.to_string()))?;
    let request = request(query.as_deref().unwrap_or_default())
        .map_err(|error| (StatusCode::BAD_REQUEST, error))?;
    let issued = service.issue_token.issue(&who, request, &origin).await;
    let issued = issued.map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    let text = issued.token.text;
    let seconds = issued.token.lifetime.as_secs();
    Ok(Json(json!({ "token": text, "access_token": text, "expires_in": seconds })))
}

/// Source: RFC 7617, section 2.
fn basic(headers: &HeaderMap) -> Option<Credential> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(value).ok()?).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some(Credential::Basic { username: username.into(), password: Secret::new(password) })
}

fn request(query: &str) -> Result<TokenRequest, String> {
    let (mut service, mut scopes) = (String::new(), Vec::new());
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "service" => service = value.into_owned(),
            "scope" => {
                for scope in value.split_ascii_whitespace() {
                    scopes.push(scope.parse().map_err(|error| format!("{error}"))?);
                }
            }
            _ => {}
        }
    }
    let scopes = (!scopes.is_empty()).then_some(scopes);
    Ok(TokenRequest { service, scopes, offline: false, client: String::new() })
}
