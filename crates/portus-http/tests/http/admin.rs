//! Looking after Portus: the pages under `/admin`, the audit, and what programs ask of both.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use axum::http::StatusCode;
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::x509::X509;
use portus_core::activity::{Actor, NewActivity, kind};
use portus_core::finding::{Advice, Check, Finding, Found, Patch, PatchLine, Place};
use portus_core::id::RegistryId;
use portus_core::key::{Installation, KeyAlgorithm, KeyState, NewKey};
use portus_core::memory::{FixedClock, MemoryStore};
use portus_core::page::Slice;
use portus_core::policy::Policy;
use portus_core::port::{
    ActivityFilter, Browse, Clock, Doctor, Examination, Job, JobKind, MadeKey, NewCa, Store,
    StoreError, Trial, Vault, VaultError,
};
use portus_core::registry::NewRegistry;
use portus_core::secret::{Secret, SecretKind};
use portus_core::usecase::{
    AddRegistry, ChangeRegistry, DiscardEvents, KeepKeys, NoteRefusal, Notes, Oversee,
    RemoveRegistry,
};
use portus_http::{Admin, Setting, SettingSource};

use crate::api::Tenants;
use crate::browser::Browser;
use crate::world::World;

/// What stands for what the programs put together.
pub fn stand_in(
    memory: &MemoryStore,
    policy: &Arc<Policy>,
    clock: &FixedClock,
    notes: &Arc<Notes>,
) -> Admin {
    let store: Arc<dyn Store> = Arc::new(memory.clone());
    let (policy, clock) = (policy.clone(), Arc::new(clock.clone()));
    macro_rules! over {
        ($usecase:ident) => {
            Arc::new($usecase {
                store: store.clone(),
                policy: policy.clone(),
                clock: clock.clone(),
            })
        };
    }
    Admin {
        oversee: Arc::new(Oversee {
            oversight: Arc::new(memory.clone()),
            store: store.clone(),
            epochs: Arc::new(memory.clone()),
            doctor: Arc::new(Told(clock.clone())),
            policy: policy.clone(),
            clock: clock.clone(),
        }),
        add_registry: over!(AddRegistry),
        change_registry: over!(ChangeRegistry),
        remove_registry: Arc::new(RemoveRegistry {
            store: store.clone(),
            policy: policy.clone(),
            clock: clock.clone(),
        }),
        discard_events: over!(DiscardEvents),
        keep_keys: Arc::new(KeepKeys {
            store: store.clone(),
            vault: Arc::new(KeyMaker),
            policy: policy.clone(),
            clock: clock.clone(),
            algorithm: KeyAlgorithm::Es256,
        }),
        note_refusal: Arc::new(NoteRefusal { notes: notes.clone(), clock: clock.clone() }),
        settings: [
            ("database.url", "***", SettingSource::Environment, Some("PORTUS_DATABASE__URL")),
            ("server.listen", "127.0.0.1:8080", SettingSource::Default, None),
            ("server.url", "https://portus.test", SettingSource::File, Some("/etc/portus.toml")),
        ]
        .map(|(key, value, source, place)| Setting {
            key: key.into(),
            value: value.into(),
            source,
            place: place.map(Into::into),
        })
        .into(),
        registry_config: Arc::new(|registry| format!("auth: # of {}\n", registry.name)),
    }
}

/// A doctor that says what it was told to.
struct Told(Arc<FixedClock>);

impl Told {
    fn findings(&self) -> Vec<Finding> {
        let place = Place::FileLine("/etc/portus.toml".into(), 3);
        let lines = vec![
            PatchLine::Keep("[server]".into()),
            PatchLine::Remove("url = \"<old>\"".into()),
            PatchLine::Add("url = \"new\"".into()),
        ];
        let wrong = Finding::fail(Check::Realm, Found::SendsTo("<old>".into()));
        vec![
            Finding::ok(Check::Database, Found::UpToDate("it".into())),
            wrong.change(Advice::Realm("mend it".into())).patch(Patch { place, lines }),
        ]
    }
}

#[async_trait]
impl Doctor for Told {
    async fn findings(&self) -> Examination {
        let at = Some(self.0.now());
        Examination { at, findings: Told::findings(self), under_way: false }
    }

    async fn look_again(&self) -> Examination {
        Doctor::findings(self).await
    }

    async fn try_out(&self, registry: &NewRegistry) -> Trial {
        let good = registry.url.as_str().contains("good");
        let findings = match good {
            true => vec![Finding::ok(Check::Reachable, Found::Answers("it".into()))],
            false => Told::findings(self),
        };
        let (realm, service) = (Some("https://elsewhere.test".into()), Some("hub.test".into()));
        Trial { is_registry: good, realm, service, findings }
    }
}

/// Makes keys that are none.
struct KeyMaker;

impl Vault for KeyMaker {
    fn seal(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::WrongKey)
    }

    fn open(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::WrongKey)
    }

    fn notification_secret(&self, _: RegistryId, _: u32) -> Secret {
        SecretKind::Notification.secret(&[9; 32])
    }

    fn new_ca(&self, _: &str, _: SystemTime) -> Result<NewCa, VaultError> {
        Err(VaultError::WrongKey)
    }

    fn new_key(&self, _: &NewCa, _: KeyAlgorithm, now: SystemTime) -> Result<MadeKey, VaultError> {
        Ok(MadeKey {
            key_id: "NEWK:EYID".into(),
            sealed: b"sealed-canary".to_vec(),
            certificate: "certificate-canary".into(),
            certificate_ends: now + Duration::from_secs(30 * 86_400),
        })
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

/// What is made at the first start.
pub async fn install(store: &dyn Store, now: SystemTime) {
    let installation = Installation {
        id: "installation".into(),
        seal_check: b"sealed-canary".to_vec(),
        ca_certificate: authority(),
        ca_sealed: b"sealed-canary".to_vec(),
        created_at: now,
    };
    let key = NewKey {
        key_id: "OLDK:EYID".into(),
        algorithm: KeyAlgorithm::Es256,
        sealed: b"sealed-canary".to_vec(),
        certificate: "certificate-canary".into(),
        certificate_ends: now + Duration::from_secs(30 * 86_400),
        state: KeyState::Active,
        created_at: now,
    };
    let made = store.write::<_, StoreError>(async |tx| {
        tx.raise_epoch().await?;
        tx.keys().install(&installation).await?;
        tx.keys().add(&key).await.map(|_| ())
    });
    made.await.unwrap();
}

/// A certificate that ends at 2030-01-01.
fn authority() -> String {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut builder = X509::builder().unwrap();
    builder.set_not_before(&Asn1Time::from_unix(1_700_000_000).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(1_893_456_000).unwrap()).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    String::from_utf8(builder.build().to_pem().unwrap()).unwrap()
}

async fn admin() -> Tenants {
    Tenants::new().await
}

/// Rows of the audit of this kind, newest first: actor, object, detail.
pub async fn audited(world: &World, kind: &str) -> Vec<(String, String, String)> {
    let filter = ActivityFilter { kind: Some(kind.into()), ..ActivityFilter::default() };
    let rows = world.memory.activities(&filter, &Slice::first(100)).await.unwrap().rows;
    rows.into_iter().map(|row| (row.actor, row.object, row.detail)).collect()
}

async fn root(tenants: &Tenants) -> Browser<'_> {
    Browser::of(&tenants.world, "root").await
}

const PAGES: [&str; 9] = [
    "/admin",
    "/admin/connect/main",
    "/admin/health",
    "/admin/keys",
    "/admin/registries",
    "/admin/registries/main",
    "/admin/registries/main/remove",
    "/admin/registries/new",
    "/admin/settings",
];

/// SR3, SR9: who does not look after Portus sees nothing of it, and its pages hold no secret.
#[tokio::test]
async fn sr3_the_administration_is_for_admins_and_holds_no_secret() {
    let tenants = admin().await;
    let stranger = Browser::new(&tenants.world);
    let alice = Browser::of(&tenants.world, "alice").await;
    let root = root(&tenants).await;
    for page in PAGES {
        let answer = stranger.get(page).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), Some(&*format!("/sign-in?to={page}")));
        alice.get(page).await.expect(StatusCode::FORBIDDEN);
        let nobody = alice.get(&page.replace("main", "zz")).await;
        assert_eq!(nobody.status, StatusCode::FORBIDDEN, "{page}");
        let shown = root.get(page).await.expect(StatusCode::OK);
        for secret in ["canary", "portus_n_", tenants.world.secret("main").expose()] {
            assert!(!shown.body.contains(secret), "{secret} is on {page}");
        }
    }
    for api in ["settings", "keys", "doctor", "status", "jobs", "registries/main"] {
        let answer = tenants.get("root", &format!("/api/v1/{api}")).await.expect(StatusCode::OK);
        assert!(!answer.body.contains("canary") && !answer.body.contains("portus_n_"), "{api}");
    }
    assert!(root.get("/admin/settings").await.body.contains("<code>***</code>"));
    root.get("/admin/registries/nowhere").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_checklist_shows_the_line_to_change_as_text() {
    let tenants = admin().await;
    let page = root(&tenants).await.get("/admin").await.expect(StatusCode::OK).body;
    assert!(page.contains("/etc/portus.toml, line 3"), "{page}");
    assert!(page.contains("- url = &#34;&#60;old&#62;&#34;"), "{page}");
    assert!(page.contains("+ url = &#34;new&#34;"), "{page}");
    let answer = tenants.get("root", "/api/v1/doctor").await.json();
    assert_eq!(answer["findings"][1]["verdict"], "fail");
    assert_eq!(answer["findings"][1]["patches"][0]["lines"][2], "+ url = \"new\"");
}

#[tokio::test]
async fn a_registry_is_tested_before_it_is_added_and_added_anyway_when_one_says_so() {
    let tenants = admin().await;
    let root = root(&tenants).await;
    let new = "/admin/registries/new";
    let bad = [("name", "hub"), ("url", "http://bad.test"), ("act", "test")];
    let tested = root.post(new, &bad).await.expect(StatusCode::OK).body;
    assert!(tested.contains("https://elsewhere.test") && tested.contains("Add anyway"), "{tested}");
    assert_eq!(audited(&tenants.world, kind::REGISTRY_CREATE).await.len(), 2, "only those before");

    let anyway = [("name", "hub"), ("url", "http://bad.test"), ("act", "anyway")];
    let added = root.post(new, &anyway).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(added.header("location"), Some("/admin/registries/hub?done=registry_added"));
    let page = root.get("/admin/registries/hub?done=registry_added").await.body;
    for part in ["auth: # of hub", "portusctl registry config hub", "docker login bad.test"] {
        assert!(page.contains(part), "{part} is not on {page}");
    }
    let good = [("name", "new"), ("url", "http://good.test"), ("act", "test")];
    let added = root.post(new, &good).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(added.header("location"), Some("/admin/registries/%6Eew?done=registry_added"));
    assert!(root.get("/admin/registries/%6Eew").await.body.contains("auth: # of new"));
    for odd in [
        [("name", "a b"), ("url", "http://good.test"), ("act", "test")],
        [("name", "c"), ("url", "good.test"), ("act", "test")],
        [("name", "hub"), ("url", "http://good2.test"), ("act", "test")],
    ] {
        root.post(new, &odd).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_registry_is_changed_renewed_listed_and_removed_and_all_that_is_audited() {
    let tenants = admin().await;
    let (root, world) = (root(&tenants).await, &tenants.world);
    let at = "/admin/registries/main";
    let change = [("url", "https://moved.test"), ("hosts", "a.test, b.test"), ("minutes", "10")];
    root.post(at, &change).await.expect(StatusCode::SEE_OTHER);
    let shown = tenants.get("root", "/api/v1/registries/main").await.json();
    assert_eq!(shown["url"], "https://moved.test");
    assert_eq!(shown["hosts"].as_array().unwrap().len(), 2);
    assert_eq!(shown["token_lifetime"], 600);
    let taken = [("url", "http://other.test:5000"), ("hosts", ""), ("minutes", "")];
    root.post(at, &taken).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let said = audited(world, kind::REGISTRY_CHANGE).await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].2.contains("http://main.test:5000 → https://moved.test"), "{said:?}");

    root.post(&format!("{at}/secret"), &[]).await.expect(StatusCode::SEE_OTHER);
    root.post(&format!("{at}/sync"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(audited(world, kind::REGISTRY_RENEW_SECRET).await.len(), 1);
    assert_eq!(audited(world, kind::REGISTRY_REQUEST_SYNC).await.len(), 1);
    let jobs = tenants.get("root", "/api/v1/jobs").await.json();
    let is_sync = |job: &serde_json::Value| job["kind"] == "sync" && job["registry"] == "main";
    assert!(jobs.as_array().unwrap().iter().any(is_sync), "{jobs}");

    let preview = root.get(&format!("{at}/remove")).await.expect(StatusCode::OK).body;
    assert!(preview.contains("Remove main from Portus"), "{preview}");
    for name in ["", "Main", "hub"] {
        let kept = root.post(&format!("{at}/remove"), &[("name", name)]).await;
        kept.expect(StatusCode::UNPROCESSABLE_ENTITY);
        root.get(at).await.expect(StatusCode::OK);
    }
    let removed = root.post(&format!("{at}/remove"), &[("name", "main")]).await;
    removed.expect(StatusCode::SEE_OTHER);
    root.get(at).await.expect(StatusCode::NOT_FOUND);
    let gone = audited(world, kind::REGISTRY_REMOVE).await;
    assert_eq!((gone[0].0.as_str(), gone[0].1.as_str()), ("root", "main"));
    let left = tenants.get("root", "/api/v1/repositories?per_page=100").await.json();
    assert!(left.as_array().unwrap().iter().all(|row| row["registry"] != "main"), "{left}");
}

#[tokio::test]
async fn keys_are_shown_and_rotated() {
    let tenants = admin().await;
    let root = root(&tenants).await;
    let page = root.get("/admin/keys").await.expect(StatusCode::OK).body;
    assert!(page.contains("OLDK:EYID") && page.contains("1 Jan 2030"), "{page}");
    root.post("/admin/keys/rotate", &[]).await.expect(StatusCode::SEE_OTHER);
    let keys = tenants.get("root", "/api/v1/keys").await.json();
    assert_eq!(keys["keys"][0]["key_id"], "NEWK:EYID");
    assert_eq!(keys["keys"][0]["state"], "active");
    assert_eq!(keys["keys"][1]["state"], "retired");
    assert_eq!(keys["ca_expires_at"], "2030-01-01T00:00:00Z");
    assert_eq!(keys["ca_fingerprint"].as_str().unwrap().len(), 95);
    assert_eq!(audited(&tenants.world, kind::KEY_CREATE).await[0].0, "root");
}

#[tokio::test]
async fn what_failed_is_tried_again_and_what_is_parked_is_thrown_away_with_a_reason() {
    let tenants = admin().await;
    let (root, world) = (root(&tenants).await, &tenants.world);
    let now = world.clock.now();
    let job = world.store.write::<Job, StoreError>(async |tx| {
        let main = tx.registries().by_name(&"main".parse().unwrap()).await?.unwrap().id;
        tx.jobs().enqueue(&JobKind::Sync { registry: main }, now).await?;
        let claimed = tx.jobs().claim(now, now + Duration::from_secs(60), 100).await?;
        let job = claimed.into_iter().find(|job| job.kind == JobKind::Sync { registry: main });
        let job = job.unwrap();
        let later = now + Duration::from_secs(3600);
        tx.jobs().postpone(job.id, "<b>away", later).await?;
        Ok(job)
    });
    let job = job.await.unwrap().id.to_string();
    let page = root.get("/admin/health").await.expect(StatusCode::OK).body;
    assert!(page.contains("&#60;b&#62;away") && page.contains("garbage"), "{page}");
    root.post("/admin/health/job", &[("job", &job)]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(audited(world, kind::JOB_RETRY).await[0].1, job);
    root.post("/admin/health/job", &[("job", "4711")]).await.expect(StatusCode::NOT_FOUND);

    let [_, event, ..] = &tenants.numbers;
    let discard = "/admin/health/discard";
    root.post(discard, &[("event", event), ("reason", " ")]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(world.parked().await.len(), 1, "without a reason it stays");
    root.post(discard, &[("event", event), ("reason", "nonsense")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(world.parked().await.is_empty());
    let said = audited(world, kind::EVENT_DISCARD).await;
    assert_eq!(said, [("root".into(), event.clone(), "nonsense".into())]);
}

#[tokio::test]
async fn the_audit_is_searched_and_taken_away_alike() {
    let tenants = admin().await;
    let (root, world) = (root(&tenants).await, &tenants.world);
    let rows: Vec<NewActivity> = (0..2500)
        .map(|number| {
            let at = world.clock.now() + Duration::from_secs(number);
            let row = NewActivity::done("test.row", &Actor::operator("=cmd"), at, "qa/app");
            row.detail(format!("number {number}"))
        })
        .collect();
    let odd = NewActivity { actor: "=1+1".into(), ..rows[0].clone() };
    world
        .store
        .write::<_, StoreError>(async |tx| {
            tx.audit().append(&rows).await?;
            tx.audit().append(std::slice::from_ref(&odd)).await
        })
        .await
        .unwrap();
    for target in ["/audit.csv?kind=test", "/api/v1/activities.csv?kind=test"] {
        let answer = match target.starts_with("/api") {
            true => tenants.get("root", target).await,
            false => root.get(target).await,
        };
        let body = answer.expect(StatusCode::OK).body;
        let lines: Vec<_> = body.split("\r\n").collect();
        assert_eq!(lines.len(), 2503, "a head, the rows, and the end");
        assert!(lines[1].contains("number 2499"), "newest first: {}", lines[1]);
        assert!(body.contains(",\"'=1+1\","), "no formula");
    }
    let lines = root.get("/audit.jsonl?kind=test&actor=%3D1%2B1").await.expect(StatusCode::OK);
    let row: serde_json::Value = serde_json::from_str(&lines.body).unwrap();
    assert_eq!((row["actor"].as_str(), row["outcome"].as_str()), (Some("=1+1"), Some("done")));
    let page = root.get("/audit?kind=test&object=qa%2Fapp").await.expect(StatusCode::OK).body;
    assert!(page.contains("?kind=test&#38;object=qa%2Fapp&#38;after="), "{page}");
    assert!(page.contains("/audit.csv?kind=test&#38;object=qa%2Fapp"), "{page}");
    for odd in ["since=yesterday", "kind=A", "outcome=maybe"] {
        root.get(&format!("/audit?{odd}")).await.expect(StatusCode::BAD_REQUEST);
        root.get(&format!("/audit.csv?{odd}")).await.expect(StatusCode::BAD_REQUEST);
    }
    let alice = Browser::of(world, "alice").await;
    for target in ["/audit", "/audit.csv", "/audit.jsonl"] {
        alice.get(target).await.expect(StatusCode::FORBIDDEN);
    }
}

/// What someone may not do is in the audit, whether she asked a page or the REST interface.
#[tokio::test]
async fn what_is_refused_is_written_down() {
    let tenants = admin().await;
    let world = &tenants.world;
    Browser::of(world, "alice").await.get("/admin/keys").await.expect(StatusCode::FORBIDDEN);
    tenants.ask("bob", "POST", "/api/v1/keys/rotate", "").await.expect(StatusCode::FORBIDDEN);
    world.write_notes().await;
    let mut refused = audited(world, kind::ACCESS_REFUSED).await;
    refused.sort();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert_eq!((refused[0].0.as_str(), refused[0].1.as_str()), ("alice", "GET /admin/keys"));
    assert_eq!(refused[1].0, "bob");
    assert_eq!(refused[1].1, "POST /api/v1/keys/rotate");
    assert!(refused[1].2.contains("manage signing keys") || refused[1].2.contains("key"));
}
