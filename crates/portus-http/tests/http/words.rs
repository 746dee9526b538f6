//! What people say of images, and what they see on the way to them.

use axum::http::StatusCode;

use crate::api::{Tenants, problem};
use crate::browser::Browser;
use crate::world::{Answer, World};

const REPOSITORY: &str = "/api/v1/repositories/main/qa/app";

async fn patch(tenants: &Tenants, who: &str, path: &str, body: &str) -> Answer {
    tenants.ask(who, "PATCH", path, body).await
}

#[tokio::test]
async fn who_owns_it_says_what_it_is_for() {
    let tenants = Tenants::new().await;
    for path in [REPOSITORY, "/api/v1/namespaces/main/qa", "/api/v1/teams/qa"] {
        let body = r##"{"description": "# For\n\nevery *one*"}"##;
        for (who, status) in [
            ("", StatusCode::UNAUTHORIZED),
            ("bob", StatusCode::NOT_FOUND),
            ("carol", StatusCode::FORBIDDEN),
            ("ci", StatusCode::FORBIDDEN),
            ("alice", StatusCode::NO_CONTENT),
            ("root", StatusCode::NO_CONTENT),
        ] {
            patch(&tenants, who, path, body).await.expect(status);
        }
        let shown = tenants.get("carol", path).await.json();
        assert_eq!(shown["description"], "# For\n\nevery *one*", "{path}");
        let long = format!(r#"{{"description": "{}"}}"#, "x".repeat(20_001));
        let answer = patch(&tenants, "alice", path, &long).await;
        assert_eq!(problem(&answer), "invalid-value");
        // Nothing said is nothing changed.
        patch(&tenants, "alice", path, "{}").await.expect(StatusCode::NO_CONTENT);
        assert_eq!(tenants.get("carol", path).await.json(), shown, "{path}");
        patch(&tenants, "alice", path, r#"{"description": ""}"#).await;
        assert_eq!(tenants.get("carol", path).await.json()["description"], "", "{path}");
    }
}

#[tokio::test]
async fn a_namespace_is_changed_as_a_whole_or_not_at_all() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/namespaces/main/qa";
    let body = r#"{"visibility": "public", "description": "open"}"#;
    patch(&tenants, "carol", path, body).await.expect(StatusCode::FORBIDDEN);
    let before = tenants.get("carol", path).await.json();
    assert_eq!((&before["visibility"], &before["description"]), (&"private".into(), &"".into()));
    patch(&tenants, "alice", path, body).await.expect(StatusCode::NO_CONTENT);
    let after = tenants.get("", path).await.json();
    assert_eq!((&after["visibility"], &after["description"]), (&"public".into(), &"open".into()));
}

#[tokio::test]
async fn stars_are_kept_once_and_show_only_what_is_seen() {
    let tenants = Tenants::new().await;
    let star = async |who, method, path: &str| {
        tenants.ask(who, method, &format!("/api/v1/stars/main/{path}"), "").await.status
    };
    for _ in 0..2 {
        assert_eq!(star("alice", "PUT", "qa/app").await, StatusCode::NO_CONTENT);
        assert_eq!(star("carol", "PUT", "qa/app").await, StatusCode::NO_CONTENT);
        assert_eq!(star("alice", "PUT", "public/app").await, StatusCode::NO_CONTENT);
    }
    assert_eq!(star("bob", "PUT", "qa/app").await, StatusCode::NOT_FOUND);
    assert_eq!(star("bob", "DELETE", "qa/app").await, StatusCode::NOT_FOUND);
    assert_eq!(star("ci", "PUT", "qa/app").await, StatusCode::FORBIDDEN, "a program");
    let shown = tenants.get("carol", REPOSITORY).await.json();
    assert_eq!((&shown["stars_count"], &shown["starred"]), (&2.into(), &true.into()));
    let shown = tenants.get("root", REPOSITORY).await.json();
    assert_eq!((&shown["stars_count"], &shown["starred"]), (&2.into(), &false.into()));

    let hers = async |who| {
        let rows = tenants.get(who, "/api/v1/self/stars").await.expect(StatusCode::OK).json();
        let rows = rows.as_array().unwrap();
        rows.iter().map(|row| row["full_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(hers("alice").await.len(), 2);
    assert_eq!(hers("carol").await, ["qa/app"]);
    // A star is no right: who leaves sees nothing of it.
    let left = tenants.ask("alice", "DELETE", "/api/v1/teams/qa/members/carol", "").await;
    left.expect(StatusCode::NO_CONTENT);
    assert!(hers("carol").await.is_empty());
    tenants.get("carol", REPOSITORY).await.expect(StatusCode::NOT_FOUND);
    for _ in 0..2 {
        assert_eq!(star("alice", "DELETE", "qa/app").await, StatusCode::NO_CONTENT);
    }
    assert_eq!(hers("alice").await, ["public/app"]);
}

#[tokio::test]
async fn who_sees_it_comments_and_who_wrote_or_owns_it_removes() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/comments/main/public/app";
    let mut ids = Vec::new();
    for (n, who) in ["bob", "bob", "carol", "root"].into_iter().enumerate() {
        let body = format!(r#"{{"body": " {n} by {who}\n "}}"#);
        let made = tenants.ask(who, "POST", path, &body).await.expect(StatusCode::CREATED).json();
        assert_eq!(
            (&made["author"], &made["body"]),
            (&who.into(), &format!("{n} by {who}").into())
        );
        ids.push(made["id"].as_i64().unwrap());
    }
    for (who, body, status) in [
        ("", r#"{"body": "x"}"#, StatusCode::UNAUTHORIZED),
        ("ci", r#"{"body": "x"}"#, StatusCode::FORBIDDEN),
        ("bob", r#"{"body": " "}"#, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        tenants.ask(who, "POST", path, body).await.expect(status);
    }
    let listed = async || {
        let rows = tenants.get("", path).await.expect(StatusCode::OK).json();
        let rows = rows.as_array().unwrap();
        rows.iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let mut newest = ids.clone();
    newest.reverse();
    assert_eq!(listed().await, newest);
    let remove =
        async |who, id: i64| tenants.ask(who, "DELETE", &format!("{path}:{id}"), "").await.status;
    assert_eq!(remove("carol", ids[0]).await, StatusCode::FORBIDDEN, "another's");
    assert_eq!(remove("bob", ids[0]).await, StatusCode::NO_CONTENT, "his own");
    assert_eq!(remove("alice", ids[1]).await, StatusCode::NO_CONTENT, "in her namespace");
    assert_eq!(remove("root", ids[2]).await, StatusCode::NO_CONTENT);
    assert_eq!(remove("root", ids[2]).await, StatusCode::NOT_FOUND, "twice");
    // SR9: only under its own repository.
    let elsewhere = format!("/api/v1/comments/main/qa/app:{}", ids[3]);
    let answer = tenants.ask("root", "DELETE", &elsewhere, "").await;
    answer.expect(StatusCode::NOT_FOUND);
    assert_eq!(listed().await, [ids[3]]);
}

#[tokio::test]
async fn every_word_about_an_image_is_in_the_audit() {
    let tenants = Tenants::new().await;
    tenants.ask("alice", "PUT", "/api/v1/stars/main/qa/app", "").await;
    tenants.ask("alice", "DELETE", "/api/v1/stars/main/qa/app", "").await;
    let path = format!("/api/v1/comments/main/qa/app:{}", tenants.comment);
    tenants.ask("alice", "DELETE", &path, "").await.expect(StatusCode::NO_CONTENT);
    for path in [REPOSITORY, "/api/v1/namespaces/main/qa", "/api/v1/teams/qa"] {
        patch(&tenants, "alice", path, r#"{"description": "x"}"#).await;
    }
    let rows = tenants.get("root", "/api/v1/activities?actor=alice&per_page=100").await.json();
    let kinds: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["kind"].clone()).collect();
    for kind in [
        "comment.create",
        "comment.remove",
        "namespace.describe",
        "repository.describe",
        "repository.star",
        "repository.unstar",
        "team.describe",
    ] {
        assert!(kinds.iter().any(|one| one == kind), "{kind} is missing: {kinds:?}");
    }
}

#[tokio::test]
async fn repositories_are_sorted_and_filtered_as_asked() {
    let tenants = Tenants::new().await;
    let names = async |query: &str| {
        let answer = tenants.get("alice", &format!("/api/v1/repositories?{query}")).await;
        let rows = answer.expect(StatusCode::OK).json();
        let rows = rows.as_array().unwrap();
        rows.iter().map(|row| row["full_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["public/app", "qa/app"]);
    for sort in ["name", "pulls", "pushed_at"] {
        assert_eq!(names(&format!("sort={sort}")).await.len(), 2);
        assert_eq!(names(&format!("sort={sort}&filter=QA")).await, ["qa/app"]);
        let first = format!("/api/v1/repositories?sort={sort}&per_page=1");
        let first = tenants.get("alice", &first).await;
        let next = first.header("link").unwrap().split(['<', '>']).nth(1).unwrap().to_owned();
        let rest = tenants.get("alice", next.trim_start_matches(crate::world::ORIGIN)).await.json();
        let (one, other) = (&first.json()[0]["full_name"], &rest[0]["full_name"]);
        assert_ne!(one, other, "{sort}");
        assert_eq!(rest.as_array().unwrap().len(), 1, "{sort}");
    }
    // SR10: what is typed stands for itself.
    for literal in ["%25", "_", "%5C"] {
        assert!(names(&format!("filter={literal}")).await.is_empty(), "{literal}");
    }
    for odd in ["sort=id", "sort=pushed_at%3B", "order=name"] {
        let answer = tenants.get("alice", &format!("/api/v1/repositories?{odd}")).await;
        assert_eq!(problem(&answer), "malformed-query", "{odd}");
    }
}

const OF_APP: [(&str, &str); 2] = [("registry", "main"), ("path", "public/app")];

#[tokio::test]
async fn a_repository_is_described_starred_and_commented_on_its_page() {
    let world = World::new().await;
    world.push("public/app", "1", "alice").await;
    let page = "/repositories/main/public/app";
    let (alice, bob) = (Browser::of(&world, "alice").await, Browser::of(&world, "bob").await);
    let send = async |browser: &Browser<'_>, to: &str, more: &[(&str, &str)]| {
        browser.post(to, &[&OF_APP[..], more].concat()).await
    };
    let said = send(&alice, "/descriptions/repository", &[("text", "## Use\r\n\r\n*well*")]).await;
    said.leads_to(page);
    send(&bob, "/descriptions/repository", &[("text", "x")]).await.expect(StatusCode::FORBIDDEN);
    send(&bob, "/stars", &[("starred", "true")]).await.expect(StatusCode::SEE_OTHER);
    send(&bob, "/comments", &[("text", "one\ntwo")]).await.expect(StatusCode::SEE_OTHER);

    // Pressed twice, it is said once.
    send(&bob, "/comments", &[("text", "one\ntwo")]).await.expect(StatusCode::SEE_OTHER);

    let shown = bob.get(page).await.expect(StatusCode::OK).body;
    assert_eq!(shown.matches("one\ntwo").count(), 1, "{shown}");
    assert!(shown.contains("<h3>Use</h3>") && shown.contains("<em>well</em>"), "{shown}");
    assert!(shown.contains("one\ntwo") && shown.contains("Unstar") && shown.contains("Stars 1"));
    assert!(!shown.contains("/descriptions/repository"), "what he may not do is not there");
    assert!(shown.contains("/comments/remove"), "his own");
    let stranger = Browser::new(&world).get(page).await.expect(StatusCode::OK).body;
    assert!(stranger.contains("one\ntwo") && stranger.contains("Sign in to comment."));
    assert!(!stranger.contains("action=\"/comments") && !stranger.contains("action=\"/stars"));
    assert!(bob.get("/stars").await.body.contains("public/app"));
    assert!(!alice.get("/stars").await.body.contains("public/app"));

    // What cannot be kept is kept in its form.
    let long = "y".repeat(20_001);
    let again = send(&alice, "/descriptions/repository", &[("text", &long)]).await;
    assert!(again.expect(StatusCode::UNPROCESSABLE_ENTITY).body.contains(&long));
    let whole = "🐳".repeat(20_000);
    let kept = send(&alice, "/descriptions/repository", &[("text", &whole)]).await;
    kept.expect(StatusCode::SEE_OTHER);
    assert!(bob.get(page).await.body.contains(&whole));
    let again = send(&bob, "/comments", &[("text", " ")]).await;
    assert!(again.expect(StatusCode::UNPROCESSABLE_ENTITY).body.contains("role=\"alert\""));
    let missing = [("registry", "main"), ("path", "qa/none"), ("text", "x")];
    bob.post("/comments", &missing).await.expect(StatusCode::NOT_FOUND);
    bob.post("/comments/remove", &[("registry", "main"), ("path", "qa/none"), ("comment", "1")])
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_namespace_is_described_and_its_activity_shown_to_who_signed_in() {
    let world = World::new().await;
    world.push("public/app", "1", "alice").await;
    let (alice, bob) = (Browser::of(&world, "alice").await, Browser::of(&world, "bob").await);
    let fields = [("registry", "main"), ("name", "public"), ("text", "**for all**")];
    alice.post("/descriptions/namespace", &fields).await.expect(StatusCode::SEE_OTHER);
    bob.post("/descriptions/namespace", &fields).await.expect(StatusCode::FORBIDDEN);
    let hidden = [("registry", "main"), ("name", "qa"), ("text", "x")];
    bob.post("/descriptions/namespace", &hidden).await.expect(StatusCode::NOT_FOUND);
    let page = bob.get("/namespaces/main/public").await.expect(StatusCode::OK).body;
    assert!(page.contains("<strong>for all</strong>") && page.contains("described"), "{page}");
    let activity = bob.get("/namespaces/main/public/activity").await.expect(StatusCode::OK).body;
    assert!(activity.contains("described") && activity.contains("<b>alice</b>"), "{activity}");
    bob.get("/namespaces/main/qa/activity").await.expect(StatusCode::NOT_FOUND);
    let stranger = Browser::new(&world);
    let page = stranger.get("/namespaces/main/public").await.expect(StatusCode::OK).body;
    assert!(page.contains("<strong>for all</strong>") && !page.contains("alice"), "{page}");
    let away = stranger.get("/namespaces/main/public/activity").await;
    away.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn lists_are_sorted_and_filtered_by_their_address() {
    let world = World::new().await;
    for path in ["public/app", "public/tool", "qa/app"] {
        world.push(path, "1", "alice").await;
    }
    let stranger = Browser::new(&world);
    for page in ["/repositories", "/namespaces/main/public"] {
        for (query, app, tool) in [
            ("", true, true),
            ("?sort=pushed", true, true),
            ("?sort=pulls&name=TOOL", false, true),
            ("?name=none", false, false),
            ("?name=%25", false, false),
        ] {
            let body = stranger.get(&format!("{page}{query}")).await.expect(StatusCode::OK).body;
            assert_eq!(body.contains(">public/app<"), app, "{page}{query}");
            assert_eq!(body.contains(">public/tool<"), tool, "{page}{query}");
            assert!(!body.contains("qa/app"), "{page}{query}");
        }
        let sorted = stranger.get(&format!("{page}?sort=pulls&name=o")).await.body;
        assert!(sorted.contains("aria-sort=\"descending\""), "{sorted}");
        assert!(sorted.contains("href=\"?sort=pushed&#38;name=o\""), "{sorted}");
        stranger.get(&format!("{page}?sort=id")).await.expect(StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn home_shows_what_is_ones_own_and_what_is_new() {
    let world = World::new().await;
    for path in ["public/app", "qa/app"] {
        world.push(path, "1", "alice").await;
    }
    let (alice, bob) = (Browser::of(&world, "alice").await, Browser::of(&world, "bob").await);
    let home = alice.get("/").await.expect(StatusCode::OK).body;
    for shown in ["/namespaces/main/qa", "/repositories/main/qa/app", "Last 30 days", "<dd>2</dd>"]
    {
        assert!(home.contains(shown), "{shown}: {home}");
    }
    assert!(!home.contains("id=\"starred\""), "nothing was starred");
    assert_eq!(home.matches("<rect ").count(), 60);
    alice.post("/stars", &[("registry", "main"), ("path", "qa/app"), ("starred", "true")]).await;
    assert!(alice.get("/").await.body.contains("id=\"starred\""));
    let other = bob.get("/").await.expect(StatusCode::OK).body;
    assert!(other.contains("/repositories/main/public/app") && !other.contains("qa/"), "{other}");
    // Who administers the machine is nobody's business.
    assert!(other.contains("<b>operator</b>") && !other.contains("tester"), "{other}");
    let stranger = Browser::new(&world).get("/").await.expect(StatusCode::OK).body;
    assert!(stranger.contains("public/app") && !stranger.contains("Last 30 days"), "{stranger}");
}
