//! What clients of registries keep to sign in again.

use axum::Json;
use axum::http::StatusCode;
use portus_core::id::RefreshTokenId;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::{At, SignedIn, named};
use super::error::Problem;
use super::moment::Moment;

/// What a client of a registry keeps to sign in again: all but the secret.
#[derive(Serialize, ToSchema)]
pub(super) struct RefreshToken {
    id: i64,
    /// The name of the one registry it is for
    registry: String,
    /// What the client calls itself
    client: String,
    /// Where it came from
    address: String,
    created_at: Moment,
    /// When it was last used; kept to the minute or so
    last_used_at: Moment,
}

/// The caller's refresh tokens, the last used first.
#[utoipa::path(get, path = "/api/v1/self/refresh_tokens", tag = "self",
    responses((status = 200, body = [RefreshToken])))]
pub(super) async fn list(SignedIn(call): SignedIn) -> Result<Json<Vec<RefreshToken>>, Problem> {
    let tokens = call.web().sessions.refreshes(&call.actor()).await?;
    let tokens = tokens.into_iter().map(|token| RefreshToken {
        id: token.id.0,
        registry: token.registry.to_string(),
        client: token.client,
        address: token.address,
        created_at: Moment(token.created_at),
        last_used_at: Moment(token.last_used_at),
    });
    Ok(Json(tokens.collect()))
}

/// Revokes one of the caller's refresh tokens.
#[utoipa::path(
    delete, path = "/api/v1/self/refresh_tokens/{refresh_token}", tag = "self",
    params(("refresh_token" = i64, Path, description = "The token's number")),
    responses((status = 204)),
)]
pub(super) async fn revoke(
    SignedIn(call): SignedIn,
    At(token): At<String>,
) -> Result<StatusCode, Problem> {
    let token = RefreshTokenId(named(&token)?);
    match call.web().sessions.revoke_refresh(&call.actor(), token).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::absent()),
    }
}
