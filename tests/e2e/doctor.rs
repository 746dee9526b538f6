//! The doctor finds what does not agree, and names the line to change.

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use portus_tests::stand_in::StandIn;
use portus_tests::world::REGISTRY;
use portus_tests::{Image, Place, World, process};
use serde_json::Value;

#[test]
fn the_doctor_names_what_to_change_in_a_registry() {
    let mut world = World::start(Place::SMALL);
    world.client("bob").push(&Image::small("patient"), "crew/patient", "1");
    portus_tests::until("the push is known", || world.tags("crew/patient") == ["1"]);
    world.portus.ctl(&["doctor"]).ok();
    world.portus.ctl(&["doctor", REGISTRY]).ok();
    let findings = world.portus.rows(&["doctor", REGISTRY]);
    assert!(findings.iter().all(|row| row["verdict"] != "fail"), "{findings:?}");

    let printed = world.registry.yaml.clone();
    let line = |starts: &str, with: &str| {
        let lines = printed.lines().map(|line| match line.trim_start().starts_with(starts) {
            true => format!("{}{with}\n", &line[..line.len() - line.trim_start().len()]),
            false => format!("{line}\n"),
        });
        lines.collect::<String>()
    };
    let url = &world.portus.url.clone();
    let wrong = [
        (line("service:", "service: other.test"), "service", "auth.token.service"),
        (line("realm:", &format!("realm: {url}/elsewhere")), "realm", "auth.token.realm"),
        (line("issuer:", "issuer: somebody"), "issuer and certificate", "auth"),
        (other_authority(&printed), "issuer and certificate", "auth"),
        (line("url:", "url: http://127.0.0.1:1/"), "notifications", "notifications.endpoints"),
        (
            line("Authorization:", "Authorization: [Bearer portus_n_wrong]"),
            "notifications",
            "Authorization",
        ),
    ];
    for (yaml, check, change) in wrong {
        assert_ne!(yaml, printed, "{check}");
        world.registry.halt();
        world.registry.start(&yaml);
        assert_fails(&world, REGISTRY, check, change);
    }
    world.registry.halt();
    assert_fails(&world, REGISTRY, "reachable", "registry");
    assert_eq!(world.portus.ctl(&["doctor", "nowhere"]).code, Some(1));
}

/// A clock that is wrong by an hour refuses every token.
#[test]
fn the_doctor_sees_a_clock_that_is_wrong() {
    let world = World::start(Place::SMALL);
    let late = StandIn::start(|url| {
        let realm = format!(r#"Bearer realm="{url}/v2/token",service="late.test""#);
        Router::new().fallback(move || {
            let realm = realm.clone();
            let headers = [
                ("www-authenticate", realm),
                ("date", "Fri, 20 Nov 2020 10:00:00 GMT".into()),
                ("docker-distribution-api-version", "registry/2.0".into()),
            ];
            async move { (StatusCode::UNAUTHORIZED, headers, "{}").into_response() }
        })
    });
    world.portus.ctl(&["registry", "add", "late", &late.url, "--service", "late.test"]).ok();
    assert_fails(&world, "late", "clock", "");
}

#[track_caller]
fn assert_fails(world: &World, registry: &str, check: &str, change: &str) {
    let outcome = world.portus.ctl(&["doctor", registry, "--json"]);
    assert_eq!(outcome.code, Some(1), "{check}: {outcome:?}");
    let listing: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let rows = listing["rows"].as_array().unwrap();
    let failed = rows.iter().find(|row| row["verdict"] == "fail" && row["check"] == check);
    let failed = failed.unwrap_or_else(|| panic!("{check} is not wrong in {listing}"));
    assert!(failed["change"].as_str().unwrap().contains(change), "{failed}");
    assert_eq!(failed["registry"], registry);
}

/// The same configuration with the certificate of somebody else.
fn other_authority(printed: &str) -> String {
    let mut command = process::command("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    command.args(["-nodes", "-keyout", "/dev/null", "-subj", "/CN=somebody"]);
    let other = process::run(command).ok();
    let commented: String = other.lines().map(|line| format!("# {line}\n")).collect();
    commented + printed
}
