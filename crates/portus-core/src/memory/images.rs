use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use async_trait::async_trait;

use super::MemoryStore;
use super::listing::{Key, page};
use super::rows::{admits, manifest_view, tag_row};
use super::state::{State, StoredRepository};
use super::tags::{Details, StoredManifest};
use crate::companion::{Referrer, ReferrerKind};
use crate::digest::Digest;
use crate::id::RepositoryId;
use crate::image::ManifestDetails;
use crate::page::{Page, Slice, TagRow};
use crate::policy::NamespaceFilter;
use crate::port::{Images, StoreError};
use crate::shelf::{
    About, ImageFilter, ImageOrder, ImageRow, LabelledRow, ManifestRow, PastRow, StoredChild,
    searched_labels,
};
use crate::tag::TagName;

#[async_trait]
impl Images for MemoryStore {
    async fn about(&self, of: RepositoryId, digest: &Digest) -> Result<Option<About>, StoreError> {
        let state = self.now()?;
        let Some(stored) = state.repositories.get(&of) else { return Ok(None) };
        let manifest = stored.manifests.get(digest).filter(|manifest| manifest.is_there());
        Ok(manifest.map(|manifest| match read(manifest) {
            Some(details) => About {
                subject: details.subject.clone(),
                annotations: details.annotations.clone(),
                configuration: details.configuration.as_deref().cloned(),
                children: children(stored, details),
            },
            None => About::default(),
        }))
    }

    async fn images(
        &self,
        of: RepositoryId,
        filter: &ImageFilter,
        slice: &Slice,
    ) -> Result<Page<ImageRow>, StoreError> {
        let state = self.now()?;
        let Some(stored) = state.repositories.get(&of) else {
            return Ok(Page { rows: Vec::new(), next: None });
        };
        let rows = wanted(stored, filter);
        Ok(match filter.order {
            ImageOrder::Name => grouped(rows, slice, |row| row.name.to_string()),
            ImageOrder::Push => {
                grouped(rows, slice, |row| Reverse((row.pushed_at, row.name.to_string())))
            }
            ImageOrder::Version => {
                grouped(rows, slice, |row| Reverse((row.name.version_key(), row.name.to_string())))
            }
        })
    }

    async fn manifests_with_label(
        &self,
        readable: &NamespaceFilter,
        (name, value): (&str, &str),
        slice: &Slice,
    ) -> Result<Page<LabelledRow>, StoreError> {
        let state = self.now()?;
        let rows = state.repositories.values().filter(|stored| may(&state, readable, stored));
        let rows = rows.flat_map(|stored| labelled(&state, stored, name));
        let rows = rows.filter(|row| row.value.starts_with(value)).map(|row| {
            let place = format!("{}/{}@{}", row.registry, row.path, row.digest);
            (ByValue(row.value.clone(), place), row)
        });
        Ok(page(rows, slice))
    }

    async fn past(
        &self,
        of: RepositoryId,
        tag: &TagName,
        slice: &Slice,
    ) -> Result<Page<PastRow>, StoreError> {
        let state = self.now()?;
        let stored = state.repositories.get(&of);
        let known = stored.and_then(|stored| Some((stored, stored.tags.get(tag)?)));
        let rows = known.into_iter().flat_map(|(stored, tag)| {
            tag.pushes.iter().map(|(as_of, push)| {
                let manifest = stored.manifests.get(&push.digest);
                let row = PastRow {
                    at: as_of.at,
                    digest: push.digest.clone(),
                    author: push.by.clone(),
                    present: manifest.is_some_and(StoredManifest::is_there),
                };
                (Reverse((as_of.at, as_of.event.to_string())), row)
            })
        });
        Ok(page(rows, slice))
    }

    async fn referrers(
        &self,
        of: RepositoryId,
        digests: &[Digest],
    ) -> Result<Vec<Referrer>, StoreError> {
        let state = self.now()?;
        let Some(stored) = state.repositories.get(&of) else { return Ok(Vec::new()) };
        let mut found = about(stored, &digests.iter().collect());
        found.sort_by(|one, other| (&one.of, &one.digest).cmp(&(&other.of, &other.digest)));
        found.dedup_by(|one, other| (&one.of, &one.digest) == (&other.of, &other.digest));
        found.truncate(1000);
        Ok(found)
    }

    async fn manifests(
        &self,
        of: RepositoryId,
        tagged: Option<bool>,
        slice: &Slice,
    ) -> Result<Page<ManifestRow>, StoreError> {
        let state = self.now()?;
        let stored = state.repositories.get(&of);
        let rows = stored.into_iter().flat_map(|stored| {
            let rows = stored.manifests.keys().filter_map(|digest| manifest(stored, digest));
            let rows = rows.filter(move |row| tagged.is_none_or(|wanted| wanted == (row.tags > 0)));
            rows.map(|row| (Reverse((row.pushed_at, row.digest.to_string())), row))
        });
        Ok(page(rows, slice))
    }
}

/// A time and a text, newest first.
impl Key for Reverse<(SystemTime, String)> {
    fn show(&self) -> String {
        let Reverse((at, text)) = self;
        let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        format!("{}.{text}", since.as_micros())
    }

    fn read(cursor: &str) -> Option<Self> {
        let (micros, text) = cursor.split_once('.')?;
        let since = std::time::Duration::from_micros(micros.parse().ok()?);
        Some(Reverse((SystemTime::UNIX_EPOCH + since, text.to_owned())))
    }
}

/// Two texts, the greatest first.
impl Key for Reverse<(String, String)> {
    fn show(&self) -> String {
        self.0.show()
    }

    fn read(cursor: &str) -> Option<Self> {
        Key::read(cursor).map(Reverse)
    }
}

/// A label's value, and where it is.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct ByValue(String, String);

impl Key for ByValue {
    fn show(&self) -> String {
        format!("{}.{}{}", self.0.len(), self.0, self.1)
    }

    fn read(cursor: &str) -> Option<Self> {
        let (length, rest) = cursor.split_once('.')?;
        let (value, place) = rest.split_at_checked(length.parse().ok()?)?;
        Some(Self(value.to_owned(), place.to_owned()))
    }
}

fn read(manifest: &StoredManifest) -> Option<&ManifestDetails> {
    match &manifest.details {
        Details::Read(details) => Some(details),
        Details::Failed | Details::Pending => None,
    }
}

fn children(stored: &StoredRepository, details: &ManifestDetails) -> Vec<StoredChild> {
    let there = details.children.iter().filter_map(|child| {
        let digest = &child.descriptor.digest;
        let manifest = stored.manifests.get(digest).filter(|manifest| manifest.is_there())?;
        let size = read(manifest).and_then(ManifestDetails::size);
        Some(StoredChild { digest: digest.clone(), size, attests: child.attests.clone() })
    });
    there.collect()
}

fn wanted(stored: &StoredRepository, filter: &ImageFilter) -> Vec<TagRow> {
    let named = |name: &TagName| {
        let text = filter.named.as_ref().map(|text| text.to_ascii_lowercase());
        text.is_none_or(|text| name.as_str().to_ascii_lowercase().contains(&text))
    };
    let tags = stored
        .tags
        .iter()
        .filter(|(name, _)| named(name) && name.companion().is_some() == filter.companions);
    tags.filter_map(|(name, tag)| tag_row(stored, name, tag)).collect()
}

fn grouped<K: Key + Clone>(
    mut rows: Vec<TagRow>,
    slice: &Slice,
    key: impl Fn(&TagRow) -> K,
) -> Page<ImageRow> {
    rows.sort_by_key(&key);
    let mut images: BTreeMap<Digest, (K, ImageRow)> = BTreeMap::new();
    for row in rows {
        match images.get_mut(&row.digest) {
            None => {
                let tags = vec![row.name.clone()];
                let digest = row.digest.clone();
                images.insert(digest, (key(&row), ImageRow { first: row, tags, more: false }));
            }
            Some((_, image)) if image.tags.len() < 50 => image.tags.push(row.name),
            Some((_, image)) => image.more = true,
        }
    }
    page(images.into_values(), slice)
}

fn may(state: &State, readable: &NamespaceFilter, stored: &StoredRepository) -> bool {
    let namespace = state.namespaces.get(&stored.namespace);
    namespace.is_some_and(|namespace| admits(state, readable, namespace))
}

fn labelled(state: &State, stored: &StoredRepository, name: &str) -> Vec<LabelledRow> {
    let there = stored.manifests.iter().filter(|(_, manifest)| manifest.is_there());
    let rows = there.filter_map(|(digest, manifest)| {
        let configuration = read(manifest)?.configuration.as_ref()?;
        let labels = searched_labels(&configuration.labels);
        let (_, value) = labels.into_iter().find(|(known, _)| known == name)?;
        let registry = state.registries.get(&stored.registry)?.name.clone();
        Some(LabelledRow { registry, path: stored.path.clone(), digest: digest.clone(), value })
    });
    rows.collect()
}

fn about(stored: &StoredRepository, wanted: &BTreeSet<&Digest>) -> Vec<Referrer> {
    let mut found = Vec::new();
    for (digest, manifest) in stored.manifests.iter().filter(|(_, manifest)| manifest.is_there()) {
        let Some(details) = read(manifest) else { continue };
        if let Some(of) = details.subject.as_ref().filter(|of| wanted.contains(of)) {
            found.extend(referrer(stored, of, digest, None));
        }
        for child in &details.children {
            if let Some(of) = child.attests.as_ref().filter(|of| wanted.contains(of)) {
                let one = referrer(stored, of, &child.descriptor.digest, None);
                found.extend(one.map(|one| Referrer { kind: ReferrerKind::Attestation, ..one }));
            }
        }
    }
    for (name, tag) in &stored.tags {
        let Some((of, suffix)) = name.companion().filter(|(_, suffix)| !suffix.is_empty()) else {
            continue;
        };
        if let Some(digest) = tag.digest(stored).filter(|_| wanted.contains(&of)) {
            let one = referrer(stored, &of, digest, Some(name));
            let kind = ReferrerKind::of_suffix(suffix);
            found.extend(one.map(|one| Referrer { kind, ..one }));
        }
    }
    found
}

fn referrer(
    stored: &StoredRepository,
    of: &Digest,
    digest: &Digest,
    tag: Option<&TagName>,
) -> Option<Referrer> {
    let view = manifest_view(stored, digest)?;
    Some(Referrer {
        of: of.clone(),
        digest: digest.clone(),
        kind: ReferrerKind::of_artifact(view.artifact_type.as_ref()),
        artifact_type: view.artifact_type,
        tag: tag.cloned(),
        size: view.size,
        pushed_at: view.pushed_at,
    })
}

fn manifest(stored: &StoredRepository, digest: &Digest) -> Option<ManifestRow> {
    let view = manifest_view(stored, digest)?;
    let pushed_at = stored.manifests.get(digest)?.pushed_at?;
    let names = |manifest: &StoredManifest| {
        let details = read(manifest).filter(|_| manifest.is_there());
        details.is_some_and(|details| {
            details.children.iter().any(|child| child.descriptor.digest == *digest)
        })
    };
    let part_of = stored.manifests.iter().find(|(_, manifest)| names(manifest));
    let subject = stored.manifests.get(digest).and_then(read);
    Some(ManifestRow {
        digest: digest.clone(),
        media_type: view.media_type,
        artifact_type: view.artifact_type,
        size: view.size,
        platforms: view.platforms,
        details: view.details,
        pushed_at,
        tags: view.tags.len() as u64,
        part_of: part_of.map(|(digest, _)| digest.clone()),
        subject: subject.and_then(|details| details.subject.clone()),
    })
}
