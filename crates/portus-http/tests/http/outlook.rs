//! The pages of Access, and the same questions in the REST interface.

use axum::http::StatusCode;

use crate::api::Tenants;
use crate::browser::Browser;

/// SR9: whoever keeps nothing there gets the answer of a name that nobody uses.
#[tokio::test]
async fn sr9_only_keepers_are_told_about_others() {
    let tenants = Tenants::new().await;
    for path in [
        "/api/v1/who-can?registry=main&namespace=qa&action=pull",
        "/api/v1/what-if?registry=main&namespace=qa&visibility=public",
        "/api/v1/what-if?team=qa&username=carol&role=owner",
    ] {
        for (who, status) in
            [("alice", 200), ("root", 200), ("bob", 404), ("carol", 404), ("ci", 404), ("", 401)]
        {
            let answer = tenants.get(who, path).await;
            assert_eq!(answer.status.as_u16(), status, "{who} {path}: {}", answer.body);
        }
        let hidden = tenants.get("bob", path).await.json();
        let none = tenants.get("bob", &path.replace("=qa", "=zz")).await.json();
        assert_eq!(
            (&hidden["code"], &hidden["detail"]),
            (&none["code"], &none["detail"]),
            "{path}"
        );
    }
    for (who, status) in [("alice", 404), ("bob", 404), ("root", 200)] {
        let path = "/api/v1/what-if?switch=push.policy&value=admins";
        assert_eq!(tenants.get(who, path).await.status.as_u16(), status, "{who}");
    }
}

#[tokio::test]
async fn who_can_names_everyone_and_by_which_rule() {
    let tenants = Tenants::new().await;
    let push = "/api/v1/who-can?registry=main&namespace=qa&action=push";
    let json = tenants.get("alice", push).await.expect(StatusCode::OK).json();
    let names: Vec<&str> = json["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["username"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["alice", "ci", "root"], "{json}");
    assert_eq!(json["accounts"][1]["grant"], "contributor-push");
    assert!(json["everyone"].is_null() && json["signed_in"].is_null());
    let open = "/api/v1/who-can?registry=main&namespace=public&action=pull&per_page=1";
    let json = tenants.get("alice", open).await.expect(StatusCode::OK).json();
    assert_eq!(
        (&json["everyone"], json["accounts"].as_array().unwrap().len()),
        (&"public-pull".into(), 1)
    );
    let after = json["next"].as_str().unwrap();
    let next = tenants.get("alice", &format!("{open}&after={after}")).await.json();
    assert_ne!(next["accounts"][0]["username"], json["accounts"][0]["username"]);
}

#[tokio::test]
async fn what_can_is_for_oneself_and_for_keepers_within_their_namespaces() {
    let tenants = Tenants::new().await;
    let places = async |who: &str, about: &str| {
        let answer = tenants.get(who, &format!("/api/v1/what-can{about}")).await;
        let rows = answer.expect(StatusCode::OK).json();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["namespace"].as_str().unwrap_or("_").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(places("carol", "").await, ["carol", "public", "qa", "carol"]);
    assert_eq!(places("alice", "?username=carol").await, ["public", "qa"]);
    assert!(places("root", "?username=bob").await.contains(&"rivals".to_owned()));
    assert_eq!(places("bob", "?username=carol").await, [""; 0]);
    // Whether someone is there at all, admins alone are told.
    assert_eq!(places("bob", "?username=nobody").await, [""; 0]);
    tenants.get("root", "/api/v1/what-can?username=nobody").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn odd_questions_are_refused_in_words() {
    let tenants = Tenants::new().await;
    for (query, status) in [
        ("", 400),
        ("?team=qa", 400),
        ("?team=qa&username=carol&switch=push.policy", 400),
        ("?switch=push.policy&value=nobody", 422),
        ("?switch=audit.pulls&value=true", 422),
        ("?team=qa&username=carol&role=boss", 400),
        ("?zz=1", 400),
    ] {
        let answer = tenants.get("root", &format!("/api/v1/what-if{query}")).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_pages_answer_and_lead_on() {
    let tenants = Tenants::new().await;
    let alice = Browser::of(&tenants.world, "alice").await;
    let page = alice.get("/access/who-can?registry=main&namespace=qa/app&action=push").await;
    let body = page.expect(StatusCode::OK).body;
    for part in ["contributor-push", ">ci<", ">root<", "what-can?who=ci"] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(!body.contains(">carol<"));
    let body = alice.get("/access/what-can?who=carol").await.expect(StatusCode::OK).body;
    assert!(body.contains("member-pull") && body.contains("Only your namespaces"), "{body}");
    let bob = Browser::of(&tenants.world, "bob").await;
    for path in [
        "/access/who-can?registry=main&namespace=qa&action=pull",
        "/access/what-if?registry=main&namespace=qa&visibility=public",
        "/access/what-if?team=qa&who=carol&role=owner",
        "/access/what-if?switch=push.policy=admins",
    ] {
        bob.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    for path in [
        "/access/who-can?registry=main&namespace=Q%00A",
        "/access/what-can?who=%00",
        "/access/what-if?switch=x",
        "/access/what-if?team=qa",
        "/access/what-if?registry=main&namespace=qa&visibility=open",
    ] {
        alice.get(path).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let denied = bob.get("/access?registry=main&repository=public/&action=push").await;
    let body = denied.expect(StatusCode::OK).body;
    assert!(body.contains("contributor-push") && body.contains("class=\"ways\""), "{body}");
}

/// SR14, SR19: looking changes nothing; the button does what was looked at.
#[tokio::test]
async fn sr14_a_preview_changes_nothing_until_its_button_is_pressed() {
    let tenants = Tenants::new().await;
    let alice = Browser::of(&tenants.world, "alice").await;
    for (path, fields, word) in [
        (
            "/access/what-if?team=qa&who=carol&role=contributor",
            &[("team", "qa"), ("who", "carol"), ("role", "contributor")][..],
            "contributor-push",
        ),
        (
            "/access/what-if?team=qa&who=bob&role=viewer",
            &[("team", "qa"), ("who", "bob"), ("role", "viewer")],
            "member-pull",
        ),
        ("/access/what-if?team=qa&who=bob&role=", &[("team", "qa"), ("who", "bob")], "member-pull"),
        (
            "/access/what-if?registry=main&namespace=qa&visibility=public",
            &[("registry", "main"), ("namespace", "qa"), ("visibility", "public")],
            "public-pull",
        ),
    ] {
        let before = tenants.world.state().await;
        let body = alice.get(path).await.expect(StatusCode::OK).body;
        assert_eq!(tenants.world.state().await, before);
        assert!(
            body.contains(word) && body.contains("action=\"/access/change\""),
            "{path}: {body}"
        );
        let answer = alice.post("/access/change", fields).await.expect(StatusCode::SEE_OTHER);
        let again = alice.get(answer.header("location").unwrap()).await.expect(StatusCode::OK).body;
        assert!(
            again.contains("Nobody would gain") && !again.contains("/access/change"),
            "{again}"
        );
    }
    let last = [("team", "qa"), ("who", "alice"), ("role", "viewer")];
    let answer = alice.post("/access/change", &last).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("last owner"), "{}", answer.body);
    let bob = Browser::of(&tenants.world, "bob").await;
    bob.post("/access/change", &last).await.expect(StatusCode::NOT_FOUND);
    let switch = [("switch", "push.policy=admins")];
    alice.post("/access/change", &switch).await.expect(StatusCode::BAD_REQUEST);
}
