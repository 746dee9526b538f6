//! `POST /v2/webhooks/events`: who may, and what becomes of odd bodies.

use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use portus_core::event::Incoming;
use portus_http::Limits;
use serde_json::{Value, json};

use crate::world::{World, from, notification};

fn event(id: &str) -> Value {
    json!({
        "id": id,
        "timestamp": "2026-11-20T21:10:00.287829999Z",
        "action": "push",
        "target": {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": format!("sha256:{}", "a".repeat(64)),
            "repository": "qa/app",
            "tag": "1",
        },
        "request": {"addr": "192.0.2.7:1234", "host": "registry.test", "method": "put"},
        "actor": {"name": "alice"},
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut changed = event("odd");
    *changed.pointer_mut(field).unwrap_or_else(|| panic!("no {field}")) = value;
    changed
}

fn body(events: &[Value]) -> String {
    json!({ "events": events }).to_string()
}

/// SR24.
#[tokio::test]
async fn only_a_registry_that_shows_its_secret_is_listened_to() {
    let world = World::new().await;
    let secret = world.secret("main").expose().to_owned();
    let basic = |text: String| {
        use base64::Engine;
        format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(text))
    };
    for (header, status) in [
        (None, 401),
        (Some(String::new()), 401),
        (Some("Bearer".to_owned()), 401),
        (Some("Bearer ".to_owned()), 401),
        (Some("Bearer wrong".to_owned()), 401),
        (Some(secret.clone()), 401),
        (Some(format!("Bearer {secret}x")), 401),
        (Some(basic(format!("{secret}:"))), 401),
        (Some(format!("Bearer {secret}")), 202),
        (Some(format!("bearer {secret}")), 202),
        (Some(basic(format!("registry:{secret}"))), 202),
    ] {
        let mut request = Request::post("/v2/webhooks/events");
        if let Some(header) = &header {
            request = request.header("authorization", header);
        }
        let answer = world.send(request.body(Body::from(body(&[]))).unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{header:?}");
    }
}

#[tokio::test]
async fn nothing_of_a_stranger_is_kept() {
    let world = World::new().await;
    let secret = portus_core::secret::Secret::new("wrong");
    for sent in [body(&[event("1")]), "garbage".into()] {
        let answer = world.send(notification(sent, &secret)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.error().1, "the notification secret is wrong");
    }
    assert_eq!(world.incoming().await, []);
}

#[tokio::test]
async fn notifications_may_be_limited_to_networks() {
    let limits = Limits {
        notification_networks: vec!["192.0.2.0/24".parse().unwrap()],
        ..Limits::default()
    };
    let world = World::with(limits).await;
    let sent = |peer| from(notification(body(&[event("1")]), &world.secret("main")), peer);
    assert_eq!(world.send(sent("198.51.100.1")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.incoming().await, []);
    assert_eq!(world.send(sent("192.0.2.200")).await.status, StatusCode::ACCEPTED);
    assert_eq!(world.incoming().await.len(), 1);
}

#[tokio::test]
async fn an_event_is_read_as_it_is_meant() {
    let world = World::new().await;
    world.clock.set(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    assert_eq!(world.notify(body(&[event("1")])).await.status, StatusCode::ACCEPTED);
    let events = world.events().await;
    let event = events.first().unwrap();
    let seconds = Duration::from_micros(1_795_209_000_287_829);
    assert_eq!(event.at, SystemTime::UNIX_EPOCH + seconds, "cut to whole microseconds");
    assert_eq!(&*event.method, "PUT");
    assert_eq!(event.address.as_deref(), Some("192.0.2.7"));
    assert_eq!(event.host.as_deref(), Some("registry.test"));
    assert_eq!(event.actor.as_deref(), Some("alice"));
    assert_eq!(event.tag.as_ref().unwrap().as_str(), "1");
}

#[tokio::test]
async fn the_same_moment_may_be_written_in_any_zone() {
    let world = World::new().await;
    world.clock.set(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    let mut events = Vec::new();
    for (id, time) in [
        ("z", "2026-11-20T21:10:00Z"),
        ("east", "2026-11-21T02:40:00+05:30"),
        ("west", "2026-11-20T13:10:00-08:00"),
        ("fine", "2026-11-20T21:10:00.0000009Z"),
    ] {
        let mut one = event(id);
        one["timestamp"] = time.into();
        events.push(one);
    }
    world.notify(body(&events)).await;
    let times: Vec<_> = world.events().await.into_iter().map(|event| event.at).collect();
    assert_eq!(times.len(), 4);
    assert!(times.windows(2).all(|pair| pair[0] == pair[1]), "{times:?}");
}

#[tokio::test]
async fn what_is_empty_or_null_is_absent() {
    let world = World::new().await;
    let mut bare = event("bare");
    bare["target"] = json!({"mediaType": "", "digest": "", "size": 0, "repository": "qa/app",
        "tag": "1", "url": null, "references": []});
    bare["action"] = "delete".into();
    bare["actor"] = json!({"name": ""});
    bare["request"] = Value::Null;
    let mut sparse = event("sparse");
    for field in ["actor", "request"] {
        sparse.as_object_mut().unwrap().remove(field);
    }
    world.notify(body(&[bare, sparse])).await;
    let events = world.events().await;
    assert_eq!(events.len(), 2, "{:?}", world.parked().await);
    let bare = events.first().unwrap();
    assert_eq!((&bare.digest, &bare.media_type, &bare.actor), (&None, &None, &None));
    assert_eq!((&*bare.method, &bare.host, &bare.address), ("", &None, &None));
}

#[tokio::test]
async fn one_odd_event_does_not_cost_its_batch() {
    let world = World::new().await;
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let odd = [
        "null".to_owned(),
        "7".to_owned(),
        r#""text""#.to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        deep.clone(),
        format!(r#"{{"id":"deep","actor":{deep}}}"#),
        r#"{"id":"twice","id":"twice"}"#.to_owned(),
        with("/action", "frobnicate".into()).to_string(),
        with("/action", 7.into()).to_string(),
        with("/timestamp", "yesterday".into()).to_string(),
        with("/timestamp", "0001-01-01T00:00:00Z".into()).to_string(),
        with("/target/repository", "QA/App".into()).to_string(),
        with("/target/repository", "".into()).to_string(),
        with("/target/repository", "qa/a\0pp".into()).to_string(),
        with("/target/repository", "../../etc/passwd".into()).to_string(),
        with("/target/digest", "sha256:short".into()).to_string(),
        with("/target/tag", "-bad".into()).to_string(),
        with("/target/tag", "a\u{0}b".into()).to_string(),
        with("/target", "text".into()).to_string(),
        with("/id", "a\0b".into()).to_string(),
        with("/id", "x".repeat(1000).into()).to_string(),
    ];
    let good = event("good").to_string();
    let sent = format!(r#"{{"events":[{},{good}]}}"#, odd.join(","));
    assert_eq!(world.notify(sent).await.status, StatusCode::ACCEPTED);
    let events = world.events().await;
    assert_eq!(events.iter().map(|event| &*event.id).collect::<Vec<_>>(), ["good"]);
    let parked = world.parked().await;
    // Those that kept the id `odd` are one: the registry said that they are.
    assert_eq!(parked.len(), 11, "{parked:#?}");
    for row in &parked {
        assert!(!row.error.is_empty() && row.error.len() <= 255, "{row:?}");
        assert!(
            row.event == "odd"
                || row.event == "twice"
                || row.event == "deep"
                || row.event.starts_with("sha256:"),
            "{row:?}"
        );
        assert!(!row.raw.as_ref().unwrap().is_empty());
    }
}

#[tokio::test]
async fn bodies_that_are_no_notification_are_taken_and_parked_once() {
    let world = World::new().await;
    let many = format!(r#"{{"events":[{}]}}"#, vec!["0"; 20_000].join(","));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies: [&[u8]; 12] = [
        b"",
        b"garbage",
        b"{}",
        b"[]",
        b"null",
        br#"{"events":null}"#,
        br#"{"events":{}}"#,
        br#"{"events":[{"id":"cut"#,
        b"\xff\xfe\x00\x01",
        b"\0\0\0",
        many.as_bytes(),
        deep.as_bytes(),
    ];
    for sent in bodies.iter().chain(&bodies) {
        let answer = world.notify(sent.to_vec()).await;
        let shown = String::from_utf8_lossy(sent.get(..20).unwrap_or(sent)).into_owned();
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{shown}");
    }
    let parked = world.parked().await;
    assert_eq!(parked.len(), 12, "{parked:#?}");
    for row in parked {
        let raw = row.raw.unwrap();
        assert!(raw.len() <= 64 * 1024 && !raw.contains('\0') && !row.error.contains('\0'));
        assert!(row.event.starts_with("sha256:"));
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_cost_only_themselves() {
    let world = World::new().await;
    let mut sent = body(&[event("1"), event("2")]).into_bytes();
    let place = sent.windows(5).position(|bytes| bytes == b"alice").unwrap();
    sent[place] = 0xff;
    world.notify(sent).await;
    let events = world.events().await;
    let actors: Vec<_> = events.iter().map(|event| event.actor.as_deref().unwrap()).collect();
    assert_eq!(actors, ["\u{fffd}lice", "alice"]);
}

/// What a registry's client calls itself must neither break a line, nor a database, nor read as
/// someone else's name.
#[tokio::test]
async fn odd_characters_become_marks() {
    let world = World::new().await;
    let mut one = event("1");
    one["actor"]["name"] = "a\0lice\u{202e}\n".into();
    one["request"]["host"] = "h".repeat(1000).into();
    one["request"]["addr"] = "\u{0}\u{1b}[31m".into();
    one["request"]["method"] = "g\u{0}t".into();
    one["target"]["mediaType"] = "text/\0plain; charset=x".into();
    world.notify(body(&[one])).await;
    let events = world.events().await;
    let event = events.first().unwrap();
    assert_eq!(event.actor.as_deref(), Some("a\u{fffd}lice\u{fffd}\u{fffd}"));
    assert_eq!(event.address.as_deref(), Some("\u{fffd}\u{fffd}[31m"));
    assert_eq!(&*event.method, "G\u{fffd}T");
    assert_eq!(event.media_type.as_ref().unwrap().as_str(), "text/plain");
    let host = event.host.as_deref().unwrap();
    assert!(host.len() <= 255 && host.ends_with('…'));
}

#[tokio::test]
async fn an_event_without_an_id_is_known_by_its_text() {
    let world = World::new().await;
    let mut one = event("");
    one.as_object_mut().unwrap().remove("id");
    for _ in 0..2 {
        world.notify(body(&[one.clone()])).await;
    }
    let events = world.events().await;
    assert_eq!(events.len(), 1);
    assert!(events.first().unwrap().id.starts_with("sha256:"));
}

/// SR18.
#[tokio::test]
async fn a_body_that_is_too_large_is_drained_and_parked() {
    let world = World::new().await;
    let large = |end: &str| body(&[event(&"x".repeat(1024 * 1024)), event(end)]);
    let limit = json!({ "events": [event(&"x".repeat(1000))] }).to_string();
    assert_eq!(world.notify(limit).await.status, StatusCode::ACCEPTED);
    for end in ["one", "other", "one"] {
        assert_eq!(world.notify(large(end)).await.status, StatusCode::ACCEPTED);
    }
    let parked = world.parked().await;
    let large: Vec<_> = parked.iter().filter(|row| row.error.contains("bytes")).collect();
    assert_eq!(large.len(), 2, "{:?}", parked.iter().map(|row| &row.error).collect::<Vec<_>>());
    assert!(large.iter().all(|row| row.raw.as_ref().unwrap().len() == 64 * 1024));
    assert_ne!(large[0].event, large[1].event);
}

#[tokio::test]
async fn a_body_of_just_a_megabyte_is_read() {
    let world = World::new().await;
    let filled = |bytes: usize| {
        let mut one = event("1");
        one["request"]["useragent"] = "".into();
        let short = body(&[one.clone()]).len();
        one["request"]["useragent"] = "a".repeat(bytes - short).into();
        body(&[one])
    };
    assert_eq!(filled(1024 * 1024).len(), 1024 * 1024);
    world.notify(filled(1024 * 1024)).await;
    assert_eq!(world.events().await.len(), 1);
    world.notify(filled(1024 * 1024 + 1)).await;
    assert!(matches!(&*world.incoming().await, [Incoming::Unreadable { .. }]));
}

#[tokio::test]
async fn two_registries_may_use_one_id() {
    let world = World::new().await;
    for registry in ["main", "other"] {
        let sent = notification(body(&[event("same")]), &world.secret(registry));
        assert_eq!(world.send(sent).await.status, StatusCode::ACCEPTED);
    }
    assert_eq!(world.events().await.len(), 2);
}
