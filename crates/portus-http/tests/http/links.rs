//! Links by which people set a password.

use std::time::Duration;

use axum::http::StatusCode;
use portus_core::activity::kind;
use portus_core::port::Clock;

use crate::admin::audited;
use crate::api::{Tenants, problem};
use crate::browser::{Browser, SESSION};
use crate::world::PASSWORD;

const NEW: &str = "a brand new password";

/// The link on a page, as its path.
fn link(page: &str) -> String {
    let start = page.find("/password/portus_p_").unwrap_or_else(|| panic!("no link on {page}"));
    let link: String = page[start..].chars().take_while(|one| *one != '<').collect();
    assert!(link.len() > 60, "{link}");
    link
}

async fn make(root: &Browser<'_>) -> String {
    let page = root.post("/admin/users/bob/password-link", &[]).await.expect(StatusCode::OK);
    link(&page.body)
}

/// SR2, SR3: the link is shown once, works once, and is nothing else.
#[tokio::test]
async fn sr2_sr3_who_has_the_link_sets_a_password_once() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let (root, bob) = (Browser::of(world, "root").await, Browser::of(world, "bob").await);
    let place = make(&root).await;
    let secret = place.rsplit('/').next().unwrap();
    assert!(!root.get("/admin/users/bob").await.body.contains(secret));
    assert!(!world.whole_state().await.contains(secret));

    let visitor = Browser::new(world);
    let page = visitor.get(&place).await.expect(StatusCode::OK);
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert!(page.body.contains("bob"), "{}", page.body);
    let told = visitor.post(&place, &[("password", "weak")]).await;
    let told = told.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(told.header("referrer-policy"), Some("no-referrer"));
    visitor.post(&place, &[("password", NEW)]).await.expect(StatusCode::SEE_OTHER);
    assert!(visitor.cookie(SESSION).is_some());
    visitor.get("/tokens").await.expect(StatusCode::OK);
    bob.get("/tokens").await.expect(StatusCode::SEE_OTHER);

    visitor.get(&place).await.expect(StatusCode::NOT_FOUND);
    Browser::new(world).get(&place).await.expect(StatusCode::NOT_FOUND);
    let again = Browser::new(world).post(&place, &[("password", PASSWORD)]).await;
    again.expect(StatusCode::NOT_FOUND);
    for (password, status) in [
        (PASSWORD, StatusCode::UNAUTHORIZED),
        (secret, StatusCode::UNAUTHORIZED),
        (NEW, StatusCode::SEE_OTHER),
    ] {
        Browser::new(world).sign_in("bob", password).await.expect(status);
    }
    assert_eq!(audited(world, kind::ACCOUNT_PASSWORD_LINK).await[0].0, "root");
    assert_eq!(audited(world, kind::ACCOUNT_PASSWORD).await[0].0, "bob");
    assert!(!world.whole_state().await.contains(secret));
}

#[tokio::test]
async fn a_link_ends_by_time_by_another_and_by_any_password() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let root = Browser::of(world, "root").await;
    let is_good = async |place: &str| Browser::new(world).get(place).await.status == StatusCode::OK;
    let (first, second) = (make(&root).await, make(&root).await);
    assert!(!is_good(&first).await && is_good(&second).await);
    let fields = [("password", NEW)];
    root.post("/admin/users/bob/password", &fields).await.expect(StatusCode::SEE_OTHER);
    assert!(!is_good(&second).await);

    let third = make(&root).await;
    let bob = Browser::new(world);
    bob.sign_in("bob", NEW).await.expect(StatusCode::SEE_OTHER);
    let fields = [("current", NEW), ("new", "yet another password")];
    bob.post("/profile/password", &fields).await.expect(StatusCode::SEE_OTHER);
    assert!(!is_good(&third).await);

    let fourth = make(&root).await;
    root.post("/admin/users/bob/enabled", &[("enabled", "false")]).await;
    assert!(!is_good(&fourth).await);
    root.post("/admin/users/bob/password-link", &[]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    root.post("/admin/users/bob/enabled", &[("enabled", "true")]).await;
    assert!(!is_good(&fourth).await);

    let fifth = make(&root).await;
    assert!(is_good(&fifth).await);
    world.clock.set(world.clock.now() + Duration::from_secs(24 * 3600));
    assert!(!is_good(&fifth).await);
}

/// Somebody without a password gets one by a link, made over REST.
#[tokio::test]
async fn an_account_without_a_password_gets_one_by_a_link() {
    let tenants = Tenants::new().await;
    let users = "/api/v1/users";
    let made = tenants.ask("root", "POST", users, r#"{"username": "dora"}"#).await;
    made.expect(StatusCode::CREATED);
    let world = &tenants.world;
    Browser::new(world).sign_in("dora", "").await.expect(StatusCode::UNAUTHORIZED);
    let path = "/api/v1/users/dora/password_link";
    for (who, status) in [
        ("", StatusCode::UNAUTHORIZED),
        ("alice", StatusCode::FORBIDDEN),
        ("root", StatusCode::CREATED),
    ] {
        tenants.ask(who, "POST", path, "").await.expect(status);
    }
    let made = tenants.ask("root", "POST", path, "").await.expect(StatusCode::CREATED).json();
    let url = made["url"].as_str().unwrap();
    let place = url.strip_prefix("https://portus.test").unwrap();
    Browser::new(world).post(place, &[("password", NEW)]).await.expect(StatusCode::SEE_OTHER);
    Browser::new(world).sign_in("dora", NEW).await.expect(StatusCode::SEE_OTHER);
    let bot = tenants.ask("root", "POST", "/api/v1/users/ci/password_link", "").await;
    assert_eq!(problem(&bot.expect(StatusCode::CONFLICT)), "conflict");
}
