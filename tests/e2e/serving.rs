//! The server as a server: ready or not, fast or hanging up, with and without TLS.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use portus_tests::process;
use portus_tests::wire::{self, Ask};
use portus_tests::world::{Folder, SERVICE, password};
use portus_tests::{Place, Portus, World, eventually, until};
use rustix::process::Signal;

#[test]
fn a_server_tells_how_it_is_and_names_each_request() {
    let world = World::start(Place::SMALL);
    let url = &world.portus.url;
    for path in ["/healthz", "/readyz", "/", "/.well-known/jwks.json"] {
        let reply = wire::get(&format!("{url}{path}")).ask().expect(200);
        assert!(!reply.header("x-request-id").is_empty(), "{path}");
    }
    let missing = wire::get(&format!("{url}/nothing")).ask().expect(404);
    assert!(!missing.header("x-request-id").is_empty());
    assert_eq!(
        wire::get(&format!("{url}/metrics")).ask().status,
        404,
        "it has a listener of its own"
    );
    let reply = world.asks("bob").get().expect(200);
    let id = reply.header("x-request-id").to_owned();
    until("the request is in the log by its id", || world.portus.log().contains(&id));
    let before = world.portus.metric("portus_token_requests_total", "");
    world.asks("bob").get().expect(200);
    until("the request is counted", || {
        world.portus.metric("portus_token_requests_total", "") > before
    });
    http2_is_spoken(&world);
    warm_requests_ask_the_database_nothing(&world);
    slow_clients_are_hung_up_on(&world);
}

fn http2_is_spoken(world: &World) {
    let client = reqwest::Client::builder().http2_prior_knowledge().no_proxy().build().unwrap();
    let url = format!("{}/healthz", world.portus.url);
    let reply = wire::runtime().block_on(client.get(url).send()).unwrap();
    assert_eq!((reply.version(), reply.status().as_u16()), (reqwest::Version::HTTP_2, 200));
}

/// No statement when warm, two when cold, and no password verified twice.
fn warm_requests_ask_the_database_nothing(world: &World) {
    let lookups = || world.portus.metric("portus_store_statements_total", "lookups");
    let verified = || world.portus.metric("portus_password_verifications_total", "");
    let ask = || world.asks("bob").scope("repository:crew/app:pull,push").get().expect(200);
    ask();
    let verified_before = verified();
    // The world has just been made: what still changes in it makes a request cold now and then.
    until("twenty requests in a row ask nothing", || {
        let before = lookups();
        (0..20).for_each(|_| drop(ask()));
        lookups() == before
    });
    assert_eq!(verified(), verified_before, "a password was verified again");
    // Any change that a decision could see makes it cold.
    world.portus.ctl(&["team", "create", "coolers", "--owner", "alice"]).ok();
    let cost = eventually("the change is noticed", || {
        let before = lookups();
        ask();
        Some(lookups() - before).filter(|cost| *cost > 0.0)
    });
    assert!(cost <= 2.0, "a cold request took {cost} statements");
    assert_eq!(verified(), verified_before, "a change elsewhere set off bcrypt");
}

fn slow_clients_are_hung_up_on(world: &World) {
    world.portus.configure(|settings| {
        settings.set_text("server.header_timeout", "1s");
        settings.set_text("server.request_timeout", "2s");
    });
    world.portus.stop_server();
    world.portus.start_server();
    let address = world.portus.url.strip_prefix("http://").unwrap();
    for start in [
        "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ".to_owned(),
        "POST /v2/token HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\ngrant".to_owned(),
        format!(
            "POST /v2/webhooks/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: 100\r\n\r\n{{",
            world.registry.notification_secret()
        ),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(start.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let begun = Instant::now();
        let ended = stream.read_to_end(&mut answer);
        let first = start.lines().next().unwrap();
        println!("hung up after {:?}: {first}", begun.elapsed());
        assert!(ended.is_ok(), "still waiting for {first}: {ended:?}");
    }
}

#[test]
fn requests_in_flight_are_finished_before_the_server_ends() {
    let world = World::start(Place::SMALL);
    let address = world.portus.url.strip_prefix("http://").unwrap();
    let body = wire::encoded([
        ("grant_type", "password"),
        ("service", SERVICE),
        ("username", "carol"),
        ("password", &password("carol")),
        ("client_id", "slow"),
    ]);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let (first, rest) = body.split_at(body.len() / 2);
    let head = format!(
        "POST /v2/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The handler wants the body: the request is in flight.
    let mut buffer = [0; 512];
    let read = stream.read(&mut buffer).unwrap();
    assert!(buffer[..read].starts_with(b"HTTP/1.1 100"), "{:?}", String::from_utf8_lossy(&buffer));
    stream.write_all(first.as_bytes()).unwrap();
    world.portus.with_server(|server| server.signal(Signal::TERM));
    until("new connections are refused", || TcpStream::connect(address).is_err());
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("access_token"));
    let status = world.portus.with_server(|server| server.ended());
    assert!(status.success(), "{status}");
}

#[test]
fn tls_is_served_and_a_renewed_certificate_is_taken_without_a_restart() {
    let folder = Folder::new();
    let (certificate, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
    self_signed(&certificate, &key, "first");
    let portus = Portus::new(folder.path(), |settings| {
        settings.set_text("server.tls_certificate", &certificate.to_string_lossy());
        settings.set_text("server.tls_key", &key.to_string_lossy());
    });
    portus.launch_server();
    let url = portus.url.replace("http://", "https://");
    let is_served = |certificate: &Path, version| {
        let root = reqwest::Certificate::from_pem(&fs::read(certificate).unwrap()).unwrap();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([root]);
        let client = client.build().unwrap();
        let reply = wire::runtime().block_on(client.get(format!("{url}/healthz")).send());
        reply.is_ok_and(|reply| reply.status() == 200 && reply.version() == version)
    };
    until("TLS is served, with HTTP/2", || is_served(&certificate, reqwest::Version::HTTP_2));
    self_signed(&certificate, &key, "second");
    portus.with_server(|server| server.signal(Signal::HUP));
    until("the new certificate is served", || is_served(&certificate, reqwest::Version::HTTP_2));
    // A broken one is not taken, and ends nothing.
    let is_complained_about = || {
        let log = portus.log();
        let mut errors = log.lines().filter(|line| line.contains("ERROR"));
        errors.any(|line| line.contains("the certificate cannot be read again"))
    };
    assert!(!is_complained_about(), "{}", portus.log());
    let good = fs::read(&certificate).unwrap();
    fs::write(&certificate, "nonsense").unwrap();
    portus.with_server(|server| server.signal(Signal::HUP));
    until("the broken certificate is complained about", is_complained_about);
    fs::write(&certificate, good).unwrap();
    assert!(is_served(&certificate, reqwest::Version::HTTP_2));
}

fn self_signed(certificate: &Path, key: &Path, name: &str) {
    let mut command = process::command("openssl");
    command.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ]);
    command.args(["-days", "2", "-subj", &format!("/CN={name}")]);
    command.args(["-addext", "subjectAltName=IP:127.0.0.1"]);
    command.arg("-keyout").arg(key).arg("-out").arg(certificate);
    process::run(command).ok();
}

/// SR25
#[test]
fn every_problem_of_a_configuration_is_said_at_once() {
    let folder = Folder::new();
    let portus = Portus::new(folder.path(), |settings| {
        settings.set_text("push.polcy", "teams");
        settings.set_text("token.lifetime", "99d");
        settings.set_text("keys.algorithm", "HS256");
        settings.set_text("delete.enabled", "perhaps");
        settings.set_text("server.trusted_proxies", "10.0.0.0/99");
    });
    let mut check = portus.command("portus-server");
    check.arg("--check");
    let outcome = process::run(check);
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    let said = outcome.stderr.clone() + &outcome.stdout;
    for part in [
        "push.polcy",
        "push.policy",
        "token.lifetime",
        "keys.algorithm",
        "delete.enabled",
        "server.trusted_proxies",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    let outcome = process::run(portus.command("portus-server"));
    assert_eq!(outcome.code, Some(2), "it started all the same: {outcome:?}");
    let mut environment = portus.command("portus-server");
    environment
        .arg("--check")
        .env("PORTUS_SERVER__LISTN", "x")
        .env("PORTUS_PORT", "tcp://10.0.0.1:80");
    let said = process::run(environment).stderr;
    assert!(said.contains("PORTUS_SERVER__LISTN") && !said.contains("PORTUS_PORT"), "{said}");
}
