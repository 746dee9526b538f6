//! What clauses arrange and ask with.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use portus_core::account::{AccountKind, NewAccount, PasswordHash, Username};
use portus_core::digest::Digest;
use portus_core::event::{Event, EventAction, Incoming};
use portus_core::id::{AccountId, NamespaceId, RegistryId, RepositoryId, TeamId};
use portus_core::image::{MediaType, OCI_MANIFEST, SeenManifest};
use portus_core::namespace::{NamespaceKind, NewNamespace, Visibility};
use portus_core::page::{Page, Slice};
use portus_core::port::{
    Browse, Epochs, Explore, Images, Lookups, Oversight, People, Store, StoreError, Tx,
};
use portus_core::registry::{KeyTrust, NewRegistry};
use portus_core::tag::AsOf;
use portus_core::team::Role;
use portus_store::{Database, Options};
use tokio::task::JoinSet;

use crate::raw::Raw;

/// A store of a clause's own, and what reads from it.
#[derive(Clone)]
pub struct World {
    pub store: Arc<dyn Store>,
    pub lookups: Arc<dyn Lookups>,
    pub browse: Arc<dyn Browse>,
    pub images: Arc<dyn Images>,
    pub people: Arc<dyn People>,
    pub oversight: Arc<dyn Oversight>,
    pub explore: Arc<dyn Explore>,
    pub epochs: Arc<dyn Epochs>,
    pub raw: Raw,
    /// What keeps `epochs` up to date, as long as this lives.
    pub _watch: Arc<JoinSet<()>>,
}

/// Opens a database and runs every step it has not seen.
pub async fn migrate(url: &str) -> Database {
    let database = portus_store::connect(url, Options::default()).unwrap();
    database.migrate().await.unwrap();
    database
}

impl World {
    /// A database, brought up to date.
    pub async fn migrated(raw: Raw) -> Self {
        let database = migrate(&raw.url()).await;
        let mut watch = JoinSet::new();
        watch.spawn(database.watch());
        Self {
            store: database.store,
            lookups: database.lookups,
            browse: database.browse,
            images: database.images,
            people: database.people,
            oversight: database.oversight,
            explore: database.explore,
            epochs: database.epochs,
            raw,
            _watch: Arc::new(watch),
        }
    }

    /// Writes what cannot fail.
    pub async fn write<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T, StoreError>) -> T {
        self.store.write(work).await.unwrap()
    }

    /// Reads what cannot fail.
    pub async fn read<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T, StoreError>) -> T {
        self.store.read(work).await.unwrap()
    }

    /// A registry of this name.
    pub async fn registry(&self, name: &str) -> RegistryId {
        self.write(async |tx| tx.registries().add(&registry(name)).await).await
    }

    /// A person of this name, whose own namespaces have it too where it is one of a namespace.
    pub async fn person(&self, name: &str) -> AccountId {
        self.write(async |tx| tx.accounts().add(&person(name)).await).await
    }

    /// A team of this name with nobody in it.
    pub async fn team(&self, name: &str) -> TeamId {
        self.write(async |tx| tx.teams().add(&named(name), at(1)).await).await
    }

    /// A bot of this name in a team.
    pub async fn bot(&self, name: &str, team: TeamId, role: Role) -> AccountId {
        let kind = AccountKind::Bot { team };
        let bot = NewAccount { kind, email: None, password: None, ..person(name) };
        self.write(async |tx| {
            let bot = tx.accounts().add(&bot).await?;
            tx.teams().set_role(team, bot, role, at(1)).await?;
            Ok(bot)
        })
        .await
    }

    /// Makes someone a member.
    pub async fn member(&self, team: TeamId, account: AccountId, role: Role) {
        self.write(async |tx| tx.teams().set_role(team, account, role, at(1)).await).await;
    }

    /// A namespace of this name; empty is the global one.
    pub async fn namespace(
        &self,
        registry: RegistryId,
        name: &str,
        kind: NamespaceKind,
    ) -> NamespaceId {
        let new = namespace(registry, name, kind);
        self.write(async |tx| tx.namespaces().add(&new).await).await
    }

    /// A repository of a new registry.
    pub async fn repository(&self) -> RepositoryId {
        let registry = self.registry("main").await;
        let namespace = self.namespace(registry, "qa", NamespaceKind::Orphan).await;
        self.write(async |tx| tx.repositories().ensure(namespace, &named("qa/app"), at(1)).await)
            .await
    }

    /// The events were notified at a second.
    pub async fn accept(&self, registry: RegistryId, events: &[Incoming], second: u64) {
        self.write(async |tx| tx.inbox().accept(registry, events, at(second)).await).await;
    }
}

/// So many seconds after 1970, and a microsecond.
pub fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(second) + Duration::from_micros(1)
}

/// What an event of this second and id knows.
pub fn as_of(second: u64, event: &str) -> AsOf {
    AsOf { at: at(second), event: event.into() }
}

/// Reads a text that is right.
pub fn named<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// A digest of one digit.
pub fn digest(digit: char) -> Digest {
    named(&format!("sha256:{}", String::from(digit).repeat(64)))
}

pub fn registry(name: &str) -> NewRegistry {
    NewRegistry {
        name: named(name),
        url: named(&format!("https://{name}.example.org")),
        services: vec![named(name)],
        hosts: vec![],
        trust: KeyTrust::Bundle,
        token_lifetime: None,
        created_at: at(1),
    }
}

pub fn person(name: &str) -> NewAccount {
    let name: Username = named(name);
    let personal = name.personal_namespace().unwrap_or_else(|| named("own"));
    NewAccount {
        name,
        email: None,
        kind: AccountKind::Person { admin: false, personal },
        password: Some(PasswordHash("$2b$12$hash".into())),
        created_at: at(1),
    }
}

pub fn namespace(registry: RegistryId, name: &str, kind: NamespaceKind) -> NewNamespace {
    let name = (!name.is_empty()).then(|| named(name));
    NewNamespace { registry, name, kind, created_at: at(1) }
}

pub fn of_team(team: TeamId, visibility: Visibility) -> NamespaceKind {
    NamespaceKind::Team { team, visibility }
}

pub fn seen(digit: char, second: u64) -> SeenManifest {
    SeenManifest {
        digest: digest(digit),
        media_type: MediaType::new(OCI_MANIFEST),
        pushed_at: at(second),
    }
}

/// A push of this id to a repository.
pub fn push(id: &str, repository: &str) -> Event {
    Event {
        id: id.into(),
        at: at(5),
        action: EventAction::Push,
        repository: named(repository),
        digest: Some(digest('a')),
        tag: Some(named("latest")),
        media_type: Some(MediaType::new(OCI_MANIFEST)),
        actor: Some("alice".into()),
        host: Some("registry.example.org:5000".into()),
        method: "PUT".into(),
        address: Some("192.0.2.1:4711".into()),
    }
}

pub fn pushes(ids: &[(&str, &str)]) -> Vec<Incoming> {
    ids.iter().map(|(id, repository)| Incoming::Event(Box::new(push(id, repository)))).collect()
}

/// Walks a whole list with pages of several sizes, and says what is on it; it is the same each
/// time, without gap or repetition.
pub async fn walk<T, K: Clone + Debug + Ord>(
    key: impl Fn(&T) -> K,
    page: impl AsyncFn(Slice) -> Page<T>,
) -> Vec<T> {
    let whole = page(Slice::first(1000)).await;
    assert_eq!(whole.next, None, "one page holds it all");
    let keys: Vec<K> = whole.rows.iter().map(&key).collect();
    assert_eq!(keys.iter().cloned().collect::<BTreeSet<_>>().len(), keys.len(), "{keys:?}");
    for limit in [1, 2, 3, 1000] {
        let (mut walked, mut slice) = (Vec::new(), Slice::first(limit));
        loop {
            let Page { rows, next } = page(slice.clone()).await;
            assert!(rows.len() <= limit as usize, "a page of {limit} has {}", rows.len());
            walked.extend(rows.iter().map(&key));
            assert!(walked.len() <= keys.len(), "pages of {limit} repeat: {walked:?}");
            match next {
                None => break,
                after => slice.after = after,
            }
        }
        assert_eq!(walked, keys, "with pages of {limit}");
    }
    whole.rows
}

/// Waits until a question has an answer, up to 30 seconds.
pub async fn wait_for<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let started = tokio::time::Instant::now();
    loop {
        if let Some(answer) = ask().await {
            println!("       waited {:?} for {what}", started.elapsed());
            return answer;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "no {what} within 30 seconds");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
