//! What real clients and registries sent, byte for byte where it matters.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::Body;
use axum::http::Request;
use portus_core::event::Event;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::world::{PASSWORD, SERVICE, World, alice, encoded, get, post_form, words};

/// Every different request of docker 20 to 28, containerd, BuildKit, podman, buildah, skopeo, crane,
/// oras, cosign and more, with one namespace for theirs: method, target, authorization, form.
#[tokio::test]
async fn every_token_request_of_a_real_client_is_understood() {
    let world = World::new().await;
    let login = format!("offline_token=true&service={SERVICE}");
    let refresh = world.get(&login, Some(&alice())).await.text("refresh_token").unwrap();
    let mut table = String::new();
    for line in include_str!("../captures/token-requests.tsv").lines() {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (method, target, authorization, form) = (next(), next(), next(), next());
        let request = match method {
            "GET" => {
                let basic = (authorization == "Basic").then(alice);
                get(&format!("/v2{target}"), basic.as_deref())
            }
            _ => post_form(
                &form
                    .replace("refresh_token=RT", &format!("refresh_token={refresh}"))
                    .replace("password=alicepw", &format!("password={}", encoded(PASSWORD))),
            ),
        };
        let before = world.signer.signed();
        let status = world.send(request).await.status.as_u16();
        let signed = world.signer.signed() > before;
        let granted = if signed { words(&world.signer.last().access) } else { "no token".into() };
        let asked = if form.is_empty() { target } else { form };
        writeln!(table, "{method} {authorization} {asked}\n    {status} {granted}").unwrap();
    }
    insta::assert_snapshot!(table);
}

/// 2.8.2 and 3.1.1: image, index, manifest list, chart, artifact; pushed, pulled, asked for, mounted
/// and deleted.
#[tokio::test]
async fn every_event_of_a_real_registry_is_understood() {
    let mut table = String::new();
    for file in captures() {
        let world = World::new().await;
        world.clock.set(UNIX_EPOCH + Duration::from_secs(1_800_000_000)); // after them all
        let text = std::fs::read_to_string(&file).unwrap();
        let requests: Vec<Value> = serde_json::from_str(&text).unwrap();
        for request in &requests {
            let answer = world.send(as_sent(&world, request)).await;
            assert_eq!(answer.status.as_u16(), 202, "{}: {}", file.display(), answer.body);
        }
        let parked = world.parked().await;
        assert!(parked.is_empty(), "{}: {parked:?}", file.display());
        let events = world.events().await;
        let told_of_changes = requests.iter().filter(|one| changes_something(one)).count();
        assert_eq!(events.len(), told_of_changes, "{}", file.display());
        writeln!(table, "{}", file.file_stem().unwrap().to_str().unwrap()).unwrap();
        events.iter().for_each(|event| writeln!(table, "    {}", told(event)).unwrap());
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn an_event_that_comes_again_is_taken_once() {
    let world = World::new().await;
    for file in captures() {
        let text = std::fs::read_to_string(&file).unwrap();
        let requests: Vec<Value> = serde_json::from_str(&text).unwrap();
        for request in requests.iter().chain(&requests) {
            assert!(world.send(as_sent(&world, request)).await.status.is_success());
        }
        let told_of_changes = requests.iter().filter(|one| changes_something(one)).count();
        assert_eq!(world.events().await.len(), told_of_changes, "{}", file.display());
    }
}

/// Whether a captured event is worth keeping: blobs, mounts and questions are not.
fn changes_something(captured: &Value) -> bool {
    let event = &captured["body"]["events"][0];
    let is_blob = event["target"]["mediaType"] == "application/octet-stream";
    match event["action"].as_str() {
        Some("delete") => true,
        Some("push") => !is_blob,
        Some("pull") => !is_blob && event["request"]["method"] == "GET",
        _ => false,
    }
}

fn captures() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/captures");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|ext| ext == "json")).collect();
    files.sort();
    assert!(files.len() > 30);
    files
}

fn as_sent(world: &World, captured: &Value) -> Request<Body> {
    let mut request = Request::post("/v2/webhooks/events");
    for (name, value) in captured["headers"].as_object().unwrap() {
        let secret = format!("Bearer {}", world.secret("main").expose());
        let value = if name == "Authorization" { &secret } else { value.as_str().unwrap() };
        request = request.header(name, value);
    }
    request.body(Body::from(serde_json::to_string_pretty(&captured["body"]).unwrap())).unwrap()
}

fn told(event: &Event) -> String {
    let text = |field: Option<&str>| field.unwrap_or("-").to_owned();
    let digest = event.digest.as_ref().map(|digest| digest.as_str());
    [
        OffsetDateTime::from(event.at).format(&Rfc3339).unwrap(),
        event.action.as_str().to_owned(),
        event.method.to_string(),
        event.repository.to_string(),
        text(event.tag.as_ref().map(|tag| tag.as_str())),
        text(digest.map(|digest| &digest[..15])),
        text(event.media_type.as_ref().map(|kind| kind.as_str())),
        text(event.actor.as_deref()),
        text(event.host.as_deref()),
        text(event.address.as_deref()),
        event.id.to_string(),
    ]
    .join(" ")
}
