//! The rows of lists, as they come from the database.

use diesel::prelude::*;
use portus_core::activity::Activity;
use portus_core::digest::Digest;
use portus_core::id::{ActivityId, InboxId, NamespaceId, TeamId};
use portus_core::image::{Child, Descriptor, MediaType};
use portus_core::page::{
    BotRow, DetailsState, ManifestView, NamespaceRow, ParkedRow, RepositoryRow, TagRow, TeamRow,
};
use portus_core::port::StoreError;

use super::namespaces::{KindRow, namespace_kind, namespace_name};
use crate::schema::activities;
use crate::values::{count, details_state, outcome, parsed, time};

#[derive(Queryable, Selectable)]
#[diesel(table_name = activities)]
pub(super) struct ActivityColumns {
    id: i64,
    at: i64,
    kind: String,
    actor: String,
    address: Option<String>,
    request: Option<String>,
    object: String,
    detail: String,
    outcome: String,
    count: i64,
}

pub(super) fn activity(row: ActivityColumns) -> Result<Activity, StoreError> {
    Ok(Activity {
        id: ActivityId(row.id),
        at: time(row.at),
        kind: row.kind,
        actor: row.actor,
        address: row.address,
        request: row.request,
        object: row.object,
        detail: row.detail,
        outcome: outcome(&row.outcome)?,
        count: count("activities.count", row.count)?,
    })
}

/// Name, team, role, enabled, tokens, when it was made.
pub(super) type BotColumns = (String, String, String, bool, Option<i64>, i64);

pub(super) fn bot(row: BotColumns) -> Result<BotRow, StoreError> {
    let (name, team, role, enabled, tokens, created_at) = row;
    Ok(BotRow {
        name: parsed("accounts.name", &name)?,
        team: parsed("teams.name", &team)?,
        role: parsed("members.role", &role)?,
        enabled,
        tokens: counted("application_tokens", tokens)?,
        created_at: time(created_at),
    })
}

/// Number, registry, name, kind, names of team and account, repositories.
pub(super) type NamespaceColumns =
    (i64, String, String, KindRow, (Option<String>, Option<String>), Option<i64>);

pub(super) fn namespace(row: NamespaceColumns) -> Result<NamespaceRow, StoreError> {
    let (id, registry, name, kind, (team, account), repositories) = row;
    Ok(NamespaceRow {
        id: NamespaceId(id),
        registry: parsed("registries.name", &registry)?,
        name: namespace_name(&name)?,
        kind: namespace_kind(kind)?,
        owner: team.or(account),
        repositories: counted("repositories", repositories)?,
    })
}

/// Number, registry, event, action, repository; error, tries, when it came, text.
pub(super) type ParkedColumns = (
    (i64, String, String, Option<String>, Option<String>),
    (Option<String>, i64, i64, Option<String>),
);

pub(super) fn parked(row: ParkedColumns) -> Result<ParkedRow, StoreError> {
    let ((id, registry, event, action, repository), (error, tries, received_at, raw)) = row;
    Ok(ParkedRow {
        id: InboxId(id),
        registry: parsed("registries.name", &registry)?,
        event,
        action,
        repository,
        error: error.unwrap_or_default(),
        tries: count("inbox.tries", tries)?,
        received_at: time(received_at),
        raw,
    })
}

/// Registry, path, tags, when something was pushed, pulls, stars.
pub(super) type RepositoryColumns = (String, String, Option<i64>, Option<i64>, i64, i64);

pub(super) fn repository(row: RepositoryColumns) -> Result<RepositoryRow, StoreError> {
    let (registry, path, tags, pushed_at, pulls, stars) = row;
    Ok(RepositoryRow {
        registry: parsed("repositories.registry_name", &registry)?,
        path: parsed("repositories.path", &path)?,
        tags: counted("tags", tags)?,
        pushed_at: pushed_at.map(time),
        pulls: count("repositories.pulls", pulls)?,
        stars: count("repositories.stars", stars)?,
    })
}

/// Of the tag, of its manifest, and size, pulls, when it was last pulled.
pub(super) type TagColumns = (
    (String, String, Option<String>, Option<String>, i64),
    (Option<String>, Option<String>, Option<String>, Option<String>),
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

pub(super) fn tag(row: TagColumns) -> Result<TagRow, StoreError> {
    let (of_tag, of_manifest, size, pulls, pulled_at) = row;
    let (name, digest, author, first_author, pushed_at) = of_tag;
    let (media_type, artifact_type, platforms, details) = of_manifest;
    let details = details.as_deref().map(details_state).transpose()?;
    Ok(TagRow {
        name: parsed("tags.name", &name)?,
        digest: parsed("tags.digest", &digest)?,
        media_type: media_type.as_deref().map(MediaType::new).unwrap_or_default(),
        artifact_type: artifact_type.as_deref().map(MediaType::new),
        size: size.map(|size| count("manifests.size", size)).transpose()?,
        platforms: platforms.iter().flat_map(|text| text.lines()).map(str::to_owned).collect(),
        details: details.unwrap_or(DetailsState::Pending),
        author,
        first_author,
        pushed_at: time(pushed_at),
        pulls: counted("pulls.count", pulls)?,
        pulled_at: pulled_at.map(time),
    })
}

/// Number, media type, artifact type, size; platforms, details, when it was pushed; the config's
/// digest, media type and size.
pub(super) type ManifestColumns = (
    (i64, String, Option<String>, Option<i64>),
    (String, String, i64),
    (Option<String>, Option<String>, Option<i64>),
);

/// Digest, media type, size.
pub(super) type DescriptorColumns = (String, String, i64);

/// A descriptor, a platform, and what it attests something of.
pub(super) type ChildColumns = (DescriptorColumns, Option<String>, Option<String>);

pub(super) fn manifest(
    digest: &Digest,
    row: ManifestColumns,
    (layers, children, tags): (Vec<DescriptorColumns>, Vec<ChildColumns>, Vec<String>),
) -> Result<ManifestView, StoreError> {
    let ((_, media_type, artifact_type, size), (platforms, details, pushed_at), config) = row;
    let config = match config {
        (Some(digest), media_type, Some(size)) => {
            Some(descriptor("manifests.config", (digest, media_type.unwrap_or_default(), size))?)
        }
        _ => None,
    };
    let layer = |row| descriptor("manifest_layers", row);
    let child = |(row, platform, attests): ChildColumns| {
        let attests = attests.as_deref().map(|text| parsed("manifest_children.attests", text));
        let platform = platform.as_deref().map(|text| parsed("manifest_children.platform", text));
        let descriptor = descriptor("manifest_children", row)?;
        Ok::<_, StoreError>(Child {
            descriptor,
            platform: platform.transpose()?,
            attests: attests.transpose()?,
        })
    };
    Ok(ManifestView {
        digest: digest.clone(),
        media_type: MediaType::new(&media_type),
        artifact_type: artifact_type.as_deref().map(MediaType::new),
        size: size.map(|size| count("manifests.size", size)).transpose()?,
        platforms: platforms.lines().map(str::to_owned).collect(),
        details: details_state(&details)?,
        pushed_at: time(pushed_at),
        config,
        layers: layers.into_iter().map(layer).collect::<Result<_, _>>()?,
        children: children.into_iter().map(child).collect::<Result<_, _>>()?,
        tags: tags.iter().map(|tag| parsed("tags.name", tag)).collect::<Result<_, _>>()?,
    })
}

fn descriptor(
    what: &str,
    (digest, media_type, size): DescriptorColumns,
) -> Result<Descriptor, StoreError> {
    Ok(Descriptor {
        media_type: MediaType::new(&media_type),
        digest: parsed(what, &digest)?,
        size: count(what, size)?,
    })
}

/// Number, name, members, owners, namespaces, when it was made.
pub(super) type TeamColumns = (i64, String, Option<i64>, Option<i64>, Option<i64>, i64);

pub(super) fn team(row: TeamColumns) -> Result<TeamRow, StoreError> {
    let (id, name, members, owners, namespaces, created_at) = row;
    Ok(TeamRow {
        id: TeamId(id),
        name: parsed("teams.name", &name)?,
        members: counted("members", members)?,
        owners: counted("members", owners)?,
        namespaces: counted("namespaces", namespaces)?,
        created_at: time(created_at),
    })
}

/// Nothing counted is none.
fn counted(what: &str, number: Option<i64>) -> Result<u64, StoreError> {
    count(what, number.unwrap_or_default())
}
