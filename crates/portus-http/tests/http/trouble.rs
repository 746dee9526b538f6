//! What clients see when something behind the routes does not work, and when they try too often.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use portus_core::secret::SecretKind;
use portus_http::Limits;

use crate::world::{Answer, ORIGIN, SERVICE, World, alice, from, get, post_form};

fn is_unavailable(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(answer.error(), ("UNAVAILABLE".into(), "try again later".into()));
    assert!(answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn everything_waits_for_a_store_that_is_away() {
    let world = World::new().await;
    let secret = world.secret("main");
    world.memory.set_away(true);
    let query = format!("service={SERVICE}&scope=repository:public/app:pull");
    is_unavailable(&world.get(&query, Some(&alice())).await);
    is_unavailable(&world.get(&query, None).await);
    let form = format!("grant_type=refresh_token&refresh_token=x&service={SERVICE}");
    let posted = world.post(&form).await;
    is_unavailable(&posted);
    assert_eq!(posted.text("error").as_deref(), Some("temporarily_unavailable"));
    is_unavailable(&world.send(crate::world::notification("{}", &secret)).await);
}

#[tokio::test]
async fn too_many_passwords_at_once_wait() {
    let world = World::new().await;
    world.passwords.set_busy(true);
    let answer = world.get(&format!("service={SERVICE}"), Some(&alice())).await;
    is_unavailable(&answer);
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn a_missing_key_is_waited_for() {
    let world = World::new().await;
    world.signer.set_trouble("no key");
    is_unavailable(&world.get(&format!("service={SERVICE}"), None).await);
}

#[tokio::test]
async fn nobody_outside_is_told_what_broke() {
    let world = World::new().await;
    for trouble in ["a canary-secret in the library", "panic"] {
        world.signer.set_trouble(trouble);
        let answer = world.get(&format!("service={SERVICE}"), None).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.error(), ("UNKNOWN".into(), "something went wrong here".into()));
        assert!(answer.header("x-request-id").is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_comes_whole_is_ended() {
    let world = World::new().await;
    let never =
        || Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let answer = world.send(Request::post("/v2/token").body(never()).unwrap()).await;
    is_unavailable(&answer);
    is_unavailable(&world.notify(never()).await);
}

/// SR18.
#[tokio::test(start_paused = true)]
async fn wrong_passwords_are_limited_by_address() {
    let world = World::new().await;
    let target = format!("/v2/token?service={SERVICE}");
    let guess = |address: &'static str, password: String| {
        world.send(from(get(&target, Some(&password)), address))
    };
    assert_eq!(guess("192.0.2.1", alice()).await.status, StatusCode::OK);
    for number in 0..60 {
        let answer = guess("192.0.2.1", format!("user{number}:wrong")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "guess {number}");
    }
    let hashed = world.passwords.verifications();
    let limited = guess("192.0.2.1", "user60:wrong".into()).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.error().0, "TOOMANYREQUESTS");
    assert_eq!(limited.header("retry-after"), Some("1"));
    assert_eq!(world.passwords.verifications(), hashed, "nothing was hashed");
    assert_eq!(guess("192.0.2.1", alice()).await.status, StatusCode::OK, "who is right goes on");
    assert_eq!(guess("192.0.2.2", "user60:wrong".into()).await.status, StatusCode::UNAUTHORIZED);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(guess("192.0.2.1", "user60:wrong".into()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(start_paused = true)]
async fn tokens_go_on_where_passwords_are_limited() {
    let world = World::new().await;
    let token = world.application_token("pull").await;
    let target = format!("/v2/token?service={SERVICE}");
    for number in 0..70 {
        let _ = world.send(get(&target, Some(&format!("user{number}:wrong")))).await;
    }
    let basic = format!("alice:{}", token.expose());
    assert_eq!(world.send(get(&target, Some(&basic))).await.status, StatusCode::OK);
    assert_eq!(world.send(get(&target, None)).await.status, StatusCode::OK, "so do strangers");
}

/// SR18.
#[tokio::test(start_paused = true)]
async fn a_job_with_a_token_that_ended_keeps_nobody_out() {
    let world = World::new().await;
    let target = format!("/v2/token?service={SERVICE}");
    let job = SecretKind::Application.secret(&[7; 32]);
    let job = format!("alice:{}", job.expose());
    let mut last = StatusCode::OK;
    for _ in 0..200 {
        last = world.send(get(&target, Some(&job))).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(world.send(get(&target, Some(&alice()))).await.status, StatusCode::OK);
    let token = world.application_token("pull").await;
    let good = format!("alice:{}", token.expose());
    assert_eq!(world.send(get(&target, Some(&good))).await.status, StatusCode::OK);
}

/// SR18: containerd tries POST, and GET after it.
#[tokio::test(start_paused = true)]
async fn the_two_tries_of_containerd_are_one_failure() {
    let world = World::new().await;
    for number in 0..60 {
        let form =
            format!("grant_type=password&username=user{number}&password=wrong&service={SERVICE}");
        assert_eq!(world.send(post_form(&form)).await.status, StatusCode::UNAUTHORIZED);
        let basic = format!("user{number}:wrong");
        let answer = world.get(&format!("service={SERVICE}"), Some(&basic)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "guess {number}");
    }
    let answer = world.get(&format!("service={SERVICE}"), Some("user60:wrong")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(start_paused = true)]
async fn refresh_tokens_as_the_password_of_nobody_are_not_counted() {
    let world = World::new().await;
    let query = format!("service={SERVICE}");
    for _ in 0..200 {
        let answer = world.get(&query, Some(":portus_r_revoked")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = world.get(&query, Some("alice:wrong")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(start_paused = true)]
async fn wrong_notification_secrets_are_limited_and_the_right_one_never() {
    let world = World::new().await;
    let send = |secret: &str| {
        let secret = portus_core::secret::Secret::new(secret);
        world.send(crate::world::notification(r#"{"events":[]}"#, &secret))
    };
    for number in 0..60 {
        let answer = send(&format!("wrong{number}")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{number}");
    }
    let limited = send("wrong60").await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.header("retry-after"), Some("1"));
    for _ in 0..100 {
        assert!(world.notify(r#"{"events":[]}"#).await.status.is_success());
    }
    let query = format!("service={SERVICE}");
    let other = world.get(&query, Some("alice:wrong")).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED, "passwords are counted apart");
}

#[tokio::test]
async fn the_address_behind_a_trusted_proxy_is_what_is_limited() {
    let limits =
        Limits { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Limits::default() };
    let world = Arc::new(World::with(limits).await);
    let guess = |client: String, number: u32| {
        let world = world.clone();
        async move {
            let target = format!("/v2/token?service={SERVICE}");
            let mut request = get(&target, Some(&format!("user{number}:wrong")));
            request.headers_mut().insert("x-forwarded-for", client.parse().unwrap());
            world.send(from(request, "10.1.1.1")).await.status
        }
    };
    for number in 0..200 {
        let client = format!("198.51.100.{number}");
        assert_eq!(guess(client, number).await, StatusCode::UNAUTHORIZED);
    }
}

/// SR18: else the connection is reset while the client still sends, and nobody reads the answer.
#[tokio::test]
async fn what_is_not_wanted_is_read_before_the_answer_and_only_so_far() {
    let world = World::new().await;
    for (path, chunks) in [
        ("/v2/token", 300),
        ("/v2/nothing", 300),
        ("/api/v1/teams", 300),
        ("/sign-in", 300),
        ("/v2/token", 1 << 30),
    ] {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = read.clone();
        let body = futures_util::stream::iter((0..chunks).map(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(vec![b'x'; 1000])
        }));
        let request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("origin", ORIGIN).body(Body::from_stream(body)).unwrap();
        let answer = world.send(from(request, "192.0.2.7")).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        let read = read.load(Ordering::Relaxed);
        assert!(read == chunks || (chunks > 300 && read < 10_000), "{path}: {read} of {chunks}");
    }
}
