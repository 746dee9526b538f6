//! What operators and their programs ask, and what they find in the log.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use metrics_exporter_prometheus::PrometheusBuilder;
use portus_http::{Limits, metrics_router};
use tower::ServiceExt;

use crate::log::Written;
use crate::world::{PASSWORD, SERVICE, World, alice, encoded, from, get, post_form};

#[tokio::test]
async fn a_running_server_is_healthy_and_ready_when_it_can_answer() {
    let world = World::new().await;
    let ask = |target: &'static str| world.send(get(target, None));
    assert_eq!(ask("/healthz").await.status, StatusCode::OK);
    assert_eq!(ask("/readyz").await.status, StatusCode::OK);
    world.ready.store(false, Ordering::SeqCst);
    assert_eq!(ask("/healthz").await.status, StatusCode::OK);
    let unready = ask("/readyz").await;
    assert_eq!(unready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(unready.body, "not ready: the store is away\n");
}

#[tokio::test]
async fn the_public_keys_are_there_for_all() {
    let world = World::new().await;
    let answer = world.send(get("/.well-known/jwks.json", None)).await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::OK, r#"{"keys":[]}"#));
    assert_eq!(answer.header("content-type"), Some("application/jwk-set+json"));
}

#[tokio::test]
async fn where_nothing_is_registries_read_json_and_people_a_page() {
    let world = World::new().await;
    assert!(world.send(get("/", None)).await.body.contains("Portus"));
    for target in ["/v2/", "/v2/token/", "/v2/qa/app/manifests/1"] {
        let answer = world.send(get(target, None)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{target}");
        assert_eq!(answer.error().0, "NOT_FOUND");
    }
    for target in ["/metrics", "/../etc/passwd", "/nowhere"] {
        let answer = world.send(get(target, None)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{target}");
        assert!(answer.body.starts_with("<!doctype html>"), "{target}");
    }
}

#[tokio::test]
async fn every_answer_has_an_id_and_a_trusted_proxy_chooses_it() {
    let limits =
        Limits { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Limits::default() };
    let world = World::with(limits).await;
    let ask = |peer: &'static str| {
        let request = Request::get("/nowhere").header("x-request-id", "from-the-proxy");
        world.send(from(request.body(Body::empty()).unwrap(), peer))
    };
    assert_eq!(ask("10.0.0.1").await.header("x-request-id"), Some("from-the-proxy"));
    let own = ask("192.0.2.1").await;
    assert_eq!(own.header("x-request-id").unwrap().len(), 16);
    assert_eq!(own.header("x-content-type-options"), Some("nosniff"));
}

/// SR21.
#[tokio::test]
async fn the_log_has_a_line_for_each_request_and_no_secret() {
    let (written, guard) = Written::listen();
    let world = World::new().await;
    let token = world.application_token("pull").await;
    let query = format!("service={SERVICE}&scope=repository:qa/app:pull&account=canary-account");
    let agent = |mut request: Request<Body>| {
        request.headers_mut().insert("user-agent", "docker/28".parse().unwrap());
        from(request, "192.0.2.9")
    };
    let login = format!("/v2/token?{query}&offline_token=true");
    let answer = world.send(agent(get(&login, Some(&alice())))).await;
    let refresh = answer.text("refresh_token").unwrap();
    let basic = format!("alice:{}", token.expose());
    world.send(agent(get(&format!("/v2/token?{query}"), Some(&basic)))).await;
    let form = format!(
        "grant_type=password&username=alice&password={}canary&service={SERVICE}",
        encoded(PASSWORD)
    );
    world.send(agent(post_form(&form))).await;
    world.signer.set_trouble("the library refused");
    world.send(agent(get(&format!("/v2/token?{query}"), None))).await;
    world.notify("garbage").await;
    drop(guard);

    let log = written.text();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("request.id")).collect();
    assert_eq!(lines.len(), 5, "{log}");
    for part in ["method=GET", "path=/v2/token", "status=200", "192.0.2.9", "docker/28"] {
        assert!(lines.first().unwrap().contains(part), "{part}: {log}");
    }
    assert!(lines.get(2).unwrap().contains("the username or the password is wrong"), "{log}");
    let failed = lines.get(3).unwrap();
    assert!(failed.contains("ERROR") && failed.contains("the library refused"), "{log}");
    let notification = world.secret("main");
    for secret in [
        PASSWORD,
        &encoded(PASSWORD),
        token.expose(),
        &*refresh,
        notification.expose(),
        "canary",
        "token-1",
        "Basic ",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn what_happens_is_counted() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let guard = metrics::set_default_local_recorder(&recorder);
    let world = World::new().await;
    let query = format!("service={SERVICE}");
    world.get(&query, Some(&alice())).await;
    world.get(&query, None).await;
    world.get(&query, Some("alice:wrong")).await;
    world.get("service=unknown", None).await;
    world.notify("garbage").await;
    drop(guard);

    let metrics = metrics_router(Arc::new(move || handle.render()));
    let answer = metrics.oneshot(get("/metrics", None)).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    for line in [
        r#"portus_token_requests_total{outcome="issued"} 2"#,
        r#"portus_token_requests_total{outcome="unauthorized"} 1"#,
        r#"portus_token_requests_total{outcome="bad_request"} 1"#,
        "portus_events_received_total 1",
        r#"portus_http_request_seconds_count{method="GET",route="/v2/token",status="200"} 2"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}
