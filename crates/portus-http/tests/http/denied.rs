//! Whatever is refused is in the audit, by whom it was asked for and with the truth about why.

use axum::http::{Method, StatusCode};
use portus_core::activity::{Activity, Outcome};
use portus_core::page::Slice;
use portus_core::port::{ActivityFilter, Browse};
use portus_core::usecase::WriteNotes;
use portus_http::Limits;

use crate::api::Tenants;
use crate::browser::{Browser, SESSION};
use crate::world::{SERVICE, World, alice, from, get, notification};

/// The refusals that the audit has.
async fn refusals(world: &World) -> Vec<Activity> {
    let (store, clock) = (world.store.clone(), std::sync::Arc::new(world.clock.clone()));
    WriteNotes { store, clock, notes: world.notes.clone() }.run().await.unwrap();
    let filter = ActivityFilter { outcome: Some(Outcome::Refused), ..ActivityFilter::default() };
    world.memory.activities(&filter, &Slice::first(1000)).await.unwrap().rows
}

/// One row says all of this, with the request that it was.
#[track_caller]
fn is_told(rows: &[Activity], [kind, actor, object, detail]: [&str; 4]) {
    let row = rows.iter().find(|row| row.object == object && row.detail.contains(detail));
    let row = row.unwrap_or_else(|| panic!("{object}: {detail:?} is not in {rows:#?}"));
    assert_eq!((&*row.kind, &*row.actor), (kind, actor), "{row:?}");
    assert!(row.request.is_some() && row.address.is_some(), "{row:?}");
}

const DENIED: &str = "access.refused";

#[tokio::test]
async fn what_rest_refuses_is_told_even_where_the_answer_is_that_nothing_is_there() {
    let tenants = Tenants::new().await;
    for (who, method, path, body, status, actor, detail) in [
        // What she may know of.
        (
            "carol",
            "POST",
            "/api/v1/users",
            r#"{"username": "x", "password": "secret horse", "admin": false}"#,
            403,
            "carol",
            "manage accounts",
        ),
        // What she may not.
        ("bob", "GET", "/api/v1/namespaces/main/qa", "", 404, "bob", "not to be seen"),
        ("bob", "DELETE", "/api/v1/repositories/main/qa/app", "", 404, "bob", "not to be seen"),
        (
            "bob",
            "GET",
            "/api/v1/who-can?registry=main&namespace=qa&action=pull",
            "",
            404,
            "bob",
            "ask what others may do",
        ),
        (
            "bob",
            "GET",
            "/api/v1/explain?registry=main&repository=qa/app&action=pull&username=alice",
            "",
            404,
            "bob",
            "ask what others may do",
        ),
        (
            "bob",
            "DELETE",
            "/api/v1/users/alice/application_tokens/all",
            "",
            404,
            "bob",
            "manage tokens",
        ),
        (
            "bob",
            "PATCH",
            "/api/v1/teams/qa",
            r#"{"name": "mine"}"#,
            404,
            "bob",
            "rename or delete a team",
        ),
        ("nobody", "GET", "/api/v1/repositories/main/qa/app", "", 404, "", "not to be seen"),
    ] {
        let answer = tenants.ask(who, method, path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", answer.body);
        let rows = refusals(&tenants.world).await;
        let object = format!("{method} {}", path.split('?').next().unwrap());
        is_told(&rows, [DENIED, actor, &object, detail]);
    }
    // What nobody could ever see, and what cannot be a name, was refused to nobody.
    let before = refusals(&tenants.world).await.len();
    for path in
        ["/api/v1/nothing", "/api/v1/namespaces/main/UPPER", "/api/v1/namespaces/main/..%2f"]
    {
        tenants.get("bob", path).await.expect(StatusCode::NOT_FOUND);
    }
    assert_eq!(refusals(&tenants.world).await.len(), before);
}

#[tokio::test]
async fn forged_requests_and_tokens_for_something_else_are_told() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let pull = tenants.token("carol", "pull", "pull").await;
    let bearer = format!("Bearer {}", pull.expose());
    let ask = |headers: &'static [(&'static str, &'static str)]| {
        let mut request = axum::http::Request::delete("/api/v1/teams/qa");
        request = request.header("cookie", format!("{SESSION}={}", tenants.session));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.send(from(request.body(axum::body::Body::empty()).unwrap(), "192.0.2.9"))
    };
    ask(&[("sec-fetch-site", "cross-site")]).await.expect(StatusCode::FORBIDDEN);
    ask(&[("sec-fetch-site", "same-origin")]).await.expect(StatusCode::FORBIDDEN);
    let request = axum::http::Request::get("/api/v1/self").header("authorization", bearer);
    let lacking = world.send(from(request.body(axum::body::Body::empty()).unwrap(), "192.0.2.9"));
    lacking.await.expect(StatusCode::FORBIDDEN);
    let request = axum::http::Request::get("/api/v1/teams").header("authorization", "Bearer guess");
    let guessed = world.send(from(request.body(axum::body::Body::empty()).unwrap(), "192.0.2.9"));
    guessed.await.expect(StatusCode::UNAUTHORIZED);

    let browser = Browser::of(world, "bob").await;
    let sent = browser.send_form("/teams", &[("guard", "stale"), ("name", "x")]).await;
    sent.expect(StatusCode::FORBIDDEN);
    let mut foreign = browser.request(Method::POST, "/sessions/end", "");
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    browser.send(foreign).await.expect(StatusCode::FORBIDDEN);

    let rows = refusals(world).await;
    is_told(&rows, [DENIED, "alice", "DELETE /api/v1/teams/qa", "another site"]);
    is_told(&rows, [DENIED, "alice", "DELETE /api/v1/teams/qa", "needs its guard"]);
    is_told(&rows, [DENIED, "carol", "GET /api/v1/self", "lacks the action `api`"]);
    is_told(&rows, [DENIED, "", "GET /api/v1/teams", "takes application tokens"]);
    is_told(&rows, [DENIED, "bob", "POST /teams", "guard is missing or wrong"]);
    is_told(&rows, [DENIED, "bob", "POST /sessions/end", "another site"]);
    let said = format!("{rows:?}");
    assert!(!said.contains("guess\"") && !said.contains(pull.expose()), "SR3, SR21: {said}");
}

#[tokio::test]
async fn pages_tell_what_they_refuse_and_what_they_hide() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let carol = Browser::of(world, "carol").await;
    carol.get("/admin").await.expect(StatusCode::FORBIDDEN);
    carol.get("/namespaces/main/rivals").await.expect(StatusCode::NOT_FOUND);
    carol.get("/access/who-can?registry=main&namespace=rivals").await.expect(StatusCode::NOT_FOUND);
    carol
        .get("/access?registry=main&repository=rivals/app&who=bob")
        .await
        .expect(StatusCode::NOT_FOUND);
    carol.get("/setup/portus_x_secret").await.expect(StatusCode::NOT_FOUND);
    let before = refusals(world).await;
    is_told(&before, [DENIED, "carol", "GET /admin", "denied: to look after Portus is for admins"]);
    is_told(&before, [DENIED, "carol", "GET /namespaces/main/rivals", "not to be seen"]);
    is_told(&before, [DENIED, "carol", "GET /access/who-can", "ask what others may do"]);
    is_told(&before, [DENIED, "carol", "GET /access", "ask what others may do"]);
    is_told(&before, [DENIED, "carol", "GET /setup/***", "not to be seen"]);
    carol.get("/favicon.ico").await.expect(StatusCode::NOT_FOUND);
    assert_eq!(refusals(world).await.len(), before.len(), "there is no such page");
}

/// What a refusal says is on its page, with a way to the page that explains it.
#[tokio::test]
async fn a_refusal_says_why_and_leads_to_what_explains_it() {
    let tenants = Tenants::new().await;
    let carol = Browser::of(&tenants.world, "carol").await;
    for (page, why, link) in [
        ("/admin", "denied: to look after Portus is for admins", "/access/what-can?who=carol"),
        (
            "/namespaces/main/qa/settings",
            "denied: to change who can see a namespace is for the team&#39;s members from owner up",
            "/access?registry=main&#38;repository=qa%2F&#38;action=push&#38;who=carol",
        ),
        (
            "/deletions/new?registry=main&repository=qa/app&tag=1",
            "denied: ",
            "/access?registry=main&#38;repository=qa%2Fapp&#38;action=delete&#38;who=carol",
        ),
    ] {
        let shown = carol.get(page).await.expect(StatusCode::FORBIDDEN);
        assert!(shown.body.contains(why), "{page}: {}", shown.body);
        assert!(shown.body.contains(&format!("href=\"{link}\"")), "{page}: {}", shown.body);
        carol.get(&link.replace("&#38;", "&")).await.expect(StatusCode::OK);
    }
    let fields = [("registry", "main"), ("path", "qa/app"), ("text", "Mine")];
    let shown = carol.post("/descriptions/repository", &fields).await.expect(StatusCode::FORBIDDEN);
    assert!(shown.body.contains("repository=qa%2Fapp"), "{}", shown.body);
}

#[tokio::test]
async fn refused_token_requests_are_told() {
    let world = World::new().await;
    let form = format!("grant_type=refresh_token&refresh_token=portus_r_guess&service={SERVICE}");
    world.post(&form).await.expect(StatusCode::BAD_REQUEST);
    world.post(&form).await.expect(StatusCode::BAD_REQUEST);
    let asked = format!("service={SERVICE}&offline_token=true");
    let refresh = world.get(&asked, Some(&alice())).await.text("refresh_token").unwrap();
    let grant = |service: &str| {
        format!("grant_type=refresh_token&refresh_token={refresh}&service={service}")
    };
    world.post(&grant("other.test")).await.expect(StatusCode::BAD_REQUEST);
    world.get("service=nowhere.test", Some(&alice())).await.expect(StatusCode::BAD_REQUEST);
    world.clock.advance(std::time::Duration::from_secs(91 * 24 * 3600));
    // Which raises the epoch, so that nothing is remembered.
    world.disable("bob").await;
    world.post(&grant(SERVICE)).await.expect(StatusCode::BAD_REQUEST);
    let bearer = axum::http::Request::get(format!("/v2/token?service={SERVICE}"))
        .header("authorization", "Bearer something")
        .body(axum::body::Body::empty());
    world.send(bearer.unwrap()).await.expect(StatusCode::UNAUTHORIZED);

    let rows = refusals(&world).await;
    let failed = "account.sign_in_failed";
    is_told(&rows, [failed, "", "(not a username)", "unknown, ended or revoked refresh token"]);
    let guess = rows.iter().find(|row| row.detail.contains("unknown, ended"));
    assert_eq!(guess.unwrap().count, 2, "the same within a minute is one row");
    is_told(&rows, [failed, "", "alice", "unused for too long"]);
    is_told(&rows, ["token.refused", "alice", "other.test", "for another registry"]);
    is_told(&rows, ["token.refused", "alice", "nowhere.test", "no registry is known"]);
    is_told(&rows, [DENIED, "", "GET /v2/token", "does not hold credentials"]);
}

/// SR18: who has to wait is in the audit, and a storm of it is a few rows.
#[tokio::test(start_paused = true)]
async fn who_sends_too_much_is_told_in_few_rows() {
    let limits = Limits {
        api_requests: 5,
        notification_networks: vec!["10.0.0.0/8".parse().unwrap()],
        ..Limits::default()
    };
    let world = World::with(limits).await;
    let target = format!("/v2/token?service={SERVICE}");
    for number in 0..70 {
        let guess = get(&target, Some(&format!("user{number}:wrong")));
        world.send(from(guess, "192.0.2.1")).await;
    }
    for number in 0..70 {
        world.send(from(get(&format!("/api/v1/teams?page={number}"), None), "192.0.2.2")).await;
    }
    for number in 0..200 {
        let one = format!("/api/v1/namespaces/main/n{number}");
        world.send(from(get(&one, None), &format!("[2001:db8::{number:x}]"))).await;
    }
    let secret = world.secret("main");
    let elsewhere = world.send(from(notification("{}", &secret), "192.0.2.3")).await;
    elsewhere.expect(StatusCode::FORBIDDEN);

    let rows = refusals(&world).await;
    is_told(&rows, [DENIED, "", "GET /v2/token", "too many wrong credentials"]);
    is_told(&rows, [DENIED, "", "GET /api/v1/teams", "too many requests"]);
    is_told(&rows, [DENIED, "", "POST /v2/webhooks/events", "not taken from this address"]);
    let of = |start: &str| {
        let here = |row: &&Activity| row.address.as_deref().unwrap().starts_with(start);
        rows.iter().filter(here).map(|row| row.count).collect::<Vec<_>>()
    };
    let network = of("2001:db8:");
    assert!(network.len() <= 6, "one network is one source: {network:?}");
    assert_eq!(network.iter().sum::<u32>(), 200, "and each of its requests is counted");
    assert!(of("192.0.2.1").len() <= 22, "{rows:#?}");
}

/// SR18: nobody looks at so many pages; who does waits, and others do not.
#[tokio::test(start_paused = true)]
async fn sr18_who_asks_for_too_many_pages_is_told_calmly_to_wait() {
    let world = World::with(Limits { page_requests: 12, ..Limits::default() }).await;
    let (stranger, mut alice) = (Browser::new(&world), Browser::of(&world, "alice").await);
    alice.address = "192.0.2.44";
    for _ in 0..13 {
        alice.get("/teams").await;
    }
    let limited = alice.get("/teams").await.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.header("retry-after"), Some("60"));
    assert!(limited.body.contains("Nothing was changed; go on in 60 s."), "{}", limited.body);
    assert!(limited.body.contains("<main"), "it is a page: {}", limited.body);
    alice.headers.push(("accept-language", "de".into()));
    let german = alice.get("/teams").await.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(german.body.contains("in 60 s geht es weiter"), "{}", german.body);
    stranger.get("/").await.expect(StatusCode::OK);
    let assets = limited.body.split("href=\"").find(|rest| rest.starts_with("/assets/")).unwrap();
    let asset = assets.split('"').next().unwrap();
    for _ in 0..30 {
        stranger.get(asset).await.expect(StatusCode::OK);
    }
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
    alice.get("/teams").await.expect(StatusCode::OK);
    let rows = refusals(&world).await;
    is_told(&rows, [DENIED, "alice", "GET /teams", "too many pages"]);
}

/// Owners see who was refused what in their namespaces, and nobody else does.
#[tokio::test]
async fn what_was_refused_in_a_namespace_is_for_those_who_keep_it() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let bob = format!("bob:{}", crate::world::PASSWORD);
    let asked = format!("service={SERVICE}&scope=repository:qa/app:push");
    world.get(&asked, Some(&bob)).await.expect(StatusCode::OK);
    // Hers, but not for this token: Access would say that she may.
    let narrow = format!("alice:{}", tenants.token("alice", "narrow", "pull").await.expose());
    let narrowly = format!("service={SERVICE}&scope=repository:qa/narrow:push");
    world.get(&narrowly, Some(&narrow)).await.expect(StatusCode::OK);
    let rivals = format!("service={SERVICE}&scope=repository:rivals/app:pull");
    world.get(&rivals, Some(&alice())).await.expect(StatusCode::OK);
    refusals(world).await;

    let path = "/api/v1/namespaces/main/qa/activities";
    let list = tenants.get("alice", &format!("{path}?outcome=refused")).await;
    let rows = list.expect(StatusCode::OK).json();
    assert_eq!(rows.as_array().unwrap().len(), 2, "{rows}");
    let row = rows.as_array().unwrap().iter().find(|row| row["object"] == "qa/app").unwrap();
    assert_eq!(row["actor"].as_str(), Some("bob"));
    assert_eq!(
        (row["kind"].as_str(), row["outcome"].as_str()),
        (Some("token.refused"), Some("refused"))
    );
    assert!(row.get("address").is_none() && row.get("request_id").is_none(), "{row}");
    let done = tenants.get("carol", path).await.expect(StatusCode::OK).json();
    assert!(done.as_array().unwrap().iter().all(|row| row["outcome"] == "done"), "{done}");
    let refused = format!("{path}?outcome=refused");
    tenants.get("carol", &refused).await.expect(StatusCode::FORBIDDEN);
    tenants.get("bob", &refused).await.expect(StatusCode::NOT_FOUND);
    tenants.get("nobody", &refused).await.expect(StatusCode::UNAUTHORIZED);

    let page = "/namespaces/main/qa/activity?only=refused";
    let owner = Browser::of(world, "alice").await;
    let shown = owner.get(page).await.expect(StatusCode::OK).body;
    assert!(shown.contains("was refused") && shown.contains("qa/app"), "{shown}");
    assert!(!shown.contains("rivals"), "{shown}");
    // Each says where it is explained, there and in the audit.
    let why = "/access?registry=main&#38;repository=qa%2Fapp&#38;action=push&#38;who=bob";
    let link = format!(r#"<a href="{why}" aria-label="Why qa/app was refused">Why</a>"#);
    assert!(shown.contains(&link) && shown.contains("qa/narrow"), "{shown}");
    assert!(!shown.contains("repository=qa%2Fnarrow"), "{shown}");
    owner.get(&why.replace("&#38;", "&")).await.expect(StatusCode::OK);
    let root = Browser::of(world, "root").await;
    let audit = root.get("/audit?kind=token.refused").await.expect(StatusCode::OK).body;
    assert!(audit.contains(&link) && audit.contains("repository=rivals%2Fapp"), "{audit}");
    assert_eq!(root.get("/audit?kind=account").await.body.matches(">Why<").count(), 0);
    let namespace = owner.get("/namespaces/main/qa").await.body;
    assert!(namespace.contains("/namespaces/main/qa/activity?only=refused"), "{namespace}");
    let member = Browser::of(world, "carol").await;
    member.get(page).await.expect(StatusCode::FORBIDDEN);
    let done = member.get("/namespaces/main/qa/activity").await.expect(StatusCode::OK).body;
    assert!(!done.contains("only=refused") && !done.contains("was refused"), "{done}");
    Browser::of(world, "bob").await.get(page).await.expect(StatusCode::NOT_FOUND);
}

/// SR18
#[tokio::test]
async fn who_asks_for_too_many_accounts_is_told() {
    let world = World::open().await;
    let browser = Browser::new(&world);
    let mut last = StatusCode::OK;
    for number in 0..200 {
        let name = format!("guest{number}");
        let fields = [("username", &*name), ("password", "a long pass phrase")];
        last = browser.post("/sign-up", &fields).await.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        browser.cookies.borrow_mut().clear();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    is_told(&refusals(&world).await, [DENIED, "", "POST /sign-up", "too many tries"]);
}
