//! The keys that tokens are signed with.

use std::time::{Duration, SystemTime};

use axum::Json;
use axum::response::IntoResponse;
use portus_core::key::{KeyState, StoredKey};
use serde::Serialize;
use utoipa::ToSchema;

use super::call::SignedIn;
use super::created::{Created, address};
use super::error::Problem;
use super::moment::Moment;
use crate::admin::certificate;

/// Every key, and the authority that certifies them.
#[derive(Serialize, ToSchema)]
pub(super) struct Keys {
    /// Of the authority's certificate: SHA-256, in pairs of hexadecimal digits
    ca_fingerprint: Option<String>,
    /// When that certificate ends
    ca_expires_at: Option<Moment>,
    /// Newest first
    keys: Vec<Key>,
}

/// A signing key, without what is secret of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Key {
    /// What a token names it by
    key_id: String,
    #[schema(example = "ES256")]
    algorithm: &'static str,
    state: State,
    /// When its certificate ends; it is renewed long before
    certificate_expires_at: Moment,
    created_at: Moment,
    /// When it stopped signing
    retired_at: Option<Moment>,
}

/// What a key is used for: `next` waits until registries that use `jwks` know it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KeyState)]
enum State {
    Active,
    Next,
    Retired,
}

impl From<StoredKey> for Key {
    fn from(key: StoredKey) -> Self {
        Self {
            key_id: key.key_id,
            algorithm: key.algorithm.as_str(),
            state: match key.state {
                KeyState::Active => State::Active,
                KeyState::Next => State::Next,
                KeyState::Retired => State::Retired,
            },
            certificate_expires_at: Moment(key.certificate_ends),
            created_at: Moment(key.created_at),
            retired_at: key.retired_at.map(Moment),
        }
    }
}

/// The signing keys; for admins.
#[utoipa::path(get, path = "/api/v1/keys", tag = "administration", responses(
    (status = 200, body = Keys),
))]
pub(super) async fn list(SignedIn(call): SignedIn) -> Result<Json<Keys>, Problem> {
    call.admin().oversee.allow(&call.actor())?;
    let ring = call.admin().keep_keys.ring().await?;
    let ca = certificate(&ring.installation.ca_certificate);
    let ends = ca.as_ref().and_then(|ca| ca.ends);
    let ends = ends.map(|ends| Moment(SystemTime::UNIX_EPOCH + Duration::from_secs(ends)));
    Ok(Json(Keys {
        ca_fingerprint: ca.map(|ca| ca.fingerprint),
        ca_expires_at: ends,
        keys: ring.keys.into_iter().map(Key::from).collect(),
    }))
}

/// Makes a key, which signs at once for registries that trust the authority; for admins.
#[utoipa::path(post, path = "/api/v1/keys/rotate", tag = "administration", responses(
    (status = 201, body = Key),
))]
pub(super) async fn rotate(SignedIn(call): SignedIn) -> Result<impl IntoResponse, Problem> {
    let key = call.admin().keep_keys.rotate(&call.actor()).await?;
    // Those there are have one address.
    Ok(Created { at: address(&["keys"]), body: Key::from(key) })
}

/// Has the key that waits sign for every registry; for admins.
#[utoipa::path(post, path = "/api/v1/keys/activate", tag = "administration", responses(
    (status = 200, body = Key),
))]
pub(super) async fn activate(SignedIn(call): SignedIn) -> Result<Json<Key>, Problem> {
    Ok(Json(call.admin().keep_keys.activate(&call.actor()).await?.into()))
}
