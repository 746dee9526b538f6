//! The routes with everything behind them stood in for.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use portus_core::activity::Actor;
use portus_core::event::{Event, Incoming};
use portus_core::id::RegistryId;
use portus_core::key::KeyAlgorithm;
use portus_core::memory::{CountingEntropy, FixedClock, KeepClaims, MemoryStore, PlainPasswords};
use portus_core::namespace::Visibility;
use portus_core::page::{ParkedRow, Slice};
use portus_core::policy::{NamespaceFilter, Policy, Switches};
use portus_core::port::{
    Access, Browse, Claims, Clock, Epochs, MadeKey, NewCa, SignError, SignedToken, Store,
    StoreError, TokenSigner, Vault, VaultError,
};
use portus_core::registry::{KeyTrust, NewRegistry};
use portus_core::secret::{Secret, SecretKind};
use portus_core::team::Role;
use portus_core::usecase::{
    AcceptNotification, AddRegistry, AnswerOnce, Authenticate, CancelDeletion, ChangeAccount,
    ChangeBot, ChangeEmail, ChangeMembers, ChangeNamespace, ChangePassword, ChangeTeam,
    CreateAccount, CreateBot, CreateNamespace, CreateTeam, DeleteAccount, DeleteImages, Describe,
    ExplainAccess, Find, FollowDeletions, Inspect, IssueToken, LinkPassword, Lockout, Look,
    ManageSessions, ManageTokens, NewPerson, NewToken, Notes, PlanDeletion, Probed, Remark,
    RetryEvents, Roster, SessionTimes, SignIn, Standings, Survey, WhatCan, WhatIf, WhoCan,
    WriteNotes,
};
use portus_http::{Api, App, Limits, Web, router};
use serde_json::Value;
use tower::ServiceExt;

use crate::remote::Remote;

/// A test looks at more pages in a minute than anyone.
fn unhurried() -> Limits {
    Limits { page_requests: 100_000, ..Limits::default() }
}

pub const SERVICE: &str = "registry.test";
/// Where browsers find it.
pub const ORIGIN: &str = "https://portus.test";
pub const PASSWORD: &str = "correct horse battery";

/// Two registries that were read; alice, who owns team `qa` with its private namespace `qa` and
/// the public one `public`; bob, who is in no team.
pub struct World {
    pub memory: MemoryStore,
    pub store: Arc<dyn Store>,
    pub passwords: Arc<PlainPasswords>,
    pub signer: Arc<Signer>,
    pub clock: FixedClock,
    pub ready: Arc<AtomicBool>,
    pub router: Router,
    pub remote: Remote,
    pub notes: Arc<Notes>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(unhurried()).await
    }

    pub async fn with(limits: Limits) -> Self {
        let parts = Parts::new();
        parts.arrange().await;
        Self::of(parts, limits, |_| ())
    }

    /// One where strangers see nothing.
    pub async fn closed() -> Self {
        let parts = Parts::new();
        parts.arrange().await;
        Self::of(parts, unhurried(), |app| app.web.anonymous_browse = false)
    }

    /// One where strangers make accounts.
    pub async fn open() -> Self {
        let policy = Policy::new(Switches { sign_up: true, ..Switches::default() });
        let parts = Parts { policy: Arc::new(policy), ..Parts::new() };
        parts.arrange().await;
        Self::of(parts, unhurried(), |_| ())
    }

    /// One where browsers find Portus at another address, in a laboratory or not.
    pub async fn at(origin: &str, insecure_cookies: bool) -> Self {
        let parts = Parts::new();
        parts.arrange().await;
        Self::of(parts, unhurried(), |app| {
            app.web.origin = origin.into();
            app.web.insecure_cookies = insecure_cookies;
        })
    }

    /// As it is installed: nobody is there.
    pub fn bare() -> Self {
        Self::of(Parts::new(), unhurried(), |_| ())
    }

    fn of(parts: Parts, limits: Limits, change: impl FnOnce(&mut App)) -> Self {
        let (signer, ready) = (Arc::new(Signer::default()), Arc::new(AtomicBool::new(true)));
        let mut app = parts.app(&signer, &ready, limits);
        change(&mut app);
        let router = router(app);
        let Parts { memory, store, passwords, clock, notes, remote, .. } = parts;
        Self { memory, store, passwords, signer, clock, ready, router, notes, remote }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// `GET /v2/token?…`, with `name:password` or nothing.
    pub async fn get(&self, query: &str, basic: Option<&str>) -> Answer {
        self.send(get(&format!("/v2/token?{query}"), basic)).await
    }

    pub async fn post(&self, form: &str) -> Answer {
        self.send(post_form(form)).await
    }

    pub async fn notify(&self, body: impl Into<Body>) -> Answer {
        self.send(notification(body, &self.secret("main"))).await
    }

    /// The notification secret of a registry.
    pub fn secret(&self, registry: &str) -> Secret {
        let known = self.memory.known().unwrap();
        let found = known.registries.iter().find(|one| one.name.as_str() == registry);
        secret_of(found.unwrap().id)
    }

    /// An application token of alice's for these actions.
    pub async fn application_token(&self, actions: &str) -> Secret {
        let tokens = ManageTokens {
            store: self.store.clone(),
            policy: Arc::new(Policy::new(Switches::default())),
            passwords: self.passwords.clone(),
            entropy: Arc::new(CountingEntropy::default()),
            clock: Arc::new(self.clock.clone()),
            limit: 50,
        };
        let token = NewToken {
            label: actions.parse().unwrap(),
            actions: actions.parse().unwrap(),
            namespaces: None,
            expires_at: None,
        };
        tokens.create(&operator(), &"alice".parse().unwrap(), &token).await.unwrap()
    }

    pub async fn disable(&self, name: &str) {
        self.change_account().disable(&operator(), &name.parse().unwrap()).await.unwrap();
    }

    pub fn change_account(&self) -> ChangeAccount {
        ChangeAccount {
            store: self.store.clone(),
            policy: Arc::new(Policy::new(Switches::default())),
            passwords: self.passwords.clone(),
            clock: Arc::new(self.clock.clone()),
        }
    }

    /// Every event that waits to be applied, in the order of arrival.
    pub async fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let claimed = self
                .store
                .write::<_, StoreError>(async |tx| {
                    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 33);
                    let Some(claimed) = tx.inbox().claim(now, 1000).await? else {
                        return Ok(Vec::new());
                    };
                    let ids: Vec<_> = claimed.events.iter().map(|event| event.id).collect();
                    tx.inbox().finish(&ids, now).await?;
                    Ok(claimed.events)
                })
                .await
                .unwrap();
            if claimed.is_empty() {
                break;
            }
            events.extend(claimed);
        }
        events.sort_by_key(|waiting| waiting.id);
        events.into_iter().map(|waiting| waiting.event).collect()
    }

    /// Writes what waits to be written without an answer waiting for it.
    pub async fn write_notes(&self) {
        let (store, clock) = (self.store.clone(), Arc::new(self.clock.clone()));
        WriteNotes { store, clock, notes: self.notes.clone() }.run().await.unwrap();
    }

    pub async fn parked(&self) -> Vec<ParkedRow> {
        self.memory.parked(&Slice::first(100)).await.unwrap().rows
    }

    /// All that decisions and pages could see.
    pub async fn state(&self) -> String {
        let slice = Slice::first(1000);
        let memory = &self.memory;
        let all = NamespaceFilter::EVERY;
        format!(
            "{:?}\n{:?}\n{:?}\n{:?}",
            memory.known().unwrap(),
            memory.accounts(Default::default(), &slice).await.unwrap(),
            memory.teams(&slice).await.unwrap(),
            memory.namespaces(&all, &slice).await.unwrap(),
        )
    }

    /// What is stored, however it can be read.
    pub async fn incoming(&self) -> Vec<Incoming> {
        let events = self.events().await.into_iter();
        let parked = self.parked().await.into_iter().map(|row| Incoming::Unreadable {
            id: row.event.into(),
            error: row.error,
            raw: row.raw.unwrap_or_default(),
        });
        events.map(|event| Incoming::Event(Box::new(event))).chain(parked).collect()
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn text(&self, field: &str) -> Option<String> {
        self.json().get(field).and_then(Value::as_str).map(str::to_owned)
    }

    /// The one error, as registry clients read it: code and message.
    #[track_caller]
    pub fn error(&self) -> (String, String) {
        let json = self.json();
        let error = &json["errors"][0];
        (error["code"].as_str().unwrap().into(), error["message"].as_str().unwrap().into())
    }
}

pub fn get(target: &str, basic: Option<&str>) -> Request<Body> {
    let mut request = Request::get(target);
    if let Some(basic) = basic {
        request = request.header(AUTHORIZATION, format!("Basic {}", BASE64_STANDARD.encode(basic)));
    }
    request.body(Body::empty()).unwrap()
}

pub fn post_form(form: &str) -> Request<Body> {
    Request::post("/v2/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap()
}

pub fn notification(body: impl Into<Body>, secret: &Secret) -> Request<Body> {
    Request::post("/v2/webhooks/events")
        .header(AUTHORIZATION, format!("Bearer {}", secret.expose()))
        .header("content-type", "application/vnd.docker.distribution.events.v2+json")
        .body(body.into())
        .unwrap()
}

pub fn from(mut request: Request<Body>, address: &str) -> Request<Body> {
    let peer: SocketAddr = format!("{address}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

pub fn alice() -> String {
    format!("alice:{PASSWORD}")
}

pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub fn operator() -> Actor {
    Actor::operator("tester")
}

/// What was granted, in words.
pub fn words(access: &Option<Vec<Access>>) -> String {
    let Some(access) = access else { return "no access asked".into() };
    let entries: Vec<String> = access
        .iter()
        .map(|entry| match entry {
            Access::Catalog => "catalog".to_owned(),
            Access::Repository { path, actions, star } => {
                let actions: Vec<_> = actions.iter().map(|action| action.as_str()).collect();
                format!("{path}:{}{}", actions.join(","), if *star { " as *" } else { "" })
            }
        })
        .collect();
    if entries.is_empty() { "nothing".into() } else { entries.join(" ") }
}

/// A signer that keeps the claims, and can be told to fail or to panic.
#[derive(Default)]
pub struct Signer {
    kept: KeepClaims,
    pub trouble: Mutex<Option<&'static str>>,
}

impl Signer {
    pub fn last(&self) -> Claims {
        self.kept.last().expect("a token was signed")
    }

    pub fn signed(&self) -> usize {
        self.kept.kept().len()
    }

    pub fn set_trouble(&self, trouble: &'static str) {
        *self.trouble.lock().unwrap() = Some(trouble);
    }
}

impl TokenSigner for Signer {
    fn sign(&self, claims: &Claims) -> Result<SignedToken, SignError> {
        let trouble = *self.trouble.lock().unwrap();
        match trouble {
            None => self.kept.sign(claims),
            Some("no key") => Err(SignError::NoKey),
            Some("panic") => panic!("the signer has a canary-secret"),
            Some(other) => Err(SignError::Failed(other.into())),
        }
    }
}

struct Parts {
    notes: Arc<Notes>,
    memory: MemoryStore,
    store: Arc<dyn Store>,
    policy: Arc<Policy>,
    clock: FixedClock,
    passwords: Arc<PlainPasswords>,
    entropy: Arc<CountingEntropy>,
    remote: Remote,
}

impl Parts {
    fn new() -> Self {
        let memory = MemoryStore::default();
        Self {
            store: Arc::new(memory.clone()),
            policy: Arc::new(Policy::new(Switches::default())),
            clock: FixedClock::default(),
            passwords: Arc::new(PlainPasswords::default()),
            entropy: Arc::new(CountingEntropy::default()),
            notes: Arc::default(),
            memory,
            remote: Remote::default(),
        }
    }

    fn app(&self, signer: &Arc<Signer>, ready: &Arc<AtomicBool>, limits: Limits) -> App {
        let notes = self.notes.clone();
        let lockout = Lockout { failures: 10, window: Duration::from_secs(600) };
        let unused = Duration::from_secs(90 * 24 * 3600);
        let ready = ready.clone();
        let authenticate = Arc::new(Authenticate::new(
            (Arc::new(self.memory.clone()), self.store.clone()),
            Arc::new(self.memory.clone()),
            self.passwords.clone(),
            notes.clone(),
            Arc::new(self.clock.clone()),
            (lockout, unused),
        ));
        App {
            web: self.web(authenticate.clone()),
            api: self.api(),
            admin: crate::admin::stand_in(&self.memory, &self.policy, &self.clock, &notes),
            authenticate,
            issue_token: Arc::new(IssueToken {
                standings: Standings::new(Arc::new(self.memory.clone()), &self.policy),
                store: self.store.clone(),
                epochs: Arc::new(self.memory.clone()),
                policy: self.policy.clone(),
                signer: signer.clone(),
                notes: notes.clone(),
                passwords: self.passwords.clone(),
                entropy: self.entropy.clone(),
                clock: Arc::new(self.clock.clone()),
                lifetime: Duration::from_secs(300),
                refresh_limit: 100,
            }),
            accept_notification: Arc::new(AcceptNotification {
                store: self.store.clone(),
                epochs: Arc::new(self.memory.clone()),
                vault: Arc::new(Secrets),
                passwords: self.passwords.clone(),
                notes,
                clock: Arc::new(self.clock.clone()),
            }),
            jwks: Arc::new(|| r#"{"keys":[]}"#.to_owned()),
            ready: Arc::new(move || match ready.load(Ordering::SeqCst) {
                true => Ok(()),
                false => Err("the store is away".to_owned()),
            }),
            limits,
        }
    }

    fn web(&self, authenticate: Arc<Authenticate>) -> Web {
        let (memory, store) = (Arc::new(self.memory.clone()), self.store.clone());
        let (policy, clock) = (self.policy.clone(), Arc::new(self.clock.clone()));
        let day = Duration::from_secs(24 * 3600);
        let times = SessionTimes { idle: day, longest: 14 * day, limit: 3 };
        Web {
            sign_in: Arc::new(SignIn::new(
                authenticate.clone(),
                memory.clone(),
                self.entropy.clone(),
                times,
            )),
            look: Arc::new(Look {
                browse: memory.clone(),
                images: memory.clone(),
                store: store.clone(),
                lookups: memory.clone(),
                policy: policy.clone(),
            }),
            survey: Arc::new(Survey {
                browse: memory.clone(),
                explore: memory.clone(),
                policy: policy.clone(),
            }),
            remark: Arc::new(Remark {
                store: store.clone(),
                policy: policy.clone(),
                clock: clock.clone(),
            }),
            describe: Arc::new(Describe {
                store: store.clone(),
                policy: policy.clone(),
                clock: clock.clone(),
            }),
            who_can: Arc::new(WhoCan {
                store: store.clone(),
                rights: memory.clone(),
                policy: policy.clone(),
            }),
            what_can: Arc::new(WhatCan {
                store: store.clone(),
                browse: memory.clone(),
                rights: memory.clone(),
                policy: policy.clone(),
            }),
            what_if: Arc::new(WhatIf {
                store: store.clone(),
                rights: memory.clone(),
                policy: policy.clone(),
            }),
            find: Arc::new(Find {
                search: memory.clone(),
                images: memory.clone(),
                policy: policy.clone(),
            }),
            explain: Arc::new(ExplainAccess {
                store: store.clone(),
                lookups: memory,
                policy: policy.clone(),
            }),
            sessions: Arc::new(ManageSessions {
                store: store.clone(),
                policy: policy.clone(),
                clock: clock.clone(),
            }),
            tokens: Arc::new(ManageTokens {
                store: store.clone(),
                policy: policy.clone(),
                passwords: self.passwords.clone(),
                entropy: self.entropy.clone(),
                clock: clock.clone(),
                limit: 5,
            }),
            change_email: Arc::new(ChangeEmail {
                authenticate: authenticate.clone(),
                store: store.clone(),
                clock: clock.clone(),
            }),
            change_password: Arc::new(ChangePassword {
                authenticate: authenticate.clone(),
                store: store.clone(),
                passwords: self.passwords.clone(),
                clock: clock.clone(),
            }),
            create_account: Arc::new(CreateAccount {
                store,
                policy,
                passwords: self.passwords.clone(),
                entropy: Arc::new(CountingEntropy::default()),
                clock: clock.clone(),
            }),
            delete_images: Arc::new(self.delete_images()),
            cancel_deletion: Arc::new(CancelDeletion {
                store: self.store.clone(),
                policy: self.policy.clone(),
                clock: Arc::new(self.clock.clone()),
            }),
            follow_deletions: Arc::new(FollowDeletions {
                store: self.store.clone(),
                policy: self.policy.clone(),
            }),
            setup_secret: setup_secret(),
            passwords: self.passwords.clone(),
            clock,
            origin: ORIGIN.into(),
            insecure_cookies: false,
            anonymous_browse: true,
        }
    }

    fn delete_images(&self) -> DeleteImages {
        let memory = Arc::new(self.memory.clone());
        let look = Look {
            browse: memory.clone(),
            images: memory.clone(),
            store: self.store.clone(),
            lookups: memory,
            policy: self.policy.clone(),
        };
        let plan = PlanDeletion {
            look: Arc::new(look),
            remotes: Arc::new(self.remote.clone()),
            entropy: self.entropy.clone(),
            clock: Arc::new(self.clock.clone()),
            probed: Probed::default(),
        };
        DeleteImages { plan: Arc::new(plan), clock: Arc::new(self.clock.clone()) }
    }

    fn api(&self) -> Api {
        let (store, policy) = (self.store.clone(), self.policy.clone());
        let clock = Arc::new(self.clock.clone());
        macro_rules! over {
            ($usecase:ident) => {
                Arc::new($usecase {
                    store: store.clone(),
                    policy: policy.clone(),
                    clock: clock.clone(),
                })
            };
        }
        Api {
            answer_once: Arc::new(AnswerOnce {
                store: self.store.clone(),
                clock: Arc::new(self.clock.clone()),
            }),
            link_password: Arc::new(LinkPassword {
                store: store.clone(),
                policy: policy.clone(),
                passwords: self.passwords.clone(),
                entropy: self.entropy.clone(),
                clock: clock.clone(),
            }),
            change_account: Arc::new(ChangeAccount {
                store: store.clone(),
                policy: policy.clone(),
                passwords: self.passwords.clone(),
                clock: clock.clone(),
            }),
            change_bot: over!(ChangeBot),
            change_members: over!(ChangeMembers),
            change_namespace: over!(ChangeNamespace),
            change_team: over!(ChangeTeam),
            create_bot: over!(CreateBot),
            create_namespace: over!(CreateNamespace),
            create_team: over!(CreateTeam),
            delete_account: over!(DeleteAccount),
            inspect: Arc::new(Inspect {
                browse: Arc::new(self.memory.clone()),
                store: store.clone(),
                policy: policy.clone(),
            }),
            retry_events: over!(RetryEvents),
            roster: Arc::new(Roster {
                people: Arc::new(self.memory.clone()),
                browse: Arc::new(self.memory.clone()),
                store: store.clone(),
                policy: policy.clone(),
            }),
        }
    }

    async fn arrange(&self) {
        crate::admin::install(self.store.as_ref(), self.clock.now()).await;
        for (name, service) in [("main", SERVICE), ("other", "other.test")] {
            self.registry(name, service).await;
        }
        for name in ["alice", "bob"] {
            self.person(name).await;
        }
        self.team("qa", "alice").await;
        self.namespace("qa", Visibility::Private).await;
        self.namespace("public", Visibility::Public).await;
    }

    async fn registry(&self, name: &str, service: &str) {
        let registry = NewRegistry {
            name: name.parse().unwrap(),
            url: format!("http://{name}.test:5000").parse().unwrap(),
            services: vec![service.parse().unwrap()],
            hosts: Vec::new(),
            trust: KeyTrust::Bundle,
            token_lifetime: None,
            created_at: self.clock.now(),
        };
        let (store, policy) = (self.store.clone(), self.policy.clone());
        let add = AddRegistry { store, policy, clock: Arc::new(self.clock.clone()) };
        add.add(&operator(), &registry, Visibility::Private).await.unwrap();
        let (name, at) = (registry.name, self.clock.now());
        let read = self.store.write::<_, StoreError>(async |tx| {
            tx.raise_epoch().await?;
            let found = tx.registries().by_name(&name).await?.unwrap();
            tx.registries().set_read(found.id, at).await
        });
        read.await.unwrap();
    }

    async fn person(&self, name: &str) {
        let create = CreateAccount {
            store: self.store.clone(),
            policy: self.policy.clone(),
            passwords: self.passwords.clone(),
            entropy: Arc::new(CountingEntropy::default()),
            clock: Arc::new(self.clock.clone()),
        };
        let person = NewPerson {
            name: name.parse().unwrap(),
            email: None,
            password: Some(Secret::new(PASSWORD)),
            admin: false,
        };
        create.create(&operator(), &person).await.unwrap();
    }

    async fn team(&self, name: &str, owner: &str) {
        let (store, policy) = (self.store.clone(), self.policy.clone());
        let create = CreateTeam { store, policy, clock: Arc::new(self.clock.clone()) };
        let name = name.parse().unwrap();
        create.create(&operator(), &name, None).await.unwrap();
        let (store, policy) = (self.store.clone(), self.policy.clone());
        let members = ChangeMembers { store, policy, clock: Arc::new(self.clock.clone()) };
        members.add(&operator(), &name, &owner.parse().unwrap(), Role::Owner).await.unwrap();
    }

    async fn namespace(&self, name: &str, visibility: Visibility) {
        let (store, policy) = (self.store.clone(), self.policy.clone());
        let create = CreateNamespace { store, policy, clock: Arc::new(self.clock.clone()) };
        let (registry, name) = ("main".parse().unwrap(), name.parse().unwrap());
        let team = "qa".parse().unwrap();
        create.create(&operator(), (&registry, &name), &team, visibility).await.unwrap();
    }
}

/// What the set-up link ends with.
pub fn setup_secret() -> Secret {
    SecretKind::Setup.secret(&[7; 32])
}

fn secret_of(registry: RegistryId) -> Secret {
    SecretKind::Notification.secret(&[u8::try_from(registry.0).unwrap(); 32])
}

struct Secrets;

impl Vault for Secrets {
    fn seal(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::WrongKey)
    }

    fn open(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::WrongKey)
    }

    fn notification_secret(&self, registry: RegistryId, _: u32) -> Secret {
        secret_of(registry)
    }

    fn new_ca(&self, _: &str, _: SystemTime) -> Result<NewCa, VaultError> {
        Err(VaultError::WrongKey)
    }

    fn new_key(&self, _: &NewCa, _: KeyAlgorithm, _: SystemTime) -> Result<MadeKey, VaultError> {
        Err(VaultError::WrongKey)
    }

    fn renew(
        &self,
        _: &NewCa,
        _: &[u8],
        _: SystemTime,
    ) -> Result<(String, SystemTime), VaultError> {
        Err(VaultError::WrongKey)
    }
}
