//! What a deletion would do.

use portus_core::companion::Referrer as CoreReferrer;
use portus_core::usecase::{Deletes, DeletionPlan};
use serde::Serialize;
use utoipa::ToSchema;

use super::deletion::Scope;
use super::image::Referrer;
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
    /// Bytes of configurations and layers of the manifests that go, each counted once
    size: u64,
    /// How many of the layers stay, since an image that the caller can see has them too; not looked
    /// for where a namespace goes
    shared_layers_count: u64,
    /// Bytes of those
    shared_layers_size: u64,
    /// Bytes that the registry's garbage collection can free at most
    freed_size: u64,
    /// Signatures, SBOMs, attestations and the like of what goes, that go too
    referrers: Vec<Referrer>,
    /// Those that stay, and are about nothing then
    orphaned_referrers: Vec<Referrer>,
    /// Repositories whose description is forgotten
    descriptions_count: u64,
    /// Comments that are forgotten
    comments_count: u64,
    /// Stars that are forgotten
    stars_count: u64,
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
            size: plan.weight.size,
            shared_layers_count: plan.weight.shared,
            shared_layers_size: plan.weight.shared_size,
            freed_size: plan.weight.freed(),
            referrers: referrers(plan.taken_along()),
            orphaned_referrers: referrers(plan.left_alone()),
            descriptions_count: plan.sums.descriptions,
            comments_count: plan.sums.comments,
            stars_count: plan.sums.stars,
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

fn referrers(found: Vec<&CoreReferrer>) -> Vec<Referrer> {
    found.into_iter().cloned().map(Referrer::from).collect()
}

fn texts<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}
