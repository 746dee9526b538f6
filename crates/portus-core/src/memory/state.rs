use std::collections::BTreeMap;
use std::time::SystemTime;

use super::tags::{StoredManifest, StoredTag};
use crate::account::{Account, AccountKind, PasswordHash, UsernameKey};
use crate::activity::NewActivity;
use crate::credential::{ApplicationToken, NewRefreshToken};
use crate::deletion::{Deletion, DeletionItem};
use crate::digest::Digest;
use crate::event::Event;
use crate::id::{
    AccountId, ActivityId, ApplicationTokenId, CommentId, DeletionId, DeletionItemId, InboxId,
    JobId, KeyId, NamespaceId, RefreshTokenId, RegistryId, RepositoryId, SessionId, SyncId, TeamId,
};
use crate::key::{Installation, StoredKey};
use crate::namespace::{Namespace, NamespaceName};
use crate::port::{Fingerprint, JobKind, KnownRequest, RequestKey, StoreError, SyncRun};
use crate::registry::{Registry, ServiceName};
use crate::repository::RepositoryPath;
use crate::secret::SecretDigest;
use crate::session::Session;
use crate::tag::TagName;
use crate::team::{Role, Team};
use crate::words::{Comment, Traffic, day};

/// Everything.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) epoch: i64,
    last_id: i64,
    pub(super) accounts: BTreeMap<AccountId, StoredAccount>,
    pub(super) activities: BTreeMap<ActivityId, NewActivity>,
    pub(super) answers: BTreeMap<(AccountId, RequestKey), KnownRequest>,
    pub(super) application_tokens: BTreeMap<ApplicationTokenId, StoredToken>,
    pub(super) comments: BTreeMap<CommentId, (RepositoryId, Comment)>,
    pub(super) deletion_items: BTreeMap<(DeletionId, DeletionItemId), DeletionItem>,
    pub(super) deletions: BTreeMap<DeletionId, Deletion>,
    pub(super) failures: BTreeMap<(UsernameKey, String, Fingerprint), SystemTime>,
    pub(super) held: BTreeMap<(RegistryId, NamespaceName), SystemTime>,
    pub(super) held_services: BTreeMap<ServiceName, SystemTime>,
    pub(super) inbox: BTreeMap<InboxId, StoredEvent>,
    pub(super) installation: Option<Installation>,
    pub(super) jobs: BTreeMap<JobId, StoredJob>,
    pub(super) keys: BTreeMap<KeyId, StoredKey>,
    pub(super) last_received: BTreeMap<RegistryId, SystemTime>,
    pub(super) members: BTreeMap<(TeamId, AccountId), Role>,
    pub(super) namespaces: BTreeMap<NamespaceId, Namespace>,
    pub(super) refresh_tokens: BTreeMap<RefreshTokenId, StoredRefreshToken>,
    pub(super) registries: BTreeMap<RegistryId, Registry>,
    pub(super) repositories: BTreeMap<RepositoryId, StoredRepository>,
    pub(super) password_links: BTreeMap<AccountId, (SecretDigest, SystemTime)>,
    pub(super) sessions: BTreeMap<SessionId, StoredSession>,
    pub(super) stars: BTreeMap<(AccountId, RepositoryId), SystemTime>,
    pub(super) syncs: BTreeMap<SyncId, (RegistryId, SyncRun)>,
    pub(super) team_descriptions: BTreeMap<TeamId, String>,
    pub(super) teams: BTreeMap<TeamId, Team>,
    pub(super) traffic: BTreeMap<(NamespaceId, u64), Traffic>,
}

impl State {
    /// A number that was never given before.
    pub(super) fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn account(&self, key: &UsernameKey) -> Option<&StoredAccount> {
        self.accounts.values().find(|stored| stored.account.name.key() == *key)
    }

    /// What is counted of a namespace on the day of a moment.
    pub(super) fn traffic(&mut self, namespace: NamespaceId, at: SystemTime) -> &mut Traffic {
        let day = day(at);
        let none = Traffic { day, ..Traffic::default() };
        self.traffic.entry((namespace, day)).or_insert(none)
    }

    pub(super) fn role(&self, team: TeamId, account: AccountId) -> Option<Role> {
        self.members.get(&(team, account)).copied()
    }

    /// The namespace of a registry by name; `None` is the global one.
    pub(super) fn namespace(
        &self,
        registry: RegistryId,
        name: Option<&NamespaceName>,
    ) -> Option<&Namespace> {
        self.namespaces.values().find(|one| one.registry == registry && one.name.as_ref() == name)
    }

    /// Whether a person has this name for her own namespaces, and is not `other_than`.
    pub(super) fn is_reserved(&self, name: &NamespaceName, other_than: Option<AccountId>) -> bool {
        self.accounts.values().map(|stored| &stored.account).any(|account| {
            matches!(&account.kind, AccountKind::Person { personal, .. } if personal == name)
                && Some(account.id) != other_than
        })
    }

    /// Whether any registry has a namespace of this name, or had one that was deleted.
    pub(super) fn is_used(&self, name: &NamespaceName) -> bool {
        self.held.keys().any(|(_, held)| held == name)
            || self.namespaces.values().any(|namespace| namespace.name.as_ref() == Some(name))
    }
}

/// What a database's foreign keys refuse.
pub(super) fn exists<K: Ord, V>(rows: &BTreeMap<K, V>, id: &K) -> Result<(), StoreError> {
    rows.get(id).map(|_| ()).ok_or_else(missing)
}

pub(super) fn missing() -> StoreError {
    StoreError::Unavailable("what this belongs to is not there".into())
}

#[derive(Clone, Debug)]
pub(super) struct StoredAccount {
    pub(super) account: Account,
    pub(super) password: Option<PasswordHash>,
}

#[derive(Clone, Debug)]
pub(super) struct StoredToken {
    pub(super) token: ApplicationToken,
    pub(super) digest: SecretDigest,
}

#[derive(Clone, Debug)]
pub(super) struct StoredRefreshToken {
    pub(super) token: NewRefreshToken,
    pub(super) last_used_at: SystemTime,
}

#[derive(Clone, Debug)]
pub(super) struct StoredSession {
    pub(super) session: Session,
    pub(super) digest: SecretDigest,
}

#[derive(Clone, Debug)]
pub(super) struct StoredEvent {
    pub(super) registry: RegistryId,
    /// The registry's own id.
    pub(super) id: Box<str>,
    pub(super) content: Content,
    pub(super) state: EventState,
    pub(super) tries: u32,
    pub(super) received_at: SystemTime,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Event(Box<Event>),
    Raw(String),
}

#[derive(Clone, Debug)]
pub(super) enum EventState {
    Done { at: SystemTime },
    Parked { error: String },
    Waiting { next: SystemTime },
}

#[derive(Clone, Debug)]
pub(super) struct StoredJob {
    pub(super) kind: JobKind,
    pub(super) tries: u32,
    pub(super) error: Option<String>,
    pub(super) run_at: SystemTime,
    pub(super) leased_until: Option<SystemTime>,
    pub(super) again_at: Option<SystemTime>,
}

#[derive(Clone, Debug)]
pub(super) struct StoredRepository {
    pub(super) registry: RegistryId,
    pub(super) namespace: NamespaceId,
    pub(super) path: RepositoryPath,
    pub(super) manifests: BTreeMap<Digest, StoredManifest>,
    pub(super) tags: BTreeMap<TagName, StoredTag>,
    pub(super) pulls: BTreeMap<Digest, Pulls>,
    pub(super) description: String,
    pub(super) stars: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Pulls {
    pub(super) count: u64,
    pub(super) last: SystemTime,
}
