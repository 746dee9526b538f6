//! What a deletion would do.

use portus_core::usecase::{Deletes, DeletionPlan};
use serde::Serialize;
use utoipa::ToSchema;

use super::deletion::Scope;
use super::moment::Moment;

/// What a deletion would do.
#[derive(Serialize, ToSchema)]
pub(super) struct Preview {
    scope: Scope,
    /// What goes, in words
    object: String,
    /// The tags that go by name
    tags: Vec<PreviewTag>,
    /// The digests that go, an index before what only it names
    manifests: Vec<String>,
    /// Tags that the registry would take along: they need `siblings=all`
    siblings: Vec<String>,
    /// The indexes that still name a manifest that would go
    needed_by: Vec<String>,
    /// The first repositories of a namespace
    repositories: Vec<String>,
    repositories_count: u64,
    tags_count: u64,
    manifests_count: u64,
    /// Bytes of configurations and layers, what is shared counted each time. They stay in the
    /// registry's storage until its garbage collection
    size: u64,
    /// When something of it was last pulled
    pulled_at: Option<Moment>,
    deletes: How,
    /// Why it cannot be done as it is; `null` where it can
    obstacle: Option<String>,
}

/// A tag that would go.
#[derive(Serialize, ToSchema)]
struct PreviewTag {
    name: String,
    digest: String,
    /// Bytes; `null` while pending
    size: Option<u64>,
    /// When it was last pulled
    pulled_at: Option<Moment>,
    /// Other tags on the same digest
    siblings: Vec<String>,
}

/// How the registry deletes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Deletes)]
enum How {
    /// Only whole digests, with every tag on them
    ByDigest,
    /// A tag alone, too
    ByTag,
    /// Not at all, until its configuration says so
    Nothing,
    /// It does not answer
    Unknown,
}

impl Preview {
    pub(super) fn of(plan: &DeletionPlan, all_siblings: bool) -> Self {
        let tags = plan.tags.iter().map(|tag| PreviewTag {
            name: tag.row.name.to_string(),
            digest: tag.row.digest.to_string(),
            size: tag.row.size,
            pulled_at: tag.row.pulled_at.map(Moment),
            siblings: texts(&tag.siblings),
        });
        Self {
            scope: plan.scope.into(),
            object: plan.object.clone(),
            tags: tags.collect(),
            manifests: texts(&plan.manifests),
            siblings: texts(&plan.siblings()),
            needed_by: texts(&plan.broken()),
            repositories: plan.repositories.iter().map(|row| row.path.to_string()).collect(),
            repositories_count: plan.sums.repositories,
            tags_count: plan.sums.tags,
            manifests_count: plan.sums.manifests,
            size: plan.sums.size,
            pulled_at: plan.sums.pulled_at.map(Moment),
            deletes: match plan.deletes {
                Deletes::ByDigest => How::ByDigest,
                Deletes::ByTag => How::ByTag,
                Deletes::Nothing => How::Nothing,
                Deletes::Unknown(_) => How::Unknown,
            },
            obstacle: plan.obstacle(all_siblings).map(|obstacle| obstacle.to_string()),
        }
    }
}

fn texts<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}
