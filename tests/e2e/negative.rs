//! What strangers, mistakes and attackers send, and what they get for it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use portus_tests::wire::{self, Ask};
use portus_tests::world::{SERVICE, password};
use portus_tests::{Event, Place, TokenRequest, World, until};
use serde_json::{Value, json};

on_both_databases! {
    /// SR1 SR7 SR14 SR18
    fn strange_requests_are_answered_and_grant_nothing(database) {
        let world = World::start_with(Place::on(database), |settings| {
            settings.set("lockout.failures", "50");
        });
        let before = everything(&world);
        strangers_get_nothing_by_asking_for_more(&world);
        services_have_to_be_registered(&world);
        scopes_that_are_none_are_refused(&world);
        names_that_deceive_grant_nothing(&world);
        bodies_and_headers_have_limits(&world);
        assert_eq!(everything(&world), before, "a question changed something");
        people_who_hang_up_leave_nothing_behind(&world);
        world.notify(&[Event::push("crew/after", "1", "x", 1)]).expect_success();
        until("events are still applied", || world.tags("crew/after") == ["1"]);
        world.portus.with_server(|server| assert!(server.is_running()));
    }
}

/// All that portusctl lists and that a token request could have made.
fn everything(world: &World) -> Value {
    let rows = |arguments: &[&str]| world.portus.rows(arguments);
    json!({
        "users": rows(&["user", "list"]),
        "teams": rows(&["team", "list"]),
        "bots": rows(&["bot", "list"]).iter().map(|row| row["name"].clone()).collect::<Vec<_>>(),
        "namespaces": rows(&["namespace", "list"]),
        "repositories": rows(&["repo", "list"]),
        "registries": rows(&["registry", "list"]),
        "members": rows(&["team", "show", "crew"]),
    })
}

/// SR7
fn strangers_get_nothing_by_asking_for_more(world: &World) {
    for name in ["", "mallory"] {
        for scope in [
            "repository:x/y:*,push,pull",
            "repository:crew/app:*,push,pull,delete",
            "registry:catalog:x,*",
            "registry:catalog:*",
            "registry:other:*",
            "repository:*:*",
            "repository:crew/*:pull",
            "repository:crew:pull,push,delete",
            "repository:app:*",
            "repository:host:5000/crew/app:pull",
            "admin:everything:*",
            "repository(plugin):crew/app:pull",
            "repository:crew/../open/app:push",
            "repository:CREW/app:pull",
            "repository:crew/app:pull repository:bob/x:pull registry:catalog:*",
        ] {
            let reply = world.asks(name).with("account", "alice").scope(scope).get();
            assert_eq!(reply.status, 200, "{scope}: {}", reply.text());
            let token = portus_tests::Token::of(&reply);
            assert_eq!(token.claims["access"], json!([]), "{name:?} asked for {scope}");
            assert_eq!(token.subject(), name);
        }
    }
}

/// SR1
fn services_have_to_be_registered(world: &World) {
    let request = TokenRequest::to(&world.portus.url).by("alice", &password("alice"));
    for service in ["other.test", "", "REGISTRY.TEST", "registry.test ", "registry.test\n", "*"] {
        let reply = request.clone().service(service).get();
        assert_eq!(reply.status, 400, "{service:?}: {}", reply.text());
        assert!(!reply.text().contains(SERVICE), "the answer names the known ones");
        assert!(reply.json().get("token").is_none());
    }
    request.get().expect(400);
    request.clone().service(SERVICE).service("other.test").get().expect(400);
}

fn scopes_that_are_none_are_refused(world: &World) {
    let status = |scope: &str| world.asks("bob").scope(scope).get().status;
    for scope in ["repository", "repository:crew/app", "::::", ":", "crew/app:pull"] {
        // `::::` has three parts, as it is read from both ends; it is no known type and grants nothing.
        let status = status(scope);
        assert!(status == 400 || scope == "::::", "{scope}: {status}");
    }
    for scope in [
        "repository:crew/app\0:pull",
        "repository:crew/app:pull\u{7f}",
        "repository:a\u{1b}[2J:pull",
    ] {
        assert_eq!(status(scope), 400, "{scope:?}");
    }
    let many = |count: usize| {
        (0..count).fold(world.asks("bob"), |request, n| {
            request.scope(&format!("repository:crew/app{n}:pull"))
        })
    };
    assert_eq!(
        many(100).get().expect(200).json()["token"].as_str().map(str::is_empty),
        Some(false)
    );
    many(101).get().expect(400);
    let joined: Vec<_> = (0..10_000).map(|n| format!("repository:c/a{n}:pull")).collect();
    let line = format!("/v2/token?service={SERVICE}&scope={}", joined.join("+"));
    assert!((400..500).contains(&raw_get(world, &line)));
    let reply = world.asks("bob").scope(&joined.join(" ")).post();
    assert!((400..500).contains(&reply.status), "{}", reply.status);
    let twice = world.asks("bob").scope(&["repository:crew/app:pull"; 60].join(" "));
    assert_eq!(twice.token().claims["access"].as_array().unwrap().len(), 1);
}

fn names_that_deceive_grant_nothing(world: &World) {
    for name in
        ["crew\u{202e}ppa", "сrew/app", "crew/\u{200b}app", "crew/app\u{ff0f}x", "ｃrew/app"]
    {
        let reply = world.asks("bob").scope(&format!("repository:{name}:pull,push")).get();
        let nothing = reply.status == 400
            || reply.status == 200 && portus_tests::Token::of(&reply).claims["access"] == json!([]);
        assert!(nothing, "{name:?}: {}", reply.text());
    }
    let request = TokenRequest::to(&world.portus.url).service(SERVICE);
    for name in ["bob\0", "bob\u{202e}", "b\u{200d}ob", "operator:root", "portus:x", "bob ", " bob"]
    {
        assert_eq!(request.clone().by(name, &password("bob")).get().status, 401, "{name:?}");
    }
    for name in ["operator:root", "portus:x", "b ob", "bob\u{202e}", ""] {
        let arguments = ["user", "create", name, "--password-stdin"];
        let outcome = world.portus.ctl_with_input(&arguments, "a-good-enough-phrase");
        assert_eq!(outcome.code, Some(2), "{name:?}: {outcome:?}");
    }
}

/// SR18
fn bodies_and_headers_have_limits(world: &World) {
    let url = format!("{}/v2/token", world.portus.url);
    let large = "x".repeat(9 << 10);
    let form =
        wire::encoded([("grant_type", "password"), ("service", SERVICE), ("password", &large)]);
    let request = wire::post(&url).header("content-type", "application/x-www-form-urlencoded");
    let reply = request.body(form).ask();
    assert!([400, 413].contains(&reply.status), "{}", reply.status);
    let garbage = [
        ("application/json", "{\"grant_type\":\"password\"}"),
        ("application/x-www-form-urlencoded", "%zz=%&&&==\0"),
        (
            "application/x-www-form-urlencoded",
            "grant_type=client_credentials&service=registry.test",
        ),
        ("text/plain", "grant_type=password"),
    ];
    for (media_type, body) in garbage {
        let reply = wire::post(&url).header("content-type", media_type).body(body).ask();
        assert!((400..500).contains(&reply.status), "{media_type} {body}: {}", reply.status);
    }
    assert!(
        (400..500).contains(&raw_get(world, &format!("/v2/token?service={}", "y".repeat(200_000))))
    );
    let reply = wire::get(&url).header("x-large", "z".repeat(1 << 20)).try_ask();
    assert!(reply.is_err() || (400..500).contains(&reply.unwrap().status));
    for authorization in ["Basic", "Basic !!!", "Basic Ym9i", "Bearer x", "Digest a=b", "\u{e9}"] {
        let reply = wire::get(&format!("{url}?service={SERVICE}"));
        let reply = reply.header("authorization", authorization.as_bytes()).ask();
        assert!([400, 401].contains(&reply.status), "{authorization}: {}", reply.status);
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        assert_eq!(wire::request(method, &url).ask().status, 405, "{method}");
    }
    assert_eq!(wire::get(&format!("{}/v2/nothing-here", world.portus.url)).ask().status, 404);
}

/// The status of a request that no client would send.
fn raw_get(world: &World, path: &str) -> u32 {
    let address = world.portus.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    // The server may answer and hang up before all of it is sent.
    let _ = stream.write_all(
        format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes(),
    );
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).unwrap_or_default().parse().unwrap_or_else(|_| panic!("{answer:?}"))
}

fn people_who_hang_up_leave_nothing_behind(world: &World) {
    let address = world.portus.url.strip_prefix("http://").unwrap();
    let secret = world.registry.notification_secret();
    let basic = {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(format!("bob:{}", password("bob")))
    };
    let event = Event::push("crew/hung-up", "1", "x", 1).to_json(&world.registry.host);
    let body = json!({ "events": [event] }).to_string();
    let requests = [
        "GET /v2/tok".to_owned(),
        format!(
            "GET /v2/token?service={SERVICE} HTTP/1.1\r\nhost: x\r\nauthorization: Basic {basic}\r\n\r\n"
        ),
        format!(
            "GET /v2/token?service={SERVICE}&offline_token=true HTTP/1.1\r\nhost: x\r\nauthorization: Basic {basic}\r\n\r\n"
        ),
        "POST /v2/token HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\ngrant_type=pass"
            .to_owned(),
        format!(
            "POST /v2/webhooks/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {secret}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
        format!(
            "POST /v2/webhooks/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {secret}\r\ncontent-length: 9999\r\n\r\n{body}"
        ),
    ];
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..30 {
                    let mut stream = TcpStream::connect(address).unwrap();
                    stream.write_all(requests[n % requests.len()].as_bytes()).unwrap();
                    drop(stream);
                }
            });
        }
    });
    // A lock that was left behind would show in the next write.
    for n in 0..5 {
        world.notify(&[Event::push("crew/after-hang-ups", "1", "x", n)]).expect_success();
        world.asks("bob").with("offline_token", "true").get().expect(200);
    }
    until("the event is applied", || world.tags("crew/after-hang-ups") == ["1"]);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"NONSENSE\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400"), "{answer:?}");
}

/// SR18
#[test]
fn failures_are_limited_per_address_and_never_lock_those_who_know_their_secret() {
    let world = World::start_with(Place::SMALL, |settings| {
        settings.set("lockout.failures", "50");
    });
    world.asks("bob").get().expect(200);
    let request = TokenRequest::to(&world.portus.url).service(SERVICE);
    let mut limited = None;
    for attempt in 0..400 {
        let reply = request.clone().by(&format!("guess{attempt}"), "guessed-again").get();
        if reply.status == 429 {
            limited = Some((attempt, reply));
            break;
        }
        assert_eq!(reply.status, 401);
    }
    let (attempt, reply) = limited.expect("a limit");
    assert!(attempt >= 60, "a failing docker push alone makes thirty");
    assert!(reply.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(reply.json()["errors"][0]["code"], "TOOMANYREQUESTS");
    // Registries are never limited.
    world.notify(&[Event::push("crew/limited", "1", "x", 1)]).expect_success();
}
