//! What takes something away says before what goes; and what a refused form says where.

use axum::http::StatusCode;

use crate::api::Tenants;
use crate::browser::Browser;

#[tokio::test]
async fn what_is_taken_away_is_looked_at_before() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    world.push("qa/app", "1", "alice").await;
    let (alice, root) = (Browser::of(world, "alice").await, Browser::of(world, "root").await);
    let place = [("registry", "main"), ("path", "qa/app"), ("text", "Said by alice.")];
    alice.post("/comments", &place).await.expect(StatusCode::SEE_OTHER);
    let token = [("label", "laptop"), ("may", "pull"), ("days", "0")];
    alice.post("/tokens", &token).await.expect(StatusCode::OK);
    alice.post("/teams/qa/bots/ci/tokens", &token).await.expect(StatusCode::OK);
    let page = alice.get("/repositories/main/qa/app").await.body;
    let comment = page.split("/comments/remove?").nth(1).unwrap().split('"').next().unwrap();
    let comment = format!("/comments/remove?{}", comment.replace("&amp;", "&"));
    let bob = Browser::of(world, "bob").await;
    let before = world.whole_state().await;
    for (who, from, path, words) in [
        (&alice, "/repositories/main/qa/app", &*comment, "Said by alice."),
        (&alice, "/tokens", "/tokens/revoke?label=laptop", "Revoke laptop"),
        (
            &alice,
            "/teams/qa/bots/ci",
            "/teams/qa/bots/ci/tokens/revoke?label=laptop",
            "Revoke laptop",
        ),
        (&alice, "/teams/qa/bots/ci", "/teams/qa/bots/ci/enabled", "Disable ci"),
        (&alice, "/teams/qa", "/teams/qa/members/remove?username=carol", "Remove carol"),
        (&alice, "/teams/qa", "/teams/qa/leave", "Leave this team"),
        (&alice, "", "/teams/qa/hand-over?to=carol&then=viewer", "Hand qa over to carol"),
        (&root, "/admin/users/bob", "/admin/users/bob/enabled", "Disable bob"),
        (
            &root,
            "/admin/users/root",
            concat!("/admin/users/root", "/admin"),
            "Take administration from root",
        ),
        (
            &root,
            "/admin/users/alice",
            "/admin/users/alice/tokens/revoke?label=laptop",
            "Revoke laptop",
        ),
        (
            &root,
            "/admin/registries/main",
            "/admin/registries/main/secret",
            "Renew the secret of main",
        ),
    ] {
        if !from.is_empty() {
            let page = who.get(from).await.expect(StatusCode::OK).body.replace("&amp;", "&");
            assert!(page.contains(&format!("href=\"{path}\"")), "{from} leads not to {path}");
        }
        let page = who.get(path).await.expect(StatusCode::OK).body;
        assert!(page.contains("What goes") && page.contains("What stays"), "{path}: {page}");
        assert!(page.contains(words), "{path}: {page}");
        let form = format!("method=\"post\" action=\"{}\"", path.split('?').next().unwrap());
        assert!(page.contains(&form), "{path}: {page}");
        // SR9: for others there is nothing to be asked about.
        let told = bob.get(path).await;
        let shut = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&told.status);
        assert!(shut && !told.body.contains(words), "{path}: {} {}", told.status, told.body);
        let stranger = Browser::new(world).get(path).await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER, "{path}");
    }
    for path in [
        "/tokens/revoke?label=none",
        "/tokens/revoke",
        "/teams/qa/members/remove?username=bob",
        "/teams/qa/members/remove?username=ci",
        "/comments/remove?registry=main&path=qa/app&comment=99",
        "/comments/edit?registry=main&path=qa/app&comment=99",
    ] {
        alice.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    // An admin who does not own it has nothing to hand over.
    let over = "/teams/qa/hand-over?to=carol&then=viewer";
    root.get(over).await.expect(StatusCode::SEE_OTHER);
    let odd = alice.get("/teams/qa/hand-over?to=a+b&then=viewer").await;
    let odd = odd.expect(StatusCode::UNPROCESSABLE_ENTITY).body;
    assert!(odd.contains(r#"id="to-fault""#) && odd.contains(r#"value="a b""#), "{odd}");
    assert_eq!(world.whole_state().await, before, "nothing of it was done");
}

#[tokio::test]
async fn a_comment_is_written_anew_by_whose_it_is_alone() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    world.push("qa/app", "1", "alice").await;
    let (alice, carol) = (Browser::of(world, "alice").await, Browser::of(world, "carol").await);
    let place = [("registry", "main"), ("path", "qa/app"), ("text", "As it was.")];
    carol.post("/comments", &place).await.expect(StatusCode::SEE_OTHER);
    let page = carol.get("/repositories/main/qa/app").await.body;
    let link = page.split("/comments/edit?").nth(1).unwrap().split('"').next().unwrap();
    let link = format!("/comments/edit?{}", link.replace("&amp;", "&"));
    let id = link.rsplit('=').next().unwrap();
    assert!(carol.get(&link).await.expect(StatusCode::OK).body.contains("As it was."));
    // Who owns the repository may take it away, and puts no words into anyone's mouth.
    let own = alice.get("/repositories/main/qa/app").await.body.replace("&amp;", "&");
    assert!(!own.contains(&link), "{own}");
    alice.get(&link).await.expect(StatusCode::FORBIDDEN);
    let edited = |text| [("registry", "main"), ("path", "qa/app"), ("comment", id), ("text", text)];
    for text in ["As it is.", ""] {
        alice.post("/comments/edit", &edited(text)).await.expect(StatusCode::FORBIDDEN);
        let bob = Browser::of(world, "bob").await;
        bob.post("/comments/edit", &edited(text)).await.expect(StatusCode::NOT_FOUND);
    }
    let long = "x".repeat(4001);
    for text in ["", &*long] {
        let told = carol.post("/comments/edit", &edited(text)).await;
        let told = told.expect(StatusCode::UNPROCESSABLE_ENTITY).body;
        assert!(told.contains(r#"id="comment-fault""#) && told.contains(text), "{told}");
    }
    let done = carol.post("/comments/edit", &edited("As it is.")).await;
    done.expect(StatusCode::SEE_OTHER);
    let page = carol.get("/repositories/main/qa/app").await.body;
    assert!(page.contains("As it is.") && !page.contains("As it was."), "{page}");
}

/// A fault is said between the label and what was typed, to those who see it and to those who
/// hear it, and the focus goes there.
#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let (alice, root) = (Browser::of(world, "alice").await, Browser::of(world, "root").await);
    let long = "x".repeat(300);
    for (who, path, fields, id) in [
        (&alice, "/teams/qa/members", &[("username", "nobody"), ("role", "viewer")][..], "member"),
        (&alice, "/teams/qa/members", &[("username", "a b"), ("role", "viewer")], "member"),
        (&alice, "/teams/qa/bots", &[("username", "ci"), ("role", "viewer")], "bot"),
        (&alice, "/teams/qa/rename", &[("name", &*long)], "name"),
        (&alice, "/teams/qa/hand-over", &[("to", "nobody"), ("then", "viewer")], "to"),
        (&alice, "/tokens", &[("label", ""), ("may", "pull"), ("days", "7")], "label"),
        (&alice, "/tokens", &[("label", "x"), ("days", "x")], "expires"),
        (
            &alice,
            "/tokens",
            &[("label", "x"), ("may", "pull"), ("days", "7"), ("namespaces", "x")],
            "namespaces",
        ),
        (
            &alice,
            "/profile/password",
            &[("current", "wrong"), ("new", "a new password")],
            "current",
        ),
        (&root, "/teams", &[("name", "qa")], "name"),
        (&root, "/admin/users", &[("username", "alice"), ("password", "")], "username"),
        (&root, "/admin/users", &[("username", "dora"), ("password", "weak")], "password"),
        (&root, "/admin/users", &[("username", "dora"), ("password", ""), ("email", "x")], "email"),
        (&root, "/admin/users/bob/password", &[("password", "weak")], "password"),
        (&root, "/admin/registries/main", &[("url", "nowhere")], "url"),
        (
            &root,
            "/admin/registries/main",
            &[("url", "https://r.test"), ("minutes", "x")],
            "minutes",
        ),
        (&root, "/admin/registries/new", &[("url", "nowhere")], "url"),
        (
            &alice,
            "/namespaces",
            &[("registry", "main"), ("name", "qa"), ("team", "qa"), ("visibility", "private")],
            "name",
        ),
        (
            &alice,
            "/namespaces/main/qa/settings/transfer",
            &[("kind", "person"), ("to", "nobody")],
            "to",
        ),
    ] {
        let told = who.post(path, fields).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}, {id}: {}", told.body);
        let told = told.body;
        let fault = format!(r#"<span class="fault" id="{id}-fault" role="alert">"#);
        let said = told.split(&fault).nth(1).unwrap_or_else(|| panic!("{path}, {id}: {told}"));
        let said = said.split("</span>").next().unwrap();
        let begins = said.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '`');
        assert!(said.ends_with('.') && begins, "{path}: {said}");
        assert_eq!(told.matches(r#"role="alert""#).count(), 1, "{path}: {told}");
        assert!(told.contains(&format!(r#"aria-describedby="{id}-fault"#)), "{path}: {told}");
        if id != "expires" {
            assert_eq!(told.matches(r#" aria-invalid="true" autofocus"#).count(), 1, "{path}");
        }
    }
    for path in ["/teams/qa", "/tokens", "/profile"] {
        let page = alice.get(path).await.body;
        assert!(!page.contains("aria-invalid") && !page.contains("autofocus"), "{path}");
    }
}

#[tokio::test]
async fn who_has_a_token_that_ends_soon_is_told_at_home() {
    let tenants = Tenants::new().await;
    let alice = Browser::of(&tenants.world, "alice").await;
    for (label, days) in [("long", "30"), ("never", "0")] {
        let token = [("label", label), ("may", "pull"), ("days", days)];
        alice.post("/tokens", &token).await.expect(StatusCode::OK);
    }
    assert!(!alice.get("/").await.body.contains("end soon"));
    let token = [("label", "short"), ("may", "pull"), ("days", "7")];
    alice.post("/tokens", &token).await.expect(StatusCode::OK);
    let home = alice.get("/").await.body;
    let notice = home.split("end soon").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(notice.contains(r#"<a href="/tokens">short</a>"#), "{notice}");
    assert!(!notice.contains("long") && !notice.contains("never"), "{notice}");
    let carol = Browser::of(&tenants.world, "carol").await;
    assert!(!carol.get("/").await.body.contains("end soon"));
}
