//! What manifests say of themselves, as one column keeps it, and the labels that searches use.

use diesel::prelude::*;
use portus_core::configuration::{Configuration, Step};
use portus_core::digest::Digest;
use portus_core::id::RepositoryId;
use portus_core::image::ManifestDetails;
use portus_core::port::StoreError;
use portus_core::shelf::{About, StoredChild};
use serde::{Deserialize, Serialize};

use super::browse::SqlBrowse;
use crate::error::corrupt;
use crate::schema::{manifest_children, manifests};
use crate::values::{count, parsed};

/// Annotations and configuration. Field names are short: there is one for each manifest.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Kept {
    annotations: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<KeptConfiguration>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct KeptConfiguration {
    created: Option<String>,
    author: Option<String>,
    entrypoint: Vec<String>,
    cmd: Vec<String>,
    env: Vec<String>,
    dir: Option<String>,
    user: Option<String>,
    stop: Option<String>,
    ports: Vec<String>,
    volumes: Vec<String>,
    labels: Vec<(String, String)>,
    history: Vec<KeptStep>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct KeptStep {
    by: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
    empty: bool,
}

impl From<&Configuration> for KeptConfiguration {
    fn from(of: &Configuration) -> Self {
        let of = of.clone();
        let step =
            |step: Step| KeptStep { by: step.made_by, comment: step.comment, empty: step.is_empty };
        Self {
            created: of.created,
            author: of.author,
            entrypoint: of.entrypoint,
            cmd: of.command,
            env: of.environment,
            dir: of.working_folder,
            user: of.user,
            stop: of.stop_signal,
            ports: of.ports,
            volumes: of.volumes,
            labels: of.labels,
            history: of.history.into_iter().map(step).collect(),
        }
    }
}

impl From<KeptConfiguration> for Configuration {
    fn from(kept: KeptConfiguration) -> Self {
        let step =
            |step: KeptStep| Step { made_by: step.by, comment: step.comment, is_empty: step.empty };
        Self {
            created: kept.created,
            author: kept.author,
            entrypoint: kept.entrypoint,
            command: kept.cmd,
            environment: kept.env,
            working_folder: kept.dir,
            user: kept.user,
            stop_signal: kept.stop,
            ports: kept.ports,
            volumes: kept.volumes,
            labels: kept.labels,
            history: kept.history.into_iter().map(step).collect(),
        }
    }
}

/// The text of the column; none where nothing was said.
pub(super) fn written(details: &ManifestDetails) -> Option<String> {
    let config = details.configuration.as_deref().map(KeptConfiguration::from);
    if config.is_none() && details.annotations.is_empty() {
        return None;
    }
    let kept = Kept { annotations: details.annotations.clone(), config };
    // Texts and lists of texts: nothing in it cannot be written. PostgreSQL's texts hold no NUL, and
    // JSON writes it in words.
    serde_json::to_string(&kept).ok()
}

/// What a manifest that is there says beside what it is made of.
pub(super) async fn about(
    browse: &SqlBrowse,
    of: RepositoryId,
    digest: &Digest,
) -> Result<Option<About>, StoreError> {
    let query = manifests::table
        .filter(manifests::repository_id.eq(of.0).and(manifests::present))
        .filter(manifests::digest.eq(digest.as_str().to_owned()))
        .select((manifests::id, manifests::subject, manifests::about));
    let found: Vec<(i64, Option<String>, Option<String>)> = browse.load(query).await?;
    let Some((id, subject, text)) = found.into_iter().next() else { return Ok(None) };
    let kept = match text {
        Some(text) => serde_json::from_str(&text).map_err(|_| corrupt("manifests.about", text))?,
        None => Kept::default(),
    };
    Ok(Some(About {
        subject: subject.map(|text| parsed("manifests.subject", &text)).transpose()?,
        annotations: kept.annotations,
        configuration: kept.config.map(Configuration::from),
        children: children(browse, of, id).await?,
    }))
}

async fn children(
    browse: &SqlBrowse,
    of: RepositoryId,
    index: i64,
) -> Result<Vec<StoredChild>, StoreError> {
    let here = manifests::digest
        .eq(manifest_children::digest)
        .and(manifests::repository_id.eq(of.0))
        .and(manifests::present);
    let query = manifest_children::table
        .inner_join(manifests::table.on(here))
        .filter(manifest_children::manifest_id.eq(index))
        .order(manifest_children::position)
        .select((manifest_children::digest, manifests::size, manifest_children::attests));
    let rows: Vec<(String, Option<i64>, Option<String>)> = browse.load(query).await?;
    let child = |(digest, size, attests): (String, Option<i64>, Option<String>)| {
        let attests = attests.map(|text| parsed("manifest_children.attests", &text));
        Ok(StoredChild {
            digest: parsed("manifest_children.digest", &digest)?,
            size: size.map(|size| count("manifests.size", size)).transpose()?,
            attests: attests.transpose()?,
        })
    };
    rows.into_iter().map(child).collect()
}
