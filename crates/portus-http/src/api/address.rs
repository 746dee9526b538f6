//! What addresses are made of, for the description of the interface.

use utoipa::IntoParams;

/// Names a repository.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only describes addresses, which handlers take apart themselves")]
pub(super) struct OfRepository {
    /// The registry's name
    registry: String,
    /// The whole path; its slashes may be encoded
    #[param(pattern = "^[a-z0-9._/-]+$")]
    repository: String,
}
