//! Requests that may come twice: what has the same `Idempotency-Key` is done once.
//!
//! Source: draft-ietf-httpapi-idempotency-key-header-07.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use openssl::sha::sha256;
use portus_core::id::AccountId;
use portus_core::port::RequestKey;
use portus_core::usecase::Begun;
use serde::{Deserialize, Serialize};

use super::body::{MAX_BODY, unread};
use super::call::identified;
use super::credentials::PORTUS_AUTH;
use super::error::{Code, Problem};
use crate::Shared;
use crate::registry::body;

/// Marks an answer with a secret that Portus does not keep, and so cannot give twice.
#[derive(Clone, Copy)]
pub(super) struct ShownOnce;

/// An answer that was given.
#[derive(Deserialize, Serialize)]
struct Given {
    status: u16,
    location: Option<String>,
    media_type: Option<String>,
    /// Nothing where it held a secret.
    body: Option<String>,
}

/// Does what asks for it once.
pub(super) async fn attend(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let is_asked = *request.method() == Method::POST && request.headers().contains_key(KEY);
    if !is_asked {
        return next.run(request).await;
    }
    once(&shared, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn once(shared: &Arc<Shared>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, content) = request.into_parts();
    let key = key(&parts)?;
    let (caller, _) = identified(shared, &mut parts).await?;
    let Some(account) = caller.account() else {
        return Ok(next.run(Request::from_parts(parts, content)).await);
    };
    let content = body::read(content, MAX_BODY).await.map_err(unread)?;
    let about = fingerprint(&parts, &content);
    match shared.app.api.answer_once.begin(account, &key, &about).await? {
        Begun::Answered(given) => again(&given),
        Begun::Fresh => {
            let request = Request::from_parts(parts, Body::from(content));
            settle(shared, (account, &key), next.run(request).await).await
        }
        Begun::Lost => Err(Problem::new(
            Code::OutcomeUnknown,
            "nobody knows how the first request with this key ended: look whether it was done, \
             then use another key",
        )),
        Begun::Other => {
            let detail = "another request had this key: every request needs one of its own";
            Err(Problem::new(Code::KeyOfAnother, detail))
        }
        Begun::UnderWay => {
            let detail = "the first request with this key is being done: try again in a moment";
            Err(Problem::new(Code::UnderWay, detail))
        }
    }
}

fn key(parts: &Parts) -> Result<RequestKey, Problem> {
    let mut lines = parts.headers.get_all(KEY).iter();
    let sent = lines.next().and_then(|line| line.to_str().ok()).unwrap_or_default();
    let fault = |text: String| Problem::new(Code::InvalidValue, format!("Idempotency-Key: {text}"));
    match lines.next() {
        Some(_) => Err(fault("one is enough".into())),
        None => sent.trim().parse().map_err(|error| fault(format!("{error}"))),
    }
}

/// What tells a request from others: where it goes, what it says, and what its sender shows, since
/// one who may less gets no answer of one who may more.
fn fingerprint(parts: &Parts, content: &[u8]) -> String {
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let shown = [AUTHORIZATION, PORTUS_AUTH, COOKIE];
    let shown = shown.iter().flat_map(|name| parts.headers.get_all(name));
    let mut whole = [path.as_bytes(), b"\0", content].concat();
    for value in shown {
        whole.push(0);
        whole.extend_from_slice(value.as_bytes());
    }
    sha256(&whole).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps what was answered; where nothing was done, the key is free again. Where something went
/// wrong here nobody knows, and the key stays in hand.
async fn settle(
    shared: &Shared,
    (account, key): (AccountId, &RequestKey),
    response: Response,
) -> Result<Response, Problem> {
    let once = &shared.app.api.answer_once;
    if response.status().is_client_error() {
        once.let_go(account, key).await?;
    }
    if !response.status().is_success() {
        return Ok(response);
    }
    let (head, content) = response.into_parts();
    // Made here, of one thing that was made.
    let content = to_bytes(content, usize::MAX).await.unwrap_or_default();
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let given = Given {
        status: head.status.as_u16(),
        location: text(LOCATION).map(str::to_owned),
        media_type: text(CONTENT_TYPE).map(str::to_owned),
        body: match head.extensions.get::<ShownOnce>() {
            Some(ShownOnce) => None,
            None => Some(String::from_utf8_lossy(&content).into_owned()),
        },
    };
    let given = serde_json::to_vec(&given).map_err(|error| Problem::broken(&error))?;
    // It was done, and is answered with that, whether or not the answer can be kept.
    if let Err(error) = once.keep(account, key, &given).await {
        tracing::warn!(%error, "an answer is not kept: its key stays that of an unknown outcome");
    }
    Ok(Response::from_parts(head, Body::from(content)))
}

/// The answer that was given before.
fn again(given: &[u8]) -> Result<Response, Problem> {
    let given: Given = serde_json::from_slice(given).map_err(|error| Problem::broken(&error))?;
    let Some(text) = given.body else {
        let detail = "it was done, and the answer with its secret is shown once: revoke what was \
                      made, and make another";
        return Err(Problem::new(Code::ShownOnce, detail));
    };
    let mut response = Response::new(Body::from(Bytes::from(text)));
    *response.status_mut() = StatusCode::from_u16(given.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in [(LOCATION, given.location), (CONTENT_TYPE, given.media_type)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
