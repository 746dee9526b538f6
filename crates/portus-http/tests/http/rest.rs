//! What the REST interface can do since forms can: activities, comments, sessions, hand-overs.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;

use crate::api::{Tenants, problem};
use crate::world::{Answer, PASSWORD};

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
        held(&tenants, who, method, path, tag, body).await
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
    let blind = write("alice", "PUT", "/api/v1/stars/main/qa/app", "*", "").await;
    blind.expect(StatusCode::PRECONDITION_FAILED);
}

/// The same of what is in something else.
#[tokio::test]
async fn nobody_writes_over_comments_bots_and_members_that_she_did_not_see() {
    let tenants = Tenants::new().await;
    let comment = format!("/api/v1/comments/main/qa/app:{}", tenants.comment);
    let token = "/api/v1/users/alice/application_tokens/spare";
    tenants.token("alice", "spare", "pull").await;
    for (path, change, after) in [
        (&*comment, r#"{"body": "Second"}"#, StatusCode::OK),
        ("/api/v1/bots/ci", r#"{"enabled": false}"#, StatusCode::NO_CONTENT),
        ("/api/v1/teams/qa/members/carol", r#"{"role": "contributor"}"#, StatusCode::NO_CONTENT),
        (token, "", StatusCode::NO_CONTENT),
    ] {
        let seen = tenants.get("alice", path).await.expect(StatusCode::OK);
        let tag = seen.header("etag").unwrap().to_owned();
        let method = if change.is_empty() { "DELETE" } else { "PATCH" };
        let odd = held(&tenants, "alice", method, path, "\"other\"", change).await;
        assert_eq!(problem(&odd.expect(StatusCode::PRECONDITION_FAILED)), "precondition-failed");
        assert_eq!(tenants.get("alice", path).await.body, seen.body, "{path}");
        // SR9: it tells a stranger nothing, whatever she says.
        for tag in ["*", "\"other\"", &tag] {
            tenants.get("bob", path).await;
            let hers = held(&tenants, "bob", method, path, tag, change).await;
            assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&hers.status));
            assert_eq!(hers.status, tenants.ask("bob", method, path, change).await.status);
        }
        held(&tenants, "alice", method, path, &tag, change).await.expect(after);
        let late = held(&tenants, "alice", method, path, &tag, change).await;
        let gone = if change.is_empty() { 404 } else { 412 };
        assert_eq!(late.status.as_u16(), gone, "{path}: {}", late.body);
    }
}

/// A token that sees no images cannot say how they were.
#[tokio::test]
async fn what_a_token_cannot_look_at_it_does_not_change_as_seen() {
    let mut tenants = Tenants::new().await;
    tenants.narrow("alice", "api").await;
    tenants.narrow("bob", "api").await;
    let body = r#"{"visibility": "protected"}"#;
    for name in ["qa", "nowhere"] {
        let path = format!("/api/v1/namespaces/main/{name}");
        for who in ["alice", "bob"] {
            for tag in ["*", "\"x\""] {
                let answer = held(&tenants, who, "PATCH", &path, tag, body).await;
                answer.expect(StatusCode::PRECONDITION_FAILED);
            }
        }
    }
    let path = "/api/v1/namespaces/main/qa";
    tenants.ask("alice", "PATCH", path, body).await.expect(StatusCode::NO_CONTENT);
    // Who did not sign in hears that first.
    held(&tenants, "", "PATCH", path, "*", body).await.expect(StatusCode::UNAUTHORIZED);
}

/// A token that is not for pulling is told of what it made, and where that is.
#[tokio::test]
async fn what_is_made_is_told_to_who_made_it_with_its_address() {
    let mut tenants = Tenants::new().await;
    tenants.narrow("alice", "api").await;
    let body = r#"{"registry": "main", "name": "fresh", "team": "qa"}"#;
    let made = tenants.ask("alice", "POST", "/api/v1/namespaces", body).await;
    let made = made.expect(StatusCode::CREATED);
    let json = made.json();
    assert_eq!((&json["name"], &json["owner"]), (&"fresh".into(), &"qa".into()));
    for action in ["pull", "push", "delete"] {
        assert_eq!(json["permissions"][action]["allowed"], false, "{json}");
    }
    assert_eq!(made.header("location"), Some("/api/v1/namespaces/main/fresh"));
    tenants.get("alice", "/api/v1/namespaces/main/fresh").await.expect(StatusCode::NOT_FOUND);
    tenants.get("root", "/api/v1/namespaces/main/fresh").await.expect(StatusCode::OK);

    let mut places = Vec::new();
    for (path, body) in [
        ("/api/v1/teams", r#"{"name": "a team/b", "description": "For *all*"}"#),
        ("/api/v1/bots", r#"{"username": "cd", "team": "qa", "role": "viewer"}"#),
        ("/api/v1/comments/main/public/app", r#"{"body": "Well done"}"#),
        ("/api/v1/registries", r#"{"name": "hub", "url": "https://hub.test"}"#),
        ("/api/v1/teams/qa/members", r#"{"username": "bob", "role": "viewer"}"#),
        ("/api/v1/users", r#"{"username": "new"}"#),
        ("/api/v1/users/root/application_tokens", r#"{"application": "x y", "actions": ["api"]}"#),
    ] {
        let made = tenants.ask("root", "POST", path, body).await.expect(StatusCode::CREATED);
        let at = made.header("location").unwrap().to_owned();
        places.push(tenants.get("root", &at).await.expect(StatusCode::OK).json());
    }
    assert_eq!(
        (&places[0]["name"], &places[0]["description"]),
        (&"a team/b".into(), &"For *all*".into())
    );
    assert_eq!((&places[1]["username"], &places[1]["tokens_count"]), (&"cd".into(), &0.into()));
    assert_eq!(places[6]["application"], "x y");
    let told = tenants.get("root", "/api/v1/teams/a%20team%2Fb/activities").await;
    assert_eq!(kinds(&told), ["team.describe"]);
    let long = format!(r#"{{"name": "long", "description": "{}"}}"#, "x".repeat(20_001));
    tenants
        .ask("root", "POST", "/api/v1/teams", &long)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    tenants.get("root", "/api/v1/teams/long").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_changes_ones_own_mail_address_with_ones_password() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/self/email";
    let own = async |who| tenants.get(who, "/api/v1/self").await.json()["email"].clone();
    let put = async |who: &str, email: Value, password: &str| {
        let body = serde_json::json!({"email": email, "password": password}).to_string();
        tenants.ask(who, "PUT", path, &body).await
    };
    let wrong = put("alice", "alice@new.test".into(), "wrong horse").await;
    assert_eq!(problem(&wrong.expect(StatusCode::UNPROCESSABLE_ENTITY)), "invalid-value");
    let odd = put("alice", "nowhere".into(), PASSWORD).await;
    odd.expect(StatusCode::UNPROCESSABLE_ENTITY);
    put("alice", "alice@new.test".into(), PASSWORD).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(own("alice").await, "alice@new.test");
    let taken = put("carol", "alice@new.test".into(), PASSWORD).await;
    assert_eq!(problem(&taken.expect(StatusCode::CONFLICT)), "taken");
    // What is left out takes nothing away.
    let left_out = format!(r#"{{"password": "{PASSWORD}"}}"#);
    let refused = tenants.ask("alice", "PUT", path, &left_out).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    put("alice", Value::Null, PASSWORD).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(own("alice").await, Value::Null);
}

/// SR9: numbers, too, are of what someone may see.
#[tokio::test]
async fn an_overview_is_of_what_someone_sees() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/overview";
    tenants.get("", path).await.expect(StatusCode::UNAUTHORIZED);
    let of = async |who| tenants.get(who, path).await.expect(StatusCode::OK).json();
    let paths = |overview: &Value| {
        let rows = overview["recently_pushed"].as_array().unwrap().clone();
        let mut paths: Vec<_> =
            rows.iter().map(|row| row["full_name"].as_str().unwrap().to_owned()).collect();
        paths.sort();
        paths
    };
    let (hers, his) = (of("alice").await, of("bob").await);
    assert_eq!(paths(&hers), ["public/app", "qa/app"]);
    assert_eq!(paths(&his), ["public/app", "rivals/app"]);
    assert_eq!(hers["repositories"], serde_json::json!({"count": 2, "more": false}));
    let days = hers["traffic"].as_array().unwrap();
    assert_eq!(days.len(), 30);
    assert_eq!(days[29]["pushes"], 2, "{days:?}");
    let objects = hers["activities"].to_string();
    assert!(objects.contains("qa/app") && !objects.contains("rivals"), "{objects}");
}

#[tokio::test]
async fn members_are_listed_a_part_at_a_time() {
    let tenants = Tenants::new().await;
    let path = "/api/v1/teams/qa/members";
    let names = async |path: &str| {
        let answer = tenants.get("carol", path).await.expect(StatusCode::OK);
        let rows = answer.json();
        let rows = rows.as_array().unwrap().iter();
        let names: Vec<_> = rows.map(|row| row["username"].as_str().unwrap().to_owned()).collect();
        (names, answer.header("link").map(str::to_owned))
    };
    assert_eq!(names(path).await, (vec!["alice".into(), "carol".into(), "ci".into()], None));
    let (first, link) = names(&format!("{path}?per_page=2")).await;
    assert_eq!(first, ["alice", "carol"]);
    let next = link.unwrap();
    let next = next.split(['<', '>']).nth(1).unwrap();
    let next = &next[next.find("/api").unwrap()..];
    assert_eq!(names(next).await, (vec!["ci".into()], None));
    assert_eq!(names(&format!("{path}?role=owner")).await.0, ["alice"]);
    tenants.get("carol", &format!("{path}?role=x")).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(tenants.get("carol", "/api/v1/teams/qa").await.json()["members_count"], 3);
}

async fn held(
    tenants: &Tenants,
    who: &str,
    method: &str,
    path: &str,
    tag: &str,
    body: &str,
) -> Answer {
    let (mut head, body) = tenants.request(who, method, path, body).into_parts();
    head.headers.insert("if-match", tag.parse().unwrap());
    tenants.send(Request::from_parts(head, body)).await
}

#[tokio::test]
async fn a_registry_has_so_many_hosts_at_most() {
    let tenants = Tenants::new().await;
    let post = async |count: u32| {
        let hosts: Vec<_> = (0..count).map(|number| format!("h{number}.test")).collect();
        let new = serde_json::json!({"name": "hub", "url": "https://hub.test", "hosts": hosts});
        tenants.ask("root", "POST", "/api/v1/registries", &new.to_string()).await
    };
    let many = post(51).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(many.json()["detail"], "hosts: at most 50");
    post(50).await.expect(StatusCode::CREATED);
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

    for (state, rows) in [("under_way", 1), ("done", 0)] {
        let path = format!("/api/v1/deletions?state={state}");
        let found = tenants.get("alice", &path).await.expect(StatusCode::OK).json();
        assert_eq!(found.as_array().unwrap().len(), rows, "{found}");
    }
    tenants.get("alice", "/api/v1/deletions?state=x").await.expect(StatusCode::BAD_REQUEST);

    assert!(names("alice", "/api/v1/namespaces?of=yours").await.contains(&"qa".to_owned()));
    assert!(!names("bob", "/api/v1/namespaces?of=yours").await.contains(&"qa".to_owned()));
    tenants.get("root", "/api/v1/namespaces?of=orphans").await.expect(StatusCode::OK);
    tenants.get("alice", "/api/v1/namespaces?of=orphans").await.expect(StatusCode::FORBIDDEN);
    let seen = tenants.get("alice", "/api/v1/namespaces/main/qa").await.json();
    assert_eq!((&seen["owner"], &seen["repositories_count"]), (&"qa".into(), &1.into()));
}

/// SR8: what an admin's token hands out does not outgrow it, and says so.
#[tokio::test]
async fn sr8_an_admins_token_with_limits_hands_out_no_password() {
    let tenants = Tenants::new().await;
    let narrow = tenants.token("root", "narrow", "api").await;
    let ask = async |method: &str, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {}", narrow.expose()));
        let request = request.header("content-type", "application/json");
        tenants.send(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    let new = r#"{"username": "dora", "password": "correct horse"}"#;
    for (method, path, body) in [
        ("POST", "/api/v1/users/alice/password_link", ""),
        ("POST", "/api/v1/users", new),
        ("PATCH", "/api/v1/users/alice", r#"{"admin": true}"#),
    ] {
        let refused = ask(method, path, body).await;
        assert!(refused.body.contains("a token with limits"), "{path}: {}", refused.body);
        assert_eq!(problem(&refused.expect(StatusCode::FORBIDDEN)), "not-allowed");
    }
    let link = "/api/v1/users/alice/password_link";
    tenants.ask("root", "POST", link, "").await.expect(StatusCode::CREATED);
    // Nor does one that is not for pulling read what is deleted.
    let seen = tenants.get("root", "/api/v1/deletions").await.json();
    assert!(!seen.as_array().unwrap().is_empty());
    assert_eq!(ask("GET", "/api/v1/deletions", "").await.json(), serde_json::json!([]));
}

/// Each is looked up while nobody else can write.
#[tokio::test]
async fn a_token_for_more_than_a_hundred_namespaces_is_refused() {
    let tenants = Tenants::new().await;
    let places: Vec<String> = (0..=100)
        .map(|number| format!(r#"{{"registry": "main", "namespace": "n{number}"}}"#))
        .collect();
    let places = places.join(",");
    let body = format!(r#"{{"application": "x", "actions": ["pull"], "namespaces": [{places}]}}"#);
    let path = "/api/v1/users/alice/application_tokens";
    let refused = tenants.ask("alice", "POST", path, &body).await;
    assert!(refused.body.contains("at most 100 namespaces"), "{}", refused.body);
    assert_eq!(problem(&refused.expect(StatusCode::UNPROCESSABLE_ENTITY)), "invalid-value");
}
