//! Links by which people set a password.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::call::{At, SignedIn, named};
use super::error::Problem;
use super::moment::Moment;
use super::once::ShownOnce;
use crate::password_link;

/// A link by which someone sets her password once.
#[derive(Serialize, ToSchema)]
pub(super) struct PasswordLink {
    /// Give it to her on a safe way; it is shown this once
    url: String,
    /// Until when it is good, unless another link or a password comes before
    expires_at: Moment,
}

/// Makes a link by which a person sets her password; for admins. One that was made before is no
/// good any more.
#[utoipa::path(
    post, path = "/api/v1/users/{username}/password_link", tag = "users",
    params(("username" = String, Path, description = "The account's name")),
    responses((status = 201, body = PasswordLink)),
)]
pub(super) async fn create(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<impl IntoResponse, Problem> {
    let link = call.api().link_password.make(&call.actor(), &named(&name)?).await?;
    let url = password_link(&call.web().origin, &link);
    let made = PasswordLink { url, expires_at: Moment(link.ends) };
    Ok((StatusCode::CREATED, Extension(ShownOnce), Json(made)))
}
