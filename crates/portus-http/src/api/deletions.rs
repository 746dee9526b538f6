//! The deletions that were asked for.

use serde::Deserialize;
use utoipa::IntoParams;

use super::call::SignedIn;
use super::deletion::{Deletion, State};
use super::error::Problem;
use super::list::{List, PerPage, slice};
use super::query::Asked;

/// Which deletions are wanted, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those that are so far
    #[param(inline)]
    state: Option<State>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

/// The deletions that the caller asked for, or that are of her own namespace or of teams she owns,
/// newest first; all of them for admins.
#[utoipa::path(get, path = "/api/v1/deletions", tag = "deletions", params(Wanted), responses(
    (status = 200, body = [Deletion]),
))]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Deletion>, Problem> {
    let (state, part) = (wanted.state.map(Into::into), slice(wanted.per_page, wanted.after));
    let page = call.web().follow_deletions.list(&call.actor(), state, &part).await?;
    Ok(call.list(page.map(Deletion::from)))
}
