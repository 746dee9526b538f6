//! SR15: what a registry answers has limits of time and size, whatever it tries.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use portus_core::port::RemoteError;

use crate::images::{OCI_MANIFEST, config, content, image};
use crate::served::{API, Nobody, answer, json, serve};
use crate::world::{World, odd, unreachable};

/// A body without an end.
fn endless() -> Body {
    let chunk = Bytes::from_static(&[b' '; 65536]);
    Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone())))
}

/// A body that begins and never goes on.
fn stalled() -> Body {
    let begun = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{"))]);
    Body::from_stream(begun.chain(stream::pending()))
}

#[tokio::test]
async fn a_listing_that_leads_in_a_circle_is_stopped() {
    let pages = Arc::new(AtomicU32::new(0));
    let served = serve(move |_| {
        let page = pages.fetch_add(1, Ordering::Relaxed) % 3;
        let link = format!("</v2/_catalog?last=page{page}>; rel=\"next\"");
        answer(200, &[API, ("link", &link)], r#"{"repositories":["a"]}"#)
    })
    .await;
    let registry = World::new().open(&served.url());

    let mut from = None;
    let stopped = loop {
        match registry.catalog(from.as_deref()).await {
            Ok(page) => from = Some(page.next.unwrap()),
            stopped @ Err(_) => break odd(stopped),
        }
    };
    assert_eq!(stopped, "/v2/_catalog: its listing does not end");
    assert!(served.asked().len() < 20, "{:?}", served.asked());
}

#[tokio::test]
async fn empty_pages_that_lead_on_and_on_are_stopped() {
    let pages = Arc::new(AtomicU32::new(0));
    let served = serve(move |_| {
        let page = pages.fetch_add(1, Ordering::Relaxed);
        let link = format!("</v2/qa/app/tags/list?last=page{page}>; rel=\"next\"");
        answer(200, &[API, ("link", &link)], r#"{"name":"qa/app","tags":[]}"#)
    })
    .await;
    let registry = World::new().open(&served.url());
    let path = "qa/app".parse().unwrap();

    let mut from = None;
    while let Ok(page) = registry.tags(&path, from.as_deref()).await {
        from = page.next;
        assert!(served.asked().len() < 100, "it goes on and on");
    }
}

/// SR15
#[tokio::test]
async fn a_body_without_an_end_is_not_read_to_it() {
    let served = serve(|_| answer(200, &[API, ("content-type", OCI_MANIFEST)], endless())).await;
    let mut world = World::new();
    world.settings.max_listing = 1024 * 1024;
    let registry = world.open(&served.url());
    let path = "qa/app".parse().unwrap();

    assert_eq!(odd(registry.catalog(None).await), "its answer has more than 1048576 bytes");
    assert!(odd(registry.tags(&path, None).await).contains("more than"));
    let manifest = registry.manifest(&path, &content("x").digest).await;
    assert_eq!(odd(manifest), "its answer has more than 4194304 bytes");
}

#[tokio::test]
async fn a_complaint_without_an_end_is_read_as_far_as_it_matters() {
    let served = serve(|_| answer(418, &[API], endless())).await;
    assert_eq!(odd(World::new().open(&served.url()).catalog(None).await), "418");
}

/// SR15
#[tokio::test]
async fn a_registry_that_does_not_go_on_is_given_up() {
    let served = serve(|_| answer(200, &[API], stalled())).await;
    let mut world = World::new();
    world.settings.request_timeout = Duration::from_millis(200);

    let stopped = world.open(&served.url()).catalog(None).await;
    assert_eq!(unreachable(stopped), "it does not answer in time");
}

#[tokio::test]
async fn nobody_at_home_is_unreachable() {
    let nobody = Nobody::home();
    let answered = World::new().open(&nobody.url()).catalog(None).await;

    assert!(matches!(&answered, Err(error) if error.is_temporary()));
    assert!(unreachable(answered).contains("refused"));
}

#[tokio::test]
async fn what_a_status_means() {
    let told = async |status: u16| {
        let body = r#"{"errors":[{"code":"CODE","message":"some\nwords"}]}"#;
        let served = serve(move |_| answer(status, &[API], body)).await;
        World::new().open(&served.url()).catalog(None).await.unwrap_err()
    };
    for status in [401, 403] {
        let RemoteError::Refused(said) = told(status).await else { panic!("{status}") };
        assert_eq!(said, format!("{status} CODE: somewords"));
    }
    for status in [429, 500, 502, 503, 504] {
        let said = unreachable(Err::<(), _>(told(status).await));
        assert_eq!(said, format!("it answered {status} CODE: somewords"));
    }
    for status in [400, 404, 405, 418] {
        assert_eq!(odd(Err::<(), _>(told(status).await)), format!("{status} CODE: somewords"));
    }
}

#[tokio::test]
async fn a_listing_that_is_none_is_not_an_empty_one() {
    for body in [
        "",
        "<html>",
        "{}",
        "[]",
        r#"{"errors":[]}"#,
        r#"{"repositories":"a"}"#,
        r#"{"repositories":[7]}"#,
        r#"{"repositories":["a"]"#,
    ] {
        let served = serve(move |_| json(body)).await;
        let page = World::new().open(&served.url()).catalog(None).await;
        assert!(odd(page).starts_with("its listing is none"), "{body}");
    }
}

#[tokio::test]
async fn other_content_than_asked_for_is_not_taken() {
    let manifest = image(&config("amd64", None), &content("layer"));
    let served = serve(move |_| {
        let headers = [API, ("content-type", OCI_MANIFEST)];
        answer(200, &headers, manifest.bytes.clone())
    })
    .await;
    let digest = content("what was asked for").digest;
    let registry = World::new().open(&served.url());
    let found = registry.manifest(&"qa/app".parse().unwrap(), &digest).await;

    assert_eq!(odd(found), format!("the content is not that of `{digest}`"));
}

#[tokio::test]
async fn a_manifest_that_is_garbage_is_refused() {
    let garbage = content("<garbage>");
    let bytes = garbage.bytes.clone();
    let headers = [API, ("content-type", OCI_MANIFEST)];
    let served = serve(move |_| answer(200, &headers, bytes.clone())).await;
    let registry = World::new().open(&served.url());
    let found = registry.manifest(&"qa/app".parse().unwrap(), &garbage.digest).await;

    assert!(odd(found).starts_with("its manifest is none"));
}
