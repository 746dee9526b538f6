//! Deleting, by pages and by the interface for programs.

use axum::http::StatusCode;
use portus_core::deletion::{DeletionState, ItemState};
use portus_core::deletion_reason::DeletionReason;
use portus_core::id::DeletionId;
use portus_core::port::StoreError;

use crate::api::Tenants;
use crate::browser::Browser;
use crate::remote::Deletes;
use crate::world::World;

const TAG: &str = "/deletions/new?registry=main&repository=qa%2Fapp&tag=1";

async fn pushed() -> World {
    let world = World::new().await;
    world.push("qa/app", "1", "alice").await;
    world
}

#[tokio::test]
async fn what_goes_is_shown_before_anything_does() {
    let world = pushed().await;
    let before = world.state().await;
    let browser = Browser::of(&world, "alice").await;
    let page = browser.get("/repositories/main/qa/app").await.expect(StatusCode::OK).body;
    for link in [
        r#"href="/deletions/new?registry=main&#38;repository=qa%2Fapp""#,
        r#"name="tag" value="1" form="delete-tags""#,
        r#"id="delete-tags""#,
    ] {
        assert!(page.contains(link), "{link} in {page}");
    }
    let page = browser.get(TAG).await.expect(StatusCode::OK).body;
    assert!(page.contains("Delete qa/app:1?") && page.contains("Delete 1 tag"), "{page}");
    assert!(page.contains("Layers stay in the registry"), "{page}");
    assert!(!page.contains("of an index"), "there is none: {page}");
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn a_confirmed_deletion_leads_to_its_progress() {
    let world = pushed().await;
    let browser = Browser::of(&world, "alice").await;
    let form = [("registry", "main"), ("repository", "qa/app"), ("tag", "1")];
    let answer = browser.post("/deletions", &form).await.expect(StatusCode::SEE_OTHER);
    let at = answer.header("location").unwrap().split('?').next().unwrap().to_owned();
    let page = browser.get(&at).await.expect(StatusCode::OK);
    // It looks again by itself: part by part with a script, and whole without.
    assert_eq!(page.body.matches(" data-again").count(), 4, "{}", page.body);
    assert!(page.body.contains(r#"<noscript><meta http-equiv="refresh" content="3"></noscript>"#));
    let cancel = page.body.split(r#"id="cancel""#).nth(1).unwrap();
    let cancel = cancel.split("</div>").next().unwrap();
    assert!(cancel.contains("/cancel\"") && !cancel.contains("progress"), "{cancel}");
    assert!(page.body.contains("<progress") && page.body.contains("waiting"), "{}", page.body);
    assert!(browser.get("/deletions").await.body.contains(&format!(r#"href="{at}""#)));
    // SR9: to others it is not there.
    let stranger = Browser::of(&world, "bob").await;
    stranger.get(&at).await.expect(StatusCode::NOT_FOUND);
    stranger.get(TAG).await.expect(StatusCode::NOT_FOUND);
    assert!(!stranger.get("/deletions").await.body.contains(&at));
    Browser::new(&world).get(&at).await.expect(StatusCode::NOT_FOUND);

    let said = DeletionReason::Said("<b>moved</b>".into());
    let id = DeletionId(at.rsplit('/').next().unwrap().parse().unwrap());
    world
        .store
        .write::<_, StoreError>(async |tx| {
            tx.deletions().settle_rest(id, ItemState::Kept, Some(&said)).await?;
            tx.deletions().finish(id, DeletionState::Incomplete, None, std::time::UNIX_EPOCH).await
        })
        .await
        .unwrap();
    let page = browser.get(&at).await.expect(StatusCode::OK);
    assert!(!page.body.contains("data-again") && !page.body.contains("http-equiv"));
    assert!(page.body.contains("Something is still there"), "{}", page.body);
    assert!(!page.body.contains("<b>moved"), "a registry's words are text");
}

#[tokio::test]
async fn what_cannot_be_undone_wants_its_name() {
    let world = pushed().await;
    let browser = Browser::of(&world, "alice").await;
    for (field, value) in [("repository", "qa/app"), ("namespace", "qa")] {
        let at = format!("/deletions/new?registry=main&{field}={}", value.replace('/', "%2F"));
        let page = browser.get(&at).await.expect(StatusCode::OK).body;
        assert!(page.contains("Type the name to confirm"), "{page}");
        let before = world.state().await;
        for typed in ["", "qa/ap"] {
            let form = [("registry", "main"), (field, value), ("name", typed)];
            let answer = browser.post("/deletions", &form).await;
            let page = answer.expect(StatusCode::UNPROCESSABLE_ENTITY).body;
            assert!(page.contains(r#"aria-invalid="true""#), "{page}");
        }
        assert_eq!(world.state().await, before);
        let form = [("registry", "main"), (field, value), ("name", value)];
        browser.post("/deletions", &form).await.expect(StatusCode::SEE_OTHER);
    }
    // Nobody but admins reaches it from here on.
    browser.get("/namespaces/main/qa").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_registry_that_deletes_nothing_is_shown_with_the_line_to_change() {
    let world = pushed().await;
    let browser = Browser::of(&world, "alice").await;
    world.remote.set(Deletes::Nothing);
    let page = browser.get(TAG).await.expect(StatusCode::OK).body;
    assert!(page.contains("enabled: true") && !page.contains("Delete 1 tag"), "{page}");
    let form = [("registry", "main"), ("repository", "qa/app"), ("tag", "1")];
    browser.post("/deletions", &form).await.expect(StatusCode::CONFLICT);
    world.remote.set(Deletes::Away);
    // What it answered is remembered for a minute.
    world.clock.advance(std::time::Duration::from_secs(60));
    let page = browser.get(TAG).await.expect(StatusCode::OK).body;
    assert!(page.contains("does not say now") && page.contains("Delete 1 tag"), "{page}");
}

#[tokio::test]
async fn a_tag_that_moved_since_it_was_looked_at_is_shown_anew() {
    let world = pushed().await;
    let browser = Browser::of(&world, "alice").await;
    let old = format!("1@sha256:{}", "9".repeat(64));
    let form = [("registry", "main"), ("repository", "qa/app"), ("tag", &*old)];
    let page = browser.post("/deletions", &form).await.expect(StatusCode::CONFLICT).body;
    assert!(page.contains("has changed since"), "{page}");
}

#[tokio::test]
async fn siblings_go_only_where_that_was_said() {
    let tenants = Tenants::new().await;
    tenants.world.push("public/app", "2", "alice").await;
    tenants.world.remote.set(Deletes::ByDigest);
    tenants.world.clock.advance(std::time::Duration::from_secs(60));
    let at = "/api/v1/tags/main/public/app:1";
    let refused = tenants.ask("alice", "DELETE", at, "").await.expect(StatusCode::CONFLICT);
    assert!(refused.body.contains("`2`"), "{}", refused.body);
    let dry = tenants.ask("alice", "DELETE", &format!("{at}?dry_run=true"), "").await;
    let plan = dry.expect(StatusCode::OK).json();
    assert_eq!((&plan["siblings"][0], &plan["deletes"]), (&"2".into(), &"by_digest".into()));
    assert!(plan["obstacle"].is_string());
    let all = tenants.ask("alice", "DELETE", &format!("{at}?siblings=all"), "").await;
    let all = all.expect(StatusCode::ACCEPTED);
    let location = all.header("location").unwrap().to_owned();
    assert_eq!(all.json()["items_count"], 2);
    let items = tenants.get("alice", &format!("{location}/items")).await.json();
    assert_eq!((&items[0]["tag"], &items[1]["tag"]), (&"1".into(), &"2".into()));
    for odd in ["?siblings=some", "?dry=true", "?digest=x"] {
        let answer = tenants.ask("alice", "DELETE", &format!("{at}{odd}"), "").await;
        assert!(answer.status.is_client_error(), "{odd}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_deletion_is_called_off_from_its_page() {
    let world = pushed().await;
    let browser = Browser::of(&world, "alice").await;
    let form = [("registry", "main"), ("namespace", "qa"), ("name", "qa")];
    let answer = browser.post("/deletions", &form).await.expect(StatusCode::SEE_OTHER);
    let at = answer.header("location").unwrap().split('?').next().unwrap().to_owned();
    let button = format!(r#"action="{at}/cancel""#);
    assert!(browser.get(&at).await.body.contains(&button));
    // SR9: to others it is not there.
    let stranger = Browser::of(&world, "bob").await;
    stranger.post(&format!("{at}/cancel"), &[]).await.expect(StatusCode::NOT_FOUND);
    browser.get("/namespaces/main/qa").await.expect(StatusCode::NOT_FOUND);

    for _ in 0..2 {
        let answer = browser.post(&format!("{at}/cancel"), &[]).await;
        assert_eq!(answer.expect(StatusCode::SEE_OTHER).header("location"), Some(&*at));
    }
    let page = browser.get(&at).await.expect(StatusCode::OK);
    assert!(!page.body.contains("data-again") && !page.body.contains("http-equiv"));
    assert!(page.body.contains("Cancelled") && page.body.contains("called off by alice"));
    assert!(!page.body.contains(&button), "it is over");
    browser.get("/namespaces/main/qa").await.expect(StatusCode::OK);
    assert!(browser.get("/deletions").await.body.contains("Cancelled"));
    browser.post("/deletions/x/cancel", &[]).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_deletion_is_called_off_once_by_a_program() {
    let tenants = Tenants::new().await;
    let asked = tenants.ask("alice", "DELETE", "/api/v1/tags/main/public/app:1", "").await;
    let at = asked.expect(StatusCode::ACCEPTED).header("location").unwrap().to_owned();
    let cancel = format!("{at}/cancel");
    tenants.ask("bob", "POST", &cancel, "").await.expect(StatusCode::NOT_FOUND);
    let over = tenants.ask("alice", "POST", &cancel, "").await.expect(StatusCode::OK).json();
    assert_eq!((&over["state"], &over["cancelled_count"]), (&"cancelled".into(), &1.into()));
    let items = tenants.get("alice", &format!("{at}/items")).await.json();
    assert_eq!(items[0]["state"], "cancelled");
    tenants.ask("alice", "POST", &cancel, "").await.expect(StatusCode::CONFLICT);
}

#[tokio::test]
async fn several_tags_go_in_one_deletion() {
    let tenants = Tenants::new().await;
    for tag in ["2", "3"] {
        tenants.world.push("public/app", tag, "alice").await;
    }
    let at = "/api/v1/deletions";
    let body = |tags: &str| {
        format!(r#"{{"registry": "main", "repository": "public/app", "tags": [{tags}]}}"#)
    };
    let two = body(r#"{"name": "2"}, {"name": "3"}, {"name": "2"}"#);
    let before = tenants.world.state().await;
    let dry = tenants.ask("alice", "POST", &format!("{at}?dry_run=true"), &two).await;
    let plan = dry.expect(StatusCode::OK).json();
    assert_eq!((&plan["tags_count"], &plan["tags"][1]["name"]), (&2.into(), &"3".into()));
    assert_eq!(tenants.world.state().await, before);
    let asked = tenants.ask("alice", "POST", at, &two).await.expect(StatusCode::ACCEPTED);
    assert_eq!(asked.json()["items_count"], 2);
    let items = format!("{}/items", asked.header("location").unwrap());
    let items = tenants.get("alice", &items).await.json();
    assert_eq!((&items[0]["tag"], &items[1]["tag"]), (&"2".into(), &"3".into()));
    // SR9: who may not see or delete them learns the same as of names that nobody uses.
    tenants.ask("bob", "POST", at, &two).await.expect(StatusCode::FORBIDDEN);
    let nowhere = two.replace("public/app", "nowhere/app");
    tenants.ask("bob", "POST", at, &nowhere).await.expect(StatusCode::NOT_FOUND);
    let many: Vec<String> = (0..101).map(|n| format!(r#"{{"name": "t{n}"}}"#)).collect();
    for odd in ["", r#"{"name": "a b"}"#, r#"{"name": "1", "digest": "x"}"#, &many.join(",")] {
        let refused = tenants.ask("alice", "POST", at, &body(odd)).await;
        assert!(refused.status.is_client_error(), "{odd}: {}", refused.status);
    }
    // A page asks the same with boxes that are ticked.
    let browser = Browser::of(&tenants.world, "alice").await;
    let page = "/deletions/new?registry=main&repository=public%2Fapp&tag=1&tag=2";
    let page = browser.get(page).await.expect(StatusCode::OK).body;
    assert!(page.contains("Delete 2 tags"), "{page}");
}
