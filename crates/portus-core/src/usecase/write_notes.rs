use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::shown::network;
use crate::account::UsernameKey;
use crate::activity::{NewActivity, Outcome, Place, kind};
use crate::id::{ApplicationTokenId, RefreshTokenId, SessionId};
use crate::port::{Clock, Fingerprint, Store, StoreError};

/// Something worth keeping that no answer waits for.
#[derive(Clone, Debug)]
pub enum Note {
    /// Something for the audit; the same within one minute becomes one row with a count.
    Activity(Box<NewActivity>),
    /// An application token was good for something.
    ApplicationUsed(ApplicationTokenId, SystemTime),
    /// A wrong password was tried.
    Failure {
        /// For whom.
        name: UsernameKey,
        /// From where.
        address: String,
        /// Which.
        password: Fingerprint,
        /// When.
        at: SystemTime,
    },
    /// A refresh token was good for something.
    RefreshUsed(RefreshTokenId, SystemTime),
    /// A session was good for something.
    SessionUsed(SessionId, SystemTime),
}

/// Notes on their way to the store: merged, bounded, in memory.
#[derive(Default)]
pub struct Notes {
    pending: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    activities: HashMap<ActivityKey, NewActivity>,
    application_used: HashMap<ApplicationTokenId, SystemTime>,
    refresh_used: HashMap<RefreshTokenId, SystemTime>,
    sessions_used: HashMap<SessionId, SystemTime>,
    failures: HashMap<(UsernameKey, String), HashMap<Fingerprint, SystemTime>>,
    dropped: u64,
    /// What each was refused in a minute; kept from one write to the next.
    refused: HashMap<Refused, HashSet<Refusal>>,
}

/// What kind of refusal, to whom, in which network, in which minute.
type Refused = (&'static str, String, String, u64);

/// Of what, why, and at which address of the network.
type Refusal = (String, String, Option<String>);

type ActivityKey = (&'static str, String, String, String, Place, u64);

impl Notes {
    /// Takes a note. One too many is counted and dropped: a storm must not fill the memory.
    pub fn take(&self, note: Note) {
        let mut pending = self.lock();
        match note {
            Note::Activity(activity) => pending.add_activity(*activity),
            Note::ApplicationUsed(token, at) => {
                pending.application_used.insert(token, at);
            }
            Note::Failure { name, address, password, at } => {
                if pending.failures.len() < LIMIT {
                    pending.failures.entry((name, address)).or_default().insert(password, at);
                }
            }
            Note::RefreshUsed(token, at) => {
                pending.refresh_used.insert(token, at);
            }
            Note::SessionUsed(session, at) => {
                pending.sessions_used.insert(session, at);
            }
        }
    }

    /// The wrong passwords for a name from an address since a time that are not stored yet.
    pub fn failures(
        &self,
        name: &UsernameKey,
        address: &str,
        since: SystemTime,
    ) -> HashSet<Fingerprint> {
        let pending = self.lock();
        let found = pending.failures.get(&(name.clone(), address.to_owned()));
        let recent = found.into_iter().flatten().filter(|(_, at)| **at >= since);
        recent.map(|(password, _)| *password).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Pending {
    /// Everything but what only this minute is counted by.
    fn take(&mut self) -> Self {
        let refused = std::mem::take(&mut self.refused);
        let kept = Self { refused, ..Self::default() };
        std::mem::replace(self, kept)
    }

    fn add_activity(&mut self, mut activity: NewActivity) {
        let minute = activity.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let minute = minute.as_secs() / 60;
        let is_refusal = activity.outcome == Outcome::Refused;
        if is_refusal {
            self.gather(&mut activity, minute);
        }
        let limit = match (is_refusal, activity.account) {
            (true, None) => OF_STRANGERS,
            (true, Some(_)) => REFUSALS,
            (false, _) => LIMIT,
        };
        let key = (
            activity.kind,
            activity.actor.clone(),
            activity.object.clone(),
            format!("{}\n{}", activity.detail, activity.address.as_deref().unwrap_or_default()),
            activity.place,
            minute,
        );
        if let Some(known) = self.activities.get_mut(&key) {
            known.count = known.count.saturating_add(1);
        } else if self.activities.len() < limit {
            self.activities.insert(key, activity);
        } else {
            self.dropped += 1;
        }
    }

    /// One who is refused ever new things in a minute is refused "many" after the first few.
    fn gather(&mut self, refusal: &mut NewActivity, minute: u64) {
        let (is_stranger, network) = (refusal.account.is_none(), network_of(refusal));
        let source = network.clone().unwrap_or_default();
        let who = (refusal.kind, refusal.actor.clone(), source, minute);
        if self.refused.len() >= SOURCES {
            self.refused.retain(|(.., at), _| *at == minute);
        }
        let (object, detail) = (refusal.object.clone(), refusal.detail.clone());
        let what = (object, detail, refusal.address.clone());
        let is_full = is_stranger && self.refused.len() >= SOURCES;
        if is_full && !self.refused.contains_key(&who) {
            // From everywhere at once: that much is said, once.
            (refusal.actor, refusal.address) = (String::new(), None);
            refusal.gather();
            return;
        }
        let seen = self.refused.entry(who).or_default();
        if seen.contains(&what) {
            return;
        }
        // What a stranger asks for is free to invent.
        let is_idle = is_stranger && refusal.kind == kind::ACCESS_REFUSED;
        if seen.len() < if is_idle { DISTINCT_REFUSALS / 4 } else { DISTINCT_REFUSALS } {
            seen.insert(what);
        } else {
            refusal.address = network;
            refusal.gather();
        }
    }

    fn is_empty(&self) -> bool {
        self.activities.is_empty()
            && self.application_used.is_empty()
            && self.refresh_used.is_empty()
            && self.sessions_used.is_empty()
            && self.failures.is_empty()
    }
}

/// How many different things are kept at most between two writes.
const LIMIT: usize = 10_000;

/// How many of them may be refusals, so that a flood of these drops nothing else.
const REFUSALS: usize = 5_000;

/// How many of those may be of people nobody knows.
const OF_STRANGERS: usize = 1_000;

/// From how many networks strangers are told apart in a minute.
const SOURCES: usize = 500;

/// How many different things one is refused in a minute before they become one row.
const DISTINCT_REFUSALS: usize = 20;

impl NewActivity {
    /// Stands for many, of which nothing is said one by one.
    fn gather(&mut self) {
        (self.object, self.detail) = ("(many)".into(), String::new());
        self.place = Place::default();
    }
}

/// Whoever has one address of a network may have all of them.
fn network_of(activity: &NewActivity) -> Option<String> {
    let address = activity.address.as_deref()?;
    Some(address.parse().map_or_else(|_| address.to_owned(), |one| network(one).to_string()))
}

/// Moves notes to the store.
pub struct WriteNotes {
    /// Where to.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where from.
    pub notes: Arc<Notes>,
}

impl WriteNotes {
    /// Writes what there is in one unit of work; says how many notes were dropped since the last
    /// time. What cannot be written is kept for the next time.
    pub async fn run(&self) -> Result<u64, StoreError> {
        let pending = self.notes.lock().take();
        if pending.is_empty() {
            return Ok(pending.dropped);
        }
        match self.write(&pending).await {
            Ok(()) => Ok(pending.dropped),
            Err(error) => {
                self.put_back(pending);
                Err(error)
            }
        }
    }

    async fn write(&self, pending: &Pending) -> Result<(), StoreError> {
        let mut activities: Vec<_> = pending.activities.values().cloned().collect();
        activities.sort_by_key(|activity| activity.at);
        self.store
            .write(async |tx| {
                tx.audit().append(&activities).await?;
                for (token, at) in &pending.application_used {
                    tx.tokens().application_used(*token, *at).await?;
                }
                for (token, at) in &pending.refresh_used {
                    tx.tokens().refresh_used(*token, *at).await?;
                }
                for (session, at) in &pending.sessions_used {
                    tx.sessions().used(*session, *at).await?;
                }
                for ((name, address), passwords) in &pending.failures {
                    for (password, at) in passwords {
                        tx.tokens().add_failure(name, address, *password, *at).await?;
                    }
                }
                Ok(())
            })
            .await
    }

    fn put_back(&self, pending: Pending) {
        let stale = self.clock.now() - Duration::from_secs(3600);
        let mut kept = self.notes.lock();
        kept.dropped += pending.dropped;
        for (key, activity) in pending.activities {
            if activity.at > stale && kept.activities.len() < LIMIT {
                kept.activities.entry(key).or_insert(activity);
            }
        }
        for (token, at) in pending.application_used {
            kept.application_used.entry(token).or_insert(at);
        }
        for (token, at) in pending.refresh_used {
            kept.refresh_used.entry(token).or_insert(at);
        }
        for (session, at) in pending.sessions_used {
            kept.sessions_used.entry(session).or_insert(at);
        }
        for (key, passwords) in pending.failures {
            kept.failures.entry(key).or_default().extend(passwords);
        }
    }
}
