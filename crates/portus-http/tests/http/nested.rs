//! Things that belong to something: with one's own parent and another's child, and for a credential
//! that is for some namespaces alone.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use portus_core::image::{MediaType, OCI_MANIFEST, SeenManifest};
use portus_core::policy::{Policy, Switches};
use portus_core::port::{Clock, StoreError};
use portus_core::secret::Secret;
use portus_core::tag::AsOf;
use portus_core::usecase::{ManageTokens, NewToken};
use serde_json::Value;

use crate::api::{Numbers, Tenants};
use crate::api_routes::{OPERATIONS, path};
use crate::browser::{Browser, digest};
use crate::world::{Answer, PASSWORD, SERVICE, from, operator};

type Parts = Vec<(&'static str, String)>;

/// What is bob's, by the name of the part that stands for it.
async fn bobs(tenants: &Tenants) -> Parts {
    let world = &tenants.world;
    let (repository, _) = world.push("rivals/app", "rival", "bob").await;
    let seen = SeenManifest {
        digest: digest('f'),
        media_type: MediaType::new(OCI_MANIFEST),
        pushed_at: world.clock.now(),
    };
    let as_of = AsOf { at: world.clock.now(), event: "f".into() };
    let added = world.store.write::<_, StoreError>(async |tx| {
        tx.repositories().add_manifest(repository, &seen, &as_of).await
    });
    added.await.unwrap();
    let comments = "/api/v1/comments/main/rivals/app";
    let comment = tenants.ask("bob", "POST", comments, r#"{"body": "Mine"}"#).await.json();
    Browser::of(world, "bob").await;
    let asked = format!("service={SERVICE}&offline_token=true");
    world.get(&asked, Some(&format!("bob:{PASSWORD}"))).await.expect(StatusCode::OK);
    tenants.token("bob", "bobs", "pull").await;
    let bot = r#"{"username": "rivalbot", "team": "rivals", "role": "viewer"}"#;
    tenants.ask("bob", "POST", "/api/v1/bots", bot).await.expect(StatusCode::CREATED);
    let gone = "/api/v1/tags/main/rivals/app:1";
    tenants.ask("bob", "DELETE", gone, "").await.expect(StatusCode::ACCEPTED);
    let first = async |path: &str| tenants.get("bob", path).await.json()[0]["id"].to_string();
    vec![
        ("tag", "rival".into()),
        ("digest", digest('f').to_string()),
        ("comment", comment["id"].to_string()),
        ("session", first("/api/v1/self/sessions").await),
        ("refresh_token", first("/api/v1/self/refresh_tokens").await),
        ("deletion", first("/api/v1/deletions").await),
        ("application", "bobs".into()),
        ("username", "bob".into()),
    ]
}

/// What of it bob sees.
async fn seen_by_bob(tenants: &Tenants) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in [
        "/api/v1/comments/main/rivals/app",
        "/api/v1/tags/main/rivals/app",
        "/api/v1/deletions",
        "/api/v1/self/sessions",
        "/api/v1/self/refresh_tokens",
        "/api/v1/users/bob/application_tokens",
        "/api/v1/teams/rivals/members",
    ] {
        seen.push(tenants.get("bob", path).await.expect(StatusCode::OK).json());
    }
    seen
}

async fn asked(
    tenants: &Tenants,
    who: &str,
    (method, template, body): (&str, &str, &str),
    parts: &[(&str, &str)],
) -> Answer {
    tenants.ask(who, &method.to_uppercase(), &path(tenants, template, parts), body).await
}

/// SR9: who may do all to the parent does nothing to the child of another, which answers like one
/// that nobody has.
#[tokio::test]
async fn sr9_ones_own_parent_reaches_no_child_of_another() {
    let tenants = Tenants::new().await;
    let theirs = bobs(&tenants).await;
    let before = seen_by_bob(&tenants).await;
    let mut walked = 0;
    for (method, template, parts, body) in OPERATIONS {
        // An account is nobody's child but as a member of a team.
        let is_member = template.contains("/members/{username}");
        for (child, value) in theirs.iter().filter(|(child, _)| {
            template.contains(&format!("{{{child}}}")) && (*child != "username" || is_member)
        }) {
            let unused = match *child {
                "digest" => digest('e').to_string(),
                "tag" | "application" | "username" => "zz".to_owned(),
                _ => "4711".to_owned(),
            };
            let mut answers = Vec::new();
            for value in [value, &unused] {
                let mut parts: Vec<(&str, &str)> = parts.to_vec();
                parts.retain(|(name, _)| name != child);
                parts.push((*child, value.as_str()));
                let answer = asked(&tenants, "alice", (method, template, body), &parts).await;
                assert_eq!(
                    answer.status,
                    StatusCode::NOT_FOUND,
                    "{method} {template} {child}: {}",
                    answer.body
                );
                answers.push((answer.status, answer.json()["code"].clone()));
            }
            assert_eq!(answers[0], answers[1], "{method} {template} {child}");
            walked += 1;
        }
        // What is in one registry is not in the other, which has the same names.
        let named = ["{namespace}", "{repository}"].iter().any(|name| template.contains(name));
        if named && template.contains("{registry}") {
            let mut answers = Vec::new();
            for unused in [false, true] {
                let mut elsewhere = parts.to_vec();
                for (name, value) in &mut elsewhere {
                    match *name {
                        "registry" => *value = "other",
                        "namespace" if unused => *value = "zz",
                        "repository" if unused => *value = "zz/app",
                        _ => {}
                    }
                }
                let answer = asked(&tenants, "alice", (method, template, body), &elsewhere).await;
                assert_eq!(
                    answer.status,
                    StatusCode::NOT_FOUND,
                    "{method} {template}: {}",
                    answer.body
                );
                answers.push((answer.status, answer.json()["detail"].clone()));
            }
            assert_eq!(answers[0], answers[1], "{method} {template} in the other registry");
            walked += 1;
        }
    }
    assert!(walked > 30, "{walked}");
    assert_eq!(seen_by_bob(&tenants).await, before);
}

/// SR8, SR9: a token for some namespaces shows nothing of any other, on no route.
#[tokio::test]
async fn sr8_a_token_for_one_namespace_shows_nothing_of_others_on_any_route() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let made = async |path: &str, body: &str| tenants.ask("alice", "POST", path, body).await;
    made("/api/v1/teams", r#"{"name": "canary-team"}"#).await.expect(StatusCode::CREATED);
    let namespace = r#"{"registry": "main", "name": "canary-ns", "team": "canary-team"}"#;
    made("/api/v1/namespaces", namespace).await.expect(StatusCode::CREATED);
    world.push("canary-ns/canary-app", "canary-tag", "alice").await;
    let comments = "/api/v1/comments/main/canary-ns/canary-app";
    let comment = made(comments, r#"{"body": "canary-word"}"#).await.json()["id"].to_string();
    let star = "/api/v1/stars/main/canary-ns/canary-app";
    tenants.ask("alice", "PUT", star, "").await.expect(StatusCode::NO_CONTENT);
    let gone = "/api/v1/tags/main/canary-ns/canary-app:canary-tag";
    tenants.ask("alice", "DELETE", gone, "").await.expect(StatusCode::ACCEPTED);
    let deletion = tenants.get("alice", "/api/v1/deletions").await.json()[0]["id"].to_string();

    let token = narrow(&tenants).await;
    let ask = async |method: &str, at: &str, body: &str| {
        let mut request = Request::builder().method(method).uri(at);
        request = request.header("authorization", format!("Bearer {}", token.expose()));
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        world.send(from(request, "192.0.2.7")).await
    };
    assert!(ask("GET", "/api/v1/repositories", "").await.body.contains("qa/app"), "it is good");

    let mut operations = OPERATIONS.to_vec();
    operations.sort_by_key(|(method, ..)| *method != "get");
    for (method, template, parts, body) in &operations {
        let method = method.to_uppercase();
        let usual = path(&tenants, template, parts);
        let answer = ask(&method, &usual, body).await;
        assert!(!answer.body.contains("canary"), "{method} {usual}: {}", answer.body);
        let hidden: Vec<(&str, &str)> = parts
            .iter()
            .map(|(name, value)| match *name {
                "namespace" => (*name, "canary-ns"),
                "repository" => (*name, "canary-ns/canary-app"),
                "tag" => (*name, "canary-tag"),
                "team" => (*name, "canary-team"),
                "comment" => (*name, &*comment),
                "deletion" => (*name, &*deletion),
                _ => (*name, *value),
            })
            .collect();
        let at = path(&tenants, template, &hidden);
        if at == usual {
            continue;
        }
        let answer = ask(&method, &at, body).await;
        assert!(answer.status.is_client_error(), "{method} {at}: {}", answer.body);
        assert!(!answer.body.contains("canary"), "{method} {at}: {}", answer.body);
    }
    let said = tenants.get("alice", comments).await.expect(StatusCode::OK);
    assert!(said.body.contains("canary-word"), "{}", said.body);
    let stars = tenants.get("alice", "/api/v1/self/stars").await.expect(StatusCode::OK);
    assert!(stars.body.contains("canary-app"), "{}", stars.body);
}

/// All actions, for `qa` alone.
async fn narrow(tenants: &Tenants) -> Secret {
    let world = &tenants.world;
    let token = NewToken {
        label: "narrow".parse().unwrap(),
        actions: "api,pull,push,delete".parse().unwrap(),
        namespaces: Some(vec![("main".parse().unwrap(), Some("qa".parse().unwrap()))]),
        expires_at: None,
    };
    let tokens = ManageTokens {
        store: world.store.clone(),
        policy: Arc::new(Policy::new(Switches::default())),
        passwords: world.passwords.clone(),
        entropy: Arc::new(Numbers::of(200)),
        clock: Arc::new(world.clock.clone()),
        limit: 50,
    };
    tokens.create(&operator(), &"alice".parse().unwrap(), &token).await.unwrap()
}
