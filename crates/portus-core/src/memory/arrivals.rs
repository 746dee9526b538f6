use std::time::SystemTime;

use async_trait::async_trait;

use super::state::{Content, EventState, State};
use super::tags::Details;
use super::unit_of_work::Work;
use crate::digest::Digest;
use crate::event::{Event, EventAction};
use crate::id::RepositoryId;
use crate::port::{Arrivals, StoreError};
use crate::tag::TagName;

#[async_trait]
impl Arrivals for Work {
    async fn note(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
        tag: Option<&TagName>,
        at: SystemTime,
    ) -> Result<(), StoreError> {
        let Some(stored) = self.change()?.repositories.get_mut(&repository) else { return Ok(()) };
        if let Some(known) = stored.manifests.get_mut(manifest) {
            known.heard_at = known.heard_at.max(Some(at));
        }
        let known = tag.and_then(|tag| stored.tags.get_mut(tag));
        if let Some(known) = known.filter(|known| known.points_at() == Some(manifest)) {
            known.heard_at = known.heard_at.max(Some(at));
        }
        Ok(())
    }

    async fn is_after(
        &mut self,
        repository: RepositoryId,
        manifest: &Digest,
        tag: Option<&TagName>,
        time: SystemTime,
    ) -> Result<bool, StoreError> {
        let state = self.seen();
        let Some(stored) = state.repositories.get(&repository) else { return Ok(false) };
        let heard = match tag {
            None => stored.manifests.get(manifest).and_then(|known| known.heard_at),
            Some(tag) => {
                let known = stored.tags.get(tag);
                let known = known.filter(|known| known.points_at() == Some(manifest));
                known.and_then(|known| known.heard_at)
            }
        };
        let mut waiting = waiting(state, repository, time);
        Ok(heard > Some(time)
            || waiting.any(|event| {
                event.digest.as_ref() == Some(manifest)
                    && (tag.is_none() || event.tag.as_ref() == tag)
            }))
    }

    async fn is_unread(
        &mut self,
        repository: RepositoryId,
        time: SystemTime,
    ) -> Result<bool, StoreError> {
        let state = self.seen();
        let Some(stored) = state.repositories.get(&repository) else { return Ok(false) };
        let unread = stored.manifests.values().any(|known| {
            known.is_there()
                && matches!(known.details, Details::Pending)
                && known.heard_at > Some(time)
        });
        let mut waiting = waiting(state, repository, time);
        Ok(unread || waiting.any(|event| event.digest.is_some()))
    }
}

/// Pushes to a repository that came after a time and are to be applied.
fn waiting(
    state: &State,
    repository: RepositoryId,
    time: SystemTime,
) -> impl Iterator<Item = &Event> {
    let stored = state.repositories.get(&repository);
    state.inbox.values().filter_map(move |one| match (&one.content, &one.state, stored) {
        (Content::Event(event), EventState::Waiting { .. }, Some(stored))
            if one.registry == stored.registry
                && event.repository == stored.path
                && event.action == EventAction::Push
                && one.received_at > time =>
        {
            Some(&**event)
        }
        _ => None,
    })
}
