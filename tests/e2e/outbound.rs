//! What Portus does when it is the client, and the registry is strange or not one at all.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Uri;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use futures_util::stream;
use portus_tests::stand_in::StandIn;
use portus_tests::{Outcome, Place, World};
use serde_json::json;

/// SR15 SR18
#[test]
fn a_strange_registry_gets_no_secrets_and_no_endless_patience() {
    let world = World::start_with(Place::SMALL, |settings| {
        settings.set_text("registry.request_timeout", "2s");
        settings.set_text("registry.sync", "off");
    });
    redirects_elsewhere_are_not_followed(&world);
    a_catalog_without_end_ends(&world);
    a_page_without_end_ends(&world);
    a_registry_that_never_answers_is_given_up(&world);
    names_that_are_none_are_left_out(&world);
    world.asks("bob").get().expect(200);
}

fn redirects_elsewhere_are_not_followed(world: &World) {
    let spy = StandIn::start(|_| {
        Router::new().fallback(|| async { "{\"repositories\":[\"spied/on\"]}" })
    });
    let target = format!("{}/v2/_catalog", spy.url);
    let strange = StandIn::start(|_| {
        Router::new().fallback(move || {
            let target = target.clone();
            async move { Redirect::temporary(&target) }
        })
    });
    let outcome = read(world, "redirects", &strange);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(!strange.visits().is_empty());
    assert!(spy.visits().is_empty(), "{:?}", spy.visits());
}

fn a_catalog_without_end_ends(world: &World) {
    let strange = StandIn::start(|_| {
        Router::new().route(
            "/v2/_catalog",
            get(|uri: Uri| async move {
                let body = json!({ "repositories": ["same/again"] }).to_string();
                ([(header::LINK, format!("<{uri}>; rel=\"next\""))], body)
            }),
        )
    });
    let begun = Instant::now();
    let outcome = read(world, "circle", &strange);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    println!("gave up a circle after {:?}", begun.elapsed());
}

fn a_page_without_end_ends(world: &World) {
    let strange = StandIn::start(|_| {
        Router::new().fallback(|| async {
            let chunk = Bytes::from(vec![b' '; 64 << 10]);
            let endless = stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()));
            Body::from_stream(endless).into_response()
        })
    });
    let outcome = read(world, "endless", &strange);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
}

fn a_registry_that_never_answers_is_given_up(world: &World) {
    let strange = StandIn::start(|_| {
        Router::new().fallback(|| async {
            tokio::time::sleep(Duration::from_secs(600)).await;
            "{}"
        })
    });
    let begun = Instant::now();
    let outcome = read(world, "silent", &strange);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

fn names_that_are_none_are_left_out(world: &World) {
    let names =
        json!({ "repositories": ["../../etc", "UP/per", "a\u{1b}[2J", "", "good/name", 7] });
    let names = [
        names.to_string(),
        json!({ "repositories": ["../../etc", "UP/per", "good/name"] }).to_string(),
    ];
    for (at, body) in names.into_iter().enumerate() {
        let strange = StandIn::start(|_| {
            Router::new()
                .route("/v2/_catalog", get(move || async move { body }))
                .route("/v2/good/name/tags/list", get(|| async { "{\"tags\":null}" }))
        });
        let name = format!("odd{at}");
        let outcome = read(world, &name, &strange);
        assert!(matches!(outcome.code, Some(0 | 1)), "{outcome:?}");
        let asked = strange.visits();
        assert!(
            asked.iter().all(|visit| !visit.what.contains("..") && !visit.what.contains("UP")),
            "{asked:?}"
        );
        let rows = world.portus.rows(&["repo", "list", "--registry", &name]);
        assert!(rows.iter().all(|row| row["path"] == "good/name"), "{rows:?}");
    }
}

/// Tells Portus of the registry, and has it read.
fn read(world: &World, name: &str, registry: &StandIn) -> Outcome {
    let service = format!("{name}.test");
    world.portus.ctl(&["registry", "add", name, &registry.url, "--service", &service]).ok();
    world.portus.ctl(&["sync", name])
}
