use std::time::SystemTime;

use crate::settings::{Flag, Given, Settings};
use portus_core::id::RegistryId;

use super::*;
use portus_core::finding::Verdict;

fn registry(url: &str, trust: KeyTrust) -> Registry {
    Registry {
        id: RegistryId(1),
        name: "hub".parse().unwrap(),
        url: url.parse().unwrap(),
        services: vec!["hub.example.org".parse().unwrap()],
        hosts: Vec::new(),
        trust,
        token_lifetime: None,
        read_at: None,
        secret_generation: 0,
        created_at: SystemTime::UNIX_EPOCH,
    }
}

fn settings(url: &str) -> Settings {
    let flag = Flag { name: "--url", key: "server.url", value: url.into() };
    Settings::load(&Given { flags: vec![flag], ..Given::default() }).unwrap()
}

fn good() -> Greeting {
    Greeting {
        status: 401,
        api_version: Some("registry/2.0".into()),
        challenge: Some(Challenge {
            realm: Some("https://portus.example.org/v2/token".into()),
            service: Some("hub.example.org".into()),
            ..Challenge::default()
        }),
        clock_ahead: Some(0),
        generation: Some(Generation::Two),
        token: Ok(()),
        deletes: Some(true),
    }
}

/// What is not as it should be, and the line to change.
fn wrong(trust: KeyTrust, greeting: &Greeting) -> Vec<(Verdict, String, String)> {
    let settings = settings("https://portus.example.org");
    let registry = registry("https://hub.example.org", trust);
    let expected = Expected { registry: &registry, settings: &settings };
    let findings = expected.judge(greeting).into_iter().filter(|finding| !finding.is_ok());
    findings
        .map(|finding| {
            let change = finding.change.map(|change| change.to_string());
            (finding.verdict, finding.check.to_string(), change.unwrap_or_default())
        })
        .collect()
}

#[test]
fn a_registry_that_is_set_up_right_has_nothing_to_change() {
    assert_eq!(wrong(KeyTrust::Bundle, &good()), []);
    let mut with_query = good();
    with_query.challenge.as_mut().unwrap().realm =
        Some("https://portus.example.org/v2/token?tenant=a".into());
    assert_eq!(wrong(KeyTrust::Bundle, &with_query), []);
}

#[test]
fn each_thing_that_is_wrong_names_the_line_to_change() {
    let change = |alter: &dyn Fn(&mut Greeting)| {
        let mut greeting = good();
        alter(&mut greeting);
        let mut wrong = wrong(KeyTrust::Bundle, &greeting);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        wrong.remove(0)
    };
    let refused = |error: Option<&str>| {
        let error = error.map(str::to_owned);
        Err(TokenTrouble::Refused { error, said: "401 Unauthorized".into() })
    };
    for (alter, verdict, check, line) in [
        (
            &(|greeting: &mut Greeting| {
                greeting.challenge.as_mut().unwrap().realm = Some("http://old/v2/token".into());
            }) as &dyn Fn(&mut Greeting),
            Verdict::Fail,
            "realm",
            "auth.token.realm: https://portus.example.org/v2/token",
        ),
        (
            &|greeting| {
                greeting.challenge.as_mut().unwrap().realm =
                    Some("https://hub.example.org/auth/token".into());
            },
            Verdict::Fail,
            "realm",
            "autoredirect",
        ),
        (
            &|greeting| greeting.challenge.as_mut().unwrap().service = Some("other".into()),
            Verdict::Fail,
            "service",
            "auth.token.service: hub.example.org",
        ),
        (
            &|greeting| greeting.token = refused(Some("invalid_token")),
            Verdict::Fail,
            "issuer and certificate",
            "auth.token.issuer: portus",
        ),
        (
            &|greeting| greeting.token = refused(None),
            Verdict::Fail,
            "issuer and certificate",
            "--part bundle",
        ),
        (&|greeting| greeting.clock_ahead = Some(-90), Verdict::Fail, "clock", "NTP"),
        (&|greeting| greeting.clock_ahead = Some(30), Verdict::Warn, "clock", "NTP"),
        (
            &|greeting| greeting.deletes = Some(false),
            Verdict::Fail,
            "delete switch",
            "storage.delete.enabled: true",
        ),
        (&|greeting| greeting.deletes = None, Verdict::Warn, "delete switch", ""),
        (&|greeting| greeting.api_version = None, Verdict::Fail, "reachable", "registry list"),
    ] {
        let found = change(alter);
        assert_eq!((found.0, found.1.as_str()), (verdict, check));
        assert!(found.2.contains(line), "{found:?}");
    }
}

#[test]
fn a_registry_that_asks_nobody_is_told_to_begin() {
    let open = Greeting { status: 200, challenge: None, ..good() };
    let wrong = wrong(KeyTrust::Bundle, &open);
    assert_eq!(wrong.len(), 1);
    assert!(wrong[0].2.contains("portusctl registry config hub"), "{wrong:?}");
}

#[test]
fn a_list_of_keys_is_nothing_for_distribution_2() {
    let refused = Err(TokenTrouble::Refused { error: None, said: "401".into() });
    let found = wrong(KeyTrust::Jwks, &Greeting { token: refused, ..good() });
    assert!(found[0].2.contains("--trust bundle"), "{found:?}");
}

#[test]
fn addresses_that_some_clients_refuse_are_named() {
    for (portus, hub, warnings) in [
        ("https://portus.example.org", "https://hub.example.org", 0),
        ("http://localhost:8080", "http://localhost:5000", 0),
        ("http://10.0.0.7:8080", "http://10.0.0.7:5000", 1),
        ("http://10.0.0.7:5000", "http://10.0.0.7:5000", 0),
        ("https://203.0.113.9", "https://hub.example.org", 0),
        ("http://portus.example.org", "https://hub.example.org", 1),
        ("http://localhost:8080", "http://hub.example.org", 1),
        ("http://127.0.0.1:8080", "https://hub.example.org", 3),
        ("https://[::1]:8443", "https://[::1]:5000", 1),
    ] {
        let (settings, registry) = (settings(portus), registry(hub, KeyTrust::Bundle));
        let expected = Expected { registry: &registry, settings: &settings };
        let found = expected.hosts();
        let warned = found.iter().filter(|finding| !finding.is_ok()).count();
        assert_eq!(warned, warnings, "{portus} {hub}: {found:?}");
    }
}
