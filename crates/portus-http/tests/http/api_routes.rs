//! Every route of the REST interface, as every kind of caller.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value;

use crate::api::{Tenants, problem};
use crate::expected;
use crate::furnished::Furnished;

const CALLERS: [(&str, &str); 6] = [
    ("anonymous", ""),
    ("stranger", "bob"),
    ("member", "carol"),
    ("bot", "ci"),
    ("owner", "alice"),
    ("admin", "root"),
];

/// Method, path of the document, what stands for its parts, and a body that fits.
pub type Operation =
    (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const QA: &[(&str, &str)] = &[("registry", "main"), ("namespace", "qa")];
const QA_APP: &[(&str, &str)] = &[
    ("registry", "main"),
    ("repository", "qa/app"),
    ("tag", "1"),
    ("digest", DIGEST),
    ("comment", "its number"),
];
const CAROL_IN_QA: &[(&str, &str)] = &[("team", "qa"), ("username", "carol")];
const CI: &[(&str, &str)] = &[("username", "ci")];
const OF_ALICE: &[(&str, &str)] = &[("username", "alice"), ("application", "all")];
const DIGEST: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

pub const OPERATIONS: &[Operation] = &[
    ("get", "/api/v1/activities", &[], ""),
    ("get", "/api/v1/activities.csv", &[], ""),
    ("get", "/api/v1/activities.jsonl", &[], ""),
    ("get", "/api/v1/activities/{registry}/{repository}", QA_APP, ""),
    ("get", "/api/v1/bots", &[], ""),
    ("post", "/api/v1/bots", &[], r#"{"username": "cd", "team": "qa", "role": "viewer"}"#),
    ("get", "/api/v1/deletions", &[], ""),
    (
        "post",
        "/api/v1/deletions",
        &[],
        r#"{"registry": "main", "repository": "qa/app", "tags": [{"name": "1"}]}"#,
    ),
    ("get", "/api/v1/deletions/{deletion}", &[("deletion", "its number")], ""),
    ("get", "/api/v1/deletions/{deletion}/items", &[("deletion", "its number")], ""),
    ("post", "/api/v1/deletions/{deletion}/cancel", &[("deletion", "its number")], ""),
    ("get", "/api/v1/compare/{registry}/{repository}", QA_APP, ""),
    ("get", "/api/v1/bots/{username}", CI, ""),
    ("patch", "/api/v1/bots/{username}", CI, r#"{"enabled": false}"#),
    ("delete", "/api/v1/bots/{username}", CI, ""),
    ("get", "/api/v1/doctor", &[], ""),
    ("post", "/api/v1/doctor", &[], ""),
    ("get", "/api/v1/comments/{registry}/{repository}", QA_APP, ""),
    ("post", "/api/v1/comments/{registry}/{repository}", QA_APP, r#"{"body": "Well done"}"#),
    ("get", "/api/v1/comments/{registry}/{repository}:{comment}", QA_APP, ""),
    ("patch", "/api/v1/comments/{registry}/{repository}:{comment}", QA_APP, r#"{"body": "New"}"#),
    ("delete", "/api/v1/comments/{registry}/{repository}:{comment}", QA_APP, ""),
    ("get", "/api/v1/explain", &[], ""),
    ("get", "/api/v1/health", &[], ""),
    ("get", "/api/v1/images/{registry}/{repository}", QA_APP, ""),
    ("get", "/api/v1/jobs", &[], ""),
    ("post", "/api/v1/jobs/{job}/retry", &[("job", "4711")], ""),
    ("get", "/api/v1/keys", &[], ""),
    ("post", "/api/v1/keys/activate", &[], ""),
    ("post", "/api/v1/keys/rotate", &[], ""),
    ("get", "/api/v1/manifests/{registry}/{repository}", QA_APP, ""),
    ("get", "/api/v1/manifests/{registry}/{repository}@{digest}", QA_APP, ""),
    ("delete", "/api/v1/manifests/{registry}/{repository}@{digest}", QA_APP, ""),
    ("get", "/api/v1/namespaces", &[], ""),
    ("post", "/api/v1/namespaces", &[], r#"{"registry": "main", "name": "new", "team": "qa"}"#),
    ("get", "/api/v1/namespaces/{registry}/{namespace}", QA, ""),
    ("delete", "/api/v1/namespaces/{registry}/{namespace}", QA, ""),
    ("patch", "/api/v1/namespaces/{registry}/{namespace}", QA, r#"{"visibility": "protected"}"#),
    ("get", "/api/v1/namespaces/{registry}/{namespace}/activities", QA, ""),
    ("post", "/api/v1/namespaces/{registry}/{namespace}/transfer", QA, r#"{"team": "qa"}"#),
    ("get", "/api/v1/overview", &[], ""),
    ("get", "/api/v1/parked-events", &[], ""),
    ("post", "/api/v1/parked-events/retry", &[], ""),
    ("get", "/api/v1/parked-events/{event}", &[("event", "its number")], ""),
    (
        "post",
        "/api/v1/parked-events/{event}/discard",
        &[("event", "its number")],
        r#"{"reason": "nonsense"}"#,
    ),
    ("post", "/api/v1/parked-events/{event}/retry", &[("event", "its number")], ""),
    ("get", "/api/v1/registries", &[], ""),
    ("post", "/api/v1/registries", &[], r#"{"name": "hub", "url": "https://hub.test"}"#),
    ("get", "/api/v1/registries/{registry}", QA, ""),
    ("patch", "/api/v1/registries/{registry}", QA, r#"{"hosts": ["hub.test"]}"#),
    ("delete", "/api/v1/registries/{registry}", QA, ""),
    ("get", "/api/v1/registries/{registry}/removal", QA, ""),
    ("post", "/api/v1/registries/{registry}/secret", QA, ""),
    ("post", "/api/v1/registries/{registry}/sync", QA, ""),
    ("get", "/api/v1/registries/{registry}/syncs", QA, ""),
    ("post", "/api/v1/registries/{registry}/test", QA, r#"{"url": "https://hub.test"}"#),
    ("get", "/api/v1/repositories", &[], ""),
    ("get", "/api/v1/repositories/{registry}/{repository}", QA_APP, ""),
    ("delete", "/api/v1/repositories/{registry}/{repository}", QA_APP, ""),
    ("patch", "/api/v1/repositories/{registry}/{repository}", QA_APP, r#"{"description": "new"}"#),
    ("get", "/api/v1/search", &[], ""),
    ("get", "/api/v1/self", &[], ""),
    ("put", "/api/v1/self/email", &[], r#"{"email": null, "password": "wrong horse"}"#),
    (
        "put",
        "/api/v1/self/password",
        &[],
        r#"{"current": "wrong horse", "new": "correct horse battery"}"#,
    ),
    ("get", "/api/v1/self/refresh_tokens", &[], ""),
    (
        "delete",
        "/api/v1/self/refresh_tokens/{refresh_token}",
        &[("refresh_token", "its number")],
        "",
    ),
    ("get", "/api/v1/self/sessions", &[], ""),
    ("delete", "/api/v1/self/sessions", &[], ""),
    ("delete", "/api/v1/self/sessions/{session}", &[("session", "its number")], ""),
    ("get", "/api/v1/settings", &[], ""),
    ("get", "/api/v1/status", &[], ""),
    ("get", "/api/v1/self/stars", &[], ""),
    ("put", "/api/v1/stars/{registry}/{repository}", QA_APP, ""),
    ("delete", "/api/v1/stars/{registry}/{repository}", QA_APP, ""),
    ("get", "/api/v1/tags/{registry}/{repository}", QA_APP, ""),
    ("get", "/api/v1/tags/{registry}/{repository}:{tag}", QA_APP, ""),
    ("delete", "/api/v1/tags/{registry}/{repository}:{tag}", QA_APP, ""),
    ("get", "/api/v1/tags/{registry}/{repository}:{tag}/history", QA_APP, ""),
    ("get", "/api/v1/teams", &[], ""),
    ("post", "/api/v1/teams", &[], r#"{"name": "new"}"#),
    ("get", "/api/v1/teams/{team}", CAROL_IN_QA, ""),
    ("patch", "/api/v1/teams/{team}", CAROL_IN_QA, r#"{"name": "renamed"}"#),
    ("delete", "/api/v1/teams/{team}", CAROL_IN_QA, ""),
    ("get", "/api/v1/teams/{team}/activities", CAROL_IN_QA, ""),
    ("post", "/api/v1/teams/{team}/hand-over", CAROL_IN_QA, r#"{"username": "carol"}"#),
    ("get", "/api/v1/teams/{team}/bots", CAROL_IN_QA, ""),
    ("get", "/api/v1/teams/{team}/members", CAROL_IN_QA, ""),
    (
        "post",
        "/api/v1/teams/{team}/members",
        CAROL_IN_QA,
        r#"{"username": "bob", "role": "viewer"}"#,
    ),
    ("get", "/api/v1/teams/{team}/members/{username}", CAROL_IN_QA, ""),
    ("patch", "/api/v1/teams/{team}/members/{username}", CAROL_IN_QA, r#"{"role": "owner"}"#),
    ("delete", "/api/v1/teams/{team}/members/{username}", CAROL_IN_QA, ""),
    ("get", "/api/v1/users", &[], ""),
    ("post", "/api/v1/users", &[], r#"{"username": "new", "password": "correct horse"}"#),
    ("get", "/api/v1/users/{username}", OF_ALICE, ""),
    ("patch", "/api/v1/users/{username}", OF_ALICE, r#"{"enabled": false}"#),
    ("delete", "/api/v1/users/{username}", OF_ALICE, ""),
    ("get", "/api/v1/users/{username}/application_tokens", OF_ALICE, ""),
    (
        "post",
        "/api/v1/users/{username}/application_tokens",
        OF_ALICE,
        r#"{"application": "new", "actions": ["pull"]}"#,
    ),
    ("get", "/api/v1/users/{username}/application_tokens/{application}", OF_ALICE, ""),
    ("delete", "/api/v1/users/{username}/application_tokens/{application}", OF_ALICE, ""),
    ("post", "/api/v1/users/{username}/password_link", OF_ALICE, ""),
    ("get", "/api/v1/users/{username}/sessions", OF_ALICE, ""),
    ("delete", "/api/v1/users/{username}/sessions", OF_ALICE, ""),
    ("get", "/api/v1/version", &[], ""),
    ("get", "/api/v1/what-can", &[], ""),
    ("get", "/api/v1/what-if", &[], ""),
    ("get", "/api/v1/who-can", &[], ""),
];

pub fn path(tenants: &Tenants, template: &str, parts: &[(&str, &str)]) -> String {
    let mut path = template.to_owned();
    let [session, event, refresh, deletion] = &tenants.numbers;
    for (name, value) in parts {
        let value = match (*name, *value) {
            ("session", "its number") => session,
            ("deletion", "its number") => deletion,
            ("event", "its number") => event,
            ("refresh_token", "its number") => refresh,
            ("comment", "its number") => &tenants.comment,
            (_, value) => value,
        };
        path = path.replace(&format!("{{{name}}}"), value);
    }
    if template == "/api/v1/explain" {
        path += "?registry=main&repository=qa/app&action=pull";
    }
    path += match template {
        "/api/v1/search" => "?q=app",
        "/api/v1/what-can" => "?username=carol",
        "/api/v1/what-if" => "?team=qa&username=carol&role=owner",
        "/api/v1/who-can" => "?registry=main&namespace=qa&action=pull",
        _ => "",
    };
    if template.starts_with("/api/v1/compare") {
        path += "?from=1&to=1";
    }
    assert!(!path.contains('{'), "{path}");
    path
}

/// SR9, SR20, SR23: the table is reviewed like code.
#[tokio::test]
async fn every_route_answers_every_caller_as_the_reviewed_table_says() {
    let mut text = format!("{:<84}", "");
    for (kind, _) in CALLERS {
        text += &format!("{kind:<10}");
    }
    text = format!("{}\n", text.trim_end());
    for (method, template, parts, body) in OPERATIONS {
        let mut line = format!("{:<7}{template:<77}", method.to_uppercase());
        for (_, who) in CALLERS {
            let tenants = Tenants::new().await;
            let method = method.to_uppercase();
            let answer = tenants.ask(who, &method, &path(&tenants, template, parts), body).await;
            if answer.status.as_u16() >= 400 {
                problem(&answer);
            }
            line += &format!("{:<10}", answer.status.as_u16());
        }
        text += &format!("{}\n", line.trim_end());
    }
    expected::assert_is("crates/portus-http/tests/http/api_statuses.txt", &text);
}

/// What clients are made from is reviewed like code, too.
#[tokio::test]
async fn the_document_is_the_reviewed_one_and_names_what_is_walked() {
    let tenants = Tenants::new().await;
    let answer = tenants.get("", "/api/openapi.json").await.expect(StatusCode::OK);
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    let documented: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(|method| (method.clone(), path.clone()))
        })
        .collect();
    let walked = OPERATIONS.iter().map(|(method, path, ..)| ((*method).into(), (*path).into()));
    assert_eq!(documented, walked.collect());
    references(&document, &document);
    let text = format!("{}\n", answer.body.trim_end());
    expected::assert_is("crates/portus-http/tests/http/api_openapi.json", &text);
}

/// What the document refers to is in it.
fn references(document: &Value, part: &Value) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| references(document, part)),
        Value::Object(fields) => {
            if let Some(Value::String(to)) = fields.get("$ref") {
                let found = document.pointer(to.trim_start_matches('#'));
                assert!(found.is_some(), "{to} is nowhere");
            }
            fields.values().for_each(|part| references(document, part));
        }
        _ => {}
    }
}

/// Routes for admins alone: who is none is told so, whatever the address names, before anything is
/// looked up. Reviewed like code.
const FOR_ADMINS: [&str; 13] = [
    "/api/v1/jobs/{job}/retry",
    "/api/v1/parked-events/{event}",
    "/api/v1/parked-events/{event}/discard",
    "/api/v1/parked-events/{event}/retry",
    "/api/v1/registries/{registry}",
    "/api/v1/registries/{registry}/removal",
    "/api/v1/registries/{registry}/secret",
    "/api/v1/registries/{registry}/sync",
    "/api/v1/registries/{registry}/syncs",
    "/api/v1/registries/{registry}/test",
    "/api/v1/users/{username}",
    "/api/v1/users/{username}/password_link",
    "/api/v1/users/{username}/sessions",
];

/// SR9: whatever part of an address is another tenant's, it answers like one that nobody has: 404.
#[tokio::test]
async fn sr9_what_is_anothers_answers_like_what_nobody_has() {
    for (method, template, parts, body) in OPERATIONS {
        let unused = |name: &str| match name {
            "digest" => format!("sha256:{}", "e".repeat(64)),
            "comment" | "deletion" | "event" | "job" | "refresh_token" | "session" => {
                "4711".to_owned()
            }
            "repository" => "zz/app".to_owned(),
            _ => "zz".to_owned(),
        };
        let names = parts.iter().filter(|(name, _)| template.contains(&format!("{{{name}}}")));
        for (swapped, _) in names {
            let other: Vec<(&str, String)> = parts
                .iter()
                .map(|(name, value)| {
                    (*name, if name == swapped { unused(name) } else { (*value).to_owned() })
                })
                .collect();
            let other: Vec<(&str, &str)> =
                other.iter().map(|(name, value)| (*name, &**value)).collect();
            let mut answers = Vec::new();
            for parts in [*parts, &other] {
                let tenants = Tenants::new().await;
                let at = path(&tenants, template, parts);
                let answer = tenants.ask("bob", &method.to_uppercase(), &at, body).await;
                let is_for_admins = FOR_ADMINS.contains(template)
                    && (*template != "/api/v1/users/{username}" || *method != "get");
                let right =
                    if is_for_admins { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
                assert_eq!(answer.status, right, "{method} {at}: {}", answer.body);
                let json = answer.json();
                answers.push((answer.status, json["code"].clone(), json["detail"].clone()));
            }
            assert_eq!(answers[0], answers[1], "{method} {template}, {swapped}");
        }
    }
}

/// SR9: neither do names in bodies tell.
#[tokio::test]
async fn sr9_names_in_bodies_answer_like_what_nobody_has() {
    for (path, body, swapped) in [
        ("/api/v1/bots", r#"{"username": "cd", "team": "qa", "role": "viewer"}"#, "\"qa\""),
        ("/api/v1/namespaces", r#"{"registry": "main", "name": "new", "team": "qa"}"#, "\"qa\""),
        ("/api/v1/namespaces/main/rivals/transfer", r#"{"team": "qa"}"#, "\"qa\""),
        ("/api/v1/namespaces/main/rivals/transfer", r#"{"username": "carol"}"#, "\"carol\""),
        ("/api/v1/namespaces/main/rivals/transfer", r#"{"username": "ci"}"#, "\"ci\""),
    ] {
        let mut answers = Vec::new();
        for body in [body.to_owned(), body.replace(swapped, "\"zz\"")] {
            let tenants = Tenants::new().await;
            let answer = tenants.ask("bob", "POST", path, &body).await;
            let json = answer.json();
            answers.push((answer.status, json["code"].clone(), json["detail"].clone()));
        }
        assert_eq!(answers[0], answers[1], "{path} {body}");
        assert!(answers[0].0.as_u16() >= 400);
    }
}

/// SR20: no body takes a word that it does not know, nor one that makes someone more than she is.
#[tokio::test]
async fn sr20_bodies_take_no_unknown_and_no_privileged_fields() {
    let mut bodies = 0;
    for (method, template, parts, body) in OPERATIONS.iter().filter(|(.., body)| !body.is_empty()) {
        for field in
            ["admin", "bot", "enabled", "id", "kind", "owner_id", "is_admin", "password", "zz"]
        {
            let known: Value = serde_json::from_str(body).unwrap();
            let makes_people =
                *template == "/api/v1/users" && matches!(field, "admin" | "password");
            let changes_bots = *template == "/api/v1/bots/{username}" && field == "enabled";
            let changes_people = *template == "/api/v1/users/{username}"
                && matches!(field, "admin" | "enabled" | "password");
            let mut fields = known.as_object().unwrap().clone();
            fields.insert(field.into(), true.into());
            let body = Value::Object(fields).to_string();
            for who in ["alice", "root"] {
                let tenants = Tenants::new().await;
                let before = tenants.world.state().await;
                let at = path(&tenants, template, parts);
                let answer = tenants.ask(who, &method.to_uppercase(), &at, &body).await;
                // What makes or changes people is for admins, whatever it says.
                if who == "root" && makes_people && field == "admin" {
                    answer.expect(StatusCode::CREATED);
                    continue;
                }
                let status = answer.status;
                let refused = status == StatusCode::FORBIDDEN && (makes_people || changes_people);
                let unknown = status == StatusCode::UNPROCESSABLE_ENTITY;
                // A word that is known has to be a right one, and is: `true`.
                let changed =
                    changes_bots || (changes_people && who == "root" && field == "enabled");
                assert!(refused || unknown || changed, "{who} {at} {body}: {}", answer.body);
                if !changed {
                    assert_eq!(tenants.world.state().await, before, "{who} {at} {body}");
                }
                bodies += 1;
            }
        }
    }
    assert!(bodies > 100);
}

/// SR14: looking changes nothing that a decision or a page shows.
#[tokio::test]
async fn sr14_no_get_changes_anything() {
    let world = Furnished::new().await;
    let before = world.stored();
    for (_, template, parts, _) in OPERATIONS {
        for (_, who) in CALLERS {
            let at = path(&world.tenants, template, parts);
            for method in ["GET", "HEAD"] {
                let answer = world.tenants.ask(who, method, &at, "").await;
                assert!(!answer.status.is_server_error(), "{method} {at}: {}", answer.body);
            }
        }
    }
    assert!(world.stored() == before, "something changed");
    world.only_refusals_wait().await;
}
