use std::time::SystemTime;

use async_trait::async_trait;

use super::state::{Content, EventState, State, StoredEvent, exists};
use super::unit_of_work::Work;
use crate::event::{Claimed, Event, Incoming, WaitingEvent};
use crate::id::{InboxId, RegistryId};
use crate::namespace::NamespaceName;
use crate::port::{Accepted, Inbox, InboxLag, Retry, StoreError};

#[async_trait]
impl Inbox for Work {
    async fn accept(
        &mut self,
        registry: RegistryId,
        incoming: &[Incoming],
        received_at: SystemTime,
    ) -> Result<Accepted, StoreError> {
        let state = self.change()?;
        exists(&state.registries, &registry)?;
        let mut accepted = Accepted::default();
        for one in incoming {
            if state.inbox.values().any(|old| old.registry == registry && *old.id == *one.id()) {
                accepted.repeated += 1;
                continue;
            }
            accepted.fresh += 1;
            accepted.parked += u64::from(matches!(one, Incoming::Unreadable { .. }));
            let id = InboxId(state.next_id());
            state.inbox.insert(id, stored(registry, one, received_at));
        }
        let last = state.last_received.entry(registry).or_insert(received_at);
        *last = received_at.max(*last);
        Ok(accepted)
    }

    async fn claim(&mut self, now: SystemTime, limit: u32) -> Result<Option<Claimed>, StoreError> {
        let mut ready = ready(self.change()?, now).peekable();
        let Some((registry, first)) =
            ready.peek().map(|(registry, waiting)| (*registry, waiting.event.repository.clone()))
        else {
            return Ok(None);
        };
        let events = ready
            .filter(|(of, waiting)| *of == registry && waiting.event.repository == first)
            .map(|(_, waiting)| waiting)
            .take(limit as usize)
            .collect();
        Ok(Some(Claimed { registry, repository: first, events }))
    }

    async fn finish(&mut self, events: &[InboxId], at: SystemTime) -> Result<(), StoreError> {
        let state = self.change()?;
        for id in events {
            if let Some(event) = state.inbox.get_mut(id) {
                event.state = EventState::Done { at };
            }
        }
        Ok(())
    }

    async fn postpone(
        &mut self,
        event: InboxId,
        _error: &str,
        next: SystemTime,
    ) -> Result<(), StoreError> {
        let stored = self.change()?.inbox.get_mut(&event);
        if let Some(stored) = stored.filter(|one| matches!(one.state, EventState::Waiting { .. })) {
            stored.tries += 1;
            stored.state = EventState::Waiting { next };
        }
        Ok(())
    }

    async fn park(&mut self, event: InboxId, error: &str) -> Result<(), StoreError> {
        let stored = self.change()?.inbox.get_mut(&event);
        if let Some(stored) = stored.filter(|one| matches!(one.state, EventState::Waiting { .. })) {
            stored.tries += 1;
            stored.state = EventState::Parked { error: error.to_owned() };
        }
        Ok(())
    }

    async fn retry(&mut self, which: Retry, now: SystemTime) -> Result<u64, StoreError> {
        let is_meant = |id: InboxId| match which {
            Retry::All => true,
            Retry::One(one) => id == one,
        };
        Ok(put_back(self.change()?, now, |id, _, _| is_meant(id)))
    }

    async fn discard(&mut self, event: InboxId) -> Result<bool, StoreError> {
        let inbox = &mut self.change()?.inbox;
        let is_parked = |one: &StoredEvent| matches!(one.state, EventState::Parked { .. });
        let found = inbox.get(&event).is_some_and(is_parked);
        if found {
            inbox.remove(&event);
        }
        Ok(found)
    }

    async fn retry_namespace(
        &mut self,
        registry: RegistryId,
        namespace: &NamespaceName,
        since: SystemTime,
        now: SystemTime,
    ) -> Result<u64, StoreError> {
        Ok(put_back(self.change()?, now, |_, stored, event| {
            stored.registry == registry
                && stored.received_at >= since
                && event.repository.namespace() == Some(namespace)
        }))
    }

    async fn prune(&mut self, before: SystemTime) -> Result<u64, StoreError> {
        let inbox = &mut self.change()?.inbox;
        let all = inbox.len();
        inbox.retain(|_, event| !matches!(event.state, EventState::Done { at } if at < before));
        Ok((all - inbox.len()) as u64)
    }

    async fn lag(&mut self) -> Result<InboxLag, StoreError> {
        let mut lag = InboxLag::default();
        for event in self.seen().inbox.values() {
            match event.state {
                EventState::Done { .. } => {}
                EventState::Parked { .. } => lag.parked += 1,
                EventState::Waiting { .. } => {
                    lag.waiting += 1;
                    let oldest = lag.oldest.get_or_insert(event.received_at);
                    *oldest = event.received_at.min(*oldest);
                }
            }
        }
        Ok(lag)
    }

    async fn last_received(
        &mut self,
        registry: RegistryId,
    ) -> Result<Option<SystemTime>, StoreError> {
        Ok(self.seen().last_received.get(&registry).copied())
    }
}

fn stored(registry: RegistryId, incoming: &Incoming, received_at: SystemTime) -> StoredEvent {
    let (content, state) = match incoming {
        Incoming::Event(event) => {
            (Content::Event(event.clone()), EventState::Waiting { next: received_at })
        }
        Incoming::Unreadable { error, raw, .. } => {
            (Content::Raw(raw.clone()), EventState::Parked { error: error.clone() })
        }
    };
    StoredEvent { registry, id: incoming.id().into(), content, state, tries: 0, received_at }
}

/// Every event that may be applied, in the order of their arrival.
fn ready(state: &State, now: SystemTime) -> impl Iterator<Item = (RegistryId, WaitingEvent)> {
    state.inbox.iter().filter_map(move |(id, stored)| match (&stored.content, &stored.state) {
        (Content::Event(event), EventState::Waiting { next }) if *next <= now => {
            let event = Event::clone(event);
            Some((stored.registry, WaitingEvent { id: *id, event, tries: stored.tries }))
        }
        _ => None,
    })
}

fn put_back(
    state: &mut State,
    now: SystemTime,
    is_meant: impl Fn(InboxId, &StoredEvent, &Event) -> bool,
) -> u64 {
    let mut count = 0;
    for (id, stored) in &mut state.inbox {
        let Content::Event(event) = &stored.content else { continue };
        let parked = matches!(stored.state, EventState::Parked { .. });
        if parked && is_meant(*id, stored, event) {
            stored.state = EventState::Waiting { next: now };
            stored.tries = 0;
            count += 1;
        }
    }
    count
}
