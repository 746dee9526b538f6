//! `GET /v2/token`, as docker, podman, skopeo and crane use it.

use axum::http::StatusCode;
use portus_core::secret::SecretKind;

use crate::world::{PASSWORD, SERVICE, World, alice, encoded, get, notification, words};

#[tokio::test]
async fn a_token_comes_under_both_names_and_is_not_kept_by_caches() {
    let world = World::new().await;
    let answer = world
        .get(
            "account=alice&scope=repository%3Aqa%2Fapp%3Apull%2Cpush&service=registry.test",
            Some(&alice()),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(
        answer.body,
        r#"{"token":"token-1","access_token":"token-1","expires_in":300,"issued_at":"2026-05-28T20:26:40Z"}"#
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    let claims = world.signer.last();
    assert_eq!((&*claims.subject, claims.audience.as_str()), ("alice", SERVICE));
    assert_eq!(words(&claims.access), "qa/app:pull,push");
}

#[tokio::test]
async fn each_way_to_write_scopes_asks_for_the_same() {
    let world = World::new().await;
    for query in [
        "scope=repository:qa/a:pull&scope=repository:qa/b:pull,push",
        "scope=repository:qa/a:pull%20repository:qa/b:push,pull",
        "scope=repository:qa/a:pull+repository:qa/b:push&scope=repository:qa/b:pull",
        "scope=repository(plugin):qa/a:pull&scope=&scope=repository:qa/b:pull,push,frobnicate",
    ] {
        let answer = world.get(&format!("{query}&service={SERVICE}"), Some(&alice())).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
        assert_eq!(words(&world.signer.last().access), "qa/a:pull qa/b:pull,push", "{query}");
    }
}

#[tokio::test]
async fn what_is_granted_is_what_is_asked_for_and_allowed() {
    let world = World::new().await;
    for (who, scope, granted) in [
        (Some(alice()), "repository:qa/app:*", "qa/app:delete,pull,push as *"),
        (Some(alice()), "repository:qa/app:delete,pull", "qa/app:delete,pull"),
        (Some(alice()), "repository:host:5000/x:pull", "nothing"),
        (Some(alice()), "registry:catalog:*", "nothing"),
        (Some(alice()), "artifact:thing:read", "nothing"),
        (Some(alice()), "repository:nobody/app:pull", "nothing"),
        (Some(format!("bob:{PASSWORD}")), "repository:qa/app:pull", "nothing"),
        (Some(format!("bob:{PASSWORD}")), "repository:public/app:pull,push", "public/app:pull"),
        (None, "repository:public/app:*", "public/app:pull"),
        (None, "repository:qa/app:pull", "nothing"),
    ] {
        let query = format!("service={SERVICE}&scope={}", encoded(scope));
        let answer = world.get(&query, who.as_deref()).await;
        assert_eq!(answer.status, StatusCode::OK, "{scope}: {}", answer.body);
        let claims = world.signer.last();
        assert_eq!(words(&claims.access), granted, "{who:?} {scope}");
    }
}

#[tokio::test]
async fn no_scope_is_a_login() {
    let world = World::new().await;
    for query in ["", "&scope=", "&account=alice&client_id=docker"] {
        let answer = world.get(&format!("service={SERVICE}{query}"), Some(&alice())).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(world.signer.last().access, None);
    }
}

#[tokio::test]
async fn a_stranger_is_nobody_whatever_account_says() {
    let world = World::new().await;
    let answer = world.get(&format!("service={SERVICE}&account=alice"), None).await;
    assert_eq!((answer.status, &*world.signer.last().subject), (StatusCode::OK, ""));
    let bob = format!("bob:{PASSWORD}");
    world.get(&format!("service={SERVICE}&account=alice"), Some(&bob)).await;
    assert_eq!(world.signer.last().subject, "bob");
}

#[tokio::test]
async fn a_refresh_token_is_made_when_a_password_asks_for_it() {
    let world = World::new().await;
    let query = format!("account=alice&client_id=docker&offline_token=true&service={SERVICE}");
    let refresh = world.get(&query, Some(&alice())).await.text("refresh_token").unwrap();
    let secret = portus_core::secret::Secret::new(&*refresh);
    assert_eq!(SecretKind::of(&secret), Some(SecretKind::Refresh));
    let application = world.application_token("pull,push").await;
    for basic in [None, Some(format!("alice:{}", application.expose()))] {
        let answer = world.get(&query, basic.as_deref()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.text("refresh_token"), None);
    }
    let not_asked = world.get(&format!("service={SERVICE}"), Some(&alice())).await;
    assert_eq!(not_asked.text("refresh_token"), None);
}

#[tokio::test]
async fn a_refresh_token_may_come_as_the_password_of_nobody() {
    let world = World::new().await;
    let query = format!("offline_token=true&service={SERVICE}");
    let refresh = world.get(&query, Some(&alice())).await.text("refresh_token").unwrap();
    let query = format!("service={SERVICE}&scope=repository:qa/app:pull");
    let answer = world.get(&query, Some(&format!(":{refresh}"))).await;
    assert_eq!((answer.status, &*world.signer.last().subject), (StatusCode::OK, "alice"));
    let elsewhere = world.get("service=other.test", Some(&format!(":{refresh}"))).await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED, "it is bound to one registry");
    let wrong = world.get(&query, Some(":nonsense")).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_application_token_is_a_password_with_limits() {
    let world = World::new().await;
    let token = world.application_token("pull").await;
    let query = format!("service={SERVICE}&scope=repository:qa/app:pull,push");
    let answer = world.get(&query, Some(&format!("alice:{}", token.expose()))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(words(&world.signer.last().access), "qa/app:pull");
    let of_another = world.get(&query, Some(&format!("bob:{}", token.expose()))).await;
    assert_eq!(of_another.status, StatusCode::UNAUTHORIZED);
}

/// SR13.
#[tokio::test]
async fn every_way_not_to_get_in_looks_the_same() {
    let world = World::new().await;
    world.disable("bob").await;
    let query = format!("service={SERVICE}&scope=repository:qa/app:pull");
    let mut hashed = Vec::new();
    for basic in [
        "alice:wrong".to_owned(),
        "nobody:wrong".to_owned(),
        format!("bob:{PASSWORD}"),
        "a name:wrong".to_owned(),
        "ad\u{202e}min:wrong".to_owned(),
        "a\0lice:wrong".to_owned(),
        format!("{}:wrong", "long".repeat(200)),
    ] {
        let before = world.passwords.verifications();
        let answer = world.get(&query, Some(&basic)).await;
        hashed.push(world.passwords.verifications() - before);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{basic}");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Basic realm="portus""#));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(
            answer.body,
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"the username or the password is wrong"}]}"#,
            "{basic}"
        );
    }
    assert_eq!(hashed, [1; 7], "the work is the same");
    assert_eq!(world.signer.signed(), 0, "nothing falls back to anonymous");
}

#[tokio::test]
async fn credentials_that_cannot_be_read_are_refused_and_not_ignored() {
    let world = World::new().await;
    let target = format!("/v2/token?service={SERVICE}");
    for header in ["", "Basic", "Basic !!!", "Basic /////w==", "Bearer token-1", "Negotiate x"] {
        let request = axum::http::Request::get(&target).header("authorization", header);
        let answer = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header:?}");
        assert_eq!(answer.error().0, "UNAUTHORIZED");
    }
    let mut twice = get(&target, Some(&alice()));
    twice.headers_mut().append("authorization", "Basic Ym9iOng=".parse().unwrap());
    assert_eq!(world.send(twice).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.signer.signed(), 0);
}

#[tokio::test]
async fn names_and_passwords_may_be_unicode() {
    let world = World::new().await;
    let answer = world.get(&format!("service={SERVICE}"), Some("Älïçé:pässwörd")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.error().1, "the username or the password is wrong");
}

#[tokio::test]
async fn a_name_is_the_same_in_any_case_and_the_token_has_the_right_one() {
    let world = World::new().await;
    let answer = world.get(&format!("service={SERVICE}"), Some(&format!("ALICE:{PASSWORD}"))).await;
    assert_eq!((answer.status, &*world.signer.last().subject), (StatusCode::OK, "alice"));
}

/// SR1.
#[tokio::test]
async fn requests_that_say_nothing_clear_get_no_token() {
    let world = World::new().await;
    let many = "&scope=repository:qa/app:pull".repeat(101);
    let very_many = "&scope=x:y:z".repeat(3_000);
    for (query, status) in [
        ("", 400),
        ("service=", 400),
        ("service=evil.test", 400),
        ("service=registry.test%00", 400),
        ("service=REGISTRY.TEST", 400),
        ("service=registry.test&service=other.test", 400),
        ("service=registry.test&scope=nonsense", 400),
        ("service=registry.test&scope=repository:qa/app", 400),
        ("service=registry.test&scope=repository:qa/a%00pp:pull", 400),
        ("service=registry.test&scope=repository:qa/app:pull%0d%0aX-Evil:%201", 400),
        (&*format!("service=registry.test{many}"), 400),
        (&*format!("service=registry.test{very_many}"), 414),
    ] {
        for who in [None, Some(alice())] {
            let answer = world.get(query, who.as_deref()).await;
            let shown: String = query.chars().take(100).collect();
            assert_eq!(answer.status.as_u16(), status, "{shown}: {}", answer.body);
            assert!(!answer.error().1.is_empty());
            assert!(!answer.body.contains(SERVICE), "{shown}: {}", answer.body);
        }
    }
    assert_eq!(world.signer.signed(), 0);
}

/// SR1.
#[tokio::test]
async fn the_audience_is_the_registry_that_was_asked_for() {
    let world = World::new().await;
    world.get("service=other.test&scope=repository:qa/app:pull", Some(&alice())).await;
    let claims = world.signer.last();
    assert_eq!(claims.audience.as_str(), "other.test");
    assert_eq!(words(&claims.access), "nothing", "`qa` is in the other registry");
}

/// SR2: what is one kind of secret is no other.
#[tokio::test]
async fn a_secret_opens_only_what_it_was_made_for() {
    let world = World::new().await;
    let login = format!("offline_token=true&service={SERVICE}");
    let refresh = world.get(&login, Some(&alice())).await.text("refresh_token").unwrap();
    let application = world.application_token("pull,push,delete,api").await;
    let told = world.secret("main");
    let query = format!("service={SERVICE}");
    for password in [&*refresh, told.expose(), "token-1"] {
        let answer = world.get(&query, Some(&format!("alice:{password}"))).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{password} as a password");
    }
    for password in [application.expose(), told.expose(), PASSWORD, "token-1", ""] {
        let answer = world.get(&query, Some(&format!(":{password}"))).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{password} of nobody");
        let form = format!("grant_type=refresh_token&refresh_token={}&{query}", encoded(password));
        let answer = world.post(&form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{password} as a refresh token");
    }
    for secret in [application.expose(), &refresh, PASSWORD, "token-1"] {
        let secret = portus_core::secret::Secret::new(secret);
        let answer = world.send(notification("{}", &secret)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

/// SR14.
#[tokio::test]
async fn asking_for_tokens_changes_nothing() {
    let world = World::new().await;
    let before = world.state().await;
    for who in [None, Some(alice()), Some(format!("bob:{PASSWORD}")), Some("carol:x".to_owned())] {
        for scope in ["repository:qa/new:*", "repository:new/app:*", "repository:carol/app:push"] {
            let query = format!("service={SERVICE}&account=carol&scope={}", encoded(scope));
            world.get(&query, who.as_deref()).await;
        }
    }
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn head_is_answered_without_a_body() {
    let world = World::new().await;
    let request = axum::http::Request::head(format!("/v2/token?service={SERVICE}"));
    let answer = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::OK, ""));
}

#[tokio::test]
async fn other_methods_are_refused_with_the_ones_there_are() {
    let world = World::new().await;
    for (method, target, allow) in [
        ("PUT", "/v2/token", "GET,HEAD,POST"),
        ("OPTIONS", "/v2/token", "GET,HEAD,POST"),
        ("GET", "/v2/webhooks/events", "POST"),
    ] {
        let request = axum::http::Request::builder().method(method).uri(target);
        let answer = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), Some(allow), "{method} {target}");
        assert_eq!(answer.error().0, "UNSUPPORTED");
    }
}
