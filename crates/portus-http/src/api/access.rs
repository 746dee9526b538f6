//! Who may do what, and why.

use axum::Json;
use portus_core::account::Username;
use portus_core::usecase::Subject;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::value;
use super::call::{SignedIn, named};
use super::choice::Action;
use super::error::Problem;
use super::query::Asked;

/// The question.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Question {
    /// The registry's name
    registry: String,
    /// The whole path of a repository, which need not be there
    repository: String,
    #[param(inline)]
    action: Action,
    /// About whom; the caller where it is left out. About others their namespaces' keepers may ask
    username: Option<String>,
    /// About someone who shows no credential
    #[serde(default)]
    #[param(required = false)]
    anonymous: bool,
}

/// The answer.
#[derive(Serialize, ToSchema)]
pub(super) struct Explanation {
    /// Whether she may
    allowed: bool,
    /// The rules that say so, in words
    reason: String,
    action: Action,
    registry: String,
    repository: String,
    /// About whom; `null` for someone who shows no credential
    username: Option<String>,
}

/// Whether someone may do something, and why.
#[utoipa::path(get, path = "/api/v1/explain", tag = "access", params(Question), responses(
    (status = 200, body = Explanation),
))]
pub(super) async fn explain(
    SignedIn(call): SignedIn,
    Asked(asked): Asked<Question>,
) -> Result<Json<Explanation>, Problem> {
    let subject = about(&asked, call.caller.name())?;
    let repository = value("repository", &asked.repository)?;
    let registry = named(&asked.registry)?;
    let (explain, place) = (&call.web().explain, (&registry, &repository));
    let found = explain.explain(&call.actor(), &subject, asked.action.into(), place).await?;
    Ok(Json(Explanation {
        allowed: found.is_allowed(),
        reason: found.to_string(),
        action: asked.action,
        registry: registry.to_string(),
        repository: repository.to_string(),
        username: match subject {
            Subject::Account(name) => Some(name.to_string()),
            Subject::Anonymous => None,
        },
    }))
}

fn about(asked: &Question, own: Option<&Username>) -> Result<Subject, Problem> {
    match (&asked.username, asked.anonymous) {
        (_, true) => Ok(Subject::Anonymous),
        (Some(name), false) => Ok(Subject::Account(named(name)?)),
        (None, false) => Ok(own.map_or(Subject::Anonymous, |own| Subject::Account(own.clone()))),
    }
}
