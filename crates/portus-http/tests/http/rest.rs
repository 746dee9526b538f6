//! What the REST interface can do since forms can: activities, comments, sessions, hand-overs.

use axum::http::{Request, StatusCode};
use serde_json::Value;

use crate::api::{Tenants, problem};
use crate::world::Answer;

const COMMENTS: &str = "/api/v1/comments/main/public/app";

fn kinds(answer: &Answer) -> Vec<String> {
    let rows = answer.json();
    let rows = rows.as_array().unwrap();
    rows.iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
}

/// SR9: of what someone does not see, she does not learn what was done there either.
#[tokio::test]
async fn what_was_done_is_told_to_whoever_sees_where() {
    let tenants = Tenants::new().await;
    let body = r#"{"description": "for all"}"#;
    for path in ["namespaces/main/qa", "repositories/main/qa/app", "teams/qa"] {
        tenants.ask("alice", "PATCH", &format!("/api/v1/{path}"), body).await;
    }
    for (path, kind) in [
        ("/api/v1/namespaces/main/qa/activities", "namespace.describe"),
        ("/api/v1/activities/main/qa/app", "repository.describe"),
        ("/api/v1/teams/qa/activities", "team.describe"),
    ] {
        for (who, status) in [
            ("", StatusCode::UNAUTHORIZED),
            ("bob", StatusCode::NOT_FOUND),
            ("carol", StatusCode::OK),
            ("root", StatusCode::OK),
        ] {
            tenants.get(who, path).await.expect(status);
        }
        let told = tenants.get("carol", path).await;
        assert!(kinds(&told).iter().any(|one| one == kind), "{path}: {}", told.body);
        let row = &told.json()[0];
        assert!(row.get("address").is_none() && row.get("request_id").is_none(), "{row}");
        let first = tenants.get("carol", &format!("{path}?per_page=1")).await;
        assert_eq!(kinds(&first).len(), 1, "{path}");
    }
}

#[tokio::test]
async fn whoever_wrote_a_comment_writes_it_anew_and_nobody_else() {
    let tenants = Tenants::new().await;
    let made = tenants.ask("bob", "POST", COMMENTS, r#"{"body": "frist"}"#).await;
    let id = made.expect(StatusCode::CREATED).json()["id"].as_i64().unwrap();
    let path = format!("{COMMENTS}:{id}");
    let body = r#"{"body": "first"}"#;
    for (who, status) in [
        ("", StatusCode::UNAUTHORIZED),
        ("alice", StatusCode::FORBIDDEN),
        ("root", StatusCode::FORBIDDEN),
        ("ci", StatusCode::FORBIDDEN),
        ("bob", StatusCode::OK),
    ] {
        tenants.ask(who, "PATCH", &path, body).await.expect(status);
    }
    let listed = tenants.get("", COMMENTS).await.json();
    assert_eq!((&listed[0]["body"], &listed[0]["author"]), (&"first".into(), &"bob".into()));
    let bad = tenants.ask("bob", "PATCH", &path, r#"{"body": " "}"#).await;
    bad.expect(StatusCode::UNPROCESSABLE_ENTITY);
    // SR9: by another repository it is not there.
    let other = format!("/api/v1/comments/main/qa/app:{id}");
    tenants.ask("root", "PATCH", &other, body).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sessions_are_ended_by_whose_they_are_and_by_admins() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/users/alice/sessions";
    for (who, status) in
        [("bob", StatusCode::FORBIDDEN), ("alice", StatusCode::FORBIDDEN), ("root", StatusCode::OK)]
    {
        tenants.get(who, path).await.expect(status);
    }
    let hers = async || tenants.get("root", path).await.json().as_array().unwrap().len();
    assert_eq!(hers().await, 1);
    tenants.ask("bob", "DELETE", path, "").await.expect(StatusCode::FORBIDDEN);
    tenants.ask("root", "DELETE", path, "").await.expect(StatusCode::NO_CONTENT);
    assert_eq!(hers().await, 0);

    let browser = crate::browser::Browser::of(&tenants.world, "alice").await;
    assert_eq!(hers().await, 1);
    // A token has no session of its own: all of them end.
    let own = "/api/v1/self/sessions";
    tenants.ask("alice", "DELETE", own, "").await.expect(StatusCode::NO_CONTENT);
    assert_eq!(hers().await, 0);
    browser.get("/tokens").await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_team_is_handed_over() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/teams/qa/hand-over";
    let body = r#"{"username": "carol", "role": "viewer"}"#;
    for (who, status) in [
        ("", StatusCode::UNAUTHORIZED),
        ("bob", StatusCode::NOT_FOUND),
        ("carol", StatusCode::FORBIDDEN),
        ("alice", StatusCode::NO_CONTENT),
    ] {
        tenants.ask(who, "POST", path, body).await.expect(status);
    }
    let role = async |who| tenants.get(who, "/api/v1/teams/qa").await.json()["role"].clone();
    assert_eq!((role("carol").await, role("alice").await), ("owner".into(), "viewer".into()));
}

/// What changed since it was looked at is left alone, where its sender asks for that.
#[tokio::test]
async fn nobody_writes_over_what_she_did_not_see() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/teams/qa";
    let seen = tenants.get("alice", path).await;
    let tag = seen.header("etag").unwrap().to_owned();
    let write = async |who: &str, method: &str, path: &str, tag: &str, body: &str| {
        let request = tenants.request(who, method, path, body);
        let (mut head, body) = request.into_parts();
        head.headers.insert("if-match", tag.parse().unwrap());
        tenants.send(Request::from_parts(head, body)).await
    };
    let body = r#"{"description": "mine"}"#;
    write("alice", "PATCH", path, &tag, body).await.expect(StatusCode::NO_CONTENT);
    // It is another one now.
    for method in ["PATCH", "DELETE"] {
        let late = write("alice", method, path, &tag, body).await;
        assert_eq!(problem(&late.expect(StatusCode::PRECONDITION_FAILED)), "precondition-failed");
    }
    for tag in ["\"other\"", "W/\"x\"", "nonsense"] {
        let late = write("root", "PATCH", path, tag, body).await;
        late.expect(StatusCode::PRECONDITION_FAILED);
    }
    let tag = tenants.get("alice", path).await.header("etag").unwrap().to_owned();
    let listed = format!("\"other\", {tag}");
    write("alice", "PATCH", path, &listed, body).await.expect(StatusCode::NO_CONTENT);
    write("alice", "PATCH", path, "*", body).await.expect(StatusCode::NO_CONTENT);
    // Without it nothing is asked.
    tenants.ask("alice", "PATCH", path, body).await.expect(StatusCode::NO_CONTENT);
    // SR9: it tells nobody what is there.
    write("bob", "PATCH", path, "\"x\"", body).await.expect(StatusCode::NOT_FOUND);
    write("bob", "PATCH", path, "*", body).await.expect(StatusCode::NOT_FOUND);
    write("", "PATCH", path, "\"x\"", body).await.expect(StatusCode::UNAUTHORIZED);
    // What cannot be looked at cannot be as it was seen.
    let member = "/api/v1/teams/qa/members/carol";
    let blind = write("alice", "DELETE", member, "\"x\"", "").await;
    blind.expect(StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn every_answer_says_how_many_requests_are_left() {
    let tenants = Tenants::new().await;
    for (who, path) in [
        ("alice", "/api/v1/teams"),
        ("", "/api/v1/teams"),
        ("", "/api/v1/version"),
        ("", "/api/v1/nowhere"),
        ("", "/api/openapi.json"),
    ] {
        let answer = tenants.get(who, path).await;
        assert!(answer.header("ratelimit").is_some(), "{path}");
        assert!(answer.header("ratelimit-policy").is_some(), "{path}");
    }
}

#[tokio::test]
async fn lists_are_narrowed_by_words_of_a_list() {
    let tenants = Tenants::new().await;
    let names = async |who: &str, path: &str| {
        let rows = tenants.get(who, path).await.expect(StatusCode::OK).json();
        let rows: Vec<Value> = rows.as_array().unwrap().clone();
        let name =
            |row: &Value| row["username"].as_str().or(row["name"].as_str()).map(str::to_owned);
        rows.iter().filter_map(name).collect::<Vec<_>>()
    };
    let admins = names("root", "/api/v1/users?kind=admin").await;
    assert_eq!(admins, ["root"]);
    assert_eq!(names("root", "/api/v1/users?prefix=CAR").await, ["carol"]);
    assert_eq!(names("root", "/api/v1/users?prefix=%25").await, [""; 0]);
    assert!(names("root", "/api/v1/users?kind=bot").await.contains(&"ci".to_owned()));
    tenants.ask("root", "PATCH", "/api/v1/users/carol", r#"{"enabled": false}"#).await;
    assert_eq!(names("root", "/api/v1/users?kind=disabled").await, ["carol"]);
    tenants.get("root", "/api/v1/users?kind=x").await.expect(StatusCode::BAD_REQUEST);

    assert!(names("alice", "/api/v1/namespaces?of=yours").await.contains(&"qa".to_owned()));
    assert!(!names("bob", "/api/v1/namespaces?of=yours").await.contains(&"qa".to_owned()));
    tenants.get("root", "/api/v1/namespaces?of=orphans").await.expect(StatusCode::OK);
    tenants.get("alice", "/api/v1/namespaces?of=orphans").await.expect(StatusCode::FORBIDDEN);
    let seen = tenants.get("alice", "/api/v1/namespaces/main/qa").await.json();
    assert_eq!((&seen["owner"], &seen["repositories_count"]), (&"qa".into(), &1.into()));
}
