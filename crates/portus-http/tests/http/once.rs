//! Requests of the REST interface that come twice, and callers who send too many.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use openssl::sha::sha256;
use portus_core::port::{Clock, RequestKey, StoreError};
use portus_http::Limits;
use serde_json::{Value, json};

use crate::api::Tenants;
use crate::world::{Answer, World, from, get};

async fn post(tenants: &Tenants, who: &str, path: &str, key: &str, body: Value) -> Answer {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", tenants.tokens[who].expose()))
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    tenants.world.send(request.body(Body::from(body.to_string())).unwrap()).await
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.text("code").unwrap_or_default())
}

#[tokio::test]
async fn what_comes_twice_with_one_key_is_done_once_and_answered_alike() {
    let tenants = Tenants::new().await;
    let first = post(&tenants, "alice", "/api/v1/teams", "k1", json!({"name": "fresh"})).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    assert_eq!(first.header("idempotency-replayed"), None);
    let state = tenants.world.state().await;
    let second = post(&tenants, "alice", "/api/v1/teams", "k1", json!({"name": "fresh"})).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(second.header("content-type"), first.header("content-type"));
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(tenants.world.state().await, state);
    // Without the key it is another request.
    let plain = Request::post("/api/v1/teams")
        .header("authorization", format!("Bearer {}", tenants.tokens["alice"].expose()))
        .header("content-type", "application/json");
    let plain = plain.body(Body::from(json!({"name": "fresh"}).to_string())).unwrap();
    assert_eq!(code(&tenants.world.send(plain).await), (409, "taken".into()));
}

#[tokio::test]
async fn a_key_is_for_one_request_of_one_caller() {
    let tenants = Tenants::new().await;
    let teams = "/api/v1/teams";
    post(&tenants, "alice", teams, "k1", json!({"name": "fresh"})).await;
    let other = post(&tenants, "alice", teams, "k1", json!({"name": "other"})).await;
    assert_eq!(code(&other), (422, "key-of-another".into()));
    let bobs = post(&tenants, "bob", teams, "k1", json!({"name": "bobs"})).await;
    assert_eq!(bobs.status, StatusCode::CREATED);
    for odd in ["", "ä", "two words", &"k".repeat(256)] {
        let answer = post(&tenants, "alice", teams, odd, json!({"name": "never"})).await;
        assert_eq!(code(&answer), (422, "invalid-value".into()), "{odd}");
    }
}

/// A token that may less gets no answer of one that may more.
#[tokio::test]
async fn another_credential_of_the_same_account_is_another_caller() {
    let tenants = Tenants::new().await;
    let narrow = tenants.token("alice", "narrow", "api").await;
    post(&tenants, "alice", "/api/v1/teams", "k1", json!({"name": "fresh"})).await;
    let request = Request::post("/api/v1/teams")
        .header("authorization", format!("Bearer {}", narrow.expose()))
        .header("content-type", "application/json")
        .header("idempotency-key", "k1");
    let body = Body::from(json!({"name": "fresh"}).to_string());
    let answer = tenants.world.send(request.body(body).unwrap()).await;
    assert_eq!(code(&answer), (422, "key-of-another".into()));
}

#[tokio::test]
async fn what_was_refused_may_come_again_with_its_key() {
    let tenants = Tenants::new().await;
    let teams = "/api/v1/teams";
    let taken = post(&tenants, "alice", teams, "k1", json!({"name": "qa"})).await;
    assert_eq!(code(&taken), (409, "taken".into()));
    let fresh = post(&tenants, "alice", teams, "k1", json!({"name": "fresh"})).await;
    assert_eq!(fresh.status, StatusCode::CREATED);
}

/// What went wrong here may have been done: the retry hears that nobody knows.
#[tokio::test]
async fn what_failed_here_keeps_its_key() {
    let tenants = Tenants::new().await;
    let body = || json!({"username": "fresh", "password": "correct horse"});
    let ask = || post(&tenants, "root", "/api/v1/users", "k1", body());
    tenants.world.passwords.set_busy(true);
    assert_eq!(code(&ask().await), (503, "unavailable".into()));
    tenants.world.passwords.set_busy(false);
    assert_eq!(code(&ask().await), (409, "under-way".into()));
    tenants.world.clock.advance(Duration::from_secs(121));
    assert_eq!(code(&ask().await), (409, "outcome-unknown".into()));
    let other = post(&tenants, "root", "/api/v1/users", "k2", body()).await;
    assert_eq!(other.status, StatusCode::CREATED);
}

/// SR3: the secret of a token is not kept for a second answer.
#[tokio::test]
async fn a_secret_is_not_shown_twice() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/users/alice/application_tokens";
    let body = || json!({"application": "laptop", "actions": ["pull"]});
    let first = post(&tenants, "alice", path, "k1", body()).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    let secret = first.text("plain_token").unwrap();
    let second = post(&tenants, "alice", path, "k1", body()).await;
    assert_eq!(code(&second), (409, "shown-once".into()));
    assert!(!second.body.contains(&secret));
}

#[tokio::test]
async fn a_request_that_is_under_way_is_not_begun_again_and_a_lost_one_is_called_so() {
    let tenants = Tenants::new().await;
    // As a process leaves it that ended in the middle: begun, never answered.
    let found = tenants
        .world
        .store
        .read::<_, StoreError>(async |tx| tx.accounts().by_name(&"alice".parse().unwrap()).await);
    let alice = found.await.unwrap().unwrap().id;
    let token = format!("Bearer {}", tenants.tokens["alice"].expose());
    let whole = ["/api/v1/teams", r#"{"name":"fresh"}"#, &token].join("\0");
    let about: String = sha256(whole.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let key: RequestKey = "k1".parse().unwrap();
    let begun = tenants.world.clock.now();
    let begin = tenants
        .world
        .store
        .write::<_, StoreError>(async |tx| tx.answers().begin(alice, &key, &about, begun).await);
    assert_eq!(begin.await.unwrap(), None);
    let again = || post(&tenants, "alice", "/api/v1/teams", "k1", json!({"name": "fresh"}));
    assert_eq!(code(&again().await), (409, "under-way".into()));
    tenants.world.clock.advance(Duration::from_secs(121));
    assert_eq!(code(&again().await), (409, "outcome-unknown".into()));
}

/// SR18.
#[tokio::test(start_paused = true)]
async fn who_sends_too_many_requests_waits_and_others_do_not() {
    let world = World::with(Limits { api_requests: 2, ..Limits::default() }).await;
    let ask =
        async |address: &str| world.send(from(get("/api/v1/namespaces", None), address)).await;
    let first = ask("192.0.2.1").await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.header("ratelimit-policy"), Some("\"minute\";q=2;w=60"));
    assert_eq!(first.header("ratelimit"), Some("\"minute\";r=1;t=60"));
    ask("192.0.2.1").await;
    let third = ask("192.0.2.1").await;
    assert_eq!(code(&third), (429, "too-many-requests".into()));
    assert_eq!(third.header("retry-after"), Some("60"));
    assert_eq!(ask("192.0.2.2").await.status, StatusCode::OK);
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(ask("192.0.2.1").await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_a_problem_here_as_everywhere() {
    let tenants = Tenants::new().await;
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = Request::post("/api/v1/teams")
        .header("authorization", format!("Bearer {}", tenants.tokens["alice"].expose()))
        .header("content-type", "application/json");
    let answer = tenants.world.send(request.body(Body::from_stream(never)).unwrap()).await;
    assert_eq!(code(&answer), (503, "unavailable".into()));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.header("retry-after").is_some());
}
