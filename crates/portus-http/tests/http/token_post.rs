//! `POST /v2/token`, as containerd, BuildKit, and everyone with a refresh token use it.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::world::{Answer, PASSWORD, SERVICE, World, alice, encoded, post_form, words};

fn password_form(more: &str) -> String {
    let password = encoded(PASSWORD);
    format!(
        "grant_type=password&username=alice&password={password}&service={SERVICE}\
         &client_id=containerd-client{more}"
    )
}

fn refresh_form(token: &str, more: &str) -> String {
    format!(
        "grant_type=refresh_token&refresh_token={token}&service={SERVICE}&client_id=docker{more}"
    )
}

async fn refresh_token(world: &World) -> String {
    let query = format!("account=alice&client_id=docker&offline_token=true&service={SERVICE}");
    world.get(&query, Some(&alice())).await.text("refresh_token").unwrap()
}

#[tokio::test]
async fn a_password_gets_a_token_and_is_told_what_was_granted() {
    let world = World::new().await;
    let scope = "&scope=repository%3Aqa%2Fapp%3Apull+repository%3Aqa%2Fapp%3Apull%2Cpush";
    let answer = world.post(&password_form(scope)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(
        answer.body,
        r#"{"token":"token-1","access_token":"token-1","expires_in":300,"issued_at":"2026-05-28T20:26:40Z","scope":"repository:qa/app:pull,push","token_type":"Bearer"}"#
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    assert_eq!(words(&world.signer.last().access), "qa/app:pull,push");
}

#[tokio::test]
async fn the_scope_is_always_in_the_answer() {
    let world = World::new().await;
    for (asked, granted) in [
        ("", ""),
        ("&scope=", ""),
        ("&scope=repository%3Anobody%2Fapp%3Apull", ""),
        ("&scope=repository%3Aqa%2Fapp%3A%2A", "repository:qa/app:*"),
        (
            "&scope=repository%3Aqa%2Fa%3Apull+repository%3Apublic%2Fb%3Apull",
            "repository:qa/a:pull repository:public/b:pull",
        ),
    ] {
        let answer = world.post(&password_form(asked)).await;
        assert_eq!(answer.text("scope").as_deref(), Some(granted), "{asked}: {}", answer.body);
    }
}

#[tokio::test]
async fn either_way_to_ask_for_a_refresh_token_makes_one() {
    let world = World::new().await;
    for more in ["&access_type=offline", "&offline_token=true"] {
        let answer = world.post(&password_form(more)).await;
        assert!(answer.text("refresh_token").is_some(), "{more}: {}", answer.body);
    }
    for more in ["", "&access_type=online", "&offline_token=false"] {
        let answer = world.post(&password_form(more)).await;
        assert_eq!(answer.text("refresh_token"), None, "{more}");
    }
}

#[tokio::test]
async fn a_refresh_token_serves_again_and_again() {
    let world = World::new().await;
    let token = refresh_token(&world).await;
    for _ in 0..3 {
        let form = refresh_form(&token, "&scope=repository%3Aqa%2Fapp%3Apush%2Cpull");
        let answer = world.post(&form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.text("refresh_token"), None, "it does not rotate");
        assert_eq!(world.signer.last().subject, "alice");
    }
    let offline = world.post(&refresh_form(&token, "&access_type=offline")).await;
    assert_eq!(offline.text("refresh_token"), None, "only a password earns one");
}

#[tokio::test]
async fn a_refresh_token_that_is_not_good_is_an_invalid_grant_for_every_cause() {
    let world = World::new().await;
    let token = refresh_token(&world).await;
    let application = world.application_token("pull").await;
    let mut bodies = Vec::new();
    for form in [
        refresh_form("nonsense", ""),
        refresh_form("", ""),
        refresh_form(&encoded(&format!("{token}x")), ""),
        refresh_form(application.expose(), ""),
        refresh_form(&encoded(PASSWORD), ""),
        refresh_form(&token, "").replace(SERVICE, "other.test"),
    ] {
        let answer = world.post(&form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{form}");
        bodies.push(answer.body);
    }
    world.disable("alice").await;
    let disabled = world.post(&refresh_form(&token, "")).await;
    assert_eq!(disabled.status, StatusCode::BAD_REQUEST);
    bodies.push(disabled.body);
    bodies.dedup();
    assert_eq!(
        bodies,
        [
            r#"{"error":"invalid_grant","error_description":"the refresh token is not valid","errors":[{"code":"UNAUTHORIZED","message":"the refresh token is not valid"}]}"#
        ]
    );
}

#[tokio::test]
async fn a_wrong_password_is_unauthorized() {
    let world = World::new().await;
    let form = format!("grant_type=password&username=alice&password=wrong&service={SERVICE}");
    let answer = world.post(&form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("www-authenticate"), Some(r#"Basic realm="portus""#));
    assert_eq!(answer.text("error").as_deref(), Some("invalid_grant"));
    let message = "the username or the password is wrong".to_owned();
    assert_eq!(answer.error(), ("UNAUTHORIZED".to_owned(), message.clone()));
    assert_eq!(answer.text("error_description"), Some(message));
}

#[tokio::test]
async fn a_form_that_says_nothing_clear_gets_no_token() {
    let world = World::new().await;
    let once = password_form("");
    for (form, error) in [
        ("", "invalid_request"),
        ("%%%&&&===", "invalid_request"),
        (r#"{"grant_type":"password"}"#, "invalid_request"),
        ("grant_type=client_credentials&service=registry.test", "unsupported_grant_type"),
        ("grant_type=password&username=alice&service=registry.test", "invalid_request"),
        ("grant_type=refresh_token&service=registry.test", "invalid_request"),
        (&*once.replace("service=registry.test", ""), "invalid_request"),
        (&*once.replace("registry.test", "evil.test"), "invalid_request"),
        (&*password_form("&username=bob"), "invalid_request"),
        (&*password_form("&service=other.test"), "invalid_request"),
        (&*password_form("&grant_type=refresh_token"), "invalid_request"),
        (&*password_form("&scope=nonsense"), "invalid_scope"),
        (&*password_form(&"&scope=a:b:c".repeat(101)), "invalid_scope"),
    ] {
        let answer = world.post(form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{form}: {}", answer.body);
        assert_eq!(answer.text("error").as_deref(), Some(error), "{form}");
        assert_eq!(answer.text("error_description"), Some(answer.error().1), "{form}");
    }
    assert_eq!(world.signer.signed(), 0);
}

/// SR18.
#[tokio::test]
async fn a_form_has_eight_kibibytes_at_most() {
    let world = World::new().await;
    let padded = |bytes: usize| {
        let form = password_form("&x=");
        let padding = "a".repeat(bytes - form.len());
        form + &padding
    };
    assert_eq!(world.post(&padded(8 * 1024)).await.status, StatusCode::OK);
    let answer = world.post(&padded(8 * 1024 + 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.text("error").as_deref(), Some("invalid_request"));
}

/// RFC 6749, section 5.2: not more than one way to say who one is.
#[tokio::test]
async fn credentials_in_header_and_form_are_one_too_many() {
    let world = World::new().await;
    let mut request = post_form(&password_form(""));
    request.headers_mut().insert("authorization", "Basic Ym9iOng=".parse().unwrap());
    let answer = world.send(request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.text("error").as_deref(), Some("invalid_request"));
    assert_eq!(world.signer.signed(), 0);
}

#[tokio::test]
async fn credentials_in_the_query_of_a_post_are_not_read() {
    let world = World::new().await;
    let target = format!("/v2/token?{}", password_form(""));
    let answer: Answer = world.send(Request::post(target).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
