//! Who is let in, by what, and how the refusal reads.

use std::collections::BTreeSet;

use portus_tests::programs::{Podman, Skopeo};
use portus_tests::world::{REGISTRY, SERVICE, password};
use portus_tests::{Place, Token, TokenRequest, World, until};

on_both_databases! {
    /// SR1 SR2 SR13
    fn people_and_programs_sign_in_with_what_is_theirs_and_nothing_else(database) {
        let world = World::start(Place::on(database));
        a_password_earns_a_token(&world);
        refusals_do_not_say_why(&world);
        names_are_looked_up_in_any_case_and_never_taken_from_the_query(&world);
        refresh_tokens_are_earned_by_a_persons_password(&world);
        each_secret_opens_its_own_door_only(&world);
        clients_log_in(&world);
        the_audit_has_the_truth(&world);
    }
}

fn a_password_earns_a_token(world: &World) {
    let reply = world.asks("alice").get().expect(200);
    let answer = reply.json();
    assert_eq!(answer["token"], answer["access_token"]);
    assert_eq!(answer["expires_in"], 300);
    assert!(answer["issued_at"].as_str().unwrap().ends_with('Z'), "{answer}");
    assert_eq!(answer.get("refresh_token"), None, "nobody asked for one");
    let token = Token::of(&reply);
    token.verify_by_certificate(&world.registry.authority());
    let claims = &token.claims;
    assert_eq!((token.subject(), &claims["aud"]), ("alice", &SERVICE.into()));
    assert_eq!(claims.get("access"), None, "no scope was asked for");
    let issuer = claims["iss"].as_str().unwrap();
    assert!(
        world.registry.yaml.contains(&format!("issuer: {issuer}"))
            || world.registry.yaml.contains(&format!("issuer: \"{issuer}\"")),
        "{}",
        world.registry.yaml
    );
    let lifetime = claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap();
    assert!((300..=420).contains(&lifetime), "{claims}");

    let posted = world.asks("bob").post().expect(200).json();
    assert_eq!(posted["token"], posted["access_token"]);
    assert_eq!(posted["scope"], "", "an OAuth2 answer always has its scope");
    let posted = world.asks("bob").scope("repository:crew/app:pull,push").post().expect(200).json();
    assert_eq!(posted["scope"], "repository:crew/app:pull,push");

    let nobody = world.asks("").token();
    assert_eq!(nobody.subject(), "");
    nobody.verify_by_certificate(&world.registry.authority());
}

fn refusals_do_not_say_why(world: &World) {
    world.create_person("dora");
    world.asks("dora").get().expect(200);
    world.portus.ctl(&["user", "disable", "dora"]).ok();
    until("a disabled account is refused", || world.asks("dora").get().status == 401);
    let request = TokenRequest::to(&world.portus.url).service(SERVICE);
    let bodies: BTreeSet<_> = [
        world.asks("dora").get(),
        request.clone().by("bob", "not-her-password").get(),
        request.clone().by("nobody-of-that-name", "whatever-it-is").get(),
        request.clone().by("", "whatever-it-is").get(),
        request.clone().by("ci", "bots-have-no-password").get(),
        request
            .clone()
            .by("bob", "portus_t_0000000000000000000000000000000000000000000000000")
            .get(),
        request.clone().by("nul\0", "x").get(),
    ]
    .into_iter()
    .map(|reply| reply.expect(401).text())
    .collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let body: serde_json::Value = serde_json::from_str(bodies.first().unwrap()).unwrap();
    assert_eq!(body["errors"][0]["code"], "UNAUTHORIZED");
    assert!(!body["errors"][0]["message"].as_str().unwrap().is_empty());
    let posted: BTreeSet<_> = [
        world.asks("dora").post(),
        request.clone().by("bob", "x\0y").post(),
        request.by("nobody-of-that-name", "whatever-it-is").post(),
    ]
    .into_iter()
    .map(|reply| reply.expect(401).json()["errors"].to_string())
    .collect();
    assert_eq!(posted, BTreeSet::from([body["errors"].to_string()]), "the same by POST");
}

fn names_are_looked_up_in_any_case_and_never_taken_from_the_query(world: &World) {
    let request = TokenRequest::to(&world.portus.url).service(SERVICE);
    assert_eq!(request.clone().by("BOB", &password("bob")).token().subject(), "bob");
    assert_eq!(world.asks("bob").with("account", "alice").token().subject(), "bob");
    assert_eq!(world.asks("").with("account", "alice").token().subject(), "");
    assert_eq!(world.asks("ci").token().subject(), "ci");
}

fn refresh_tokens_are_earned_by_a_persons_password(world: &World) {
    let by_get = world.asks("carol").with("offline_token", "true").get().expect(200).json();
    let by_post = world.asks("carol").with("access_type", "offline").post().expect(200).json();
    for earned in [by_get, by_post] {
        let refresh = earned["refresh_token"].as_str().expect("a refresh token").to_owned();
        assert!(refresh.starts_with("portus_r_"));
        // They do not rotate: clients keep using the first one.
        for _ in 0..2 {
            let asked = world.asks("").scope("repository:crew/app:pull");
            let reply = asked.refresh(&refresh).expect(200);
            let token = Token::of(&reply);
            assert_eq!((token.subject(), token.on("crew/app").as_str()), ("carol", "pull"));
            let again = reply.json().get("refresh_token").cloned();
            assert!(again.is_none_or(|again| again == refresh.as_str()), "it rotated");
        }
    }
    // What an application token or a bot could get would outlive its limits.
    let application = world.create_token(&["bob", "--label", "laptop", "--actions", "pull,push"]);
    let request =
        TokenRequest::to(&world.portus.url).service(SERVICE).with("offline_token", "true");
    for (name, secret) in [("bob", &application), ("ci", &world.ci)] {
        let answer = request.clone().by(name, secret).get().expect(200).json();
        assert_eq!(answer.get("refresh_token"), None, "{name}");
    }
}

/// The confusion matrix: each credential at each door.
fn each_secret_opens_its_own_door_only(world: &World) {
    let earned = world.asks("bob").with("offline_token", "true").get().expect(200).json();
    let text = |key: &str| earned[key].as_str().unwrap().to_owned();
    let application = world.create_token(&["bob", "--label", "matrix", "--actions", "pull"]);
    let notification = world.registry.notification_secret();
    let secrets = [
        ("password", password("bob")),
        ("application token", application),
        ("refresh token", text("refresh_token")),
        ("registry token", text("token")),
        ("notification secret", notification),
    ];
    let request = TokenRequest::to(&world.portus.url).service(SERVICE);
    for (name, secret) in &secrets {
        let may_sign_in = ["password", "application token"].contains(name);
        let status = request.clone().by("bob", secret).get().status;
        assert_eq!(status, if may_sign_in { 200 } else { 401 }, "{name} as a password");
        let refreshed = request.refresh(secret);
        let is_refresh = *name == "refresh token";
        assert_eq!(refreshed.status, if is_refresh { 200 } else { 400 }, "{name} as refresh token");
        if !is_refresh {
            assert_eq!(refreshed.json()["error"], "invalid_grant");
        }
        let told = world.notify_as(secret, r#"{"events":[]}"#).status;
        let is_notification = *name == "notification secret";
        assert_eq!(told == 401, !is_notification, "{name} as notification secret: {told}");
    }
    // A wrong secret never falls back to what anybody may do.
    let wrong = request.by("bob", "wrong-again").scope("repository:open/app:pull").get();
    assert_eq!(wrong.status, 401);
}

fn clients_log_in(world: &World) {
    let folder = world.folder("clients");
    let registry = &world.registry.host;
    let podman = Podman::new(&folder);
    podman.login(registry, "bob", &password("bob")).ok();
    podman.login(registry, "bob", "not-it-at-all").refused();
    let auth_file = folder.join("skopeo.json");
    Skopeo::login(registry, "carol", &password("carol"), &auth_file).ok();
    Skopeo::login(registry, "carol", "not-it-either", &auth_file).refused();
    Skopeo::login(registry, "ci", &world.ci, &auth_file).ok();
}

fn the_audit_has_the_truth(world: &World) {
    until("the refused sign-ins are in the audit", || {
        let rows = world.portus.rows(&["activity", "list", "--kind", "account.sign_in_failed"]);
        let has = |name: &str| rows.iter().any(|row| row["object"] == name || row["actor"] == name);
        has("bob") && has("dora") && has("nobody-of-that-name")
    });
    let rows = world.portus.rows(&["activity", "list", "--kind", "account.sign_in_failed"]);
    assert!(rows.iter().all(|row| row["outcome"] == "refused"), "{rows:?}");
}

/// SR18
#[test]
fn too_many_wrong_passwords_lock_the_password_but_not_the_tokens() {
    let world = World::start_with(Place::SMALL, |settings| {
        settings.set("lockout.failures", "4");
    });
    let application = world.create_token(&["bob", "--label", "ci", "--actions", "pull"]);
    let request = TokenRequest::to(&world.portus.url).service(SERVICE);
    // The same wrong password over and over is one: docker tries each layer.
    for _ in 0..8 {
        request.clone().by("bob", "the-same-wrong-one").get().expect(401);
    }
    world.asks("bob").get().expect(200);
    for attempt in 0..6 {
        request.clone().by("bob", &format!("wrong-password-{attempt}")).get().expect(401);
        request.clone().by("mallory", &format!("wrong-password-{attempt}")).get().expect(401);
    }
    request.clone().by("bob", &application).get().expect(200);
    world.asks("bob").get().expect(200);
    let locked = world.asks("mallory").get();
    assert_eq!(locked.status, 401, "her password was not verified before: {}", locked.text());
    world.asks("carol").get().expect(200);
}

/// SR1
#[test]
fn a_refresh_token_is_good_for_one_registry() {
    let world = World::start(Place::SMALL);
    world
        .portus
        .ctl(&["registry", "add", "second", "http://127.0.0.1:1", "--service", "second.test"])
        .ok();
    until("the second registry is known", || {
        let request = TokenRequest::to(&world.portus.url).service("second.test");
        request.by("alice", &password("alice")).get().status == 200
    });
    let earned = world.asks("alice").with("offline_token", "true").get().expect(200).json();
    let refresh = earned["refresh_token"].as_str().unwrap();
    world.asks("").refresh(refresh).expect(200);
    let elsewhere = TokenRequest::to(&world.portus.url).service("second.test").refresh(refresh);
    assert_eq!((elsewhere.status, &elsewhere.json()["error"]), (400, &"invalid_grant".into()));
    let rows = world.portus.rows(&["registry", "list"]);
    assert!(rows.iter().any(|row| row["name"] == REGISTRY), "{rows:?}");
}

/// The first admin of an installation that nobody visits.
#[test]
fn a_configured_admin_is_made_at_the_first_start_and_never_again() {
    let world = World::install(Place::SMALL, |settings| {
        settings.set_text("setup.admin", "root.admin");
    });
    let file = world.portus.folder.join("first-password");
    std::fs::write(&file, format!("{}\n", password("first"))).unwrap();
    world.portus.configure(|settings| {
        settings.set_text("setup.password_file", &file.to_string_lossy());
    });
    world.portus.start_server();
    let row = world.portus.row(&["user", "list"], "name", "root.admin").unwrap();
    assert_eq!(row["admin"], true);
    assert!(!world.portus.log().contains(&password("first")));

    world.portus.stop_server();
    std::fs::write(&file, "short").unwrap();
    world.portus.configure(|settings| {
        settings.set_text("setup.admin", "other.admin");
    });
    world.portus.start_server();
    assert_eq!(world.portus.rows(&["user", "list"]).len(), 1);
}
