//! Whether Portus, its server and its registries agree.

use axum::Json;
use portus_core::{finding, port};
use serde::Serialize;
use utoipa::ToSchema;

use super::call::SignedIn;
use super::error::Problem;
use super::moment::Moment;

/// What the doctor found.
#[derive(Serialize, ToSchema)]
pub(super) struct Examination {
    /// When it was asked; `null` where nothing was found out yet
    checked_at: Option<Moment>,
    /// Whether it is being looked at
    under_way: bool,
    findings: Vec<Finding>,
}

/// What one check found.
#[derive(Serialize, ToSchema)]
pub(super) struct Finding {
    /// Which registry; `null` for Portus itself
    registry: Option<String>,
    /// What was checked
    check: String,
    verdict: Verdict,
    /// The stable name of what was found
    #[schema(example = "sends_to")]
    kind: &'static str,
    /// In words
    found: String,
    /// What to change, and where
    change: Option<String>,
    patches: Vec<Patch>,
}

/// How something is: `warn` where it works, but not for everybody, or could not be checked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Fail,
    Ok,
    Warn,
}

/// Lines to change.
#[derive(Serialize, ToSchema)]
pub(super) struct Patch {
    /// Where
    #[schema(example = "/etc/portus/portus.toml, line 12")]
    place: String,
    /// Each with `+`, `-` or a space before it
    lines: Vec<String>,
}

impl From<port::Examination> for Examination {
    fn from(examination: port::Examination) -> Self {
        Self {
            checked_at: examination.at.map(Moment),
            under_way: examination.under_way,
            findings: examination.findings.into_iter().map(Finding::from).collect(),
        }
    }
}

impl From<finding::Finding> for Finding {
    fn from(finding: finding::Finding) -> Self {
        Self {
            registry: finding.registry.map(|name| name.to_string()),
            check: finding.check.to_string(),
            verdict: match finding.verdict {
                finding::Verdict::Fail => Verdict::Fail,
                finding::Verdict::Ok => Verdict::Ok,
                finding::Verdict::Warn => Verdict::Warn,
            },
            kind: finding.found.kind(),
            found: finding.found.to_string(),
            change: finding.change.map(|change| change.to_string()),
            patches: finding.patches.into_iter().map(Patch::from).collect(),
        }
    }
}

impl From<finding::Patch> for Patch {
    fn from(patch: finding::Patch) -> Self {
        let lines = patch.lines.iter().map(|line| format!("{} {}", line.sign(), line.text()));
        Self { lines: lines.collect(), place: patch.place.to_string() }
    }
}

/// What the doctor found a moment ago; for admins.
#[utoipa::path(get, path = "/api/v1/doctor", tag = "administration", responses(
    (status = 200, body = Examination),
))]
pub(super) async fn show(SignedIn(call): SignedIn) -> Result<Json<Examination>, Problem> {
    Ok(Json(call.admin().oversee.findings(&call.actor()).await?.into()))
}

/// Has the doctor look again, and read a manifest of each registry, of which it has to tell; for
/// admins.
#[utoipa::path(post, path = "/api/v1/doctor", tag = "administration", responses(
    (status = 200, body = Examination),
))]
pub(super) async fn look_again(SignedIn(call): SignedIn) -> Result<Json<Examination>, Problem> {
    Ok(Json(call.admin().oversee.look_again(&call.actor()).await?.into()))
}
