//! What images say of themselves, and what two of them have in common.

use std::collections::BTreeMap;

use axum::Json;
use portus_core::companion::{Referrer as CoreReferrer, ReferrerKind};
use portus_core::comparison::{ComparedLayer, Difference as CoreDifference, Side as CoreSide};
use portus_core::configuration::Configuration as CoreConfiguration;
use portus_core::shelf::PastRow;
use portus_core::usecase::ComparedImages;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::value;
use super::call::{At, Call, named};
use super::error::Problem;
use super::moment::Moment;
use super::query::Asked;
use super::repository::find;

/// What an image's configuration says.
#[derive(Serialize, ToSchema)]
pub(super) struct Configuration {
    /// When it was built, as the builder wrote it
    created: Option<String>,
    author: Option<String>,
    entrypoint: Vec<String>,
    cmd: Vec<String>,
    /// `NAME=value`
    env: Vec<String>,
    working_dir: Option<String>,
    user: Option<String>,
    stop_signal: Option<String>,
    /// `8443/tcp`
    exposed_ports: Vec<String>,
    volumes: Vec<String>,
    labels: BTreeMap<String, String>,
    /// How it was built, first to last
    history: Vec<Step>,
}

/// One step of a build.
#[derive(Serialize, ToSchema)]
#[schema(as = BuildStep)]
struct Step {
    /// As a line of a Dockerfile
    instruction: String,
    /// What the builder wrote
    created_by: String,
    comment: String,
    /// Bytes of its layer; `null` where it made none, or nobody knows which
    size: Option<u64>,
}

/// A manifest that is about another one.
#[derive(Serialize, ToSchema)]
pub(super) struct Referrer {
    digest: String,
    kind: Kind,
    artifact_type: Option<String>,
    /// The tag that makes it one, where it is a tag that does
    tag: Option<String>,
    /// Bytes; `null` while pending
    size: Option<u64>,
    /// When it was first seen
    pushed_at: Moment,
}

/// What a referrer is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReferrerKind)]
enum Kind {
    Attestation,
    Other,
    Sbom,
    Signature,
}

/// What a tag was set to.
#[derive(Serialize, ToSchema)]
pub(super) struct PastDigest {
    digest: String,
    /// When
    pushed_at: Moment,
    /// By whom; `null` for someone unknown
    author: Option<String>,
    /// Whether that manifest is still there
    present: bool,
}

/// Which two are compared.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Two {
    /// A tag or a digest
    #[param(example = "1.2")]
    from: String,
    /// Another
    #[param(example = "1.3")]
    to: String,
    /// Which images of two indexes; by default the first that both have
    platform: Option<String>,
}

/// The difference between two images.
#[derive(Serialize, ToSchema)]
pub(super) struct Comparison {
    /// What `from` stands for
    from: String,
    /// What `to` stands for
    to: String,
    /// Which images of two indexes these are
    platform: Option<String>,
    layers: Vec<Layer>,
    /// What the configurations say differently, by the words of a Dockerfile
    configuration: Vec<Difference>,
    /// Environment variables that differ
    env: Vec<Difference>,
    /// Labels that differ
    labels: Vec<Difference>,
}

/// A layer of one of two images, or of both.
#[derive(Serialize, ToSchema)]
#[schema(as = ComparedLayer)]
struct Layer {
    digest: String,
    media_type: String,
    /// Bytes
    size: u64,
    state: Side,
}

/// Which image has a layer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LayerState)]
enum Side {
    Added,
    Removed,
    Shared,
}

/// What two images say differently.
#[derive(Serialize, ToSchema)]
struct Difference {
    name: String,
    /// `null` where it says nothing
    from: Option<String>,
    to: Option<String>,
}

impl Configuration {
    pub(super) fn of(said: &CoreConfiguration, layers: &[u64]) -> Self {
        let steps = said.history.iter().zip(said.steps(layers));
        let steps = steps.map(|(step, (line, size))| Step {
            instruction: format!("{} {}", line.word, line.rest).trim().to_owned(),
            created_by: step.made_by.clone(),
            comment: step.comment.clone(),
            size,
        });
        let history = steps.collect();
        let said = said.clone();
        Self {
            created: said.created,
            author: said.author,
            entrypoint: said.entrypoint,
            cmd: said.command,
            env: said.environment,
            working_dir: said.working_folder,
            user: said.user,
            stop_signal: said.stop_signal,
            exposed_ports: said.ports,
            volumes: said.volumes,
            labels: said.labels.into_iter().collect(),
            history,
        }
    }
}

impl From<CoreReferrer> for Referrer {
    fn from(found: CoreReferrer) -> Self {
        Self {
            digest: found.digest.to_string(),
            kind: match found.kind {
                ReferrerKind::Attestation => Kind::Attestation,
                ReferrerKind::Other => Kind::Other,
                ReferrerKind::Sbom => Kind::Sbom,
                ReferrerKind::Signature => Kind::Signature,
            },
            artifact_type: found.artifact_type.map(|kind| kind.to_string()),
            tag: found.tag.map(|tag| tag.to_string()),
            size: found.size,
            pushed_at: Moment(found.pushed_at),
        }
    }
}

impl From<PastRow> for PastDigest {
    fn from(row: PastRow) -> Self {
        let (digest, author) = (row.digest.to_string(), row.author);
        Self { digest, pushed_at: Moment(row.at), author, present: row.present }
    }
}

impl From<ComparedLayer> for Layer {
    fn from(compared: ComparedLayer) -> Self {
        Self {
            digest: compared.layer.digest.to_string(),
            media_type: compared.layer.media_type.to_string(),
            size: compared.layer.size,
            state: match compared.side {
                CoreSide::Added => Side::Added,
                CoreSide::Both => Side::Shared,
                CoreSide::Removed => Side::Removed,
            },
        }
    }
}

impl From<CoreDifference> for Difference {
    fn from(found: CoreDifference) -> Self {
        Self { name: found.name, from: found.from, to: found.to }
    }
}

impl From<ComparedImages> for Comparison {
    fn from(compared: ComparedImages) -> Self {
        let found = compared.comparison;
        let told = |found: Vec<CoreDifference>| found.into_iter().map(Difference::from).collect();
        Self {
            from: compared.from.to_string(),
            to: compared.to.to_string(),
            platform: compared.platform.map(|platform| platform.to_string()),
            layers: found.layers.into_iter().map(Layer::from).collect(),
            configuration: told(found.settings),
            env: told(found.environment),
            labels: told(found.labels),
        }
    }
}

/// Compares two images of a repository.
#[utoipa::path(
    get, path = "/api/v1/compare/{registry}/{repository}", tag = "repositories",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("repository" = String, Path, description = "The whole path; its slashes may be encoded"),
        Two,
    ),
    responses((status = 200, body = Comparison)),
)]
pub(super) async fn compare(
    call: Call,
    At((registry, path)): At<(String, String)>,
    Asked(two): Asked<Two>,
) -> Result<Json<Comparison>, Problem> {
    let seen = find(&call, &registry, &named(&path)?).await?;
    let (from, to) = (value("from", &two.from)?, value("to", &two.to)?);
    let platform = two.platform.as_deref().map(|text| value("platform", text)).transpose()?;
    let found = call.web().look.compare(&seen, (&from, &to), platform.as_ref()).await?;
    Ok(Json(found.ok_or_else(Problem::absent)?.into()))
}
