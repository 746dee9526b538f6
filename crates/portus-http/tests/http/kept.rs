//! What was done in a place, and who can do what there: on its page.

use axum::http::StatusCode;

use crate::api::Tenants;
use crate::browser::Browser;

/// SR9: of what someone does not see, she does not learn what was done there either.
#[tokio::test]
async fn what_was_done_is_shown_to_whoever_sees_where() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let body = r#"{"description": "for all"}"#;
    for path in ["repositories/main/qa/app", "teams/qa"] {
        tenants.ask("alice", "PATCH", &format!("/api/v1/{path}"), body).await;
    }
    let (carol, bob) = (Browser::of(world, "carol").await, Browser::of(world, "bob").await);
    for (at, activity, stranger) in [
        ("/repositories/main/qa/app", "/activities/main/qa/app", StatusCode::NOT_FOUND),
        ("/teams/qa", "/teams/qa/activity", StatusCode::SEE_OTHER),
    ] {
        let page = carol.get(at).await.expect(StatusCode::OK).body;
        assert!(page.contains(&format!("href=\"{activity}\"")), "{at}: {page}");
        assert!(page.contains("<b>alice</b> described"), "{at}: {page}");
        let page = carol.get(activity).await.expect(StatusCode::OK).body;
        assert!(page.contains("<b>alice</b> described"), "{activity}: {page}");
        assert!(page.contains(&format!("class=\"crumb\" href=\"{at}\"")), "{activity}: {page}");
        bob.get(activity).await.expect(StatusCode::NOT_FOUND);
        Browser::new(world).get(activity).await.expect(stranger);
    }
    carol.get("/activities/main/qa/none").await.expect(StatusCode::NOT_FOUND);
}

/// SR9: who keeps a namespace sees who can do what in it, and nobody else does.
#[tokio::test]
async fn who_can_do_what_is_for_those_who_keep_the_place() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let alice = Browser::of(world, "alice").await;
    let sums = |page: &str| {
        let (_, rest) = page.split_once("Who can do what</h2>")?;
        Some(rest.split("</dl>").next().unwrap().trim().to_owned())
    };
    let hers = sums(&alice.get("/namespaces/main/qa").await.body).unwrap();
    assert_eq!(
        hers,
        "<dl class=\"sheet\">\
         <dt>Pull</dt><dd>1 owner, 1 viewer, 1 bot, 1 admin</dd>\
         <dt>Push</dt><dd>1 owner, 1 bot, 1 admin</dd>\
         <dt>Delete</dt><dd>1 owner, 1 admin</dd>\
         <dt>Owners</dt><dd>alice</dd>"
    );
    let open = sums(&alice.get("/namespaces/main/public").await.body).unwrap();
    assert!(open.contains("<dt>Pull</dt><dd>everyone, signed in or not, 1 owner"), "{open}");
    for (who, path) in [("carol", "/namespaces/main/qa"), ("bob", "/namespaces/main/public")] {
        let browser = Browser::of(world, who).await;
        assert_eq!(sums(&browser.get(path).await.expect(StatusCode::OK).body), None, "{who}");
    }
}
