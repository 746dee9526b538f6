//! The rows of lists, and which of them are wanted.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::state::{Content, EventState, State, StoredAccount, StoredEvent, StoredRepository};
use super::tags::{Details, StoredManifest, StoredTag};
use crate::account::AccountKind;
use crate::activity::{Activity, NewActivity, Place, kept};
use crate::credential::AccountStanding;
use crate::digest::Digest;
use crate::id::{ActivityId, InboxId};
use crate::image::{ManifestDetails, Platform};
use crate::namespace::{Namespace, NamespaceKind};
use crate::page::{BotRow, ManifestView, NamespaceRow, ParkedRow, RepositoryRow, TagRow, TeamRow};
use crate::policy::{Facts, NamespaceFacts, NamespaceFilter};
use crate::port::ActivityFilter;
use crate::registry::Registry;
use crate::tag::TagName;
use crate::team::{Role, Team};

pub(super) fn wants(filter: &ActivityFilter, row: &NewActivity) -> bool {
    let is_kind = |wanted: &String| match wanted.contains('.') {
        true => row.kind == wanted.as_str(),
        false => row.kind.split('.').next() == Some(wanted.as_str()),
    };
    let ActivityFilter { actor, object, address, request, place, .. } = filter;
    filter.kind.as_ref().is_none_or(is_kind)
        && actor.as_ref().is_none_or(|actor| kept(actor).eq_ignore_ascii_case(&row.actor))
        && object.as_ref().is_none_or(|object| kept(object) == row.object)
        && (address.is_none() || address.as_deref().map(kept) == row.address.as_deref())
        && (request.is_none() || request.as_deref().map(kept) == row.request.as_deref())
        && filter.outcome.is_none_or(|outcome| outcome == row.outcome)
        && is_there(place, &row.place)
        && filter.since.is_none_or(|since| row.at >= since)
        && filter.until.is_none_or(|until| row.at < until)
}

fn is_there(wanted: &Place, place: &Place) -> bool {
    (wanted.namespace.is_none() || wanted.namespace == place.namespace)
        && (wanted.repository.is_none() || wanted.repository == place.repository)
        && (wanted.team.is_none() || wanted.team == place.team)
}

/// A row as it is kept.
pub(super) fn shortened(new: &NewActivity) -> NewActivity {
    let short = |text: &String| kept(text).to_owned();
    NewActivity {
        actor: short(&new.actor),
        address: new.address.as_ref().map(short),
        request: new.request.as_ref().map(short),
        object: short(&new.object),
        ..new.clone()
    }
}

pub(super) fn activity(id: ActivityId, row: &NewActivity) -> Activity {
    Activity {
        id,
        at: row.at,
        kind: row.kind.to_owned(),
        actor: row.actor.clone(),
        address: row.address.clone(),
        request: row.request.clone(),
        object: row.object.clone(),
        detail: row.detail.clone(),
        outcome: row.outcome,
        count: row.count,
    }
}

pub(super) fn bot_row(state: &State, stored: &StoredAccount) -> Option<BotRow> {
    let AccountKind::Bot { team } = stored.account.kind else { return None };
    let account = &stored.account;
    let tokens = state.application_tokens.values();
    Some(BotRow {
        name: account.name.clone(),
        team: state.teams.get(&team)?.name.clone(),
        role: state.role(team, account.id)?,
        enabled: account.enabled,
        tokens: tokens.filter(|stored| stored.token.account == account.id).count() as u64,
        created_at: account.created_at,
    })
}

/// Whether a namespace is on the list, by the rule that the policy is tested against.
pub(super) fn admits(state: &State, filter: &NamespaceFilter, namespace: &Namespace) -> bool {
    let role = match (namespace.kind, filter.account) {
        (NamespaceKind::Team { team, .. }, Some(account)) => state.role(team, account),
        _ => None,
    };
    let registry = state.registries.get(&namespace.registry);
    let asker = filter.account.map(|account| (account, AccountStanding::Person));
    filter.admits(&Facts {
        namespace: NamespaceFacts::of(namespace.kind, asker, role),
        id: Some(namespace.id),
        registry_read: registry.is_some_and(|registry| registry.read_at.is_some()),
    })
}

pub(super) fn namespace_row(state: &State, namespace: &Namespace) -> Option<NamespaceRow> {
    let owner = match namespace.kind {
        NamespaceKind::Global { .. } | NamespaceKind::Orphan => None,
        NamespaceKind::Personal { account, .. } => {
            state.accounts.get(&account).map(|stored| stored.account.name.to_string())
        }
        NamespaceKind::Team { team, .. } => {
            state.teams.get(&team).map(|team| team.name.to_string())
        }
    };
    let within = state.repositories.values().filter(|one| one.namespace == namespace.id);
    Some(NamespaceRow {
        id: namespace.id,
        registry: registry_of(state, namespace)?.name.clone(),
        name: namespace.name.clone(),
        kind: namespace.kind,
        owner,
        repositories: within.filter(|one| is_listed(one)).count() as u64,
    })
}

fn registry_of<'a>(state: &'a State, namespace: &Namespace) -> Option<&'a Registry> {
    state.registries.get(&namespace.registry)
}

pub(super) fn parked_row(state: &State, id: InboxId, stored: &StoredEvent) -> Option<ParkedRow> {
    let EventState::Parked { error } = &stored.state else { return None };
    let (event, raw) = match &stored.content {
        Content::Event(event) => (Some(event), None),
        Content::Raw(raw) => (None, Some(raw.clone())),
    };
    Some(ParkedRow {
        id,
        registry: state.registries.get(&stored.registry)?.name.clone(),
        event: stored.id.to_string(),
        action: event.map(|event| event.action.as_str().to_owned()),
        repository: event.map(|event| event.repository.to_string()),
        error: error.clone(),
        tries: stored.tries,
        received_at: stored.received_at,
        raw,
    })
}

/// Whether there is anything in it.
pub(super) fn is_listed(repository: &StoredRepository) -> bool {
    repository.manifests.values().any(StoredManifest::is_there)
}

pub(super) fn count_tags(repository: &StoredRepository) -> usize {
    repository.tags.values().filter(|tag| tag.digest(repository).is_some()).count()
}

pub(super) fn repository_row(
    state: &State,
    repository: &StoredRepository,
) -> Option<RepositoryRow> {
    if !is_listed(repository) {
        return None;
    }
    Some(RepositoryRow {
        registry: state.registries.get(&repository.registry)?.name.clone(),
        path: repository.path.clone(),
        tags: count_tags(repository) as u64,
        pushed_at: last_push(repository),
        pulls: repository.pulls.values().map(|pulls| pulls.count).sum(),
        stars: repository.stars,
    })
}

/// When a tag that is there was last pushed; where there is none, when a manifest came first.
fn last_push(repository: &StoredRepository) -> Option<SystemTime> {
    let tags = repository.tags.values().filter(|tag| tag.digest(repository).is_some());
    let tagged = tags.filter_map(|tag| Some(tag.last_push()?.0)).max();
    let manifests = repository.manifests.values().filter(|manifest| manifest.is_there());
    tagged.or_else(|| manifests.filter_map(|manifest| manifest.pushed_at).max())
}

pub(super) fn tag_row(
    stored: &StoredRepository,
    name: &TagName,
    tag: &StoredTag,
) -> Option<TagRow> {
    let digest = tag.digest(stored)?;
    let manifest = stored.manifests.get(digest).cloned().unwrap_or_default();
    let details = match &manifest.details {
        Details::Read(details) => Some(&**details),
        Details::Failed | Details::Pending => None,
    };
    let (pushed_at, author) = tag.last_push()?;
    let pulls = stored.pulls.get(digest);
    Some(TagRow {
        name: name.clone(),
        digest: digest.clone(),
        media_type: manifest.media_type.clone(),
        artifact_type: details.and_then(|details| details.artifact_type.clone()),
        size: details.and_then(|details| size(stored, details)),
        platforms: details.map(platforms).unwrap_or_default(),
        details: manifest.details.state(),
        author: author.map(str::to_owned),
        first_author: tag.first_author().map(str::to_owned),
        pushed_at,
        pulls: pulls.map_or(0, |pulls| pulls.count),
        pulled_at: pulls.map(|pulls| pulls.last),
    })
}

pub(super) fn manifest_view(stored: &StoredRepository, digest: &Digest) -> Option<ManifestView> {
    let manifest = stored.manifests.get(digest).filter(|manifest| manifest.is_there())?;
    let details = match &manifest.details {
        Details::Read(details) => Some(&**details),
        Details::Failed | Details::Pending => None,
    };
    let tags = stored.tags.iter().filter(|(_, tag)| tag.digest(stored) == Some(digest));
    let tagged = tags.clone().filter_map(|(_, tag)| Some(tag.last_push()?.0)).max();
    Some(ManifestView {
        digest: digest.clone(),
        media_type: manifest.media_type.clone(),
        artifact_type: details.and_then(|details| details.artifact_type.clone()),
        size: details.and_then(ManifestDetails::size),
        platforms: details.map(platforms).unwrap_or_default(),
        details: manifest.details.state(),
        pushed_at: manifest.pushed_at.max(tagged)?,
        config: details.and_then(|details| details.config.clone()),
        layers: details.map(|details| details.layers.clone()).unwrap_or_default(),
        children: details.map(|details| details.children.clone()).unwrap_or_default(),
        tags: tags.map(|(name, _)| name.clone()).take(1000).collect(),
    })
}

/// Bytes; of an index, those of the manifests it names, as far as they were read, with what
/// several of them have counted once.
fn size(stored: &StoredRepository, details: &ManifestDetails) -> Option<u64> {
    details.size().or_else(|| {
        let children = details.children.iter();
        let read = children.filter_map(|child| part(stored, &child.descriptor.digest));
        let blobs: BTreeSet<_> = read
            .flat_map(|part| part.config.iter().chain(&part.layers))
            .map(|blob| (&blob.digest, blob.size))
            .collect();
        blobs.into_iter().map(|(_, size)| size).reduce(u64::saturating_add)
    })
}

fn part<'a>(stored: &'a StoredRepository, digest: &Digest) -> Option<&'a ManifestDetails> {
    match &stored.manifests.get(digest)?.details {
        Details::Read(details) => Some(details),
        Details::Failed | Details::Pending => None,
    }
}

fn platforms(details: &ManifestDetails) -> Vec<String> {
    let children = details.children.iter().filter_map(|child| child.platform.as_ref());
    children.chain(&details.platform).map(Platform::to_string).collect()
}

pub(super) fn team_row(state: &State, team: &Team) -> TeamRow {
    let members = state.members.iter().filter(|((of, _), _)| *of == team.id);
    let acts = |account| state.accounts.get(account).is_some_and(|one| one.account.enabled);
    let owners = members.clone().filter(|((_, who), role)| **role == Role::Owner && acts(who));
    let owned = state.namespaces.values().filter(
        |one| matches!(one.kind, NamespaceKind::Team { team: owner, .. } if owner == team.id),
    );
    TeamRow {
        id: team.id,
        name: team.name.clone(),
        members: members.count() as u64,
        owners: owners.count() as u64,
        namespaces: owned.count() as u64,
        created_at: team.created_at,
    }
}
