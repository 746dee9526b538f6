//! The REST interface: who asks, how answers look, what bodies may say.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use portus_core::namespace::Visibility;
use portus_core::policy::{Policy, Switches};
use portus_core::port::Entropy;
use portus_core::secret::{Secret, SecretKind};
use portus_core::team::Role;
use portus_core::usecase::{
    ChangeMembers, CreateAccount, CreateBot, CreateNamespace, CreateTeam, ManageTokens, NewPerson,
    NewToken,
};
use serde_json::Value;

use crate::browser::{Browser, SESSION};
use crate::world::{Answer, ORIGIN, PASSWORD, SERVICE, World, alice, from, get, operator};

/// Two tenants: alice owns `qa`, where carol views and `ci` contributes; bob owns `rivals`. Root
/// administers. Each has a token for everything, and alice a browser.
pub struct Tenants {
    pub world: World,
    pub tokens: BTreeMap<&'static str, Secret>,
    /// The secret of alice's session.
    pub session: String,
    /// Its number, that of a parked event, that of a refresh token of hers, and that of a deletion.
    pub numbers: [String; 4],
    /// The number of a comment of alice's on `qa/app`.
    pub comment: String,
    random: Numbers,
}

impl Tenants {
    pub async fn new() -> Self {
        Self::of(World::new().await).await
    }

    pub async fn of(world: World) -> Self {
        let mut tenants = Self {
            world,
            tokens: BTreeMap::new(),
            session: String::new(),
            numbers: Default::default(),
            comment: String::new(),
            random: Numbers::default(),
        };
        tenants.people().await;
        for path in ["qa/app", "public/app", "rivals/app"] {
            tenants.world.push(path, "1", "alice").await;
        }
        tenants.world.notify("garbage").await;
        let browser = Browser::of(&tenants.world, "alice").await;
        tenants.session = browser.cookie(SESSION).unwrap();
        for name in ["alice", "bob", "carol", "ci", "root"] {
            let token = tenants.token(name, "all", "api,pull,push,delete").await;
            tenants.tokens.insert(name, token);
        }
        let sessions = tenants.get("alice", "/api/v1/self/sessions").await.json();
        let parked = tenants.get("root", "/api/v1/parked-events").await.json();
        let (path, body) = ("/api/v1/comments/main/qa/app", r#"{"body": "First"}"#);
        let written = tenants.ask("alice", "POST", path, body).await;
        tenants.comment = written.json()["id"].to_string();
        let asked = format!("service={SERVICE}&offline_token=true");
        tenants.world.get(&asked, Some(&alice())).await.expect(StatusCode::OK);
        let refreshes = tenants.get("alice", "/api/v1/self/refresh_tokens").await.json();
        tenants.ask("alice", "DELETE", "/api/v1/tags/main/qa/app:1", "").await;
        let deletions = tenants.get("alice", "/api/v1/deletions").await.json();
        let rows = [&sessions, &parked, &refreshes, &deletions];
        tenants.numbers = rows.map(|rows| rows[0]["id"].to_string());
        tenants
    }

    async fn people(&self) {
        let (store, passwords) = (self.world.store.clone(), self.world.passwords.clone());
        let policy = Arc::new(Policy::new(Switches::default()));
        let clock = Arc::new(self.world.clock.clone());
        let entropy = Arc::new(self.random.clone());
        macro_rules! over {
            ($usecase:ident $(, $more:ident)*) => {
                $usecase {
                    store: store.clone(),
                    policy: policy.clone(),
                    clock: clock.clone(),
                    $($more: $more.clone(),)*
                }
            };
        }
        for (name, admin) in [("root", true), ("carol", false)] {
            let (name, password) = (name.parse().unwrap(), Secret::new(PASSWORD));
            let person = NewPerson { name, email: None, password: Some(password), admin };
            over!(CreateAccount, passwords, entropy).create(&operator(), &person).await.unwrap();
        }
        let (qa, rivals) = ("qa".parse().unwrap(), "rivals".parse().unwrap());
        let (bob, carol) = ("bob".parse().unwrap(), "carol".parse().unwrap());
        over!(CreateTeam).create(&operator(), &rivals, Some(&bob)).await.unwrap();
        over!(ChangeMembers).add(&operator(), &qa, &carol, Role::Viewer).await.unwrap();
        let ci = "ci".parse().unwrap();
        over!(CreateBot).create(&operator(), &ci, &qa, Role::Contributor).await.unwrap();
        let place = (&"main".parse().unwrap(), &"rivals".parse().unwrap());
        let private = Visibility::Private;
        over!(CreateNamespace).create(&operator(), place, &rivals, private).await.unwrap();
    }

    pub async fn token(&self, of: &str, label: &str, actions: &str) -> Secret {
        let token = NewToken {
            label: label.parse().unwrap(),
            actions: actions.parse().unwrap(),
            namespaces: None,
            expires_at: None,
        };
        let tokens = ManageTokens {
            store: self.world.store.clone(),
            policy: Arc::new(Policy::new(Switches::default())),
            passwords: self.world.passwords.clone(),
            entropy: Arc::new(self.random.clone()),
            clock: Arc::new(self.world.clock.clone()),
            limit: 50,
        };
        tokens.create(&operator(), &of.parse().unwrap(), &token).await.unwrap()
    }

    /// Has someone ask with a token for these actions alone from now on.
    pub async fn narrow(&mut self, of: &'static str, actions: &str) {
        let token = self.token(of, "narrow", actions).await;
        self.tokens.insert(of, token);
    }

    /// A request of someone, or of nobody.
    pub async fn ask(&self, who: &str, method: &str, path: &str, body: &str) -> Answer {
        self.send(self.request(who, method, path, body)).await
    }

    pub fn request(&self, who: &str, method: &str, path: &str, body: &str) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = self.tokens.get(who) {
            request = request.header("authorization", format!("Bearer {}", token.expose()));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        request.body(Body::from(body.to_owned())).unwrap()
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(who, "GET", path, "").await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.world.send(from(request, "192.0.2.7")).await
    }

    /// A request with these headers.
    async fn with(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

/// Counts from 100 on, so that its secrets are not those of the world.
#[derive(Clone)]
pub struct Numbers(Arc<AtomicU8>);

impl Default for Numbers {
    fn default() -> Self {
        Self::of(100)
    }
}

impl Numbers {
    pub fn of(first: u8) -> Self {
        Self(Arc::new(AtomicU8::new(first)))
    }
}

impl Entropy for Numbers {
    fn bytes(&self) -> [u8; 32] {
        [self.0.fetch_add(1, Ordering::SeqCst); 32]
    }
}

/// The code of a problem, which is one in all respects.
#[track_caller]
pub fn problem(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.body);
    let problem = answer.json();
    let code = problem["code"].as_str().unwrap().to_owned();
    assert_eq!(problem["type"], format!("urn:portus:problem:{code}"));
    assert_eq!(problem["status"], answer.status.as_u16());
    assert_eq!(problem["request_id"], answer.header("x-request-id").unwrap());
    assert!(!problem["title"].as_str().unwrap().is_empty());
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    let challenges = answer.headers.get_all("www-authenticate").iter().count();
    assert_eq!(challenges > 0, answer.status == StatusCode::UNAUTHORIZED, "{}", answer.body);
    code
}

fn names(answer: &Answer, field: &str) -> Vec<String> {
    let json = answer.json();
    let rows = json.as_array().unwrap_or_else(|| panic!("no list: {json}"));
    rows.iter().map(|row| row[field].as_str().unwrap_or("_").to_owned()).collect()
}

#[tokio::test]
async fn an_application_token_is_taken_in_three_headers() {
    let tenants = Tenants::new().await;
    let token = tenants.tokens["alice"].expose();
    let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
    for (name, value) in [
        ("authorization", format!("Bearer {token}")),
        ("authorization", format!("bearer {token}")),
        ("authorization", basic(&format!("alice:{token}"))),
        ("authorization", basic(&format!("ALICE:{token}"))),
        ("portus-auth", format!("alice:{token}")),
    ] {
        let answer = tenants.with(Method::GET, "/api/v1/self", &[(name, &value)]).await;
        let json = answer.expect(StatusCode::OK).json();
        assert_eq!(json["username"], "alice", "{value}");
        assert_eq!(json["credential"]["kind"], "application_token");
    }
}

/// SR2: what is good elsewhere is good for nothing here.
#[tokio::test]
async fn no_other_secret_is_a_credential_of_the_api() {
    let tenants = Tenants::new().await;
    let alice = tenants.tokens["alice"].expose().to_owned();
    let bearer = |secret: &str| ("authorization", format!("Bearer {secret}"));
    let basic = |text: &str| ("authorization", format!("Basic {}", BASE64_STANDARD.encode(text)));
    let login = format!("alice:{PASSWORD}");
    let issued = tenants.world.get("service=registry.test&offline_token=true", Some(&login)).await;
    let (jwt, refresh) = (issued.text("token").unwrap(), issued.text("refresh_token").unwrap());
    for (shown, code) in [
        (basic(&login), "credentials-kind"),
        (basic(&format!("alice:{refresh}")), "credentials-kind"),
        (basic(&format!(":{alice}")), "credentials-kind"),
        (basic(&format!("bob:{alice}")), "credentials-wrong"),
        (bearer(&refresh), "credentials-kind"),
        (bearer(&jwt), "credentials-kind"),
        (bearer(&tenants.session), "credentials-kind"),
        (bearer(tenants.world.secret("main").expose()), "credentials-kind"),
        (bearer(SecretKind::Application.secret(&[77; 32]).expose()), "credentials-wrong"),
        (bearer(PASSWORD), "credentials-kind"),
        (("authorization", "Digest x".into()), "credentials-kind"),
        (("portus-auth", login.clone()), "credentials-kind"),
        (("portus-auth", "alice".into()), "credentials-kind"),
        (("cookie", format!("{SESSION}={alice}")), "session-over"),
        (("cookie", format!("{SESSION}=nonsense")), "session-over"),
    ] {
        let headers = [(shown.0, &*shown.1)];
        let answer = tenants.with(Method::GET, "/api/v1/namespaces", &headers).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{shown:?}: {}", answer.body);
        assert_eq!(problem(&answer), code, "{shown:?}");
    }
    let both = [("authorization", &*bearer(&alice).1), ("portus-auth", &*login)];
    let answer = tenants.with(Method::GET, "/api/v1/namespaces", &both).await;
    assert_eq!(problem(&answer.expect(StatusCode::BAD_REQUEST)), "credentials-several");
}

#[tokio::test]
async fn a_token_that_is_not_for_the_api_is_refused() {
    let tenants = Tenants::new().await;
    let token = tenants.token("alice", "pull", "pull,push,delete").await;
    let bearer = format!("Bearer {}", token.expose());
    let answer = tenants.with(Method::GET, "/api/v1/self", &[("authorization", &bearer)]).await;
    assert_eq!(problem(&answer.expect(StatusCode::FORBIDDEN)), "token-not-for-api");
}

/// SR4, SR13
#[tokio::test]
async fn a_disabled_accounts_token_answers_like_an_unknown_one() {
    let tenants = Tenants::new().await;
    tenants.world.disable("alice").await;
    let answer = tenants.get("alice", "/api/v1/self").await.expect(StatusCode::UNAUTHORIZED);
    let unknown = format!("Bearer {}", SecretKind::Application.secret(&[77; 32]).expose());
    let other = tenants.with(Method::GET, "/api/v1/self", &[("authorization", &unknown)]).await;
    assert_eq!(problem(&answer), problem(&other));
    assert_eq!(answer.json()["detail"], other.json()["detail"]);
}

/// SR18
#[tokio::test]
async fn an_address_that_guesses_tokens_has_to_wait() {
    let tenants = Tenants::new().await;
    let mut last = StatusCode::OK;
    for guess in 0..61u8 {
        let token = SecretKind::Application.secret(&[guess; 32]);
        let bearer = format!("Bearer {}", token.expose());
        let headers = [("authorization", &*bearer)];
        let answer = tenants.with(Method::GET, "/api/v1/self", &headers).await;
        last = answer.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(problem(&answer), "too-many-failures");
            assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    tenants.get("alice", "/api/v1/self").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_session_reads_and_changes_only_with_its_guard() {
    let tenants = Tenants::new().await;
    let browser = Browser::of(&tenants.world, "alice").await;
    let cookie = format!("{SESSION}={}", browser.cookie(SESSION).unwrap());
    let path = format!("/api/v1/self/sessions/{}", tenants.numbers[0]);
    let answer = tenants.with(Method::GET, "/api/v1/self", &[("cookie", &cookie)]).await;
    let json = answer.expect(StatusCode::OK).json();
    assert_eq!(
        (&json["username"], &json["credential"]["kind"]),
        (&"alice".into(), &"session".into())
    );

    let guard = browser.guard("/tokens").await;
    let end = |headers: Vec<(&'static str, String)>| {
        let (tenants, cookie, path) = (&tenants, cookie.clone(), path.clone());
        async move {
            let mut all = vec![("cookie", &*cookie)];
            all.extend(headers.iter().map(|(name, value)| (*name, &**value)));
            tenants.with(Method::DELETE, &path, &all).await
        }
    };
    let site = |site: &str| ("sec-fetch-site", site.to_owned());
    let guarded = ("x-portus-guard", guard);
    for (headers, code) in [
        (vec![], "foreign-request"),
        (vec![guarded.clone()], "foreign-request"),
        (vec![site("cross-site"), guarded.clone()], "foreign-request"),
        (vec![("origin", "https://evil.test".into()), guarded.clone()], "foreign-request"),
        (vec![site("same-origin")], "guard-wrong"),
        (vec![site("same-origin"), ("x-portus-guard", "0".repeat(64))], "guard-wrong"),
    ] {
        let answer = end(headers).await.expect(StatusCode::FORBIDDEN);
        assert_eq!(problem(&answer), code);
    }
    let answer = end(vec![("origin", ORIGIN.into()), guarded]).await;
    answer.expect(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_is_nowhere_is_a_problem() {
    let tenants = Tenants::new().await;
    let v1 = "/api/v1";
    for path in ["/api/v0", v1, "/api/v2/users", "/api/v1/", "/api/v1/namespaces/main"] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = tenants.ask("root", method, path, "").await;
            assert_eq!(problem(&answer.expect(StatusCode::NOT_FOUND)), "not-found", "{path}");
        }
    }
    let answer = tenants.ask("root", "PUT", "/api/v1/teams/qa", "{}").await;
    assert_eq!(problem(&answer), "method-not-allowed");
    assert!(answer.header("allow").unwrap().contains("GET"), "{:?}", answer.headers);
    let odd = tenants.get("root", "/api/v1/users/%FF").await.expect(StatusCode::NOT_FOUND);
    assert_eq!(problem(&odd), "not-found");
}

#[tokio::test]
async fn a_store_that_is_away_tells_nothing_of_itself() {
    let tenants = Tenants::new().await;
    tenants.world.memory.set_away(true);
    let answer =
        tenants.get("", "/api/v1/namespaces").await.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem(&answer), "unavailable");
    assert_eq!(answer.json()["detail"], "try again later");
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn a_list_goes_on_where_its_link_says() {
    let tenants = Tenants::new().await;
    let mut path = "/api/v1/namespaces?per_page=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = tenants.get("root", &path).await.expect(StatusCode::OK);
        seen.extend(names(&answer, "name"));
        let Some(link) = answer.header("link") else { break };
        let next = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
        path = next.strip_prefix(ORIGIN).unwrap().to_owned();
        assert!(path.contains("per_page=1"));
    }
    let whole = tenants.get("root", "/api/v1/namespaces?per_page=100").await;
    assert!(whole.header("link").is_none());
    assert_eq!(names(&whole, "name"), seen);
    assert!(seen.len() >= 5, "{seen:?}");
}

/// SR10
#[tokio::test]
async fn only_known_words_and_values_are_asked_for() {
    let tenants = Tenants::new().await;
    for query in [
        "/namespaces?per_page=0",
        "/namespaces?per_page=101",
        "/namespaces?per_page=x",
        "/namespaces?per_page=1&per_page=2",
        "/namespaces?sort=name",
        "/users?kind=everyone",
        "/users?all=true",
        "/activities?kind=%25",
        "/activities?kind=a.b.c",
        "/activities?since=yesterday",
        "/explain?registry=main&repository=qa/app&action=fly",
        "/explain?registry=main",
        "/repositories?namespace=qa",
        "/repositories?registry=main",
    ] {
        let answer = tenants.get("root", &format!("/api/v1{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.body);
        assert_eq!(problem(&answer), "malformed-query");
    }
    for kind in ["_ccount", "account_create", "ccount"] {
        let answer = tenants.get("root", &format!("/api/v1/activities?kind={kind}")).await;
        assert_eq!(answer.expect(StatusCode::OK).json(), Value::Array(Vec::new()), "{kind}");
    }
    let answer = tenants.get("root", "/api/v1/activities?kind=account&per_page=2").await;
    assert_eq!(names(&answer, "kind").len(), 2);
}

#[tokio::test]
async fn lists_show_what_the_caller_can_pull() {
    let tenants = Tenants::new().await;
    for (who, paths) in [
        ("", vec!["public/app"]),
        ("bob", vec!["public/app", "rivals/app"]),
        ("carol", vec!["public/app", "qa/app"]),
        ("ci", vec!["public/app", "qa/app"]),
        ("root", vec!["public/app", "qa/app", "rivals/app"]),
    ] {
        let answer = tenants.get(who, "/api/v1/repositories").await.expect(StatusCode::OK);
        assert_eq!(names(&answer, "full_name"), paths, "{who}");
    }
    let within = "/api/v1/repositories?registry=main&namespace=qa";
    assert_eq!(names(&tenants.get("carol", within).await, "full_name"), ["qa/app"]);
    tenants.get("bob", within).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn strangers_see_nothing_where_the_operator_says_so() {
    let tenants = Tenants::of(World::closed().await).await;
    for path in ["namespaces", "repositories", "repositories/main/public/app", "tags/main/zz/app"] {
        let path = format!("/api/v1/{path}");
        let answer = tenants.get("", &path).await.expect(StatusCode::UNAUTHORIZED);
        assert_eq!(problem(&answer), "credentials-missing", "{path}");
    }
    tenants.get("", "/api/v1/health").await.expect(StatusCode::OK);
    let answer = tenants.get("carol", "/api/v1/repositories/main/public/app").await;
    answer.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_repository_is_named_with_its_slashes_or_with_encoded_ones() {
    let tenants = Tenants::new().await;
    for path in ["qa/app", "qa%2Fapp"] {
        let answer = tenants.get("alice", &format!("/api/v1/repositories/main/{path}")).await;
        assert_eq!(answer.expect(StatusCode::OK).json()["full_name"], "qa/app");
        let tags = tenants.get("alice", &format!("/api/v1/tags/main/{path}")).await;
        assert_eq!(names(&tags, "name"), ["1"]);
        let tag = tenants.get("alice", &format!("/api/v1/tags/main/{path}:1")).await;
        let digest = tag.expect(StatusCode::OK).text("digest").unwrap();
        let manifest = format!("/api/v1/manifests/main/{path}@{digest}");
        let manifest = tenants.get("alice", &manifest).await.expect(StatusCode::OK).json();
        assert_eq!(manifest["tags"][0], "1");
        assert_eq!(manifest["layers"][0]["size"], 88_300_000);
    }
    for path in ["tags/main/qa/app:2", "manifests/main/qa/app@sha256:1", "manifests/main/qa/app:1"]
    {
        let answer = tenants.get("alice", &format!("/api/v1/{path}")).await;
        assert_eq!(problem(&answer.expect(StatusCode::NOT_FOUND)), "not-found", "{path}");
    }
}

/// A token is shown once; one that is made with another one is good for no more than that.
#[tokio::test]
async fn a_token_is_made_used_and_revoked() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/users/alice/application_tokens";
    let body = r#"{"application": "a b/c", "actions": ["api", "pull"],
        "namespaces": [{"registry": "main", "namespace": "qa"}]}"#;
    let made = tenants.ask("alice", "POST", path, body).await.expect(StatusCode::CREATED);
    let secret = made.text("plain_token").unwrap();
    assert!(secret.starts_with("portus_t_"));
    let again = tenants.ask("alice", "POST", path, body).await.expect(StatusCode::CONFLICT);
    assert_eq!(problem(&again), "taken");
    let listed = tenants.get("alice", path).await.expect(StatusCode::OK);
    assert!(!listed.body.contains(&secret));
    assert_eq!(names(&listed, "application"), ["a b/c", "all"]);

    let bearer = format!("Bearer {secret}");
    let headers = [("authorization", &*bearer)];
    let seen = tenants.with(Method::GET, "/api/v1/repositories", &headers).await;
    assert_eq!(names(&seen, "full_name"), ["qa/app"], "only where it is for");
    let own = tenants.with(Method::GET, path, &headers).await;
    assert_eq!(own.status, StatusCode::NOT_FOUND, "it manages nothing: {}", own.body);
    let narrow = tenants.token("alice", "narrow", "api").await;
    let narrow = format!("Bearer {}", narrow.expose());
    let wider = Request::post(path).header("authorization", narrow);
    let wider = wider.header("content-type", "application/json");
    let wider = tenants.send(wider.body(Body::from(body)).unwrap()).await;
    assert_eq!(problem(&wider.expect(StatusCode::FORBIDDEN)), "not-allowed");

    let one = format!("{path}/a%20b%2Fc");
    tenants.ask("bob", "DELETE", &one, "").await.expect(StatusCode::NOT_FOUND);
    tenants.ask("alice", "DELETE", &one, "").await.expect(StatusCode::NO_CONTENT);
    tenants.ask("alice", "DELETE", &one, "").await.expect(StatusCode::NOT_FOUND);
    let over = tenants.with(Method::GET, "/api/v1/self", &headers).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED, "{}", over.body);
}

#[tokio::test]
async fn what_is_asked_about_oneself_is_explained() {
    let tenants = Tenants::new().await;
    let ask = "/api/v1/explain?registry=main&repository=qa/app&action";
    let pull = tenants.get("carol", &format!("{ask}=pull")).await.expect(StatusCode::OK).json();
    assert_eq!((&pull["allowed"], &pull["username"]), (&true.into(), &"carol".into()));
    let push = tenants.get("carol", &format!("{ask}=push")).await.json();
    assert_eq!(push["allowed"], false);
    assert!(push["reason"].as_str().unwrap().starts_with("denied: "), "{push}");
    let other = format!("{ask}=pull&username=carol");
    assert_eq!(tenants.get("alice", &other).await.expect(StatusCode::OK).json()["allowed"], true);
    tenants.get("bob", &other).await.expect(StatusCode::NOT_FOUND);
    let anonymous = format!("{ask}=pull&anonymous=true");
    assert_eq!(tenants.get("root", &anonymous).await.json()["allowed"], false);
}

/// SR9: of a private place nobody learns that it is there, whatever she asks.
#[tokio::test]
async fn sr9_a_private_place_is_explained_like_one_that_is_not_there() {
    let tenants = Tenants::new().await;
    for who in ["bob", "root"] {
        let asked = |name: &str| {
            let path = format!("/api/v1/explain?registry=main&repository={name}/app&action=push");
            let tenants = &tenants;
            async move { tenants.get(who, &path).await }
        };
        let (real, unused) = (asked("qa").await, asked("zz").await);
        assert_eq!(real.status, unused.status);
        let same = real.json()["reason"] == unused.json()["reason"];
        assert_eq!(same, who == "bob", "{who}: {}", real.body);
    }
}

#[tokio::test]
async fn bodies_are_json_and_not_large() {
    let tenants = Tenants::new().await;
    let send = |kind: &'static str, body: String| {
        let tenants = &tenants;
        async move {
            let token = format!("Bearer {}", tenants.tokens["root"].expose());
            let request = Request::post("/api/v1/teams").header("authorization", token);
            let request = request.header("content-type", kind).body(Body::from(body)).unwrap();
            tenants.send(request).await
        }
    };
    let json = "application/json";
    for (kind, body, status, code) in [
        ("text/plain", "{}".to_owned(), 415, "media-type"),
        ("application/x-www-form-urlencoded", "name=x".into(), 415, "media-type"),
        (json, String::new(), 400, "malformed-body"),
        (json, "{".into(), 400, "malformed-body"),
        (json, r#"{"name": "a"} {}"#.into(), 400, "malformed-body"),
        (json, "[]".into(), 422, "invalid-value"),
        (json, "{}".into(), 422, "invalid-value"),
        (json, r#"{"name": 1}"#.into(), 422, "invalid-value"),
        (json, r#"{"name": " "}"#.into(), 422, "invalid-value"),
        (json, r#"{"name": "a", "name": "b"}"#.into(), 422, "invalid-value"),
        (json, format!(r#"{{"name": "{}"}}"#, "a".repeat(70_000)), 413, "body-too-large"),
    ] {
        let answer = send(kind, body).await;
        assert_eq!((answer.status.as_u16(), &*problem(&answer)), (status, code), "{kind}");
    }
    let answer = send("application/json; charset=utf-8", r#"{"name": "new"}"#.into()).await;
    assert_eq!(answer.expect(StatusCode::CREATED).json()["role"], "owner");
}

#[tokio::test]
async fn who_has_an_answer_gets_no_second_one() {
    let tenants = Tenants::new().await;
    let bearer = format!("Bearer {}", tenants.tokens["root"].expose());
    let path = "/api/v1/teams";
    let first = tenants.get("root", path).await.expect(StatusCode::OK);
    let tag = first.header("etag").unwrap().to_owned();
    let headers = [("authorization", &*bearer), ("if-none-match", &*tag)];
    let again = tenants.with(Method::GET, path, &headers).await.expect(StatusCode::NOT_MODIFIED);
    assert_eq!((&*again.body, again.header("etag")), ("", Some(&*tag)));
    let other = tenants.with(Method::GET, path, &[("if-none-match", &tag)]).await;
    other.expect(StatusCode::UNAUTHORIZED);
    let body = r#"{"name": "new"}"#;
    tenants.ask("root", "POST", path, body).await.expect(StatusCode::CREATED);
    tenants.with(Method::GET, path, &headers).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn times_are_utc_and_no_cache_gives_an_answer_to_another() {
    let tenants = Tenants::new().await;
    let answer = tenants.get("alice", "/api/v1/users/alice").await.expect(StatusCode::OK);
    assert!(answer.text("created_at").unwrap().ends_with('Z'));
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    assert_eq!(answer.json()["namespace"], "alice");
    let health = tenants.world.send(get("/api/v1/health", None)).await.expect(StatusCode::OK);
    assert_eq!(health.json()["database"]["success"], true);
}
